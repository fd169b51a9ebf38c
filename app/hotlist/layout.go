package hotlist

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"secondlook/app/plate"
)

// ErrLayout is returned by [Layout.Validate]; the error names the key at fault.
var ErrLayout = errors.New("the layout is not valid")

// Shape is how a file's rows are divided into fields.
type Shape string

const (
	// Delimited: a separator stands between the fields.
	Delimited Shape = "delimited"
	// Fixed: each field stands at its own place in the line.
	Fixed Shape = "fixed"
)

// Layout describes the file of one feed: how its rows are divided, which field
// feeds which column of [Entry], and what its codes mean. It is data, so that a
// service can describe a feed of its own; assets/layouts/README.md has the keys
// as they stand in a file.
type Layout struct {
	// ID is the name for options and reports: "ncic".
	ID   string `toml:"id"`
	Name string `toml:"name"`
	Kind Shape  `toml:"kind"`
	// Separator has the characters that may separate fields; the first line
	// decides which of them does. Delimited only.
	Separator string `toml:"separator"`
	// Columns are the least and the most columns of a row; one number is both.
	// Delimited without names only.
	Columns []int `toml:"columns"`
	// Length is the shortest and the longest row, in characters without blanks at
	// its end. Fixed only.
	Length []int `toml:"length"`
	// Files are patterns (path.Match, in small letters) of the file's usual names.
	Files []string `toml:"files"`
	// ZeroForO is set where the source writes every letter O as 0.
	ZeroForO bool `toml:"zero_for_o"`
	// Skip are beginnings of lines that are no rows.
	Skip   []string `toml:"skip"`
	Header Header   `toml:"header"`
	Footer Footer   `toml:"footer"`
	// Constant has columns that are the same in every row: source, jurisdiction.
	// A field that feeds the same column goes first.
	Constant map[string]string `toml:"constant"`
	Fields   []Field           `toml:"field"`
}

// Header is the line before the first row.
type Header struct {
	// Names is set where it names the columns; fields are then found by name.
	Names bool `toml:"names"`
	// Begins is the text it begins with; a file without it has lost its start.
	Begins string `toml:"begins"`
	// Date is the form of the list's date, which stands right after Begins.
	Date string `toml:"date"`
	// Unnamed is set where there may be a header of unknown content: the first
	// line is one unless it reads as a row.
	Unnamed bool `toml:"unnamed"`
}

// Footer is the line after the last row.
type Footer struct {
	// Begins is the text it begins with; the number of records follows. A file
	// without it has lost its end.
	Begins string `toml:"begins"`
}

// Field is one field of a row.
type Field struct {
	// Name is what the layout calls it; reports print it.
	Name string `toml:"name"`
	// Names are further names of it in a header.
	Names []string `toml:"names"`
	// At is its place: the number of its column, from 0, or its first character
	// and the one after its last, from 0; without the latter it runs to the end of
	// the line, or is one with all columns that follow.
	At []int `toml:"at"`
	// Tag is what stands before it in the tail of a fixed row: "VYR/".
	Tag string `toml:"tag"`
	// Rest is set where it runs on to the end of a delimited row.
	Rest bool `toml:"rest"`
	// Word is which word of the text counts, from 1; 0 is all.
	Word int `toml:"word"`
	// Part is which characters of the text count, as in At.
	Part []int `toml:"part"`

	// To is the column that it feeds; empty, it is dropped at the door.
	To string `toml:"to"`
	// Personal is set on a field that is dropped because it tells of a person.
	Personal bool `toml:"personal"`
	// Required is set where a row without it is refused.
	Required bool `toml:"required"`
	// Codes say what its codes mean, in whatever case. A code that is not among
	// them gives nothing, or stands as it is if Open is set.
	Codes map[string]string `toml:"codes"`
	Open  bool              `toml:"open"`
	// Prefix is set where a code is only the beginning of the text.
	Prefix bool `toml:"prefix"`
	// Dates are the forms of a date or of a year, tried in turn.
	Dates []string `toml:"dates"`
	// Unknown are texts that say that nothing is known.
	Unknown []string `toml:"unknown"`
	// Label stands before the text in a note.
	Label string `toml:"label"`
}

// Columns that a field can feed, besides those of the generic CSV.
const (
	toEffective = "effective" // from when the entry is in force
	toSince     = "since"     // when it happened; becomes a part of the note
	toMade      = "made"      // when the list was made
)

// LayoutFault is a key of a layout that is missing or wrong. It wraps [ErrLayout].
type LayoutFault struct {
	// Key is the key: "kind", "to".
	Key string
	// Field is the number of the field that the key is in, from 1; 0 is none.
	Field int
	// Why says what is wrong.
	Why string
}

// Error names the key and what is wrong with it.
func (f *LayoutFault) Error() string {
	if f.Field == 0 {
		return fmt.Sprintf("%s %s: %v", f.Key, f.Why, ErrLayout)
	}
	return fmt.Sprintf("%s of field %d %s: %v", f.Key, f.Field, f.Why, ErrLayout)
}

// Unwrap returns [ErrLayout].
func (f *LayoutFault) Unwrap() error { return ErrLayout }

// longestLayoutRow bounds the places of a fixed layout, in characters.
const longestLayoutRow = 4096

// Validate reports the first key that is missing or contradicts another, as a
// [*LayoutFault].
func (l *Layout) Validate() error {
	bad := func(key, why string) error { return &LayoutFault{Key: key, Why: why} }
	switch {
	case l.ID == "" || strings.Trim(l.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "":
		return bad("id", "needs small letters, digits and hyphens")
	case l.Kind != Delimited && l.Kind != Fixed:
		return bad("kind", `must be "delimited" or "fixed"`)
	case l.Kind == Delimited && !validSeparators(l.Separator):
		return bad("separator", "needs ASCII characters, other than letters, digits and quotes")
	case l.Kind == Fixed && l.Separator != "":
		return bad("separator", "is for delimited rows")
	case l.Kind == Delimited && !l.Header.Names && !span(l.Columns, 1, maxFields):
		return bad("columns", "needs the number of columns, or the least and the most")
	case (l.Kind == Fixed || l.Header.Names) && len(l.Columns) > 0:
		return bad("columns", "is for delimited rows without names")
	case l.Kind == Fixed && !span(l.Length, 1, longestLayoutRow):
		return bad("length", "needs the length of a row, or the least and the most")
	case l.Kind == Delimited && len(l.Length) > 0:
		return bad("length", "is for fixed rows")
	case l.Header.Names && (l.Kind == Fixed || l.Header.Begins != "" || l.Header.Unnamed):
		return bad("header.names", "is for delimited rows, and without begins and unnamed")
	case l.Header.Date != "" && (l.Header.Begins == "" || !validForm(l.Header.Date)):
		return bad("header.date", "needs begins, and a form such as YYYY-MM-DD hh:mm")
	case slices.Contains(l.Skip, ""):
		return bad("skip", "has an empty beginning")
	}
	for to, value := range l.Constant {
		if why := badConstant(to, value); why != "" {
			return bad("constant."+to, why)
		}
	}
	fed := map[string]bool{}
	for i := range l.Fields {
		if key, why := l.badField(&l.Fields[i]); why != "" {
			return &LayoutFault{Key: key, Field: i + 1, Why: why}
		}
		fed[l.Fields[i].To] = true
	}
	switch {
	case !fed["plate"]:
		return bad("field", `needs one with to = "plate"`)
	case !fed["category"] && l.Constant["category"] == "":
		return bad("field", `needs one with to = "category", or constant.category`)
	}
	return nil
}

func validSeparators(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf || r == '"' || r == '\n' || r == '\r' || isAlnum(byte(r)) || r < ' ' && r != '\t' {
			return false
		}
	}
	return s != ""
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// span reports whether s is one number, or a lower and an upper one, in bounds.
func span(s []int, least, most int) bool {
	return (len(s) == 1 || len(s) == 2 && s[0] <= s[1]) && s[0] >= least && s[len(s)-1] <= most
}

func badConstant(to, value string) string {
	switch columnOf(to) {
	case colJurisdiction:
		if j, err := plate.ParseJurisdiction(value); err != nil || j == "" || j == plate.Europe {
			return "is no province, state or country"
		}
	case colCategory, colSource, colAgency, colContact, colNote:
	default:
		return "must be jurisdiction, category, source, agency, contact or note"
	}
	if text, why := clean(value, columns[columnOf(to)].max); why != "" || text == "" || text != value {
		return "is empty, too long, or has characters that do not show"
	}
	return ""
}

// badField returns the key at fault and what is wrong with it.
func (l *Layout) badField(f *Field) (key, why string) {
	if f.Name == "" {
		return "name", "is missing"
	}
	if key, why := l.badPlace(f); why != "" {
		return key, why
	}
	col := columnOf(f.To)
	isDate := col == colExpires || col == colEffective || col == colSince || col == colMade
	switch {
	case f.Personal && f.To != "":
		return "personal", "is for fields that are dropped, without to"
	case f.To != "" && col < 0:
		return "to", "is no column of an entry"
	case f.Required && (col == colDriver || col == colLenses):
		return "required", "is not for what tells of a driver, which most rows may not have"
	case f.Label != "" && col != colNote && col != colSince:
		return "label", "is for notes"
	case isDate && len(f.Dates) == 0:
		return "dates", "needs a form, such as YYYYMMDD"
	case !isDate && col != colYear && len(f.Dates) > 0:
		return "dates", "is for dates and years"
	case f.Prefix && len(f.Codes) == 0, f.Open && len(f.Codes) == 0:
		return "codes", "is missing"
	case len(f.Codes) > 0 && (f.To == "" || col == colPlate || isDate || col == colYear || col == colDriver):
		return "codes", "is not for this column"
	}
	for _, form := range f.Dates {
		if !validForm(form) {
			return "dates", "has no such form: write YYYY, YY, MM, DD, M, D, hh, h, mm, ss, PM, or RFC 3339"
		}
	}
	for code, value := range f.Codes {
		if code == "" || col == colJurisdiction && badConstant(f.To, value) != "" {
			return "codes", "has an empty code or a value that its column cannot have"
		}
		if _, ok := readLenses([]byte(value)); col == colLenses && !ok {
			return "codes", `must mean "yes" or "no"`
		}
		if text, why := clean(value, columns[col].max); why != "" || text != value {
			return "codes", "has a value that its column cannot have"
		}
	}
	return "", ""
}

func (l *Layout) badPlace(f *Field) (key, why string) {
	switch {
	case f.Tag != "" && (l.Kind != Fixed || len(f.At) > 0 || f.Rest):
		return "tag", "is for fixed rows, and instead of at"
	case l.Header.Names && (len(f.At) > 0 || f.Rest):
		return "at", "is not for fields that are found by name"
	case l.Header.Names && len(f.Names) == 0 && strings.TrimSpace(f.Name) == "":
		return "names", "is missing"
	case !l.Header.Names && len(f.Names) > 0:
		return "names", "is for files whose header names the columns"
	case f.Word < 0 || f.Word > 64:
		return "word", "must lie between 0 and 64"
	case len(f.Part) > 0 && (len(f.Part) != 2 || f.Part[0] < 0 || f.Part[1] <= f.Part[0] || f.Part[1] > longestLayoutRow):
		return "part", "needs the first character and the one after the last"
	}
	switch {
	case l.Header.Names || f.Tag != "":
	case l.Kind == Delimited && (len(f.At) != 1 || f.At[0] < 0 || f.At[0] >= l.Columns[len(l.Columns)-1]):
		return "at", "needs the number of a column, from 0"
	case l.Kind == Fixed && (len(f.At) == 0 || len(f.At) > 2 || f.At[0] < 0 || f.At[0] >= l.Length[len(l.Length)-1] || len(f.At) == 2 && (f.At[1] <= f.At[0] || f.At[1] > longestLayoutRow)):
		return "at", "needs the first character, from 0, and the one after the last"
	}
	return "", ""
}

// Drops returns the fields that are not taken in, in the order of the file.
func (l *Layout) Drops() []Dropped {
	taken := map[string]bool{}
	for _, f := range l.Fields {
		taken[f.Name] = taken[f.Name] || f.To != ""
	}
	var out []Dropped
	for _, f := range l.Fields {
		if !taken[f.Name] {
			out = append(out, Dropped{Name: f.Name, Personal: f.Personal})
		}
	}
	return out
}
