package forms

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/app/hotlist"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// whyNot says why a whole file was not taken in.
func whyNot(r hotlist.Report) (why []string) {
	for _, f := range r.Faults {
		var args []any
		for i, v := range f.Values {
			args = append(args, string(rune('A'+i)), v)
		}
		why = append(why, words.T("lists.fault."+string(f.Code), args...))
	}
	return why
}

// showReport says what became of a file and of each of its rows; never what stood in
// them. held is why the list was held back, nil for one that is in force.
func (p *listsPart) showReport(name string, r hotlist.Report, held error) {
	body := widgets.NewColumn(0.5)
	if held != nil {
		body.Add(marked("warning", words.T("lists.report.held"), theme.ColorHigh))
		for _, why := range whyNot(r) {
			body.Add(widgets.NewText(why, theme.SizeBody, theme.ColorHigh, widgets.Wrapped))
		}
	} else {
		body.Add(marked("exact", words.T("lists.report.inforce"), theme.ColorOK))
	}
	body.Add(p.source(r))
	body.Add(count("lists.report.rows", r.Rows, theme.ColorText))
	body.Add(count("lists.report.accepted", r.Accepted, theme.ColorOK))
	for _, c := range p.s.c.Pack().Categories {
		if n := r.ByCategory[c.ID]; n > 0 {
			body.Add(widgets.NewFillRow(1, 1, tierMark(c.Tier), widgets.NewBody(c.Name.In(words.Language())), widgets.NewText(fmt.Sprint(n), theme.SizeBody, theme.ColorText, widgets.Whole)))
		}
	}
	p.refused(body, r)
	if n := len(r.UnknownColumns) + len(r.Dropped); n > 0 {
		body.Add(widgets.NewSmall(words.T("lists.report.columns", "N", n)))
	}
	p.report.Objects = []fyne.CanvasObject{widgets.NewCard(words.T("lists.report", "Name", name), body)}
	p.report.Show()
}

// source is the layout that was read and the list's own date, marked where that
// cannot be right or is too long ago.
func (p *listsPart) source(r hotlist.Report) fyne.CanvasObject {
	text := words.T("lists.report.layout", "Layout", r.Layout)
	switch {
	case r.BadHeader != nil:
		text += " · " + words.T("lists.report.nodate", "Row", r.BadHeader.Row)
	case r.FromFuture:
		text += " · " + words.T("lists.report.future", "Moment", words.Moment(r.Made))
	case r.Old:
		text += " · " + words.T("lists.made", "Moment", words.Moment(r.Made)) + ", " + words.T("lists.old")
	case !r.Made.IsZero():
		return widgets.NewSmall(text + " · " + words.T("lists.made", "Moment", words.Moment(r.Made)))
	default:
		return widgets.NewSmall(text)
	}
	return widgets.NewFillRow(1, 1, widgets.NewMark("warning", theme.ColorHigh, 20), widgets.NewText(text, theme.SizeSmall, theme.ColorHigh, widgets.Wrapped))
}

// refused adds how many rows were refused for which reason, and which came first.
func (p *listsPart) refused(body *fyne.Container, r hotlist.Report) {
	refused := r.RefusedRows()
	colour := theme.ColorHigh
	if refused == 0 {
		colour = theme.ColorMuted
	}
	body.Add(count("lists.report.refused", refused, colour))
	if refused == 0 {
		body.Add(widgets.NewSmall(words.T("lists.report.clean")))
	}
	for _, why := range r.Reasons() {
		f := r.Refused[why]
		text := widgets.NewBody(words.T("lists.why."+string(why)) + " (" + places(f) + ")")
		body.Add(widgets.NewFillRow(1, 0, text, widgets.NewText(fmt.Sprint(f.Count), theme.SizeBody, theme.ColorText, widgets.Whole)))
	}
}

// count is a number with what it counts.
func count(key string, n int, c fyne.ThemeColorName) fyne.CanvasObject {
	number := widgets.NewText(fmt.Sprint(n), theme.SizeBody, c, widgets.Whole)
	number.Style = theme.Bold
	return widgets.NewFillRow(1, 0, heading(words.T(key)), number)
}

// places names the first rows that were refused for one reason.
func places(f hotlist.Refusal) string {
	rows := make([]string, 0, len(f.First))
	for _, at := range f.First {
		row := fmt.Sprint(at.Row)
		if at.File > 0 {
			row = words.T("lists.report.place", "Row", at.Row, "File", at.File)
		}
		rows = append(rows, row)
	}
	text := words.T("lists.report.rownumbers", "N", f.Count, "Rows", strings.Join(rows, ", "))
	if more := f.Count - len(f.First); more > 0 {
		text += " " + words.T("lists.report.more", "N", more)
	}
	return text
}
