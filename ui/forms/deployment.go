package forms

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// deployment are the lines of the deployment record (FL 2d, 5e): who, when, where
// and how, what the checklist found, exceptions, and the results as counts.
func (s *endShift) deployment(d shift.Deployment) []fyne.CanvasObject {
	if d.ID == "" {
		return []fyne.CanvasObject{widgets.NewBody(words.T("endshift.noshift"))}
	}
	var lines []fyne.CanvasObject
	say := func(key, text string) {
		if text != "" {
			lines = append(lines, fact(words.T(key), text))
		}
	}
	say("endshift.times", words.Moment(d.Start)+" – "+words.Clock(d.End))
	say("endshift.authority", d.Authority)
	say("endshift.area", d.Area)
	say("endshift.method", words.T("endshift.method.value", "N", len(d.Cameras)))
	say("endshift.cameras", strings.Join(d.Cameras, ", "))
	if len(d.Checklist) > 0 {
		say("endshift.checklist", ReadyState(d.Checklist))
	}
	say("endshift.calibration", d.Calibration)
	say("endshift.exceptions", exceptions(d))
	return append(lines, s.results(d.Statistics)...)
}

// exceptions lists what was out of the ordinary.
func exceptions(d shift.Deployment) string {
	var notes []string
	for _, x := range d.Exceptions {
		notes = append(notes, words.Clock(x.At)+"  "+x.Note)
	}
	if len(notes) == 0 {
		return words.T("form.none")
	}
	return strings.Join(notes, "\n")
}

// results are the shift's counts.
func (s *endShift) results(st shift.Statistics) []fyne.CanvasObject {
	line := func(key, text string) fyne.CanvasObject { return fact(words.T(key), text) }
	hits := s.hitsByCategory(st)
	if hits == "" {
		hits = words.T("form.none")
	}
	lines := []fyne.CanvasObject{line("endshift.reads", words.Number(st.Reads)+", "+words.Number(st.NonHits)), line("endshift.hits", hits)}
	if v := verdicts(st); v != "" {
		lines = append(lines, line("endshift.verdicts", v))
	}
	lines = append(lines, line("endshift.stops", fmt.Sprintf("%d, %s", st.Stops, percent(st.MisreadRate()))),
		line("endshift.notices", words.T("endshift.notices.value", "Given", st.NoticesGiven, "Not", st.NoticesNotGiven, "NoStop", st.NoStops)))
	if o := s.outcomes(st); o != "" {
		lines = append(lines, line("endshift.outcomes", o))
	}
	return append(lines, line("endshift.searches", fmt.Sprintf("%d, %d", st.Searches, st.EntriesProposed)),
		line("endshift.uptime", percent(st.UpTime())), line("endshift.frames", words.Number(st.Frames)+", "+words.Number(st.FramesDropped)))
}

// percent is a share as people read it.
func percent(share float64, ok bool) string {
	if !ok {
		return words.T("endshift.unknown")
	}
	text := fmt.Sprintf("%.1f", 100*share)
	if words.Language() == words.French {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text + "\u00a0%"
}

// outcomes lists counts in the policy's order.
func (s *endShift) outcomes(st shift.Statistics) string {
	var lines []string
	for _, o := range s.c.Pack().Outcomes {
		if n := st.Outcomes[o.Code]; n > 0 {
			lines = append(lines, fmt.Sprintf("%d  %s", n, o.Text.In(words.Language())))
		}
	}
	return strings.Join(lines, "\n")
}

// hitsByCategory lists counts, the gravest categories first.
func (s *endShift) hitsByCategory(st shift.Statistics) string {
	var lines []string
	for _, tier := range []policy.Tier{policy.Grave, policy.High, policy.Routine} {
		for _, c := range s.c.Pack().Categories {
			if n := st.HitsByCategory[c.ID]; n > 0 && c.Tier == tier {
				lines = append(lines, fmt.Sprintf("%d  %s", n, c.Name.In(words.Language())))
			}
		}
	}
	return strings.Join(lines, "\n")
}
