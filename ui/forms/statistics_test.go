package forms

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/app/hit"
	"secondlook/app/shift"
)

// halfYear is a screen over half a year: a month without a verdict, and a list past its limit.
func halfYear(x *terminal) fyne.CanvasObject {
	s := newStatistics(x.Cruiser, x)
	var all []shift.Deployment
	for i, wrong := range []uint64{4, 3, 0, 5, 2, 1} {
		d := shift.Deployment{ID: string(rune('a' + i)), Terminal: "Car 4127", Start: start.AddDate(0, i-5, 0), End: start.AddDate(0, i-5, 0).Add(8 * time.Hour)}
		d.Statistics.Reads = 2400
		for _, c := range x.Pack().Categories {
			d.Statistics.CountHit(c.ID, uint64(1+len(c.ID)%7))
		}
		if i != 2 {
			d.Statistics.CountVerdict(hit.Confirmed, 20)
			d.Statistics.CountVerdict(hit.Misread, wrong)
			d.Statistics.CountVerdict(hit.WrongJurisdiction, 1)
			d.Statistics.CountVerdict(hit.NotReviewed, 2)
		}
		d.Statistics.Lists = []shift.ListAge{{Name: "MTO", Age: 20 * time.Hour}, {Name: "CPIC", Age: time.Duration(i) * 9 * time.Hour, Old: i > 3}}
		all = append(all, d)
	}
	s.show(shift.Summarise(all, nil, start.AddDate(0, -5, 0), start))
	s.page.Refresh()
	return s.page
}

// Row 30: supervisors and auditors see the counts as charts that need no colour:
// every bar and point bears its value.
func TestRequirement30_StatisticsAsCharts(t *testing.T) {
	term := newTerminal(t)
	watched(term)
	term.open(NewStatistics(term.Cruiser, term))
	term.mustRead("0 shifts", "Nothing was counted in this time.")
	require.Contains(t, term.texts(), "–", "a month without a verdict has no rate")
	term.open(halfYear(term))
	term.mustRead("6 shifts", "14400 reads", "misread 16.7 %", "Misread rate by month", "20.0", "Hits by category", "Stolen vehicle", "Verdicts", "100", "15",
		"CPIC · at most 45 h · past its limit 2 times", "22 h")
	term.signIn(officerBadge, officerPIN)
	term.open(NewStatistics(term.Cruiser, term))
	require.False(t, term.reads("Misread rate by month"), "an officer does not read them")
}
