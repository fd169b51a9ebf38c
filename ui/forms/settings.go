package forms

import (
	"context"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/plate"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// The parts of the settings.
const (
	partTerminal = "terminal"
	partCameras  = "cameras"
	partLists    = "lists"
	partStation  = "station"
	partPolicy   = "policy"
	partKeys     = "keys"
	partSounds   = "sounds"
)

// settings is the screen of the administrator: the terminal, its cameras, its
// hotlists, its station, its policy and its keys. Each part is saved by itself, with a
// reason.
type settings struct {
	c   *cruiser.Cruiser
	nav Navigator

	tabs *choice
	// reminder stands above the terminal's part while there is no recovery code.
	reminder *widgets.Banner
	parts    map[string]fyne.CanvasObject
	body     *fyne.Container
	page     *fyne.Container
	saving   bool
	// needsCode is set while the terminal has no recovery code.
	needsCode bool

	terminal *terminalPart
	cameras  *camerasPart
	lists    *listsPart
	station  *stationPart
	policy   *policyPart
	keys     *keysPart
	sounds   *soundsPart
}

// NewSettings returns the administrator's settings. It is a [Follower].
func NewSettings(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	s := newSettings(c, nav)
	return newFollowing(s.page, func() {
		if s.lists != nil {
			s.lists.show()
		}
		if s.station != nil {
			s.station.show()
		}
	}, cruiser.ListsChanged, cruiser.LineChanged)
}

func newSettings(c *cruiser.Cruiser, nav Navigator) *settings {
	s := &settings{c: c, nav: nav}
	if !c.May(access.ActSettings) {
		s.page = refused(nav, "settings.title", "settings.notallowed")
		return s
	}
	var options []widgets.Option
	kinds, least := []string{partTerminal, partCameras, partLists, partStation, partPolicy, partKeys}, float32(150)
	if c.CanSpeak() {
		kinds, least = append(kinds, partSounds), 125
	}
	for _, k := range kinds {
		options = append(options, widgets.Option{Key: k, Text: words.T("settings.tab." + k)})
	}
	s.tabs = newChoice("", least, options...)
	s.tabs.changed = func() { s.open(s.tabs.key()) }
	s.reminder = widgets.NewNotice("")
	s.reminder.SetText("")
	s.body = widgets.NewColumn(2, s.tabs)
	s.page = widgets.NewPage(words.T("settings.title"), nav.Back, s.body)
	s.terminal, s.cameras, s.lists, s.station, s.policy = newTerminalPart(s), newCamerasPart(s), newListsPart(s), newStationPart(s), newPolicyPart(s)
	s.keys, s.sounds = newKeysPart(s), newSoundsPart(s)
	s.parts = map[string]fyne.CanvasObject{partTerminal: s.terminal.body, partCameras: s.cameras.body,
		partLists: s.lists.body, partStation: s.station.body, partPolicy: s.policy.body, partKeys: s.keys.body, partSounds: s.sounds.body}
	s.open(partTerminal)
	s.keys.look()
	s.keys.lookAtMachine()
	return s
}

// remind says whether the terminal still needs a recovery code.
func (s *settings) remind(needed bool) {
	text := ""
	if needed && s.tabs.key() == partTerminal {
		text = words.T("recovery.remind")
	}
	s.needsCode = needed
	s.reminder.SetText(text)
	s.page.Refresh()
}

// open shows one part.
func (s *settings) open(part string) {
	s.tabs.set(part)
	s.body.Objects = []fyne.CanvasObject{s.tabs, s.reminder, s.parts[part]}
	s.remind(s.needsCode)
}

// save is the reason, the button and the message that end each part.
type save struct {
	s       *settings
	reason  *widgets.Field
	problem *widgets.Banner
	submit  *widgets.Button
	text    string
}

func newSave(s *settings, text string, do func()) *save {
	return newReasoned(s, words.T("settings.reason"), text, do)
}

// newReasoned is newSave with words of its own for the reason, where a part has two.
func newReasoned(s *settings, reason, text string, do func()) *save {
	v := &save{s: s, text: text, reason: widgets.NewField(reason, words.T("settings.reason.hint")), problem: widgets.NewProblem("")}
	v.problem.SetText("")
	v.submit = widgets.NewIconButton(widgets.Primary, "approve", text, do)
	submits(do, v.reason)
	return v
}

func (v *save) objects() *fyne.Container {
	return widgets.NewColumn(2, v.reason, v.problem, v.submit)
}

// begin reports whether the answers will do and no other change is being saved.
func (v *save) begin(f form) bool {
	if v.s.saving {
		return false
	}
	v.problem.SetText("")
	ok := append(f, needed(v.reason, "settings.reason.needed")).ok(v.s.nav.Window())
	v.s.page.Refresh()
	if ok {
		v.s.saving = true
		v.submit.SetText(words.T("form.working"), "")
		v.submit.Disable()
	}
	return ok
}

// end shows how it went; fault is what to say, "" after a success.
func (v *save) end(fault string) {
	v.s.saving = false
	v.submit.SetText(v.text, "")
	v.submit.Enable()
	v.problem.SetText(fault)
	if fault == "" {
		v.reason.SetText("")
	}
	v.s.page.Refresh()
}

// change saves new settings.
func (v *save) change(next cruiser.Settings, say func(error) string, done func()) {
	reason := value(v.reason)
	v.proven(func() {
		work(v.s.nav, func(ctx context.Context) func() {
			err := v.s.c.ChangeSettings(ctx, next, reason)
			return func() {
				if err != nil {
					v.end(say(err))
					return
				}
				done()
				v.end("")
				v.s.nav.Toast(words.T("settings.saved"))
			}
		})
	})
}

// proven does what was begun after a fresh proof of who saves; without one, nothing.
func (v *save) proven(do func()) {
	prove(v.s.c, v.s.nav, do, func() { v.end(words.T("prove.not")) })
}

// terminalPart is what the terminal is called and how it looks and speaks.
type terminalPart struct {
	s                        *settings
	name, service, authority *widgets.Field
	position                 *widgets.Field // the address of the receiver
	region                   *widgets.Picker
	language, palette        *choice
	save                     *save
	body                     fyne.CanvasObject
}

// packRegion is the picker's key for the region that the policy pack names.
const packRegion = "-"

func newTerminalPart(s *settings) *terminalPart {
	pack := s.c.Pack()
	lang := words.Language()
	t := &terminalPart{s: s, name: widgets.NewField(words.T("setup.terminal.name"), ""), service: widgets.NewField(words.T("setup.service"), ""),
		authority: widgets.NewField(words.T("settings.authority"), words.T("settings.authority.hint"))}
	regions := append([]widgets.Option{
		{Key: packRegion, Text: words.T("settings.region.pack", "Region", plate.Jurisdiction(pack.Region).Name(lang))},
		{Key: string(plate.Europe), Text: plate.Europe.Name(lang)},
	}, jurisdictions("")...)
	t.region = widgets.NewPicker(words.T("settings.region"), "", regions)
	t.position = widgets.NewField(words.T("settings.position"), words.T("settings.position.hint"))
	t.language = newChoice(words.T("settings.language"), 150, options("settings.language.", words.English, words.French)...)
	t.palette = newChoice(words.T("settings.palette"), 120, options("settings.palette.", "night", "day", "auto")...)
	t.save = newSave(s, words.T("settings.save"), t.send)
	submits(t.send, t.name, t.service, t.authority, t.position)
	policy := words.T("settings.policy", "Name", pack.Name.In(lang), "Version", pack.Version)
	t.body = widgets.NewColumn(2, newClock(s.c, s.nav), widgets.NewGrid(columnWidth,
		widgets.NewCard("", widgets.NewColumn(1, t.name, t.service, t.authority, t.region, t.position)),
		widgets.NewCard("", widgets.NewColumn(2, t.language, t.palette, t.save.objects(), widgets.NewSmall(policy)))))
	t.fill()
	return t
}

// options are choices whose texts are the keys after a prefix.
func options(prefix string, keys ...string) (out []widgets.Option) {
	for _, k := range keys {
		out = append(out, widgets.Option{Key: k, Text: words.T(prefix + k)})
	}
	return out
}

func (t *terminalPart) fill() {
	v := t.s.c.Settings()
	t.name.SetText(v.Terminal)
	t.service.SetText(v.Service)
	t.authority.SetText(v.Authority)
	t.position.SetText(v.Position)
	t.region.Choose(packRegion)
	if v.Region != "" {
		t.region.Choose(string(v.Region))
	}
	t.language.set(v.Language)
	t.palette.set(v.Palette)
}

func (t *terminalPart) send() {
	if !t.save.begin(form{needed(t.name, "setup.terminal.needed"), needed(t.service, "setup.service.needed")}) {
		return
	}
	next := t.s.c.Settings()
	next.Terminal, next.Service, next.Authority = value(t.name), value(t.service), value(t.authority)
	next.Position = value(t.position)
	next.Region = ""
	if t.region.Key() != packRegion {
		next.Region = plate.Jurisdiction(t.region.Key())
	}
	next.Language, next.Palette = t.language.key(), t.palette.key()
	t.save.change(next, words.Error, t.fill)
}
