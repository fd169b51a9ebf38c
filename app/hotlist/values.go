package hotlist

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"secondlook/app/plate"
)

// The columns that fields can feed. Those up to colNote are the generic CSV's.
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
	colDriver
	colLenses
	colNote
	colEffective
	colSince
	colMade
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
	colModel: {"model", 64}, colYear: {"year", 16}, colColour: {"colour", 32},
	colDriver: {"driver", 128}, colLenses: {"lenses", 16}, colNote: {"note", 1000},
	colEffective: {toEffective, 40}, colSince: {toSince, 40}, colMade: {toMade, 40},
}

// columnOf returns the column of a name, -1 if there is none.
func columnOf(name string) int {
	for c := range columns {
		if columns[c].name == name {
			return c
		}
	}
	return -1
}

// clean trims a field and makes one line of it. It refuses what is too long, not
// UTF-8, or would not show as it reads: control characters, and marks that turn
// the direction of writing.
func clean(s string, most int) (string, Reason) {
	s = strings.TrimSpace(s)
	if len(s) > most && utf8.RuneCountInString(s) > most {
		return "", FieldTooLong
	}
	if strings.ContainsAny(s, "\n\r\t") {
		s = strings.Join(strings.Fields(s), " ")
	}
	for _, r := range s {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return "", InvalidText
		}
	}
	return s, ""
}

// none are the words that lists write where there is no plate; each begins with N
// or U.
var none = []string{"NONE", "NOPLATE", "NOPLATES", "NOTAG", "NULL", "NA", "UNK", "UNKNOWN"}

// junk reports whether a plate stands for "none": a single character, zeros or
// the letter X alone, or one of those words. Such rows are common in real lists,
// and every one would alert at the first personalised plate of that kind.
func junk(plate []byte) bool {
	switch plate[0] {
	case '0', 'X':
		return len(plate) == 1 || only(plate, plate[0])
	case 'N', 'U':
		return len(plate) == 1 || slices.ContainsFunc(none, func(word string) bool { return word == string(plate) })
	}
	return len(plate) == 1
}

func only(b []byte, c byte) bool {
	for _, x := range b {
		if x != c {
			return false
		}
	}
	return true
}

// form is how dates are written, as package time has it.
type form struct {
	layout string
	// day is set where no time of the day is written.
	day bool
}

const rfc3339 = "RFC 3339"

// formTokens translate a form; longer ones go first.
var formTokens = []struct{ ours, theirs string }{
	{"YYYY", "2006"}, {"YY", "06"}, {"MM", "01"}, {"DD", "02"}, {"M", "1"}, {"D", "2"},
	{"hh", "15"}, {"h", "3"}, {"mm", "04"}, {"ss", "05"}, {"PM", "PM"},
}

// parseForm translates a form such as "YYYY-MM-DD hh:mm".
func parseForm(s string) (form, bool) {
	if s == rfc3339 {
		return form{layout: time.RFC3339}, true
	}
	f, out := form{day: true}, ""
outer:
	for s != "" {
		for _, t := range formTokens {
			if strings.HasPrefix(s, t.ours) {
				f.day = f.day && t.ours[0] != 'h'
				out, s = out+t.theirs, s[len(t.ours):]
				continue outer
			}
		}
		if !strings.ContainsRune("-/.: ", rune(s[0])) {
			return form{}, false
		}
		out, s = out+s[:1], s[1:]
	}
	f.layout = out
	return f, out != ""
}

func validForm(s string) bool { _, ok := parseForm(s); return ok }

// maxCached bounds each cache of dates and texts.
const maxCached = 1 << 14

// dateReader reads dates in one of some forms. Lists repeat their dates, so the
// last thousands are remembered.
type dateReader struct {
	forms []form
	zone  *time.Location
	seen  map[string]date
}

type date struct {
	at  time.Time
	day bool // no time of the day was written
}

func newDateReader(forms []string, zone *time.Location) *dateReader {
	d := &dateReader{zone: zone, seen: map[string]date{}}
	for _, s := range forms {
		if f, ok := parseForm(s); ok {
			d.forms = append(d.forms, f)
		}
	}
	return d
}

// read returns the date, and false if the text is none.
func (d *dateReader) read(b []byte) (date, bool) {
	if at, ok := d.seen[string(b)]; ok {
		return at, true
	}
	s := string(b)
	for _, f := range d.forms {
		at, err := time.ParseInLocation(f.layout, s, d.zone)
		if err != nil {
			continue
		}
		out := date{at: at, day: f.day}
		if len(d.seen) < maxCached {
			d.seen[s] = out
		}
		return out, true
	}
	return date{}, false
}

// end is when the date is over: at the end of the day where no time is written.
func (d date) end() time.Time {
	if d.day {
		return d.at.AddDate(0, 0, 1)
	}
	return d.at
}

// readYear accepts a model year in four digits, or in two where the layout says
// so; 0 and the empty text are unknown.
func readYear(b []byte, short bool, now time.Time) (int, bool) {
	if only(b, '0') && !(short && len(b) == 2) {
		return 0, true
	}
	n, err := strconv.Atoi(string(b))
	if err != nil {
		return 0, false
	}
	if short && len(b) == 2 {
		if n += now.Year() / 100 * 100; n > now.Year()+2 {
			n -= 100
		}
		return n, true
	}
	return n, len(b) == 4 && n >= 1880 && n <= now.Year()+2
}

// unfold writes the letter O again where a source wrote 0, in a text that has no
// other digit.
func unfold(b []byte) {
	for _, c := range b {
		if c > '0' && c <= '9' {
			return
		}
	}
	for i, c := range b {
		if c == '0' {
			b[i] = 'O'
		}
	}
}

// word returns the n-th word, from 1.
func word(b []byte, n int) []byte {
	for {
		b = bytes.TrimLeft(b, " ")
		end := bytes.IndexByte(b, ' ')
		if end < 0 {
			end = len(b)
		}
		if n--; n == 0 || end == 0 {
			return b[:end]
		}
		b = b[end:]
	}
}

func parseJurisdiction(s string) (plate.Jurisdiction, bool) {
	j, err := plate.ParseJurisdiction(s)
	return j, err == nil && j != plate.Europe
}
