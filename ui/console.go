package ui

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/hotlist"
	"secondlook/app/policy"
	"secondlook/app/training"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// screenConsole is the name of the trainer's console, which training has.
const screenConsole = "trainer"

const (
	// cuesShown is how many of the things to come are listed.
	cuesShown = 8
	// cameraAway is for how long a trainer loses a camera, or gives one back.
	cameraAway = 20 * time.Second
	cameraBack = time.Hour
	// oldList is how old the trainer's old list is.
	oldList = 80 * time.Hour
	// nowKeys are the keys of what a trainer has happen, in their order: enough for six
	// cameras, and none that does something else here or everywhere.
	nowKeys = "1234567890acefg"
)

// sends are the scenarios of the library whose hits a trainer can have come now, and
// how many of each: the gravest last.
var sends = []struct {
	scenario string
	hits     int
}{{"stolen-vehicle", 1}, {"wrong-province", 1}, {"look-alike", 1}, {"suspended-driver", 1}, {"amber-alert", 1}, {"flood", 5}}

// held reports whether the scenario of training stands.
func (u *UI) held() bool {
	stage := u.c.Stage()
	return stage != nil && stage.Play.Paused()
}

// pause has the scenario stand, or go on, whatever is on screen.
func (u *UI) pause() {
	stage := u.c.Stage()
	switch {
	case stage == nil:
		return
	case stage.Play.Paused():
		stage.Play.Resume()
	default:
		stage.Play.Pause()
	}
	u.shell.fillTraining()
}

// console is the trainer's page at the trainee's terminal: which scenario plays, what
// comes next, and what the trainer has happen. The scenario stands while it is open,
// since nobody can look at two pages at once.
type console struct {
	u     *UI
	stage *cruiser.Stage
	state *widgets.Text
	next  *fyne.Container
	now   *fyne.Container
	file  *widgets.Field
	keys  map[rune]func()
	page  *fyne.Container
}

// openConsole shows it over whatever is on screen.
func (u *UI) openConsole() {
	if _, open := u.top().(*console); open || u.c.Stage() == nil {
		return
	}
	u.push(newConsole(u))
}

func newConsole(u *UI) *console {
	s := &console{u: u, stage: u.c.Stage(), next: widgets.NewColumn(1), now: widgets.NewGrid(180), file: widgets.NewField(words.T("trainer.file"), words.T("trainer.file.hint"))}
	s.stage.Play.Pause()
	s.state = widgets.NewText("", theme.SizeBody, theme.ColorMuted, widgets.Wrapped)
	s.file.Entry.OnSubmitted = func(string) { s.read() }
	open := widgets.NewButton(widgets.Secondary, words.T("trainer.file.open"), s.read)
	library := widgets.NewGrid(240)
	for _, name := range slices.Sorted(maps.Keys(s.stage.Library)) {
		script := s.stage.Library[name]
		b := widgets.NewVerdict(widgets.Secondary, script.Name.In(words.Language()), script.Summary.In(words.Language()), "", func() { s.begin(script) })
		b.SetSelected(script.Name == s.stage.Play.Script().Name)
		library.Add(b)
	}
	body := widgets.NewColumn(2, s.state,
		widgets.NewGrid(400, widgets.NewCard(words.T("trainer.next"), s.next), widgets.NewCard(words.T("trainer.now"), s.now)),
		widgets.NewCard(words.T("trainer.library"), widgets.NewColumn(2, library, s.file, widgets.NewRow(1, open))))
	s.page = widgets.NewPage(words.T("trainer.title"), nil, body,
		widgets.NewIconButton(widgets.Secondary, "review", words.T("trainer.debrief"), u.openScore),
		widgets.NewButton(widgets.Secondary, words.T("trainer.restart"), s.restart),
		widgets.NewButton(widgets.Secondary, words.T("trainer.stay"), s.stay),
		widgets.NewIconButton(widgets.Primary, "go", words.T("trainer.go"), s.leave))
	s.fill()
	return s
}

func (s *console) object() fyne.CanvasObject { return s.page }
func (s *console) queue() bool               { return false }

func (s *console) changed(t cruiser.Topic) {
	if t == cruiser.ListsChanged || t == cruiser.QueueChanged {
		s.fill()
	}
}

// viewed has the scenario stand again where the trainer comes back from the debrief.
func (s *console) viewed(time.Time) {
	s.stage.Play.Pause()
	s.u.shell.fillTraining()
	s.fill()
}

// leave goes back to the trainee, and the scenario goes on.
func (s *console) leave() {
	s.stage.Play.Resume()
	s.stay()
}

// stay goes back to the trainee, and the scenario stands until P.
func (s *console) stay() {
	s.u.shell.fillTraining()
	s.u.Back()
}

func (s *console) key(r rune) bool {
	do, ok := s.keys[[]rune(strings.ToLower(string(r)))[0]]
	if ok {
		do()
	}
	return ok
}

// fill brings the page up to date with the play.
func (s *console) fill() {
	play, language := s.stage.Play, words.Language()
	script := play.Script()
	pass, within := script.Pass(play.At())
	s.state.SetText(words.T("trainer.state", "Name", script.Name.In(language), "At", clockOf(within), "Length", clockOf(script.Length), "Pass", strconv.Itoa(pass+1)))
	s.next.RemoveAll()
	cues := play.Upcoming()
	for _, c := range cues[:min(len(cues), cuesShown)] {
		s.next.Add(s.cue(c))
	}
	s.keys = map[rune]func(){'r': s.restart, 'd': s.u.openScore, 'p': s.stay, 't': s.leave}
	s.now.RemoveAll()
	add := func(text string, do func()) {
		key := rune(nowKeys[len(s.now.Objects)])
		b := widgets.NewVerdict(widgets.Secondary, text, "", strings.ToUpper(string(key)), do)
		s.keys[key] = do
		s.now.Add(b)
	}
	for _, send := range sends {
		from, ok := s.stage.Library[send.scenario]
		if !ok {
			continue
		}
		text := from.Name.In(language)
		if send.hits > 1 {
			text = words.T("trainer.burst", "N", send.hits)
		}
		add(text, func() { s.send(from, send.hits) })
	}
	if s.listIsOld() {
		add(words.T("trainer.list.new"), func() { s.age(0) })
	} else {
		add(words.T("trainer.list.old"), func() { s.age(oldList) })
	}
	for _, k := range script.Cameras {
		if play.Lost(k.Name) {
			add(words.T("trainer.camera.back", "Name", k.Name), func() { s.turn(k.Name, play.Restore, cameraBack) })
		} else {
			add(words.T("trainer.camera.lose", "Name", k.Name), func() { s.turn(k.Name, play.Lose, cameraAway) })
		}
	}
	s.page.Refresh()
}

// cue is a line of what comes next.
func (s *console) cue(c training.Cue) fyne.CanvasObject {
	icon, ink, text := "clock", theme.ColorMuted, words.T("trainer.cue."+string(c.Kind), "Camera", c.Camera)
	switch c.Kind {
	case training.CueHit:
		icon, ink = widgets.TierLook(s.u.c.Pack().Tier(c.Entry.Category))
		text = words.T("trainer.cue.hit", "Camera", c.Camera, "Category", s.u.categoryName(c.Entry.Category), "Expected", tell("verdict."+string(c.Hit.Expected)))
	case training.CueLoss:
		icon, ink = "camera-lost", theme.ColorGrave
	case training.CueBack:
		icon, ink = "camera", theme.ColorOK
	case training.CueLight:
		text = words.T("trainer.light." + string(c.Light))
	}
	when := widgets.NewText(words.T("trainer.in", "Time", clockOf(c.In)), theme.SizeBody, theme.ColorMuted, widgets.Whole)
	return widgets.NewFillRow(1, 1, widgets.NewMark(icon, ink, 24), widgets.NewBody(text), when)
}

// clockOf is a time in minutes and seconds.
func clockOf(d time.Duration) string {
	d = d.Round(time.Second)
	return fmt.Sprintf("%d:%02d", int(d/time.Minute), int(d/time.Second)%60)
}

// listIsOld reports whether the training list is.
func (s *console) listIsOld() bool {
	return slices.ContainsFunc(s.u.c.Lists(), func(l hotlist.Summary) bool { return l.Name == cruiser.TrainingList && l.Old })
}

// send has so many of a scenario's hits come.
func (s *console) send(from *training.Scenario, n int) {
	hits := from.Hits
	if n > 1 { // the routine ones of a flood
		hits = slices.DeleteFunc(slices.Clone(hits), func(h training.Hit) bool {
			return s.u.c.Pack().Tier(from.Entries[h.Entry].Category) != policy.Routine
		})
	}
	s.do(func(ctx context.Context) error { return s.u.c.SendCars(ctx, from, hits[:min(n, len(hits))]...) }, words.T("trainer.sent"))
}

func (s *console) age(age time.Duration) {
	said := words.T("trainer.aged", "Age", words.Age(age))
	if age == 0 {
		said = words.T("trainer.renewed")
	}
	s.do(func(ctx context.Context) error { return s.u.c.AgeList(ctx, age) }, said)
}

// turn loses a camera or gives it back.
func (s *console) turn(camera string, how func(string, time.Duration), d time.Duration) {
	how(camera, d)
	s.fill()
}

// do does what the trainer asked for, and says what follows.
func (s *console) do(intent func(context.Context) error, then string) {
	s.u.work(intent, func(err error) {
		if err != nil {
			s.u.Toast(words.Error(err))
			return
		}
		s.u.Toast(then)
		s.fill()
	})
}

// restart begins again, without what the trainer added.
func (s *console) restart() { s.begin(s.stage.Play.Original()) }

// read begins a scenario of the trainer's own.
func (s *console) read() {
	file := strings.TrimSpace(s.file.Text())
	if file == "" {
		s.file.SetError(words.T("trainer.file.needed"))
		s.page.Refresh()
		return
	}
	script, err := s.stage.Read(file)
	if err != nil { // in English, as the command says it: it names line and remedy
		s.file.SetError(err.Error())
		s.page.Refresh()
		return
	}
	s.begin(script)
}

// begin plays a scenario from its beginning. Whatever the trainee had open belongs to
// the one before.
func (s *console) begin(script *training.Scenario) {
	s.u.work(func(ctx context.Context) error {
		if err := s.u.c.BeginTraining(ctx, script); err != nil {
			return err
		}
		return s.u.c.StartPatrol(ctx)
	}, func(err error) {
		if err != nil {
			s.file.SetError(err.Error())
			s.page.Refresh()
			return
		}
		clear(s.u.scored)
		clear(s.u.later)
		s.u.Home()
		s.u.openConsole()
	})
}
