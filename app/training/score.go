package training

import (
	"slices"
	"time"

	"secondlook/app/hit"
	"secondlook/app/review"
)

// UsualTarget is how long a verdict may take where a scenario does not say.
const UsualTarget = 15 * time.Second

// What a trainee's notice may be, beside the policy's codes for not giving it.
const (
	NoticeGiven  = "given"
	NoticeNoStop = "no-stop"
)

// Answer is all that a trainee did about one scripted hit.
type Answer struct {
	// Hit is the scripted hit's id, see [Scenario.Expect].
	Hit     string
	Verdict Verdict
	// Seen is the time from the alert's appearance to the verdict, Took the same
	// without the time in which the scenario stood.
	Seen, Took time.Duration
	// Asked is set when the agency was asked before the record check was answered.
	Asked bool
	// Record, Notice and Outcome are what was recorded, "" while it was not: how the
	// record stands, [NoticeGiven], [NoticeNoStop] or a reason's code, and an outcome's.
	Record          hit.Activity
	Notice, Outcome string
}

// Result says how an answer compares.
type Result string

const (
	Right       Result = "right"
	Wrong       Result = "wrong"
	NotAnswered Result = "not-answered"
)

// Mark says how a step after a correct read compares with what the scenario expects.
type Mark string

const (
	// Fits: as the scenario expects, or it expects nothing in particular.
	Fits Mark = "fits"
	// Differs: something else.
	Differs Mark = "differs"
	// NotRecorded: nothing was recorded.
	NotRecorded Mark = "not-recorded"
	// NotAsked: a record check was answered without asking the agency.
	NotAsked Mark = "not-asked"
	// NotDue: the verdict leads to no such step.
	NotDue Mark = "not-due"
)

// Step is one step after a correct read. Got is its code, "" for nothing.
type Step struct {
	Mark Mark
	Got  string
}

// Line is one scripted hit in a report.
type Line struct {
	Hit      Hit
	Category string
	Result   Result
	// Given is the trainee's verdict and Took its time, both zero without one; Target
	// is how long it may take.
	Given        Verdict
	Took, Target time.Duration
	// Late is set where it took longer. TooFast is set where the alert was visible for
	// so short a time that a supervisor's review counts it.
	Late, TooFast           bool
	Record, Notice, Outcome Step
}

// Report is how a trainee did. It names scripted hits only; nothing in it is
// about a real plate or person.
type Report struct {
	// Lines has one line for each scripted hit, in the scenario's order.
	Lines                     []Line
	Right, Wrong, NotAnswered int
	// Mean is the mean time to a verdict, zero without answers.
	Mean time.Duration
	// Late and TooFast count verdicts; Flagged is set where so many too fast ones came
	// on end that a supervisor's review flags them.
	Late, TooFast int
	Flagged       bool
	// Steps counts record checks, notices and outcomes that were due, Fit those of them
	// that were as expected.
	Steps, Fit int
}

// Score compares a trainee's answers, in the order in which they were given, with the
// script. The first answer to a hit counts: a second pass is practice. Answers to
// anything else are left out. limits are those of the reviews (IPC, Reviews and audits).
func Score(s *Scenario, answers []Answer, limits review.Limits) Report {
	first := map[string]Answer{}
	var r Report
	var sum time.Duration
	run := 0
	for _, a := range answers {
		_, again := first[a.Hit]
		if again || !slices.ContainsFunc(s.Hits, func(h Hit) bool { return h.ID == a.Hit }) {
			continue
		}
		first[a.Hit] = a
		sum += a.Took
		if run++; !limits.TooFast(a.Seen) {
			run = 0
		}
		r.Flagged = r.Flagged || limits.Flags(run)
	}
	for _, h := range s.Hits {
		line := Line{Hit: h, Category: s.Entries[h.Entry].Category, Result: NotAnswered, Target: s.TargetOf(h),
			Record: Step{Mark: NotDue}, Notice: Step{Mark: NotDue}, Outcome: Step{Mark: NotDue}}
		if a, ok := first[h.ID]; ok {
			line.compare(a, limits)
		}
		r.count(line)
	}
	if n := r.Right + r.Wrong; n > 0 {
		r.Mean = sum / time.Duration(n)
	}
	return r
}

// count adds a line.
func (r *Report) count(l Line) {
	r.Lines = append(r.Lines, l)
	switch l.Result {
	case Right:
		r.Right++
	case Wrong:
		r.Wrong++
	case NotAnswered:
		r.NotAnswered++
	}
	if l.Late {
		r.Late++
	}
	if l.TooFast {
		r.TooFast++
	}
	for _, s := range []Step{l.Record, l.Notice, l.Outcome} {
		if s.Mark != NotDue {
			r.Steps++
		}
		if s.Mark == Fits {
			r.Fit++
		}
	}
}

// compare fills a line in from an answer. The steps are compared after a correct read
// that is one: after any other the verdict itself is what there is to say.
func (l *Line) compare(a Answer, limits review.Limits) {
	l.Given, l.Took, l.Result = a.Verdict, a.Took, Wrong
	l.Late, l.TooFast = a.Took > l.Target, limits.TooFast(a.Seen)
	if a.Verdict == l.Hit.Expected {
		l.Result = Right
	}
	if l.Result != Right || a.Verdict != Correct {
		return
	}
	says := l.Hit.AgencySays()
	l.Record = step(string(a.Record), []string{string(says)})
	if a.Record != "" && !a.Asked {
		l.Record.Mark = NotAsked
	}
	if says == hit.NotActive || a.Record == hit.NotActive {
		return // the hit ends there, or should have
	}
	l.Notice, l.Outcome = step(a.Notice, l.Hit.Notices), step(a.Outcome, l.Hit.Outcomes)
}

// step compares what was recorded with what is expected; nothing in particular is
// expected where there are no codes.
func step(got string, expected []string) Step {
	switch {
	case got == "":
		return Step{Mark: NotRecorded}
	case len(expected) > 0 && !slices.Contains(expected, got):
		return Step{Differs, got}
	}
	return Step{Fits, got}
}

// TargetOf is how long the verdict on a hit may take.
func (s *Scenario) TargetOf(h Hit) time.Duration {
	switch {
	case h.Target > 0:
		return h.Target
	case s.Target > 0:
		return s.Target
	}
	return UsualTarget
}

// AgencySays is what the agency answers when it is asked whether the record is active.
func (h Hit) AgencySays() hit.Activity {
	if h.Record == "" {
		return hit.Active
	}
	return h.Record
}
