package plate

import (
	"errors"
	"sort"
	"strings"
)

// ErrUnknownJurisdiction is returned for a name or code that is in no table.
var ErrUnknownJurisdiction = errors.New("unknown province, state or country")

// Jurisdiction is who issued a plate: "CA-ON" or "US-FL" (ISO 3166-2), or a
// country, "DE" (ISO 3166-1). The empty value is unknown.
type Jurisdiction string

// Europe is the region of a terminal that meets the plates of many countries. It
// is a region setting, never what a plate says.
const Europe Jurisdiction = "EU"

// Basis says how a read's jurisdiction is known (IPC, Accuracy of reads: the
// issuing province may be incorrect, so it is never guessed silently).
type Basis int

const (
	// BasisUnknown: not known.
	BasisUnknown Basis = iota
	// BasisAssumed: taken from the terminal's region setting.
	BasisAssumed
	// BasisRead: read from the plate itself.
	BasisRead
)

// String returns the basis as it stands in JSON output.
func (b Basis) String() string {
	return [...]string{"unknown", "assumed", "read"}[b]
}

// Agreement compares two jurisdictions in three values.
type Agreement int

const (
	// Unknown: at least one side is not known.
	Unknown Agreement = iota
	Same
	Different
)

// String returns the agreement as it stands in JSON output.
func (a Agreement) String() string {
	return [...]string{"unknown", "same", "different"}[a]
}

// Compare says whether two jurisdictions are the same. A country alone agrees
// with none of its provinces: "US" against "US-FL" is unknown.
func Compare(a, b Jurisdiction) Agreement {
	switch {
	case a == "" || b == "" || a == Europe || b == Europe:
		return Unknown
	case a == b:
		return Same
	case strings.HasPrefix(string(a), string(b)+"-"), strings.HasPrefix(string(b), string(a)+"-"):
		return Unknown
	}
	return Different
}

// ParseJurisdiction understands a code ("CA-ON", "DE"), a bare province or state
// code ("ON", "FL") and an English or French name. The empty text and "unknown"
// give the empty jurisdiction. Bare codes mean a North American province or
// state where there is one ("CA" alone is California's), as hotlists use them.
func ParseJurisdiction(s string) (Jurisdiction, error) {
	key := strings.ToUpper(strings.Join(strings.Fields(s), " "))
	if key == "" || key == "UNKNOWN" {
		return "", nil
	}
	if j, ok := byKey[key]; ok {
		return j, nil
	}
	return "", ErrUnknownJurisdiction
}

// ParseRegion understands a region setting. It differs from [ParseJurisdiction]
// in the bare codes that mean both a country and a state: a region is a country
// first, so "DE" is Germany and "CA" is Canada.
func ParseRegion(s string) (Jurisdiction, error) {
	if j := Jurisdiction(strings.ToUpper(strings.TrimSpace(s))); rows[j].code != "" {
		return j, nil
	}
	return ParseJurisdiction(s)
}

// Jurisdictions returns every known code, sorted.
func Jurisdictions() []Jurisdiction {
	all := make([]Jurisdiction, 0, len(table))
	for _, row := range table {
		all = append(all, row.code)
	}
	sort.Slice(all, func(i, k int) bool { return all[i] < all[k] })
	return all
}

// Name returns the jurisdiction's name in a language, "en" or "fr"; the code if
// there is none.
func (j Jurisdiction) Name(language string) string {
	row, ok := rows[j]
	switch {
	case !ok:
		return string(j)
	case language == "fr" && row.fr != "":
		return row.fr
	}
	return row.en
}

type named struct {
	code   Jurisdiction
	en, fr string // fr is empty where the names are the same
}

var (
	rows  = map[Jurisdiction]named{}
	byKey = map[string]Jurisdiction{}
)

func init() {
	// Countries first, so that a province or state wins the bare code.
	for pass := range 2 {
		for _, row := range table {
			_, bare, divided := strings.Cut(string(row.code), "-")
			if divided != (pass == 1) {
				continue
			}
			rows[row.code] = row
			byKey[string(row.code)] = row.code
			byKey[strings.ToUpper(row.en)] = row.code
			if row.fr != "" {
				byKey[strings.ToUpper(row.fr)] = row.code
			}
			if divided {
				byKey[bare] = row.code
			}
		}
	}
}
