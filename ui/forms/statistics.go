package forms

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// statistics shows the counts of the shifts on this terminal as charts (IPC, Reviews
// and audits; FL 7b). It has no plate, name or place.
type statistics struct {
	c      *cruiser.Cruiser
	nav    Navigator
	period *choice
	state  *widgets.Text
	charts *fyne.Container
	page   fyne.CanvasObject
}

// The months that a report may go back.
var statisticMonths = []int{1, 3, 6, 12}

// NewStatistics returns the screen for those who may read the counts.
func NewStatistics(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	return newStatistics(c, nav).page
}

func newStatistics(c *cruiser.Cruiser, nav Navigator) *statistics {
	s := &statistics{c: c, nav: nav, state: widgets.NewBody(""), charts: widgets.NewColumn(2)}
	if !c.May(access.ActStatistics) {
		s.page = refused(nav, "statistics.title", "error.not-allowed")
		return s
	}
	var options []widgets.Option
	for _, n := range statisticMonths {
		options = append(options, widgets.Option{Key: strconv.Itoa(n), Text: words.T("statistics.months", "N", n)})
	}
	s.period = newChoice(words.T("statistics.period"), 150, options...)
	s.period.set("6")
	s.period.changed = s.load
	s.page = widgets.NewPage(words.T("statistics.title"), nav.Back, widgets.NewColumn(2, s.period, s.state, s.charts))
	s.load()
	return s
}

// load counts the months that were chosen, this one included.
func (s *statistics) load() {
	asked := s.period.key()
	months, err := strconv.Atoi(asked)
	if err != nil {
		return
	}
	to := s.c.Now()
	from := time.Date(to.Year(), to.Month()+1-time.Month(months), 1, 0, 0, 0, 0, to.Location())
	work(s.nav, func(ctx context.Context) func() {
		r, err := s.c.Report(ctx, from, to)
		return func() {
			if asked != s.period.key() {
				return // another period was chosen meanwhile
			}
			if err != nil {
				s.state.SetText(words.Error(err))
			} else {
				s.show(r)
			}
			s.page.Refresh()
		}
	})
}

// show draws a report.
func (s *statistics) show(r shift.Report) {
	t := r.Total.Statistics
	s.state.SetText(words.T("statistics.shifts", "N", int(r.Total.Deployments)) + " · " +
		words.T("statistics.sum", "Reads", words.Number(t.Reads), "Hits", words.Number(t.Hits()), "Rate", percent(t.MisreadRate())))
	chart := func(key string, o fyne.CanvasObject, n int) fyne.CanvasObject {
		if n == 0 {
			o = widgets.NewText(words.T("statistics.nothing"), theme.SizeBody, theme.ColorMuted, widgets.Wrapped)
		}
		return widgets.NewCard(words.T(key), o)
	}
	categories, verdicts, lists, rates := s.categories(t), verdictBars(t), listBars(t), misreads(r)
	s.charts.Objects = []fyne.CanvasObject{
		chart("statistics.misreads", widgets.NewCourse(rates...), len(rates)),
		widgets.NewGrid(columnWidth, chart("statistics.categories", widgets.NewBars(categories...), len(categories)),
			chart("statistics.verdicts", widgets.NewBars(verdicts...), len(verdicts))),
		chart("statistics.lists", widgets.NewBars(lists...), len(lists)),
	}
}

func counted(label string, n uint64) widgets.Measure {
	return widgets.Measure{Label: label, Value: strconv.FormatUint(n, 10), Size: float64(n)}
}

// categories counts hits, the gravest categories first, each with its tier's word.
func (s *statistics) categories(t shift.Statistics) (all []widgets.Measure) {
	for _, tier := range []policy.Tier{policy.Grave, policy.High, policy.Routine} {
		for _, c := range s.c.Pack().Categories {
			if n := t.HitsByCategory[c.ID]; n > 0 && c.Tier == tier {
				all = append(all, counted(c.Name.In(words.Language()), n))
			}
		}
	}
	return all
}

func verdictBars(t shift.Statistics) (all []widgets.Measure) {
	for _, v := range []hit.State{hit.Confirmed, hit.Misread, hit.WrongJurisdiction, hit.NotActionable, hit.NotReviewed} {
		if n := t.Verdicts[v]; n > 0 {
			all = append(all, counted(words.T("endshift.verdict."+string(v)), n))
		}
	}
	return all
}

// listBars are the mean ages of the lists when a shift began.
func listBars(t shift.Statistics) (all []widgets.Measure) {
	for _, l := range t.ListAges() {
		label := l.Name + " · " + words.T("statistics.oldest", "Age", words.Age(l.Oldest))
		if l.Old > 0 {
			label += " · " + words.T("statistics.old", "N", int(l.Old))
		}
		all = append(all, widgets.Measure{Label: label, Value: words.Age(l.Mean), Size: l.Mean.Hours()})
	}
	return all
}

// misreads is the misread rate of each month; none where nothing was judged.
func misreads(r shift.Report) (all []widgets.Measure) {
	for _, m := range r.Months {
		rate, ok := m.Statistics.MisreadRate()
		value := "–"
		if ok {
			value = strings.ReplaceAll(percent(rate, true), "\u00a0", "\u202f")
		}
		all = append(all, widgets.Measure{Label: fmt.Sprintf("%02d/%02d", m.Month.Month(), m.Month.Year()%100), Value: value, Size: rate, None: !ok})
	}
	return all
}
