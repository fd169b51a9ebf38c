package training

import "time"

// Answer is a trainee's verdict on one scripted hit.
type Answer struct {
	// Hit is the scripted hit's id, see [Scenario.Expect].
	Hit     string
	Verdict Verdict
	// Took is the time from the alert's appearance to the verdict.
	Took time.Duration
}

// Result says how an answer compares.
type Result string

const (
	Right       Result = "right"
	Wrong       Result = "wrong"
	NotAnswered Result = "not-answered"
)

// Line is one scripted hit in a report.
type Line struct {
	Hit      Hit
	Category string
	Result   Result
	// Given is the trainee's verdict and Took its time, both zero without one.
	Given Verdict
	Took  time.Duration
}

// Report is how a trainee did. It names scripted hits only; nothing in it is
// about a real plate or person.
type Report struct {
	// Lines has one line for each scripted hit, in the scenario's order.
	Lines                     []Line
	Right, Wrong, NotAnswered int
	// Mean is the mean time to a verdict, zero without answers.
	Mean time.Duration
}

// Score compares a trainee's answers with the script. The first answer to a hit
// counts: a second pass is practice. Answers to anything else are left out.
func Score(s *Scenario, answers []Answer) Report {
	first := map[string]Answer{}
	for _, a := range answers {
		if _, there := first[a.Hit]; !there {
			first[a.Hit] = a
		}
	}
	var r Report
	var sum time.Duration
	for _, h := range s.Hits {
		line := Line{Hit: h, Category: s.Entries[h.Entry].Category, Result: NotAnswered}
		if a, ok := first[h.ID]; ok {
			line.Given, line.Took = a.Verdict, a.Took
			line.Result = Wrong
			if a.Verdict == h.Expected {
				line.Result = Right
			}
			sum += a.Took
		}
		switch line.Result {
		case Right:
			r.Right++
		case Wrong:
			r.Wrong++
		case NotAnswered:
			r.NotAnswered++
		}
		r.Lines = append(r.Lines, line)
	}
	if n := r.Right + r.Wrong; n > 0 {
		r.Mean = sum / time.Duration(n)
	}
	return r
}
