package hotlist

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"secondlook/app/plate"
)

// A delta's content is gzip of one JSON object a line, a [deltaRow], in any order.
// Ids do not travel: they follow from the rest, see digest. Times are RFC 3339;
// without an offset, as a list that says no zone gives them, they are in the zone of
// whoever reads them.
type deltaRow struct {
	// Made is the list's own date, in a row that has nothing else.
	Made string `json:"made,omitempty"`
	// Removed rows name an entry to take away, by the fields that its id is made of,
	// and Expires. All others are entries, new or changed.
	Removed      bool   `json:"removed,omitempty"`
	Plate        string `json:"plate,omitempty"`
	Jurisdiction string `json:"jurisdiction,omitempty"`
	Category     string `json:"category,omitempty"`
	Source       string `json:"source,omitempty"`
	Agency       string `json:"agency,omitempty"`
	Contact      string `json:"contact,omitempty"`
	Reference    string `json:"reference,omitempty"`
	Expires      string `json:"expires,omitempty"`
	Make         string `json:"make,omitempty"`
	Model        string `json:"model,omitempty"`
	Year         int    `json:"year,omitempty"`
	Colour       string `json:"colour,omitempty"`
	Driver       string `json:"driver,omitempty"`
	Lenses       bool   `json:"lenses,omitempty"`
	Note         string `json:"note,omitempty"`
}

const (
	// maxDeltaRow bounds a row, in bytes: a field of each column at its longest, in
	// the widest characters, is less.
	maxDeltaRow = 64 << 10
	// withoutZone is a time in the zone of its reader.
	withoutZone = "2006-01-02T15:04:05"
)

// readingVersion changes whenever this package makes other entries of the same file.
const readingVersion = 2

// Reading is a fingerprint of what decides which entries come of a list's file: how
// it is read and, in a car, the categories that its policy pack lets in. A delta
// fits where both sides read by the same layouts, and the car took its list in with
// the same categories.
func Reading(layouts []Layout, categories ...string) (string, error) {
	text, err := json.Marshal(struct {
		Version    int
		Layouts    []Layout
		Categories []string
	}{readingVersion, layouts, categories})
	if err != nil {
		return "", fmt.Errorf("take the fingerprint of reading: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

// DeltaReader reads the content of a delta, made by [Compare], as a car takes it in.
type DeltaReader struct {
	data []byte
	o    Options
	// Removals is how many entries that the delta takes away Removed gave: a list that
	// it fits has them all. Refused is how many additions Added did not let in.
	Removals, Refused int
	// Made is the list's own date, zero if it has none.
	Made time.Time
}

// ReadDelta reads a delta's content by the options Allowed, Now, Zone and
// MaxEntries. Content that is not one gives [ErrUnusable] as it is read.
func ReadDelta(data []byte, o Options) *DeltaReader {
	return &DeltaReader{data: data, o: o.complete()}
}

// Added gives the entries that are new or changed, without those of a category that
// is not allowed and those that have expired.
func (d *DeltaReader) Added(yield func(Entry, error) bool) {
	d.Refused = 0
	d.each(yield, func(e Entry, removed bool) bool {
		switch {
		case removed:
			return true
		case !d.allows(e) || e.ExpiredAt(d.o.Now):
			d.Refused++
			return true
		}
		return yield(e, nil)
	})
}

// Removed gives the entries to take away, without those that the list cannot have,
// or may have lost already because they have expired. Those that were changed and
// have expired since are among them: what they were must not stay in force.
func (d *DeltaReader) Removed(yield func(Entry, error) bool) {
	d.Removals = 0
	d.each(yield, func(e Entry, removed bool) bool {
		if !d.allows(e) || removed == e.ExpiredAt(d.o.Now) {
			return true
		}
		if removed {
			d.Removals++
		}
		return yield(e, nil)
	})
}

func (d *DeltaReader) allows(e Entry) bool { return d.o.Allowed == nil || d.o.Allowed(e.Category) }

// each calls take for each row until it returns false; fail gets the error of a row
// that cannot be read, and is the last call then.
func (d *DeltaReader) each(fail func(Entry, error) bool, take func(e Entry, removed bool) bool) {
	packed := &counter{in: bufio.NewReader(bytes.NewReader(d.data))}
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		fail(Entry{}, unusable(FaultDelta, "the delta is not in its form"))
		return
	}
	lines := bufio.NewScanner(&bounded{in: unpacked, packed: packed.read})
	lines.Buffer(nil, maxDeltaRow)
	for rows := 1; lines.Scan(); rows++ {
		e, removed, err := d.row(lines.Bytes())
		if err == nil && rows > d.o.MaxEntries {
			err = errors.New("one too many")
		}
		if err != nil {
			fail(Entry{}, unusable(FaultDelta, "row %d of the delta: %v", rows, err))
			return
		}
		if e.Plate != "" && !take(e, removed) {
			return
		}
	}
	if lines.Err() != nil {
		fail(Entry{}, unusable(FaultDelta, "the delta is damaged or cut off"))
	}
}

// row reads a row; an entry without a plate is none. Its errors name the field and
// hold nothing of it.
func (d *DeltaReader) row(line []byte) (e Entry, removed bool, err error) {
	var r deltaRow
	if json.Unmarshal(line, &r) != nil {
		return e, false, errors.New("not in its form")
	}
	if r.Made != "" {
		if d.Made, err = d.time(r.Made); err != nil {
			return e, false, errors.New("the list's date is no time")
		}
		return e, false, nil
	}
	e = Entry{Plate: plate.Text(r.Plate), Jurisdiction: plate.Jurisdiction(r.Jurisdiction), Category: r.Category,
		Source: r.Source, Agency: r.Agency, Contact: r.Contact, Reference: r.Reference,
		Make: r.Make, Model: r.Model, Year: r.Year, Colour: r.Colour, Driver: Driver{Name: r.Driver, Lenses: r.Lenses}, Note: r.Note}
	e.Driver = e.SuspendedDriver()
	if p, err := plate.Parse(r.Plate); err != nil || p != e.Plate || junk([]byte(p)) {
		return Entry{}, false, errors.New("its plate is none")
	}
	if j, ok := parseJurisdiction(r.Jurisdiction); r.Jurisdiction != "" && (!ok || j != e.Jurisdiction) {
		return Entry{}, false, errors.New("its jurisdiction is none")
	}
	if r.Category == "" {
		return Entry{}, false, errors.New("it has no category")
	}
	if name, why := clean(e.Driver.Name, columns[colDriver].max); why != "" || name != e.Driver.Name {
		return Entry{}, false, errors.New("its driver's name is too long, or has characters that do not show")
	}
	if r.Expires != "" {
		if e.Expires, err = d.time(r.Expires); err != nil {
			return Entry{}, false, errors.New("its expiry is no time")
		}
	}
	id, _ := digest(nil, &e, []byte(r.Plate), []byte(r.Reference))
	e.ID = hex.EncodeToString(id[:])
	return e, r.Removed, nil
}

func (d *DeltaReader) time(s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.ParseInLocation(withoutZone, s, d.o.Zone)
	}
	return t, err
}

// deltaWriter writes a delta's content.
type deltaWriter struct {
	packed *gzip.Writer
	rows   *json.Encoder
	// zone is the one of times that the list gave without one.
	zone *time.Location
}

func newDeltaWriter(w io.Writer, zone *time.Location) *deltaWriter {
	packed := gzip.NewWriter(w)
	return &deltaWriter{packed: packed, rows: json.NewEncoder(packed), zone: zone}
}

func (w *deltaWriter) add(e Entry) error {
	return w.rows.Encode(deltaRow{Plate: string(e.Plate), Jurisdiction: string(e.Jurisdiction), Category: e.Category,
		Source: e.Source, Agency: e.Agency, Contact: e.Contact, Reference: e.Reference, Expires: w.time(e.Expires),
		Make: e.Make, Model: e.Model, Year: e.Year, Colour: e.Colour, Driver: e.Driver.Name, Lenses: e.Driver.Lenses, Note: e.Note})
}

func (w *deltaWriter) remove(e Entry) error {
	return w.rows.Encode(deltaRow{Removed: true, Plate: string(e.Plate), Jurisdiction: string(e.Jurisdiction), Category: e.Category,
		Source: e.Source, Agency: e.Agency, Reference: e.Reference, Expires: w.time(e.Expires)})
}

func (w *deltaWriter) made(at time.Time) error {
	if at.IsZero() {
		return nil
	}
	return w.rows.Encode(deltaRow{Made: w.time(at)})
}

func (w *deltaWriter) time(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case t.Location() == w.zone:
		return t.Format(withoutZone)
	}
	return t.Format(time.RFC3339)
}
