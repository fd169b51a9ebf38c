package hotlist

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"secondlook/app/plate"
)

// plan is a layout made ready to read one file.
type plan struct {
	layout *Layout
	// fields are those that feed a column.
	fields   []planField
	tags     []string
	columns  [2]int // of a row
	length   [2]int
	constant [columnCount]string
	dates    *dateReader // of the header
	sep      byte        // of the file
}

type planField struct {
	*Field
	col      int
	from, to int // to is -1 for the end of the line
	tag      int // position in tags, -1 for none
	codes    map[string]string
	prefixes []string // longest first
	unknown  []string
	dates    *dateReader
	short    bool // years of two digits
}

// newPlan makes a plan of a layout that is valid.
func newPlan(l *Layout, zone *time.Location) *plan {
	p := &plan{layout: l, columns: [2]int{1, maxFields}, length: [2]int{1, maxLine}}
	if n := len(l.Columns); n > 0 {
		p.columns = [2]int{l.Columns[0], l.Columns[n-1]}
	}
	if n := len(l.Length); n > 0 {
		p.length = [2]int{l.Length[0], l.Length[n-1]}
	}
	for to, value := range l.Constant {
		p.constant[columnOf(to)] = value
	}
	if l.Header.Date != "" {
		p.dates = newDateReader([]string{l.Header.Date}, zone)
	}
	for i := range l.Fields {
		f := &l.Fields[i]
		if f.To == "" {
			continue
		}
		pf := planField{Field: f, col: columnOf(f.To), to: -1, tag: -1, unknown: upper(f.Unknown)}
		switch {
		case f.Tag != "":
			if pf.tag = slices.Index(p.tags, f.Tag); pf.tag < 0 {
				pf.tag = len(p.tags)
				p.tags = append(p.tags, f.Tag)
			}
		case len(f.At) > 0:
			if pf.from = f.At[0]; len(f.At) > 1 {
				pf.to = f.At[1]
			}
		}
		pf.short = slices.Contains(f.Dates, "YY")
		if len(f.Dates) > 0 && pf.col != colYear {
			pf.dates = newDateReader(f.Dates, zone)
		}
		if len(f.Codes) > 0 {
			pf.codes = make(map[string]string, len(f.Codes))
			for code, value := range f.Codes {
				pf.codes[strings.ToUpper(code)] = value
			}
		}
		if f.Prefix {
			for code := range pf.codes {
				pf.prefixes = append(pf.prefixes, code)
			}
			slices.SortFunc(pf.prefixes, func(a, b string) int { return cmp.Or(len(b)-len(a), cmp.Compare(a, b)) })
		}
		p.fields = append(p.fields, pf)
	}
	return p
}

func upper(in []string) []string {
	out := make([]string, 0, len(in))
	for _, s := range in {
		out = append(out, strings.ToUpper(s))
	}
	return out
}

// text returns what stands in a field of a row, trimmed; nil where nothing does.
func (p *plan) text(f *planField, r *row, tagged [][]byte) []byte {
	var b []byte
	switch {
	case f.tag >= 0:
		b = tagged[f.tag]
	case p.layout.Kind == Fixed:
		b = cut(r.text, f.from, f.to, r.plain)
	case f.from < 0 || f.from >= len(r.fields):
		return nil
	case f.Rest:
		b = rest(r.text, p.sep, f.from)
	default:
		b = r.fields[f.from]
	}
	b = trim(b)
	if f.Word > 0 {
		b = word(b, f.Word)
	}
	if len(f.Part) > 0 {
		b = trim(cut(b, f.Part[0], f.Part[1], r.plain))
	}
	for _, u := range f.unknown {
		if equalFold(b, u) {
			return nil
		}
	}
	return b
}

// trim drops blanks at both ends.
func trim(b []byte) []byte {
	if len(b) > 0 && b[0] > ' ' && b[0] < 0x7f && b[len(b)-1] > ' ' && b[len(b)-1] < 0x7f {
		return b
	}
	return bytes.TrimSpace(b)
}

// equalFold compares with a text in capitals.
func equalFold(b []byte, capitals string) bool {
	if len(b) != len(capitals) {
		return false
	}
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != capitals[i] {
			return false
		}
	}
	return true
}

// rest returns what follows a number of separators. Quotes do not count: fields
// that run to the end of the line are free text.
func rest(line []byte, sep byte, separators int) []byte {
	for range separators {
		at := bytes.IndexByte(line, sep)
		if at < 0 {
			return nil
		}
		line = line[at+1:]
	}
	return line
}

// tagged finds the texts after tags, each of which follows a blank; a text goes
// up to the next tag.
func (p *plan) tagged(line []byte, into [][]byte) [][]byte {
	into = slices.Grow(into[:0], len(p.tags))[:len(p.tags)]
	clear(into)
	last, start := -1, 0
	for at := 0; ; {
		blank := bytes.IndexByte(line[at:], ' ')
		if blank < 0 {
			break
		}
		at += blank + 1
		if n := p.tagAt(line[at:]); n >= 0 {
			if last >= 0 {
				into[last] = line[start:at]
			}
			at += len(p.tags[n])
			last, start = n, at
		}
	}
	if last >= 0 {
		into[last] = line[start:]
	}
	return into
}

// tagAt returns which tag a text begins with, -1 if with none.
func (p *plan) tagAt(b []byte) int {
	for n, tag := range p.tags {
		if len(b) >= len(tag) && b[0] == tag[0] && string(b[:len(tag)]) == tag {
			return n
		}
	}
	return -1
}

// code translates a field's text by its codes; false if it is none of them.
func (f *planField) code(b []byte) (string, bool) {
	var room [64]byte
	key := room[:0]
	for _, c := range b {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		key = append(key, c)
	}
	if value, ok := f.codes[string(key)]; ok {
		return value, true
	}
	for _, prefix := range f.prefixes {
		if len(key) > len(prefix) && string(key[:len(prefix)]) == prefix {
			return f.codes[prefix], true
		}
	}
	return "", false
}

// fits reports whether a row may be one of this layout: its size, and that plate,
// codes, dates, jurisdiction and year can be what the layout says. It serves
// recognition only; what refuses a row says why.
func (p *plan) fits(r *row, now time.Time) bool {
	if r.fault != "" || p.layout.Kind == Fixed && p.size(r) != "" {
		return false
	}
	tagged := p.tagged(r.text, nil)
	category := p.constant[colCategory] != ""
	for i := range p.fields {
		f := &p.fields[i]
		b := p.text(f, r, tagged)
		switch f.col {
		case colPlate:
			if _, err := plate.AppendParsed(nil, b); err != nil {
				return false
			}
			continue
		case colCategory:
			_, known := f.code(b)
			category = category || known || len(b) > 0 && (f.Open || f.codes == nil)
			continue
		}
		if len(b) == 0 {
			if f.Required {
				return false
			}
			continue
		}
		switch f.col {
		case colJurisdiction:
			b = bytes.Clone(b)
			if p.layout.ZeroForO {
				unfold(b)
			}
			_, known := f.code(b)
			if _, ok := parseJurisdiction(string(b)); !ok && !known {
				return false
			}
		case colYear:
			if _, ok := readYear(b, f.short, now); !ok {
				return false
			}
		case colExpires, colEffective, colSince, colMade:
			if _, ok := f.dates.read(b); !ok && !only(b, '0') {
				return false
			}
		}
	}
	return category
}

// size returns what is wrong with a fixed row's length. Blanks at the end count
// towards the least and not towards the most.
func (p *plan) size(r *row) Reason {
	switch {
	case characters(r.text, r.plain) < p.length[0]:
		return ShortRow
	case characters(bytes.TrimRight(r.text, " \t"), r.plain) > p.length[1]:
		return RowTooLong
	}
	return ""
}

func characters(b []byte, plain bool) int {
	if plain {
		return len(b)
	}
	return utf8.RuneCount(b)
}
