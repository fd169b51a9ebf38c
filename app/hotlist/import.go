package hotlist

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"secondlook/app/plate"
)

// ErrUnusable is returned by [ReadCSV] for a file of which nothing can be taken
// in; the error says what is wrong and what to do.
var ErrUnusable = errors.New("the list in force stays as it is")

// DefaultMaxEntries is how many entries a list may have where [Options] say
// nothing else.
const DefaultMaxEntries = 12_000_000

// Options are how [ReadCSV] reads.
type Options struct {
	// Allowed reports whether a category may be on a hotlist; nil allows all.
	Allowed func(category string) bool
	// Now decides what has expired; zero is the present.
	Now time.Time
	// Zone is where a day ends that stands without a time; nil is the machine's.
	Zone *time.Location
	// MaxEntries bounds the list; zero is [DefaultMaxEntries].
	MaxEntries int
}

// The columns of the generic CSV.
const (
	colPlate = iota
	colJurisdiction
	colCategory
	colSource
	colAgency
	colContact
	colReference
	colExpires
	colMake
	colModel
	colYear
	colColour
	colNote
	columnCount
)

// columns has each column's name and the longest field, in characters.
var columns = [columnCount]struct {
	name string
	max  int
}{
	colPlate: {"plate", 32}, colJurisdiction: {"jurisdiction", 64}, colCategory: {"category", 64},
	colSource: {"source", 64}, colAgency: {"agency", 128}, colContact: {"contact", 256},
	colReference: {"reference", 64}, colExpires: {"expires", 40}, colMake: {"make", 64},
	colModel: {"model", 64}, colYear: {"year", 16}, colColour: {"colour", 32}, colNote: {"note", 1000},
}

// ReadCSV reads the generic CSV: UTF-8, comma or semicolon, one header line that
// names the columns
//
//	plate,jurisdiction,category,source,agency,contact,reference,expires,make,model,year,colour,note
//
// in any order and case ("color" will do), of which plate and category are
// mandatory. expires is yyyy-mm-dd, up to the end of that day, or RFC 3339.
//
// A bad row is refused by itself; the [Report] says where and why. Columns with
// other names are dropped at the door. Of a file that is unusable as a whole the
// error wraps [ErrUnusable]; other errors are those of r. The list comes without
// a name and times. No error or report holds content of a row.
func ReadCSV(r io.Reader, o Options) (List, Report, error) {
	im := newImporter(r, o)
	if err := im.header(); err != nil {
		return List{}, im.report, err
	}
	for {
		row, err := im.rows.next(len(im.at))
		if err == io.EOF {
			break
		}
		if err != nil {
			return List{}, im.report, fmt.Errorf("read hotlist after line %d: %w", im.rows.line, err)
		}
		im.report.Rows++
		if row.fault != "" {
			im.report.refuse(row.fault, Place{Row: row.line})
			continue
		}
		e, column, why := im.entry(row.fields)
		if why != "" {
			im.report.refuse(why, Place{Row: row.line, Column: columns[column].name})
			continue
		}
		if err := im.keep(e, row.line); err != nil {
			return List{}, im.report, err
		}
	}
	for _, e := range im.entries {
		im.report.ByCategory[e.Category]++
	}
	im.report.Accepted = len(im.entries)
	return List{Entries: im.entries}, im.report, nil
}

type importer struct {
	o    Options
	rows *rowReader
	// at has the column of each field; -1 for one that is dropped.
	at      []int
	report  Report
	entries []Entry
	// byID finds duplicates: position in entries by digest.
	byID map[[16]byte]int32
	// same holds one copy of each text that many rows share.
	same map[string]string
}

func newImporter(r io.Reader, o Options) *importer {
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	if o.Zone == nil {
		o.Zone = time.Local
	}
	if o.MaxEntries <= 0 {
		o.MaxEntries = DefaultMaxEntries
	}
	return &importer{o: o, rows: newRowReader(r), byID: map[[16]byte]int32{}, same: map[string]string{},
		report: Report{ByCategory: map[string]int{}}}
}

func unusable(format string, a ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, a...), ErrUnusable)
}

// header reads the header line. Nothing of it is repeated in an error: in a file
// without a header it would be a row.
func (im *importer) header() error {
	start, err := im.rows.in.Peek(4096)
	if err != nil && err != io.EOF {
		if len(start) == 0 {
			return fmt.Errorf("read hotlist: %w", err)
		}
	}
	switch {
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return unusable("the file is UTF-16: save it as CSV in UTF-8 and import it again")
	case bytes.IndexByte(start, 0) >= 0, bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("\x1f\x8b")):
		return unusable("the file is not text (a spreadsheet or a packed file?): unpack it or save it as CSV in UTF-8, and import it again")
	}
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		im.rows.in.Discard(3) // cannot fail: it was peeked
	}
	l, err := im.rows.readLine()
	for err == nil && !l.long && strings.TrimSpace(l.text) == "" {
		l, err = im.rows.readLine()
	}
	switch {
	case err == io.EOF:
		return unusable("the file is empty: ask its source for a new one")
	case err != nil:
		return fmt.Errorf("read hotlist: %w", err)
	case l.long:
		return unusable("line %d is too long for a header: the first line must name the columns, such as plate,category", l.number)
	}
	im.rows.sep = ','
	if strings.Count(l.text, ";") > strings.Count(l.text, ",") {
		im.rows.sep = ';'
	}
	names, state := splitRow(l.text, im.rows.sep)
	if state != rowWhole {
		return unusable("line %d has a quote that is not closed: the first line must name the columns, such as plate,category", l.number)
	}
	return im.takeColumns(names, l.number)
}

func (im *importer) takeColumns(names []string, line int) error {
	seen := map[int]bool{}
	for i, name := range names {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "color" {
			name = "colour"
		}
		col := -1
		for c := range columns {
			if columns[c].name == name {
				col = c
			}
		}
		switch {
		case col < 0:
			im.report.UnknownColumns = append(im.report.UnknownColumns, i+1)
		case seen[col]:
			return unusable("line %d names the column %s twice: remove one", line, columns[col].name)
		}
		seen[col] = true
		im.at = append(im.at, col)
	}
	for _, col := range []int{colPlate, colCategory} {
		if !seen[col] {
			return unusable("line %d has no column named %s: the first line must name the columns, separated by commas or semicolons, such as plate,category,expires", line, columns[col].name)
		}
	}
	return nil
}

// entry makes an entry of a row, or says which column is at fault and why.
func (im *importer) entry(fields []string) (e Entry, column int, why Reason) {
	var f [columnCount]string
	for i, col := range im.at {
		if col < 0 {
			continue
		}
		text, why := clean(fields[i], columns[col].max)
		if why != "" {
			return Entry{}, col, why
		}
		f[col] = text
	}
	var err error
	if e.Plate, err = plate.Parse(f[colPlate]); err != nil {
		return Entry{}, colPlate, MalformedPlate
	}
	if junk(e.Plate) {
		return Entry{}, colPlate, JunkPlate
	}
	category := strings.ToLower(f[colCategory])
	if category == "" || im.o.Allowed != nil && !im.o.Allowed(category) {
		return Entry{}, colCategory, UnknownCategory
	}
	e.Jurisdiction, err = plate.ParseJurisdiction(f[colJurisdiction])
	if err != nil || e.Jurisdiction == plate.Europe {
		return Entry{}, colJurisdiction, UnknownJurisdiction
	}
	if e.Expires, err = im.expiry(f[colExpires]); err != nil {
		return Entry{}, colExpires, MalformedDate
	}
	if e.ExpiredAt(im.o.Now) {
		return Entry{}, colExpires, Expired
	}
	if e.Year, err = im.year(f[colYear]); err != nil {
		return Entry{}, colYear, MalformedYear
	}
	e.Category, e.Source, e.Agency = im.share(category), im.share(f[colSource]), im.share(f[colAgency])
	e.Contact, e.Make, e.Model, e.Colour = im.share(f[colContact]), im.share(f[colMake]), im.share(f[colModel]), im.share(f[colColour])
	e.Reference, e.Note = strings.Clone(f[colReference]), strings.Clone(f[colNote])
	return e, 0, ""
}

// keep adds an entry, or counts it as a duplicate.
func (im *importer) keep(e Entry, line int) error {
	id := digest(e)
	if i, ok := im.byID[id]; ok {
		im.report.refuse(Duplicate, Place{Row: line})
		if outlasts(e, im.entries[i]) {
			e.ID = im.entries[i].ID
			im.entries[i] = e
		}
		return nil
	}
	if len(im.entries) >= im.o.MaxEntries {
		return unusable("the list has more than %d entries: split it", im.o.MaxEntries)
	}
	im.byID[id] = int32(len(im.entries))
	e.ID = hex.EncodeToString(id[:])
	im.entries = append(im.entries, e)
	return nil
}

func outlasts(a, b Entry) bool {
	return !b.Expires.IsZero() && (a.Expires.IsZero() || a.Expires.After(b.Expires))
}

// digest is the entry's id: the same row gives the same id at every import. It
// does not hide the plate from somebody who tries all plates, so it is kept
// sealed like the entry.
func digest(e Entry) [16]byte {
	var b []byte
	for _, s := range []string{string(e.Plate), string(e.Jurisdiction), e.Category, e.Source, e.Agency, e.Reference} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16])
}

// clean trims a field and makes one line of it. It refuses what is too long, not
// UTF-8, or would not show as it reads: control characters, and marks that turn
// the direction of writing.
func clean(s string, most int) (string, Reason) {
	s = strings.TrimSpace(s)
	if len(s) > most && utf8.RuneCountInString(s) > most {
		return "", FieldTooLong
	}
	if !utf8.ValidString(s) {
		return "", InvalidText
	}
	if strings.ContainsAny(s, "\n\r\t") {
		s = strings.Join(strings.Fields(s), " ")
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return "", InvalidText
		}
	}
	return s, ""
}

// none are the words that lists write where there is no plate.
var none = []plate.Text{"NONE", "NOPLATE", "NOPLATES", "NOTAG", "NULL", "NA", "UNK", "UNKNOWN"}

// junk reports whether a plate stands for "none": a single character, zeros or
// the letter X alone, or one of those words. Such rows are common in real lists,
// and every one would alert at the first personalised plate of that kind.
func junk(t plate.Text) bool {
	s := string(t)
	return len(s) == 1 || strings.Trim(s, "0") == "" || strings.Trim(s, "X") == "" || slices.Contains(none, t)
}

func (im *importer) expiry(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, s, im.o.Zone); err == nil {
		return day.AddDate(0, 0, 1), nil
	}
	return time.Parse(time.RFC3339, s)
}

// year accepts a model year; 0 and the empty text are unknown.
func (im *importer) year(s string) (int, error) {
	if s == "" || s == "0" || s == "0000" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err == nil && (len(s) != 4 || n < 1880 || n > im.o.Now.Year()+2) {
		err = strconv.ErrRange
	}
	return n, err
}

// maxShared bounds the texts kept to be shared.
const maxShared = 1 << 16

// share returns a copy of s that does not hold its line in memory, the same copy
// for every row.
func (im *importer) share(s string) string {
	if s == "" {
		return ""
	}
	if kept, ok := im.same[s]; ok {
		return kept
	}
	s = strings.Clone(s)
	if len(im.same) < maxShared {
		im.same[s] = s
	}
	return s
}
