package hotlist

import (
	"strings"
	"time"
	"unicode/utf8"

	"secondlook/app/plate"
)

// values are the texts of the row at hand, and those that rows share.
type values struct {
	plate, reference, driver, note []byte
	sharer
	jurisdictions map[string]plate.Jurisdiction
	lower         map[string]string // categories as they stand
	asked         map[string]bool   // whether categories are allowed
}

func newValues() values {
	return values{sharer: sharer{all: map[string]string{}}, jurisdictions: map[string]plate.Jurisdiction{}, lower: map[string]string{}, asked: map[string]bool{}}
}

// entry fills in an entry from a row, or says which field is at fault and why.
// Plate, reference, the driver's name and note stay in values.
func (t *taker) entry(e *Entry, r *row) (field string, why Reason) {
	if len(t.tags) > 0 {
		t.tails = t.tagged(r.text, t.tails)
	}
	t.plate, t.reference, t.driver, t.note = t.plate[:0], t.reference[:0], t.driver[:0], t.note[:0]
	if field, why := t.each(e, r, false); why != "" {
		return field, why
	}
	t.complete(e)
	if e.Category == SuspendedDriver { // of all others the door does not even look at it
		if field, why := t.each(e, r, true); why != "" {
			return field, why
		}
	}
	return t.judgeEntry(e)
}

// each takes the fields of a row, those that tell of the driver or all others.
func (t *taker) each(e *Entry, r *row, ofDriver bool) (field string, why Reason) {
	for i := range t.fields {
		f := &t.fields[i]
		if (f.col == colDriver || f.col == colLenses) != ofDriver {
			continue
		}
		b := t.text(f, r, t.tails)
		if len(b) > columns[f.col].max || !r.plain {
			s, why := clean(string(b), columns[f.col].max)
			if why != "" {
				return f.Name, why
			}
			b = []byte(s)
		}
		if len(b) == 0 && f.Required {
			return f.Name, MissingField
		}
		if why := t.take(e, f, b); why != "" {
			return f.Name, why
		}
	}
	return "", ""
}

// judgeEntry says what is wrong with an entry as a whole.
func (t *taker) judgeEntry(e *Entry) (field string, why Reason) {
	switch {
	case len(t.plate) == 0:
		return t.nameOf(colPlate), MalformedPlate
	case junk(t.plate):
		return t.nameOf(colPlate), JunkPlate
	case e.Category == "" || !t.allowed(e.Category):
		return t.nameOf(colCategory), UnknownCategory
	case !t.o.keepExpired && e.ExpiredAt(t.o.Now):
		return t.nameOf(colExpires), Expired
	case t.o.Agency != "" && !hasPrefixFold(e.Agency, t.o.Agency):
		return t.nameOf(colAgency), WrongAgency
	}
	return "", ""
}

// allowed asks once for each category.
func (t *taker) allowed(category string) bool {
	if t.o.Allowed == nil {
		return true
	}
	ok, asked := t.asked[category]
	if !asked {
		if ok = t.o.Allowed(category); len(t.asked) < maxCached {
			t.asked[category] = ok
		}
	}
	return ok
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// nameOf is what the layout calls the field of a column.
func (p *plan) nameOf(col int) string {
	for i := range p.fields {
		if p.fields[i].col == col {
			return p.fields[i].Name
		}
	}
	return columns[col].name
}

// complete fills in what is the same in every row.
func (t *taker) complete(e *Entry) {
	for _, c := range [...]struct {
		col int
		to  *string
	}{{colCategory, &e.Category}, {colSource, &e.Source}, {colAgency, &e.Agency}, {colContact, &e.Contact}} {
		if *c.to == "" {
			*c.to = t.constant[c.col]
		}
	}
	if e.Jurisdiction == "" && t.constant[colJurisdiction] != "" {
		e.Jurisdiction, _ = t.jurisdiction([]byte(t.constant[colJurisdiction]))
	}
	if len(t.note) == 0 {
		t.note = append(t.note, t.constant[colNote]...)
	}
}

// take puts a field's text where it belongs.
func (t *taker) take(e *Entry, f *planField, b []byte) Reason {
	switch f.col {
	case colPlate:
		return t.takePlate(b)
	case colCategory:
		if e.Category == "" {
			e.Category = t.category(f, b)
		}
		return ""
	case colExpires, colEffective, colSince, colMade:
		return t.date(e, f, b)
	}
	if len(b) == 0 {
		return ""
	}
	if t.layout.ZeroForO && (f.col == colJurisdiction || f.col == colMake || f.col == colColour || f.col == colDriver) {
		unfold(b)
	}
	if f.codes != nil {
		value, ok := f.code(b)
		switch {
		case ok:
			b = []byte(value)
		case !f.Open:
			return ""
		}
	}
	switch f.col {
	case colJurisdiction:
		j, ok := t.jurisdiction(b)
		if !ok {
			return UnknownJurisdiction
		}
		e.Jurisdiction = j
	case colYear:
		n, ok := readYear(b, f.short, t.o.Now)
		if !ok {
			return MalformedYear
		}
		e.Year = n
	case colReference:
		if len(t.reference) == 0 {
			t.reference = append(t.reference, b...)
		}
	case colDriver:
		return t.addDriver(b)
	case colLenses:
		asked, ok := readLenses(b)
		if !ok {
			return MalformedLenses
		}
		e.Driver.Lenses = e.Driver.Lenses || asked
	case colNote:
		return t.addNote(f.Label, b)
	default:
		if to := e.column(f.col); *to == "" {
			*to = t.share(b)
		}
	}
	return ""
}

func (v *values) takePlate(b []byte) Reason {
	if len(v.plate) > 0 || len(b) == 0 {
		return ""
	}
	p, err := plate.AppendParsed(v.plate[:0], b)
	if err != nil {
		return MalformedPlate
	}
	v.plate = p
	return ""
}

// column returns where a text of a column goes that rows share.
func (e *Entry) column(col int) *string {
	switch col {
	case colSource:
		return &e.Source
	case colAgency:
		return &e.Agency
	case colContact:
		return &e.Contact
	case colMake:
		return &e.Make
	case colModel:
		return &e.Model
	}
	return &e.Colour
}

// category returns the id for a field's text, empty if it means none.
func (t *taker) category(f *planField, b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if f.codes != nil {
		if value, ok := f.code(b); ok {
			return value
		}
		if !f.Open {
			return ""
		}
	}
	if id, ok := t.lower[string(b)]; ok {
		return id
	}
	id := strings.ToLower(string(b))
	if len(t.lower) < maxCached {
		t.lower[string(b)] = id
	}
	return id
}

func (v *values) jurisdiction(b []byte) (plate.Jurisdiction, bool) {
	if j, ok := v.jurisdictions[string(b)]; ok {
		return j, true
	}
	j, ok := parseJurisdiction(string(b))
	if ok && len(v.jurisdictions) < maxCached {
		v.jurisdictions[string(b)] = j
	}
	return j, ok
}

// date takes a date: zeros are none.
func (t *taker) date(e *Entry, f *planField, b []byte) Reason {
	if len(b) == 0 || only(b, '0') {
		return ""
	}
	d, ok := f.dates.read(b)
	if !ok {
		return MalformedDate
	}
	switch f.col {
	case colExpires:
		e.Expires = d.end()
	case colEffective:
		if d.at.After(t.o.Now) {
			return NotYet
		}
	case colSince:
		if d.at.After(t.o.Now.Add(24 * time.Hour)) { // clocks and zones differ
			return MalformedDate
		}
		var room [len(time.DateOnly)]byte
		return t.addNote(f.Label, d.at.AppendFormat(room[:0], time.DateOnly))
	case colMade:
		t.made(d.at)
	}
	return ""
}

// addDriver adds a part to the driver's name: given names and surname may stand apart.
func (v *values) addDriver(b []byte) Reason {
	if len(v.driver) > 0 {
		v.driver = append(v.driver, ' ')
	}
	v.driver = append(v.driver, b...)
	if utf8.RuneCount(v.driver) > columns[colDriver].max {
		return FieldTooLong
	}
	return ""
}

// addNote adds a part to the note.
func (v *values) addNote(label string, b []byte) Reason {
	if len(v.note) > 0 {
		v.note = append(v.note, "; "...)
	}
	if label != "" {
		v.note = append(append(v.note, label...), ' ')
	}
	v.note = append(v.note, b...)
	if len(v.note) > 4*columns[colNote].max {
		return FieldTooLong
	}
	return ""
}
