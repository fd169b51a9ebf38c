package hotlist

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"time"
)

// sampleLines is how many lines recognition looks at.
const sampleLines = 64

// recognise returns the plan that reads a text best, from its first lines and its
// name. With no plan that reads most of the lines it returns none; with several
// that read them equally well and no name to decide, it returns these too.
func recognise(sample []byte, name string, plans []*plan, now time.Time) (best *plan, equal []*plan) {
	type candidate struct {
		p     *plan
		score int
	}
	var found []candidate
	for _, p := range plans {
		score := p.score(sample, now)
		if score > 0 && p.named(name) {
			score += 2000
		}
		if score > 0 {
			found = append(found, candidate{p, score})
		}
	}
	most := 0
	for _, c := range found {
		most = max(most, c.score)
	}
	for _, c := range found {
		if c.score == most {
			equal = append(equal, c.p)
		}
	}
	if len(equal) == 1 {
		return equal[0], nil
	}
	return nil, equal
}

// named reports whether the file's name is a usual one of the layout.
func (p *plan) named(name string) bool {
	return slices.ContainsFunc(p.layout.Files, func(pattern string) bool {
		ok, err := path.Match(pattern, strings.ToLower(name))
		return err == nil && ok
	})
}

// score says how well the plan reads the first lines: 0 is not at all, 1000 means
// every line; a header that names the columns counts more than any rows.
func (p *plan) score(sample []byte, now time.Time) int {
	r := newRowReader(bytes.NewReader(sample), maxLine)
	if p.layout.Header.Names {
		l, err := firstLine(r)
		if err != nil || l.long {
			return 0
		}
		r.sep = p.separator(l.text)
		fields, state := r.split(l.text)
		if state != rowWhole {
			return 0
		}
		at, _, err := p.match(fields, l.number)
		if err != nil {
			return 0
		}
		matched := 0
		for _, known := range at {
			if known {
				matched++
			}
		}
		return 1000 + matched*100/len(fields)*10 + matched
	}
	good, all := 0, 0
	for n := range sampleLines {
		if n == 0 && p.layout.Kind == Delimited {
			start, _ := r.in.Peek(maxLine) // all there is may be less
			line, _, _ := bytes.Cut(start, []byte{'\n'})
			r.sep = p.separator(line)
			p.sep = r.sep
		}
		row, err := r.next(p.columns)
		if err != nil {
			break
		}
		if n == 0 && p.layout.Header.Begins != "" {
			if !bytes.HasPrefix(row.text, []byte(p.layout.Header.Begins)) {
				return 0
			}
			good, all = good+1, all+1 // a header fits as well as a row
			continue
		}
		if p.passes(row.text) {
			continue
		}
		fits := p.fits(&row, now)
		if n == 0 && p.layout.Header.Unnamed && !fits {
			continue
		}
		if all++; fits {
			good++
		}
	}
	if all == 0 || good*2 < all {
		return 0
	}
	return good * 1000 / all
}

// firstLine returns the first line that is not blank.
func firstLine(r *rowReader) (textLine, error) {
	l, err := r.readLine()
	for err == nil && !l.long && len(bytes.TrimSpace(l.text)) == 0 {
		l, err = r.readLine()
	}
	return l, err
}

// separator returns which of the layout's separators stands most often in a line.
func (p *plan) separator(line []byte) byte {
	best := p.layout.Separator[0]
	for _, c := range []byte(p.layout.Separator) {
		if bytes.Count(line, []byte{c}) > bytes.Count(line, []byte{best}) {
			best = c
		}
	}
	return best
}

// passes reports whether a line is no row: the footer, or one to be skipped.
func (p *plan) passes(line []byte) bool {
	if b := p.layout.Footer.Begins; b != "" && bytes.HasPrefix(line, []byte(b)) {
		return true
	}
	for _, s := range p.layout.Skip {
		if bytes.HasPrefix(line, []byte(s)) {
			return true
		}
	}
	return false
}

// match finds the layout's fields in a header. known has, for each column of the
// header, whether the layout has it; unknown are the others, counted from 1.
// Nothing of the header is repeated in an error: in a file without a header it
// would be a row.
func (p *plan) match(names [][]byte, line int) (known []bool, unknown []int, err error) {
	known = make([]bool, len(names))
	for i := range p.fields {
		p.fields[i].from = -1
	}
	taken := map[string]bool{}
	for at, name := range names {
		key := strings.ToLower(strings.Join(strings.Fields(string(name)), " "))
		for i := range p.layout.Fields {
			f := &p.layout.Fields[i]
			if key == "" || key != strings.ToLower(f.Name) && !slices.ContainsFunc(f.Names, func(n string) bool { return strings.EqualFold(n, key) }) {
				continue
			}
			if taken[f.Name] && !known[at] {
				return nil, nil, unusable(FaultColumnTwice, "line %d names the column %s twice: remove one", line, f.Name)
			}
			known[at], taken[f.Name] = true, true
		}
		if !known[at] {
			unknown = append(unknown, at+1)
			continue
		}
		for i := range p.fields {
			f := &p.fields[i]
			if key == strings.ToLower(f.Name) || slices.ContainsFunc(f.Names, func(n string) bool { return strings.EqualFold(n, key) }) {
				f.from = at
			}
		}
	}
	for i := range p.fields {
		f := &p.fields[i]
		if f.from < 0 && (f.col == colPlate || f.col == colCategory && p.constant[colCategory] == "" || f.Required) {
			return nil, nil, unusable(FaultColumnMissing, "line %d has no column named %s: the first line must name the columns, separated by commas or semicolons, such as plate,category,expires", line, f.Name)
		}
	}
	return known, unknown, nil
}
