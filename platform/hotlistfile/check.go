package hotlistfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/policy"
)

// Verdict is what a check comes to.
type Verdict string

const (
	// Clean: every row would be taken in.
	Clean Verdict = "clean"
	// Refusals: the list would be taken in without some rows, or is old.
	Refusals Verdict = "refusals"
	// HeldBack: the list looks cut off, and would not be taken in.
	HeldBack Verdict = "held-back"
	// Unusable: nothing of the file could be taken in.
	Unusable Verdict = "unusable"
)

// CheckOptions say how [Check] reads.
type CheckOptions struct {
	// File is the path of the list, Format the id of its layout or the path of a
	// layout file; empty recognises a built-in one.
	File, Format string
	// Pack, if it is not nil, has the categories that are allowed and the age from
	// which a list is old.
	Pack *policy.Pack
	// Agency is whose entries are expected; empty takes all.
	Agency string
	JSON   bool
	// Now is the present.
	Now time.Time
}

// Check reads a list file as the terminal would, keeps nothing, and prints the
// report to w: counts, row numbers and names of columns, never what stands in a
// row. It returns an error where the file or the layout cannot be read, or w
// failed; what is wrong with the list is in the verdict.
func Check(w io.Writer, o CheckOptions) (Verdict, error) {
	known, err := Layouts(o.Format)
	if err != nil {
		return Unusable, err
	}
	file, err := os.Open(o.File)
	if err != nil {
		return Unusable, fmt.Errorf("open the list: %w", err)
	}
	defer file.Close()
	options := hotlist.Options{FileName: filepath.Base(o.File), Agency: o.Agency, Now: o.Now}
	if o.Pack != nil {
		options.Allowed, options.ListAge = o.Pack.Listed, o.Pack.ListAge("")
	}
	report, err := hotlist.Import(file, known, options, func(hotlist.Entry) error { return nil })
	return Print(w, o, known, report, err)
}

// Print prints the report of a list that was read, and err, which is what reading
// it came to. known are the layouts that it was read with. It returns err where it
// is not the list's fault, and w's.
func Print(w io.Writer, o CheckOptions, known []hotlist.Layout, report hotlist.Report, err error) (Verdict, error) {
	verdict, err := judge(report, err)
	if err != nil && verdict == "" {
		return Unusable, err
	}
	if o.JSON {
		return verdict, printJSON(w, verdict, report, err)
	}
	return verdict, o.print(w, verdict, report, err, known)
}

// judge returns the verdict and what was wrong with the list; no verdict for an
// error that is not the list's fault.
func judge(r hotlist.Report, err error) (Verdict, error) {
	switch {
	case errors.Is(err, hotlist.ErrHeldBack):
		return HeldBack, err
	case errors.Is(err, hotlist.ErrUnusable):
		return Unusable, err
	case err != nil:
		return "", err
	case r.RefusedRows() > 0 || r.Old || r.FromFuture || r.BadHeader != nil:
		return Refusals, nil
	}
	return Clean, nil
}

// checked is a report as JSON.
type checked struct {
	Verdict    Verdict `json:"verdict"`
	Error      string  `json:"error,omitempty"`
	Duplicates int     `json:"duplicates"`
	Expired    int     `json:"expired"`
	hotlist.Report
}

func printJSON(w io.Writer, v Verdict, r hotlist.Report, fault error) error {
	out := checked{Verdict: v, Duplicates: r.Duplicates(), Expired: r.Expired(), Report: r}
	if fault != nil {
		out.Error = fault.Error()
	}
	if err := json.NewEncoder(w).Encode(out); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	return nil
}

func (o CheckOptions) print(w io.Writer, v Verdict, r hotlist.Report, fault error, known []hotlist.Layout) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name, format string, a ...any) { fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(format, a...)) }
	if i := slices.IndexFunc(known, func(l hotlist.Layout) bool { return l.ID == r.Layout }); i >= 0 {
		row("layout", "%s: %s", r.Layout, known[i].Name)
		row("text", "%s", r.Encoding)
	}
	if r.Files+r.Skipped > 1 {
		row("files", "%d read, %d in no layout that is known", r.Files, r.Skipped)
	}
	row("list date", "%s", dateOf(r, o.Now))
	row("complete", "%s", completeness(r))
	row("rows", "%d", r.Rows)
	row("accepted", "%d", r.Accepted)
	for _, id := range slices.Sorted(maps.Keys(r.ByCategory)) {
		row("  "+id, "%d", r.ByCategory[id])
	}
	row("refused", "%d", r.RefusedRows())
	for _, why := range r.Reasons() {
		row("  "+string(why), "%d, %s", r.Refused[why].Count, places(r.Refused[why]))
	}
	row("duplicates", "%d", r.Duplicates())
	row("expired", "%d", r.Expired())
	row("dropped", "%s", dropped(r))
	if o.Pack == nil {
		row("pack", "none named: every category was accepted")
	}
	row("verdict", "%s", v)
	if fault != nil {
		row("why", "%v", fault)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	return nil
}

func dateOf(r hotlist.Report, now time.Time) string {
	switch {
	case r.BadHeader != nil:
		return fmt.Sprintf("cannot be read, row %d", r.BadHeader.Row)
	case r.Made.IsZero():
		return "none in the file"
	}
	s := fmt.Sprintf("%s, %.0f hours old", r.Made.Format("2006-01-02 15:04"), now.Sub(r.Made).Hours())
	switch {
	case r.FromFuture:
		s = r.Made.Format("2006-01-02 15:04") + ": IN THE FUTURE"
	case r.Old:
		s += ": OLD"
	}
	return s
}

func completeness(r hotlist.Report) string {
	switch r.Complete {
	case hotlist.Complete:
		return "yes, as its footer counts"
	case hotlist.Truncated:
		return "NO"
	}
	return "no sign that it is cut off; it has no footer to tell"
}

// places names the first rows that were refused for one reason.
func places(f hotlist.Refusal) string {
	var out []string
	for _, at := range f.First {
		s := fmt.Sprint(at.Row)
		if at.File > 0 {
			s = fmt.Sprintf("%d of file %d", at.Row, at.File)
		}
		if at.Column != "" {
			s += " (" + at.Column + ")"
		}
		out = append(out, s)
	}
	if f.Count > len(f.First) {
		out = append(out, "…")
	}
	return "row " + strings.Join(out, ", ")
}

// dropped names the columns that were not taken in, those about persons first.
func dropped(r hotlist.Report) string {
	var personal, other []string
	for _, d := range r.Dropped {
		if d.Personal {
			personal = append(personal, d.Name+" (personal)")
		} else {
			other = append(other, d.Name)
		}
	}
	for _, at := range r.UnknownColumns {
		other = append(other, fmt.Sprintf("column %d, of unknown name", at))
	}
	if len(personal)+len(other) == 0 {
		return "nothing"
	}
	return strings.Join(append(personal, other...), "; ")
}
