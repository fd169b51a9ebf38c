package hotlist

import (
	"cmp"
	"maps"
	"slices"
)

// Reason is the code of why a row was refused. The codes are stable.
type Reason string

const (
	// WrongColumns: the row has more or fewer columns than the header.
	WrongColumns Reason = "wrong-column-count"
	// RowTooLong: the line is longer than any row can be.
	RowTooLong Reason = "row-too-long"
	// FieldTooLong: a field is longer than its column allows.
	FieldTooLong Reason = "too-long-field"
	// OpenQuote: a quoted field does not end, or text follows its closing quote.
	OpenQuote Reason = "unclosed-quote"
	// InvalidText: a field is not UTF-8 or holds control characters.
	InvalidText Reason = "invalid-text"
	// MalformedPlate: the plate is empty or cannot be one.
	MalformedPlate Reason = "malformed-plate"
	// JunkPlate: the plate stands for "none" in the source: "0", "000", "NONE".
	JunkPlate Reason = "junk-plate"
	// UnknownCategory: the policy pack does not list the category.
	UnknownCategory Reason = "unknown-category"
	// UnknownJurisdiction: the province, state or country is in no table.
	UnknownJurisdiction Reason = "unknown-jurisdiction"
	// MalformedDate: expires is neither yyyy-mm-dd nor RFC 3339.
	MalformedDate Reason = "malformed-date"
	// MalformedYear: year is not a year in which a vehicle can have been built.
	MalformedYear Reason = "malformed-year"
	// Expired: the entry's time is over already.
	Expired Reason = "expired"
	// Duplicate: an earlier row has the same plate, jurisdiction, category,
	// source, agency and reference. The one that lasts longer is kept.
	Duplicate Reason = "duplicate"
)

// maxPlaces is how many rows a report names for each reason.
const maxPlaces = 10

// Place is where a row was refused.
type Place struct {
	// Row is the line number in the file, from 1; the header is on line 1.
	Row int
	// Column is the name of the column at fault, empty where it is the whole row.
	Column string
}

// Refusal is the rows that were refused for one reason.
type Refusal struct {
	Count int
	// First are the first rows, ten at most.
	First []Place
}

// Report says what became of each row of a file. It holds no content of any row
// but the categories that were accepted.
type Report struct {
	// Rows is the number of rows, header and blank lines left out. It is the sum
	// of Accepted and of all refusals.
	Rows       int
	Accepted   int
	ByCategory map[string]int // accepted
	Refused    map[Reason]Refusal
	// UnknownColumns are the positions, from 1, of columns that were dropped.
	UnknownColumns []int
}

// Reasons returns the reasons for which rows were refused, the most frequent first.
func (r Report) Reasons() []Reason {
	return slices.SortedFunc(maps.Keys(r.Refused), func(a, b Reason) int {
		return cmp.Or(cmp.Compare(r.Refused[b].Count, r.Refused[a].Count), cmp.Compare(a, b))
	})
}

// RefusedRows is how many rows were refused, for whatever reason.
func (r Report) RefusedRows() int { return r.Rows - r.Accepted }

// Duplicates is how many rows an earlier or longer-lasting row made superfluous.
func (r Report) Duplicates() int { return r.Refused[Duplicate].Count }

// Expired is how many rows were over already.
func (r Report) Expired() int { return r.Refused[Expired].Count }

func (r *Report) refuse(why Reason, at Place) {
	if r.Refused == nil {
		r.Refused = map[Reason]Refusal{}
	}
	f := r.Refused[why]
	f.Count++
	if len(f.First) < maxPlaces {
		f.First = append(f.First, at)
	}
	r.Refused[why] = f
}
