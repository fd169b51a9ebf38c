package hotlist

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"secondlook/app/scrub"
)

var (
	// ErrUnusable is returned for a file of which nothing can be taken in; the error
	// says what is wrong and what to do.
	ErrUnusable = errors.New("the list in force stays as it is")
	// ErrHeldBack is returned for a file that reads well but looks cut off, or is so
	// much shorter than the list in force that an administrator should look at it.
	// The report has the details.
	ErrHeldBack = errors.New("the list is held back, and the list in force stays as it is")
)

// DefaultMaxEntries is how many entries a list may have where [Options] say
// nothing else.
const DefaultMaxEntries = 12_000_000

// Options are how [Import] reads.
type Options struct {
	// Format is the id of the file's layout; empty recognises it.
	Format string
	// FileName is the file's name without its folder: feeds whose files look alike
	// are told apart by it. Empty, it is that of r, if r has a Name as an [os.File]
	// has. It is not printed.
	FileName string
	// Allowed reports whether a category may be on a hotlist; nil allows all.
	Allowed func(category string) bool
	// Agency is whose entries are expected: rows whose agency does not begin with
	// it are refused. Empty takes all.
	Agency string
	// Now decides what has expired; zero is the present.
	Now time.Time
	// Zone is where a day ends that stands without a time; nil is the machine's.
	Zone *time.Location
	// ListAge is the age of a list that counts as old; zero is no limit.
	ListAge time.Duration
	// Previous is how many entries the list in force has, and MaxShrink by how many
	// per cent the new one may be shorter. Zero of either is no limit.
	Previous, MaxShrink int
	// MaxEntries bounds the list; zero is [DefaultMaxEntries].
	MaxEntries int
	// keepExpired takes in what has expired too: a comparison of two files leaves it
	// to the car, whose clock and zone decide.
	keepExpired bool
}

// Import reads a list file in one of the layouts, the generic CSV if there are
// none, and hands each entry to keep,
// while it reads, in a goroutine that has ended when Import returns. Zip and gzip files are read as they are, of a zip file every
// file that is in one of the layouts; texts may be UTF-8, UTF-16 or Windows-1252.
// r is best an [os.File] or another [io.ReaderAt]: a zip file is held in memory
// otherwise.
//
// A bad row is refused by itself; the [Report] says where and why. Fields that
// the layout does not take are dropped at the door. No error or report holds
// content of a row.
//
// keep gets an entry with the ID of an earlier one where a row repeats it with a
// later end: it replaces the earlier one. What keep has got counts only if Import
// returns no error: after [ErrUnusable], [ErrHeldBack], an error of r or one of
// keep's own, the caller throws it away.
func Import(r io.Reader, layouts []Layout, o Options, keep func(Entry) error) (Report, error) {
	return run(r, layouts, o, func(e Entry, _ int) error { return keep(e) })
}

// Read is [Import] into a [List], without a name and times.
func Read(r io.Reader, layouts []Layout, o Options) (List, Report, error) {
	var l List
	report, err := run(r, layouts, o, func(e Entry, at int) error {
		if at < len(l.Entries) {
			l.Entries[at] = e
		} else {
			l.Entries = append(l.Entries, e)
		}
		return nil
	})
	if err != nil {
		return List{}, report, err
	}
	return l, report, nil
}

// ReadCSV is [Read] for the generic CSV, see [Generic].
func ReadCSV(r io.Reader, o Options) (List, Report, error) {
	return Read(r, nil, o)
}

// importer is one run of [Import].
type importer struct {
	o      Options
	plans  []*plan
	report Report
	pipe   *pipe
	values
	// seen, keep and scratch are those of keeping, the rest of reading. Of the
	// report, keeping has what is accepted and refused.
	seen    seenTable
	keep    func(e Entry, at int) error
	scratch []byte
	// held is why the list is held back.
	held []held
}

func run(r io.Reader, layouts []Layout, o Options, keep func(e Entry, at int) error) (Report, error) {
	im, err := newImporter(layouts, o, keep)
	if err != nil {
		return Report{}, err
	}
	if named, ok := r.(interface{ Name() string }); ok && o.FileName == "" {
		o.FileName = filepath.Base(named.Name())
	}
	reading := make(chan error, 1)
	go func() {
		var err error
		scrub.Around(func() { err = sources(r, o.FileName, im.source) })
		im.pipe.close()
		reading <- err
	}()
	keptErr := im.keepAll()
	err = cmp.Or(keptErr, <-reading)
	if err == nil {
		err = im.judge()
	}
	im.report.Faults = append(im.report.Faults, faultsOf(err)...)
	return im.report, err
}

// complete fills in what the zero of a field stands for.
func (o Options) complete() Options {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.MaxEntries <= 0 {
		o.MaxEntries = DefaultMaxEntries
	}
	return o
}

func newImporter(layouts []Layout, o Options, keep func(e Entry, at int) error) (*importer, error) {
	o = o.complete()
	if len(layouts) == 0 {
		layouts = []Layout{Generic()}
	}
	im := &importer{o: o, pipe: newPipe(), keep: keep, report: Report{ByCategory: map[string]int{}}, values: newValues()}
	for i := range layouts {
		if err := layouts[i].Validate(); err != nil {
			return nil, fmt.Errorf("layout %s: %w", layouts[i].ID, err)
		}
		if o.Format == "" || o.Format == layouts[i].ID {
			im.plans = append(im.plans, newPlan(&layouts[i], o.Zone))
		}
	}
	if len(im.plans) == 0 {
		return nil, fmt.Errorf("there is no layout %q", o.Format)
	}
	return im, nil
}

// source takes one text in.
func (im *importer) source(s source) error {
	err := im.list(s)
	switch {
	case err == nil || errors.Is(err, ErrUnusable):
		return err
	case errors.Is(err, errExpands):
		return unusable(FaultExpands, "the packed file expands beyond measure: unpack it first, if it is a list")
	case errors.Is(err, io.ErrUnexpectedEOF) || isFormat(err):
		if im.report.Rows == 0 {
			return damaged(err)
		}
		im.hold(FaultPackedCut, "the packed file is damaged or cut off")
		return nil
	}
	return err
}

// list reads one text: recognises its layout, then takes its rows.
func (im *importer) list(s source) error {
	raw := newRowReader(s.in, bufferSize)
	in, encoding := decoded(raw.in)
	if in != raw.in {
		raw = newRowReader(in, bufferSize)
	}
	p, err := im.choose(raw, s)
	if err != nil || p == nil {
		return err
	}
	im.report.Layout, im.report.Encoding = p.layout.ID, encoding
	im.report.Files++
	for _, d := range p.layout.Drops() {
		if !slices.Contains(im.report.Dropped, d) {
			im.report.Dropped = append(im.report.Dropped, d)
		}
	}
	t := &taker{importer: im, plan: p, rows: raw, file: s.number}
	err = t.run()
	if raw.latin > 0 && encoding == UTF8 {
		im.report.Encoding = Windows1252
	}
	return err
}

// choose returns the plan for a text; none, without an error, for one of several
// files of a zip file that is no list.
func (im *importer) choose(rows *rowReader, s source) (*plan, error) {
	sample, err := rows.in.Peek(bufferSize)
	if err != nil && err != io.EOF && len(sample) == 0 {
		return nil, fmt.Errorf("read hotlist: %w", err)
	}
	switch {
	case len(bytes.TrimSpace(sample)) == 0 && len(sample) < bufferSize:
		if s.choice {
			im.report.Skipped++
			return nil, nil
		}
		return nil, unusable(FaultEmpty, "the file is empty: ask its source for a new one")
	case bytes.IndexByte(sample, 0) >= 0:
		if s.choice {
			im.report.Skipped++
			return nil, nil
		}
		return nil, unusable(FaultNotText, "the file is not text (a spreadsheet or a picture?): save it as CSV, and import it again")
	case len(im.plans) == 1 && !s.choice:
		return im.plans[0], nil
	}
	if len(sample) == bufferSize { // the last line is cut off
		if end := bytes.LastIndexByte(sample, '\n'); end > 0 {
			sample = sample[:end]
		}
	}
	best, equal := recognise(sample, s.name, im.plans, im.o.Now)
	switch {
	case best != nil:
		return best, nil
	case len(equal) > 1:
		var ids []string
		for _, p := range equal {
			ids = append(ids, p.layout.ID)
		}
		return nil, unusable(FaultManyLayouts, "the file could be any of %s: name the format", strings.Join(ids, ", "))
	case s.choice:
		im.report.Skipped++
		return nil, nil
	}
	return nil, unusable(FaultUnknownLayout, "the file is in no layout that is known: name the format, or describe its layout")
}

// judge looks at the list as a whole, after its last row.
func (im *importer) judge() error {
	r, o := &im.report, im.o
	switch {
	case r.Layout == "" && r.Skipped > 0:
		return unusable(FaultZipLayouts, "no file in the zip file has a layout that is known: name the format, or take the list out of it")
	case r.Layout == "":
		return unusable(FaultEmpty, "the file is empty: ask its source for a new one")
	}
	if len(im.held) > 0 {
		r.Complete = Truncated
	}
	if !r.Made.IsZero() {
		r.Old = o.ListAge > 0 && o.Now.Sub(r.Made) > o.ListAge
		r.FromFuture = r.Made.After(o.Now.Add(24 * time.Hour))
	}
	if shrinks(o.Previous, r.Accepted, o.MaxShrink) {
		r.Shrunk = true
		im.hold(FaultShrunk, shrunkWords, r.Accepted, o.Previous, o.MaxShrink)
	}
	if len(im.held) > 0 {
		return im.heldBack()
	}
	return nil
}

// shrunkWords are for a list that is too much shorter: entries, entries in force, limit.
const shrunkWords = "it has %d entries and the list in force %d, more than %d %% fewer; withdraw the list in force first if that is right"

// shrinks reports whether a list that goes from before to after entries is too much
// shorter. Zero of before or of limit, in per cent, is no limit.
func shrinks(before, after, limit int) bool {
	return before > 0 && limit > 0 && (before-after)*100 > before*limit
}

// CheckShrink returns [ErrHeldBack] for a change that leaves more than limit per
// cent fewer entries; zero is no limit. A whole file is held to it by [Import].
func CheckShrink(c Change, limit int) error {
	if shrinks(c.Before, c.After, limit) {
		return fmt.Errorf(shrunkWords+": %w", c.After, c.Before, limit, ErrHeldBack)
	}
	return nil
}
