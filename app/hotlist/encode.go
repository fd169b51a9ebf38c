package hotlist

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Encoder writes entries as a list file in a layout, so that [Import] reads them
// back. It serves synthetic lists: tests, benchmarks and training.
type Encoder struct {
	w    *bufio.Writer
	l    *Layout
	made time.Time
	sep  string
	rows int
	// cells are the fields of a delimited row; line is a fixed one.
	cells []string
	line  []byte
	// fields are the layout's, with what each row would look up again.
	fields []encoderField
}

type encoderField struct {
	*Field
	col, at int
	form    form
	runsOn  bool
	codes   map[string]string // of categories, as far as they were looked up
}

// NewEncoder returns an encoder for a list that was made at a time, and writes
// the header. It returns [ErrLayout] for a layout that is not valid.
func NewEncoder(w io.Writer, l Layout, made time.Time) (*Encoder, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	e := &Encoder{w: bufio.NewWriterSize(w, bufferSize), l: &l, made: made}
	if l.Kind == Delimited {
		e.sep = l.Separator[:1]
	}
	for i := range e.l.Fields {
		e.fields = append(e.fields, e.l.encoderField(&e.l.Fields[i]))
	}
	switch h := l.Header; {
	case h.Names:
		e.cells = l.headerNames()
		e.row()
	case h.Begins != "":
		e.w.WriteString(h.Begins)
		if f, ok := parseForm(h.Date); ok {
			e.w.WriteString(made.Format(f.layout))
		}
		e.w.WriteByte('\n')
	case h.Unnamed:
		e.w.WriteString("HEADER\n")
	}
	if !l.Header.Names {
		e.cells = make([]string, e.columns())
	}
	return e, nil
}

func (l *Layout) encoderField(f *Field) encoderField {
	out := encoderField{Field: f, col: columnOf(f.To), codes: map[string]string{}}
	switch {
	case l.Header.Names:
		out.at = slices.Index(l.headerNames(), f.Name)
	case l.Kind == Delimited:
		out.at = f.At[0]
		out.runsOn = slices.ContainsFunc(l.Fields, func(other Field) bool { return other.Rest && other.At[0] == f.At[0] })
	}
	if len(f.Dates) > 0 {
		out.form, _ = parseForm(f.Dates[0])
	}
	return out
}

// headerNames are the names of the fields, each once.
func (l *Layout) headerNames() []string {
	var names []string
	for _, f := range l.Fields {
		if !slices.Contains(names, f.Name) {
			names = append(names, f.Name)
		}
	}
	return names
}

// columns is how many columns the rows get that are not found by name.
func (e *Encoder) columns() int {
	if e.l.Kind == Fixed {
		return 0
	}
	n := e.l.Columns[0]
	for _, f := range e.l.Fields {
		n = max(n, f.At[0]+1)
	}
	return n
}

// quoted quotes a text that would not stand alone.
func (e *Encoder) quoted(s string) string {
	if !strings.Contains(s, e.sep) && !strings.HasPrefix(s, `"`) {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// Write writes an entry. It returns an error for an entry whose category the
// layout has no code for, and the writer's own.
func (e *Encoder) Write(entry Entry) error {
	if err := e.fill(entry); err != nil {
		return err
	}
	e.rows++
	if e.l.Kind == Fixed {
		e.w.Write(e.line)
		return e.w.WriteByte('\n')
	}
	return e.row()
}

// row writes the cells; the buffered writer keeps its first error.
func (e *Encoder) row() error {
	for i, cell := range e.cells {
		if i > 0 {
			e.w.WriteString(e.sep)
		}
		if !e.runsOn(i) {
			cell = e.quoted(cell)
		}
		e.w.WriteString(cell)
	}
	return e.w.WriteByte('\n')
}

// runsOn reports whether a column runs on to the end of the row.
func (e *Encoder) runsOn(column int) bool {
	return slices.ContainsFunc(e.fields, func(f encoderField) bool { return f.runsOn && f.at == column })
}

// Close writes the footer and what is left. It does not close the writer.
func (e *Encoder) Close() error {
	if e.l.Footer.Begins != "" {
		fmt.Fprintf(e.w, "%s %07d\n", e.l.Footer.Begins, e.rows)
	}
	return e.w.Flush()
}

// fill makes the row of an entry.
func (e *Encoder) fill(entry Entry) error {
	clear(e.cells)
	e.line = e.line[:0]
	if e.l.Kind == Fixed {
		e.line = append(e.line, bytes.Repeat([]byte{' '}, e.l.Length[0])...)
	}
	hasCategory := entry.Category == e.l.Constant["category"]
	for i := range e.fields {
		f := &e.fields[i]
		if f.Personal && e.l.Kind == Delimited {
			e.put(f, "withheld")
			continue
		}
		if f.col == colCategory {
			if code, ok := e.categoryCode(f, entry.Category); ok && !hasCategory {
				e.put(f, code)
				hasCategory = true
			}
			continue
		}
		if text := e.text(f, entry); text != "" {
			e.put(f, text)
		}
	}
	if !hasCategory {
		return fmt.Errorf("layout %s has no code for the category %s", e.l.ID, entry.Category)
	}
	return nil
}

// put writes a text to its place.
func (e *Encoder) put(f *encoderField, text string) {
	switch {
	case f.Tag != "":
		e.line = append(append(e.line, ' '), f.Tag+text...)
	case e.l.Kind == Fixed:
		from, to := f.At[0], f.At[0]+len(text)
		if len(f.At) > 1 {
			to = f.At[1]
		}
		if len(f.Part) > 0 {
			from, to = f.At[0]+f.Part[0], f.At[0]+f.Part[1]
		}
		for len(e.line) < to {
			e.line = append(e.line, ' ')
		}
		n := copy(e.line[from:to], text)
		for i := from + n; i < to; i++ {
			e.line[i] = ' '
		}
	default:
		if cell := e.cells[f.at]; len(f.Part) > 0 && len(cell) >= f.Part[1] {
			text = cell[:f.Part[0]] + text + cell[f.Part[1]:]
		}
		e.cells[f.at] = text
	}
}

// get returns what stands at a field's place.
func (e *Encoder) get(f *encoderField) string {
	if e.l.Kind == Delimited {
		return e.cells[f.at]
	}
	to := len(e.line)
	if len(f.At) > 1 {
		to = min(to, f.At[1])
	}
	return strings.TrimSpace(string(e.line[min(f.At[0], to):to]))
}

// categoryCode returns a field's code for a category; false if it has none.
func (e *Encoder) categoryCode(f *encoderField, category string) (string, bool) {
	code, ok := f.codes[category]
	if !ok {
		code = e.l.codeFor(f.Field, category)
		f.codes[category] = code
	}
	return code, code != ""
}

// codeFor is a field's code for a category, empty if it has none. A code that
// also says something else, as the source, is not for every entry of the category.
func (l *Layout) codeFor(f *Field, category string) string {
	switch {
	case f.Word > 0:
		return "" // within other text
	case len(f.Codes) == 0:
		return category
	}
	best := ""
	for code, value := range f.Codes {
		also := slices.ContainsFunc(l.Fields, func(other Field) bool { return other.To != f.To && other.Codes[code] != "" })
		if value == category && !also {
			best = max(best, code)
		}
	}
	if best == "" && f.Open {
		return category
	}
	return best
}

// text returns what an entry has for a field.
func (e *Encoder) text(f *encoderField, entry Entry) string {
	switch f.col {
	case colPlate:
		return string(entry.Plate)
	case colJurisdiction:
		return e.issuer(f, string(entry.Jurisdiction))
	case colReference:
		return entry.Reference
	case colYear:
		switch {
		case entry.Year == 0:
			return ""
		case slices.Contains(f.Dates, "YY"):
			return fmt.Sprintf("%02d", entry.Year%100)
		}
		return strconv.Itoa(entry.Year)
	case colExpires:
		switch {
		case entry.Expires.IsZero():
			return ""
		case f.form.day:
			return entry.Expires.AddDate(0, 0, -1).Format(f.form.layout)
		}
		return entry.Expires.Format(f.form.layout)
	case colMade:
		return e.made.Format(f.form.layout)
	case colNote, colSince:
		return e.noted(f, entry.Note)
	case colSource, colAgency, colContact, colMake, colModel, colColour:
		text := *entry.column(f.col)
		if f.Codes != nil || text == e.l.Constant[f.To] {
			return ""
		}
		if e.l.ZeroForO && (f.col == colMake || f.col == colColour) {
			text = strings.ReplaceAll(text, "O", "0")
		}
		return text
	case colDriver:
		name := entry.SuspendedDriver().Name
		if e.l.ZeroForO {
			name = strings.ReplaceAll(name, "O", "0")
		}
		return name
	case colLenses:
		if entry.SuspendedDriver().Lenses {
			return e.l.codeFor(f.Field, "yes")
		}
	}
	return ""
}

// issuer returns how the layout writes a jurisdiction: by its code, or without
// the country.
func (e *Encoder) issuer(f *encoderField, j string) string {
	if j == e.l.Constant[f.To] {
		return ""
	}
	for code, value := range f.Codes {
		if value == j {
			return code
		}
	}
	if _, bare, ok := strings.Cut(j, "-"); ok {
		j = bare
	}
	if e.l.ZeroForO {
		j = strings.ReplaceAll(j, "O", "0")
	}
	return j
}

// noted returns the part of a note that a field makes.
func (e *Encoder) noted(f *encoderField, note string) string {
	for part := range strings.SplitSeq(note, "; ") {
		switch after, found := strings.CutPrefix(part, f.Label+" "); {
		case f.Label == "" && !e.labelled(part):
			return part
		case f.Label != "" && found && f.col == colNote:
			return after
		case f.Label != "" && found:
			if day, err := time.Parse(time.DateOnly, after); err == nil {
				return day.Format(f.form.layout)
			}
		}
	}
	return ""
}

// labelled reports whether a part of a note begins with a label of the layout.
func (e *Encoder) labelled(part string) bool {
	return slices.ContainsFunc(e.l.Fields, func(f Field) bool { return f.Label != "" && strings.HasPrefix(part, f.Label+" ") })
}
