package hotlist

import (
	"cmp"
	"maps"
	"slices"
	"time"
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
	// MalformedDate: a date is not in the layout's form, is no day of the calendar,
	// or lies in the future where it cannot.
	MalformedDate Reason = "malformed-date"
	// MalformedYear: year is not a year in which a vehicle can have been built.
	MalformedYear Reason = "malformed-year"
	// MalformedLenses: what says whether lenses are needed is neither yes nor no.
	MalformedLenses Reason = "malformed-lenses"
	// Expired: the entry's time is over already.
	Expired Reason = "expired"
	// ShortRow: a fixed row ends before its fields do.
	ShortRow Reason = "short-row"
	// MissingField: a field that every row has is empty.
	MissingField Reason = "missing-field"
	// NotYet: the entry's time has not begun.
	NotYet Reason = "not-yet-in-force"
	// WrongAgency: the entry is of another agency than [Options] expect.
	WrongAgency Reason = "wrong-agency"
	// Duplicate: an earlier row has the same plate, jurisdiction, category,
	// source, agency and reference. The one that lasts longer is kept.
	Duplicate Reason = "duplicate"
)

// maxPlaces is how many rows a report names for each reason.
const maxPlaces = 10

// Place is where a row was refused.
type Place struct {
	// File is the number of the file in a zip file, from 1; 0 is a file of its own.
	File int `json:"file,omitempty"`
	// Row is the line number in the file, from 1.
	Row int `json:"row"`
	// Column is what the layout calls the field at fault, empty where it is the
	// whole row.
	Column string `json:"column,omitempty"`
}

// Refusal is the rows that were refused for one reason.
type Refusal struct {
	Count int `json:"count"`
	// First are the first rows, ten at most.
	First []Place `json:"first"`
}

// Dropped is a column of a layout that was not taken in.
type Dropped struct {
	Name string `json:"name"`
	// Personal is set where it tells of a person.
	Personal bool `json:"personal"`
}

// Completeness is what a file says of its own end.
type Completeness string

const (
	// Complete: the footer's count is right.
	Complete Completeness = "complete"
	// Truncated: the file looks cut off.
	Truncated Completeness = "truncated"
)

// Report says what became of each row of a file. It holds no content of any row
// but the categories that were accepted.
type Report struct {
	// Layout is the id of the layout that was read; of a zip file, the last one.
	Layout   string   `json:"layout"`
	Encoding Encoding `json:"encoding"`
	// Files is how many texts were read, Skipped how many files of a zip file are in
	// no layout that is known.
	Files   int `json:"files"`
	Skipped int `json:"skipped"`
	// Rows is the number of rows, headers, footers and blank lines left out. It is
	// the sum of Accepted and of all refusals.
	Rows       int                `json:"rows"`
	Accepted   int                `json:"accepted"`
	ByCategory map[string]int     `json:"by_category"` // accepted
	Refused    map[Reason]Refusal `json:"refused,omitempty"`
	// UnknownColumns are the positions, from 1, of columns that the layout does not
	// have; they were dropped. Dropped are those that it has and does not take in.
	UnknownColumns []int     `json:"unknown_columns,omitempty"`
	Dropped        []Dropped `json:"dropped,omitempty"`
	// Made is the list's own date, zero if it has none.
	Made time.Time `json:"made,omitzero"`
	// BadHeader is where a header's date could not be read.
	BadHeader *Place `json:"bad_header,omitempty"`
	// Old is set where the list is older than the limit, FromFuture where its date
	// lies more than a day ahead.
	Old        bool `json:"old"`
	FromFuture bool `json:"from_future"`
	// Complete is empty where the file has no footer and no sign of being cut off.
	Complete Completeness `json:"complete,omitempty"`
	// Shrunk is set where it has too many entries fewer than the list in force.
	Shrunk bool `json:"shrunk"`
	// Faults are why the whole file is not taken in; none for one that is.
	Faults []Fault `json:"faults,omitempty"`
}

// MadeOr returns the list's own date, or the file's where the list has none.
func (r Report) MadeOr(file time.Time) time.Time {
	if r.Made.IsZero() {
		return file
	}
	return r.Made
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

func (r *Report) refuseHeader(at Place) {
	if r.BadHeader == nil {
		r.BadHeader = &at
	}
}

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
