package forms

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/app/hotlist"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// listsPart shows the hotlists in force, and takes in files.
type listsPart struct {
	s          *settings
	list       *fyne.Container
	path, name *widgets.Field
	save       *save
	busy       *busy
	report     *fyne.Container
	body       fyne.CanvasObject
}

func newListsPart(s *settings) *listsPart {
	p := &listsPart{s: s, list: widgets.NewColumn(1.5), report: widgets.NewColumn(0),
		path: widgets.NewField(words.T("lists.file"), words.T("lists.file.hint")),
		name: widgets.NewField(words.T("lists.name"), words.T("lists.name.hint")),
		busy: newBusy(words.T("action.cancel"))}
	p.save = newSave(s, words.T("lists.submit"), p.send)
	p.path.OnChanged(func(path string) {
		if value(p.name) == "" {
			p.name.Entry.SetPlaceHolder(nameOf(path))
		}
	})
	submits(p.send, p.path, p.name)
	p.report.Hide()
	p.body = widgets.NewGrid(columnWidth,
		widgets.NewColumn(2, widgets.NewCard(words.T("lists.inforce"), p.list), p.report),
		widgets.NewCard(words.T("lists.import"), widgets.NewColumn(2, pathField(s.nav, p.path, ".csv", ".CSV", ".txt", ".TXT", ".tbl", ".dat", ".zip", ".gz"), p.name, p.save.objects(), p.busy.Container)))
	p.show()
	return p
}

// nameOf proposes a list's name from its file's.
func nameOf(path string) string {
	base := filepath.Base(path)
	if path == "" || base == "." || base == string(filepath.Separator) {
		return ""
	}
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// show lists what is in force.
func (p *listsPart) show() {
	p.list.RemoveAll()
	for _, l := range p.s.c.Lists() {
		row := []fyne.CanvasObject{listMark(l), listText(l, p.s.c.Now())}
		if l.Name != hotlist.ManualList {
			row = append(row, widgets.NewButton(widgets.Secondary, words.T("lists.withdraw"), func() { p.withdraw(l) }))
		}
		p.list.Add(widgets.NewFillRow(1.5, 1, row...))
	}
	if len(p.list.Objects) == 0 {
		p.list.Add(widgets.NewBody(words.T("lists.none")))
	}
	p.s.page.Refresh()
}

func (p *listsPart) withdraw(l hotlist.Summary) {
	ask(p.s.nav, asked{title: words.T("lists.withdraw"), why: words.T("lists.withdraw.sure", "Name", l.Name, "N", l.Count),
		reason: words.T("settings.reason"), needed: "settings.reason.needed", yes: words.T("lists.withdraw"), no: words.T("action.cancel"),
		do: func(reason string) {
			prove(p.s.c, p.s.nav, func() {
				work(p.s.nav, func(ctx context.Context) func() {
					err := p.s.c.WithdrawListFor(ctx, l.Name, reason)
					return func() {
						if err != nil {
							p.save.problem.SetText(words.Error(err))
						} else {
							p.s.nav.Toast(words.T("lists.withdrawn", "Name", l.Name))
						}
						p.show()
					}
				})
			}, func() {})
		}})
}

// send reads the file and puts it in force.
func (p *listsPart) send() {
	name := value(p.name)
	if name == "" {
		name = p.name.Entry.PlaceHolder
	}
	f := form{needed(p.path, "lists.file.needed"), {p.name, func() string {
		if name == "" || name == hotlist.ManualList {
			return words.T("lists.name.needed")
		}
		return ""
	}}}
	if !p.save.begin(f) {
		return
	}
	p.report.Hide()
	path, reason := value(p.path), value(p.save.reason)
	p.save.proven(func() { p.run(path, name, reason) })
}

// run takes the file in, and shows how far it is.
func (p *listsPart) run(path, name, reason string) {
	var cancel context.CancelFunc
	p.busy.begin(words.T("lists.working"), func() { cancel() })
	p.s.page.Refresh()
	cancel = work(p.s.nav, func(ctx context.Context) func() {
		r, err := p.take(ctx, path, name, reason)
		return func() { p.done(name, r, err) }
	})
}

// errNoFile is returned for a file that cannot be opened.
var errNoFile = errors.New("the file cannot be opened")

// take runs the import, and shows how much of the file is read.
func (p *listsPart) take(ctx context.Context, path, name, reason string) (hotlist.Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return hotlist.Report{}, errNoFile // the cause names the path, and a path may name a person
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return hotlist.Report{}, errNoFile
	}
	var newest latest[float64]
	text := words.T("lists.working")
	in := &reader{ctx: ctx, from: file, name: path, tell: func(read int64) {
		newest.tell(float64(read)/float64(max(info.Size(), 1)), func(done float64) { p.busy.at(text, done) })
	}}
	return p.s.c.ImportListFor(ctx, name, reason, info.ModTime(), in)
}

func (p *listsPart) done(name string, r hotlist.Report, err error) {
	p.busy.Hide()
	fault := ""
	switch {
	case err == nil:
		p.path.SetText("")
		p.name.SetText("")
		p.name.Entry.SetPlaceHolder("")
		p.showReport(name, r, nil)
	case errors.Is(err, context.Canceled):
		fault = words.T("lists.cancelled")
	case errors.Is(err, errNoFile):
		p.path.SetError(words.T("lists.file.unreadable"))
		fault = words.T("form.fix")
	case errors.Is(err, hotlist.ErrHeldBack):
		fault = words.T("lists.held")
		p.showReport(name, r, err)
	case errors.Is(err, hotlist.ErrUnusable):
		fault = words.T("lists.bad", "Why", strings.Join(whyNot(r), "; "))
	default:
		fault = words.Error(err)
	}
	p.save.end(fault)
	p.show()
}
