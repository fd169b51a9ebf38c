package forms

import (
	"context"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/policy"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// The answers about what is heard.
const (
	heard = "heard"
	muted = "muted"
)

// soundsPart is which alerts are heard, and whether they are spoken. Grave ones always
// are heard (requirements row 42).
type soundsPart struct {
	s                     *settings
	high, routine, speech *choice
	save                  *save
	body                  fyne.CanvasObject
}

func newSoundsPart(s *settings) *soundsPart {
	p := &soundsPart{s: s}
	tier := func(t policy.Tier, what fyne.CanvasObject) fyne.CanvasObject {
		hear := widgets.NewIconButton(widgets.Secondary, "sound", words.T("sounds.hear"), func() {
			p.try(func(ctx context.Context) error { return s.c.TrySound(ctx, t) })
		})
		head := widgets.NewFillRow(1, 1, tierMark(t), heading(words.T("lock.tier."+string(t))), hear)
		return widgets.NewCard("", widgets.NewColumn(1, head, what))
	}
	question := func() *choice { return newChoice("", 120, options("sounds.tier.", heard, muted)...) }
	p.high, p.routine = question(), question()
	p.speech = newChoice(words.T("sounds.speech"), 150, options("sounds.speech.", "on", "off")...)
	voice := widgets.NewIconButton(widgets.Secondary, "sound", words.T("sounds.voice"), func() { p.try(s.c.TryVoice) })
	p.save = newSave(s, words.T("settings.save"), p.send)
	p.body = widgets.NewGrid(columnWidth,
		widgets.NewColumn(2, tier(policy.Grave, widgets.NewBody(words.T("sounds.grave"))), tier(policy.High, p.high), tier(policy.Routine, p.routine)),
		widgets.NewColumn(2, widgets.NewCard("", widgets.NewColumn(1, p.speech, widgets.NewRow(1, voice), widgets.NewSmall(words.T("sounds.speech.why")))),
			widgets.NewCard("", widgets.NewColumn(2, widgets.NewSmall(words.T("sounds.rules")), p.save.objects()))))
	p.fill()
	return p
}

// try has something heard; why it cannot be is said.
func (p *soundsPart) try(sound func(context.Context) error) {
	p.save.problem.SetText("")
	work(p.s.nav, func(ctx context.Context) func() {
		err := sound(ctx)
		return func() {
			if err != nil {
				p.save.problem.SetText(words.Error(err))
			}
			p.s.page.Refresh()
		}
	})
}

func (p *soundsPart) fill() {
	v := p.s.c.Settings().Sounds
	answer := func(q *choice, off bool, yes, no string) {
		if q.set(yes); off {
			q.set(no)
		}
	}
	answer(p.high, v.MuteHigh, heard, muted)
	answer(p.routine, v.MuteRoutine, heard, muted)
	answer(p.speech, v.Wordless, "on", "off")
}

func (p *soundsPart) send() {
	if !p.save.begin(nil) {
		return
	}
	next := p.s.c.Settings()
	next.Sounds = cruiser.Sounds{MuteHigh: p.high.key() == muted, MuteRoutine: p.routine.key() == muted, Wordless: p.speech.key() == "off"}
	p.save.change(next, words.Error, p.fill)
}
