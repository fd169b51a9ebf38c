package forms

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

func hexOf(hash [32]byte) string { return hex.EncodeToString(hash[:]) }

// auditExport writes a signed copy of the audit record to a file, with a reason.
type auditExport struct {
	c   *cruiser.Cruiser
	nav Navigator

	format       *choice
	period       *period
	reason, path *widgets.Field
	problem      *widgets.Banner
	said, check  *widgets.Text
	done         *fyne.Container
	submit       *widgets.Button
	page         *fyne.Container
}

// daysOfYear is what is offered at first: a review's year (IPC, Reviews and audits).
const daysOfYear = 365

func newAuditExport(c *cruiser.Cruiser, nav Navigator, back func()) *auditExport {
	x := &auditExport{c: c, nav: nav, period: newPeriod(c.Now, daysOfYear),
		format: newChoice(words.T("audit.format"), 200, widgets.Option{Key: string(audit.JSONLines), Text: "JSON Lines"}, widgets.Option{Key: string(audit.CSV), Text: "CSV"}),
		reason: widgets.NewField(words.T("audit.export.reason"), ""), path: widgets.NewField(words.T("audit.path"), words.T("audit.path.hint")),
		problem: widgets.NewProblem(""), said: widgets.NewBody(""), check: widgets.NewSmall("")}
	x.problem.SetText("")
	x.format.set(string(audit.JSONLines))
	if home, err := os.UserHomeDir(); err == nil {
		// No car, person or reason: everybody sees the names of files.
		x.path.SetText(filepath.Join(home, "audit-"+c.Now().Format("20060102-150405")))
	}
	x.done = widgets.NewColumn(1, widgets.NewFillRow(1, 1, marked("exact", "", theme.ColorOK), x.said), x.check)
	x.done.Hide()
	x.submit = widgets.NewIconButton(widgets.Primary, "dock", words.T("audit.export.submit"), x.send)
	submits(x.send, x.reason, x.path, x.period.from, x.period.until)
	what := widgets.NewCard(words.T("audit.export.what"), widgets.NewColumn(2, x.period.body, x.format))
	where := widgets.NewCard(words.T("audit.export.where"), widgets.NewColumn(2, x.reason, x.path))
	x.page = widgets.NewPage(words.T("audit.export.title"), back,
		widgets.NewColumn(2, widgets.NewNotice(words.T("audit.export.lead")), x.problem, x.done, widgets.NewGrid(columnWidth, what, where)), x.submit)
	return x
}

func (x *auditExport) send() {
	if x.submit.Disabled() {
		return
	}
	x.problem.SetText("")
	x.done.Hide()
	ok := append(x.period.form(), needed(x.reason, "audit.export.reason.needed"), needed(x.path, "audit.path.needed")).ok(x.nav.Window())
	x.page.Refresh()
	if !ok {
		return
	}
	f := audit.Format(x.format.key())
	path := value(x.path)
	if filepath.Ext(path) != "."+string(f) {
		path += "." + string(f)
	}
	from, until := x.period.bounds()
	reason := value(x.reason)
	x.submit.Disable()
	work(x.nav, func(ctx context.Context) func() {
		h, err := writeCopy(ctx, x.c, path, f, from, until, reason)
		return func() { x.wrote(path, h, err) }
	})
}

func (x *auditExport) wrote(path string, h audit.Header, err error) {
	x.submit.Enable()
	switch {
	case errors.Is(err, fs.ErrExist):
		x.path.SetError(words.T("audit.path.taken"))
		focus(x.nav.Window(), x.path)
	case errors.Is(err, errFile):
		x.path.SetError(words.T("audit.path.bad"))
		focus(x.nav.Window(), x.path)
	case err != nil:
		x.problem.SetText(words.Error(err))
	default:
		x.said.SetText(words.T("audit.written", "N", int(h.Last-h.First+1), "Path", path, "First", h.First, "Last", h.Last))
		x.check.SetText(words.T("audit.written.check", "File", filepath.Base(path), "Key", grouped(audit.KeyText(h.Key))))
		x.done.Show()
	}
	x.page.Refresh()
}

// writeCopy writes a copy to a new file.
func writeCopy(ctx context.Context, c *cruiser.Cruiser, path string, f audit.Format, from, until time.Time, reason string) (h audit.Header, err error) {
	err = newFile(path, func(file io.Writer) error {
		copied, err := c.ExportAudit(ctx, from, until, reason)
		if err != nil {
			return err
		}
		h = copied.Header
		return copied.Write(file, f)
	})
	return h, err
}
