package training

import (
	"strconv"
	"strings"
	"time"

	"secondlook/app/policy"
)

// Debrief is a report in words, for the screen and for paper. It has no place for a
// trainee's name.
type Debrief struct {
	// Language is "en" or "fr".
	Language string
	// Name and Summary are the scenario's.
	Name, Summary Text
	// Pack has the words for categories, reasons and outcomes.
	Pack   *policy.Pack
	Report Report
}

// Say returns the text of a key; args are pairs of a placeholder's name and its value.
type Say func(key string, args ...string) string

// Fact is a line of a debrief. Well is false where it tells of something that was not
// as it should be.
type Fact struct {
	Label, Text string
	Well        bool
}

// Figures are the counts over the whole scenario.
func (d Debrief) Figures(say Say) []Fact {
	r := d.Report
	n := strconv.Itoa
	all := []Fact{
		{say("fig.right"), n(r.Right), true},
		{say("fig.wrong"), n(r.Wrong), r.Wrong == 0},
		{say("fig.open"), n(r.NotAnswered), r.NotAnswered == 0},
	}
	if r.Mean > 0 {
		all = append(all, Fact{say("fig.mean"), say("seconds", "Seconds", d.seconds(r.Mean)), true})
	}
	all = append(all, Fact{say("fig.late"), n(r.Late), r.Late == 0}, Fact{say("fig.fast"), n(r.TooFast), r.TooFast == 0})
	if r.Flagged {
		all = append(all, Fact{say("fig.flagged"), say("flagged"), false})
	}
	if r.Steps > 0 {
		all = append(all, Fact{say("fig.steps"), say("of", "Fit", n(r.Fit), "All", n(r.Steps)), r.Fit == r.Steps})
	}
	return all
}

// Facts are what there is to say about a hit, the verdict first and what there was to
// see last.
func (d Debrief) Facts(l Line, say Say) []Fact {
	expected := say("verdict." + string(l.Hit.Expected))
	see := Fact{say("label.see"), l.Hit.Debrief.In(d.Language), true}
	if l.Result == NotAnswered {
		return []Fact{{say("label.verdict"), say("expected", "Given", say("result.not-answered"), "Expected", expected), false}, see}
	}
	verdict := say("verdict." + string(l.Given))
	if l.Result == Wrong {
		verdict = say("expected", "Given", verdict, "Expected", expected)
	}
	all := []Fact{{say("label.verdict"), verdict, l.Result == Right}, {say("label.time"), d.time(l, say), !l.Late && !l.TooFast}}
	for _, s := range []struct {
		label    string
		step     Step
		name     func(string) string
		expected []string
	}{
		{"label.record", l.Record, func(code string) string { return say("record." + code) }, []string{string(l.Hit.AgencySays())}},
		{"label.notice", l.Notice, func(code string) string { return d.notice(code, say) }, l.Hit.Notices},
		{"label.outcome", l.Outcome, func(code string) string { return d.choice(d.Pack.Outcomes, code) }, l.Hit.Outcomes},
	} {
		if s.step.Mark == NotDue {
			continue
		}
		var names []string
		for _, code := range s.expected {
			names = append(names, s.name(code))
		}
		text := say("mark." + string(s.step.Mark))
		if s.step.Got != "" {
			text = say("marked", "Got", s.name(s.step.Got), "Mark", text)
		}
		if s.step.Mark != Fits && len(names) > 0 {
			text = say("expected", "Given", text, "Expected", strings.Join(names, " / "))
		}
		all = append(all, Fact{say(s.label), text, s.step.Mark == Fits})
	}
	return append(all, see)
}

// time is how long the verdict took, of how long it may.
func (d Debrief) time(l Line, say Say) string {
	text := say("took", "Seconds", d.seconds(l.Took), "Target", d.seconds(l.Target))
	switch {
	case l.Late:
		return say("marked", "Got", text, "Mark", say("late"))
	case l.TooFast:
		return say("marked", "Got", text, "Mark", say("fast"))
	}
	return text
}

// Category is the name of a line's category.
func (d Debrief) Category(l Line) string {
	c, ok := d.Pack.Category(l.Category)
	if !ok {
		return l.Category
	}
	return c.Name.In(d.Language)
}

func (d Debrief) notice(code string, say Say) string {
	if code == NoticeGiven || code == NoticeNoStop {
		return say("notice." + code)
	}
	return d.choice(d.Pack.Notice.NotGiven, code)
}

func (d Debrief) choice(choices []policy.Choice, code string) string {
	for _, c := range choices {
		if c.Code == code {
			return c.Text.In(d.Language)
		}
	}
	return code
}

// seconds is a time in seconds with one decimal where it has one.
func (d Debrief) seconds(t time.Duration) string {
	text := strconv.FormatFloat(t.Round(100*time.Millisecond).Seconds(), 'f', -1, 64)
	if d.Language == "fr" {
		return strings.Replace(text, ".", ",", 1)
	}
	return text
}
