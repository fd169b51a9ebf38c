package forms

import (
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/ui/gallery/props"
)

// halfYear is a screen over half a year: a month without a verdict, and a list past its limit.
func halfYear(x *terminal) fyne.CanvasObject {
	s := newStatistics(x.Cruiser, x)
	s.show(shift.Summarise(props.HalfYear(x.Pack()), nil, start.AddDate(0, -5, -1), start))
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
	term.mustRead("6 shifts", "14 400 reads", "read wrong 16.7 % of those judged", "Misread rate by month", "20.0", "Hits by category", "Stolen vehicle", "Verdicts", "100", "15",
		"CPIC · at most 45 h · past its limit 2 times", "22 h")
	term.signIn(officerBadge, officerPIN)
	term.open(NewStatistics(term.Cruiser, term))
	require.False(t, term.reads("Misread rate by month"), "an officer does not read them")
}
