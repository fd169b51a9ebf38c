package plate

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"
)

//go:embed series.txt
var seriesTable string

// ErrSeries is returned for a line of a series table that cannot be understood.
var ErrSeries = errors.New("bad serial format")

// Series is one serial format of a jurisdiction: "LLLLDDD" for Ontario's cars.
// Personalised plates have none.
type Series struct {
	Jurisdiction Jurisdiction
	Use          string // what carries it: "passenger", "commercial", "trailer"
	// Pattern spells the format without separators: L is a letter that is not in
	// Without, A any letter, X an L or a digit, D a digit, a lower-case letter or a
	// digit itself, {AB,C} one of these, and ? makes what is before it optional.
	Pattern string
	Without string
	places  []place
}

// place is one character of a format, or one of several prefixes.
type place struct {
	set      uint64 // bit for each character that may stand here
	optional bool
	prefixes []string // if set is zero
}

const (
	digits  uint64 = 1<<10 - 1
	letters uint64 = (1<<26 - 1) << 10
)

// maxPlaces is the most places a format may have, optional ones included.
const maxPlaces = 12

// bit is the set of one character, empty for one that no plate has.
func bit(c byte) uint64 {
	switch {
	case c >= '0' && c <= '9':
		return 1 << (c - '0')
	case c >= 'A' && c <= 'Z':
		return 1 << (c - 'A' + 10)
	}
	return 0
}

// ParseSeries makes a series of a format. It returns [ErrSeries] for a pattern
// that cannot be understood and for one that no plate could fit.
func ParseSeries(j Jurisdiction, use, pattern, without string) (Series, error) {
	s := Series{Jurisdiction: j, Use: use, Pattern: pattern, Without: without}
	used := letters
	for i := range len(without) {
		if bit(without[i])&letters == 0 {
			return Series{}, fmt.Errorf("letters left out: %w", ErrSeries)
		}
		used &^= bit(without[i])
	}
	shortest := 0
	for i := 0; i < len(pattern); i++ {
		c, p := pattern[i], place{}
		switch {
		case c == '?' && len(s.places) > 0 && s.places[len(s.places)-1].set != 0:
			s.places[len(s.places)-1].optional = true
			shortest--
			continue
		case c == '{':
			list, _, closed := strings.Cut(pattern[i+1:], "}")
			p.prefixes = strings.Split(list, ",")
			if !closed || !areTexts(p.prefixes) {
				return Series{}, fmt.Errorf("format %q: %w", pattern, ErrSeries)
			}
			i += len(list) + 1
		case c == 'L':
			p.set = used
		case c == 'A':
			p.set = letters
		case c == 'X':
			p.set = used | digits
		case c == 'D':
			p.set = digits
		case c >= 'a' && c <= 'z':
			p.set = bit(c - 'a' + 'A')
		case c >= '0' && c <= '9':
			p.set = bit(c)
		default:
			return Series{}, fmt.Errorf("format %q: %w", pattern, ErrSeries)
		}
		s.places = append(s.places, p)
		shortest++
	}
	if shortest < 1 || shortest > MaxLength || len(s.places) > maxPlaces {
		return Series{}, fmt.Errorf("format %q: %w", pattern, ErrSeries)
	}
	return s, nil
}

// areTexts reports whether all parts are capitals and digits, and not empty.
func areTexts(parts []string) bool {
	for _, p := range parts {
		if p == "" {
			return false
		}
		for i := range len(p) {
			if bit(p[i]) == 0 {
				return false
			}
		}
	}
	return true
}

// Fits reports whether a plate of this series could say text.
func (s Series) Fits(text Text) bool { return fits(s.places, string(text)) }

func fits(places []place, text string) bool {
	for i, p := range places {
		for _, prefix := range p.prefixes {
			if strings.HasPrefix(text, prefix) && fits(places[i+1:], text[len(prefix):]) {
				return true
			}
		}
		if p.optional && fits(places[i+1:], text) {
			return true
		}
		if text == "" || bit(text[0])&p.set == 0 {
			return false
		}
		text = text[1:]
	}
	return text == ""
}

// SeriesOf returns the series of a jurisdiction: those of all provinces or states
// for a country that has them, those of all its countries for [Europe]. It is
// empty for a jurisdiction whose formats are not known.
func SeriesOf(j Jurisdiction) []Series { return seriesByRegion()[j] }

// Fits reports whether a plate of one of the jurisdiction's series could say text.
func (j Jurisdiction) Fits(text Text) bool {
	for _, s := range SeriesOf(j) {
		if s.Fits(text) {
			return true
		}
	}
	return false
}

// seriesByRegion has the table's series under each jurisdiction and each region
// that holds it. A line that cannot be understood is left out; a test proves that
// there is none.
var seriesByRegion = sync.OnceValue(func() map[Jurisdiction][]Series {
	all, _ := parseSeriesTable(seriesTable)
	by := map[Jurisdiction][]Series{}
	for _, s := range all {
		by[s.Jurisdiction] = append(by[s.Jurisdiction], s)
		if country, _, divided := strings.Cut(string(s.Jurisdiction), "-"); divided {
			by[Jurisdiction(country)] = append(by[Jurisdiction(country)], s)
		} else if s.Jurisdiction.European() {
			by[Europe] = append(by[Europe], s)
		}
	}
	return by
})

// parseSeriesTable reads the lines of a series table. Lines that cannot be
// understood are left out; the error names them.
func parseSeriesTable(table string) ([]Series, error) {
	var all []Series
	var bad error
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if len(fields) < 4 {
			bad = errors.Join(bad, fmt.Errorf("line %q: %w", line, ErrSeries))
			continue
		}
		without := strings.Trim(fields[2], "-")
		for _, pattern := range fields[3:] {
			s, err := ParseSeries(Jurisdiction(fields[0]), fields[1], pattern, without)
			if err != nil {
				bad = errors.Join(bad, err)
				continue
			}
			all = append(all, s)
		}
	}
	return all, bad
}
