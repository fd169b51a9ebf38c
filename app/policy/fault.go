package policy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrInvalid is what a [Fault] of a pack's content wraps.
var ErrInvalid = errors.New("the policy pack is not valid")

// FaultCode says what is wrong with a pack or a key of it. The codes are stable: audit
// records keep them.
type FaultCode string

const (
	FaultForm          FaultCode = "form"
	FaultLeast         FaultCode = "least"
	FaultMost          FaultCode = "most"    // values: the limit
	FaultBetween       FaultCode = "between" // values: the limits
	FaultMissing       FaultCode = "missing"
	FaultTwice         FaultCode = "twice"
	FaultLanguages     FaultCode = "languages"
	FaultOneOf         FaultCode = "one-of"    // values: what it may be
	FaultNotOf         FaultCode = "not-of"    // values: the name, what it may hold
	FaultHasTwice      FaultCode = "has-twice" // values: the name
	FaultLeastManual   FaultCode = "least-manual"
	FaultMissingManual FaultCode = "missing-manual"
	FaultManualOnly    FaultCode = "manual-only"
	FaultDescribed     FaultCode = "described"
	FaultInternalOnly  FaultCode = "internal-only"
	FaultLacks         FaultCode = "lacks"    // values: the placeholder
	FaultUnfilled      FaultCode = "unfilled" // values: the placeholder
	FaultNoYears       FaultCode = "no-years"
	FaultTactical      FaultCode = "tactical"
	FaultErase         FaultCode = "erase"
	FaultPreserve      FaultCode = "preserve"
	// Of files that hold no pack.
	FaultUnknownKey FaultCode = "unknown-key"
	FaultSize       FaultCode = "size"   // values: bytes, bytes at most
	FaultSyntax     FaultCode = "syntax" // values: what the reader of TOML says, in English
	FaultKind       FaultCode = "kind"   // values: the same
	// Of signatures, versions and the way that a pack came, see [Refusals].
	FaultUnsigned    FaultCode = "unsigned"
	FaultSignature   FaultCode = "signature"    // values: what the line must be, in English
	FaultUntrusted   FaultCode = "untrusted"    // values: the key's id
	FaultAltered     FaultCode = "altered"      // values: the key's id
	FaultOlder       FaultCode = "older"        // values: the version, the newest one known
	FaultSameVersion FaultCode = "same-version" // values: the version
	FaultReplayed    FaultCode = "replayed"     // values: the publication's number, the newest one known
	FaultNotStations FaultCode = "not-stations" // values: what is wrong with the publication, in English
)

// Refusals are the codes of packs that are refused whatever is in them.
var Refusals = []FaultCode{FaultUnsigned, FaultSignature, FaultUntrusted, FaultAltered, FaultOlder, FaultSameVersion, FaultReplayed, FaultNotStations}

// FaultWords is what each code says in English; the values stand in it in order.
var FaultWords = map[FaultCode]string{
	FaultForm:          "must be small letters, digits and hyphens",
	FaultLeast:         "must be 1 or more",
	FaultMost:          "must be %v at most where descriptors are kept",
	FaultBetween:       "must lie between %v and %v",
	FaultMissing:       "is missing",
	FaultTwice:         "stands twice",
	FaultLanguages:     "is needed in English and French",
	FaultOneOf:         "may be only: %v",
	FaultNotOf:         "has %q: it may hold %v",
	FaultHasTwice:      "has %q twice",
	FaultLeastManual:   "must be 1 or more for a manual category",
	FaultMissingManual: "is missing for a manual category",
	FaultManualOnly:    "must be true: it exists as a manual entry only",
	FaultDescribed:     "must be true: the driver's physical descriptors are mandatory",
	FaultInternalOnly:  "must be internal alone where descriptors are kept",
	FaultLacks:         "lacks %v",
	FaultUnfilled:      "has %v, which nothing fills in",
	FaultNoYears:       "must be 1 or more where there is no hit_years",
	FaultTactical:      "must be 1 or more where a case is needed beyond it",
	FaultErase:         "must be erase: the car keeps no hit that the station has",
	FaultPreserve:      "must be 1 or more where preservation is enabled",
	FaultUnknownKey:    "no pack has this key: correct or remove it",
	FaultSize:          "%v bytes are too many for a policy pack: at most %v",
	FaultSyntax:        "%v",
	FaultKind:          "%v",
	FaultUnsigned:      "the signature file is empty: sign the pack",
	FaultSignature:     "must be %v: the signature file is not valid: sign the pack anew",
	FaultUntrusted:     "key %v: the pack is not signed by a key that is trusted here",
	FaultAltered:       "key %v: the pack was changed after it was signed, or the signature is another's",
	FaultOlder:         "%v is below %v: this terminal has had a newer version of the pack",
	FaultSameVersion:   "%v: another pack of this version is known here: raise its version and sign it anew",
	FaultReplayed:      "publication %v is older than publication %v in this car",
	FaultNotStations:   "%v",
}

// Fault says why a pack is not taken: why its file is no valid one, and where, or what
// else is against it.
type Fault struct {
	// Line is counted from 1; 0 where the fault stands on none, or the file is not
	// known.
	Line int
	// Key is the key's path, such as "notice.not_given" or "category.max_days", and
	// ID the category's id or the choice's code that it is in; both may be empty.
	Key, ID string
	Code    FaultCode
	// Values stand in the words of the code, in order.
	Values []any
	// Err is what the fault wraps, [ErrInvalid] where it is nil.
	Err error
}

// Why says what is wrong, or must be done, in English.
func (f *Fault) Why() string { return fmt.Sprintf(FaultWords[f.Code], f.Values...) }

// Error is "line 12: key version: must be 1 or more".
func (f *Fault) Error() string {
	var s strings.Builder
	if f.Line > 0 {
		fmt.Fprintf(&s, "line %d: ", f.Line)
	}
	if f.Key != "" {
		s.WriteString("key " + f.Key)
		if f.ID != "" {
			fmt.Fprintf(&s, " of %q", f.ID)
		}
		s.WriteString(": ")
	}
	return s.String() + f.Why()
}

// Unwrap returns Err, or [ErrInvalid].
func (f *Fault) Unwrap() error {
	if f.Err != nil {
		return f.Err
	}
	return ErrInvalid
}

// The keys of [Fault.Detail]; each value has one of its own, counted from 1.
const (
	detailWhy   = "why"
	detailLine  = "line"
	detailField = "field"
	detailOf    = "of"
	detailValue = "value-"
)

// Detail is the fault as an audit record keeps it, in no language: [FaultOf] reads it
// back, to be said in the reader's.
func (f *Fault) Detail() map[string]string {
	d := map[string]string{detailWhy: string(f.Code)}
	if f.Line > 0 {
		d[detailLine] = strconv.Itoa(f.Line)
	}
	if f.Key != "" {
		d[detailField] = f.Key
	}
	if f.ID != "" {
		d[detailOf] = f.ID
	}
	for i, v := range f.Values {
		d[detailValue+strconv.Itoa(i+1)] = fmt.Sprint(v)
	}
	return d
}

// FaultOf is the fault that a record keeps, all but what it wraps. It is none where the
// record has an English sentence, as those of earlier versions do.
func FaultOf(detail map[string]string) (f *Fault, ok bool) {
	code := FaultCode(detail[detailWhy])
	words, ok := FaultWords[code]
	if !ok {
		return nil, false
	}
	f = &Fault{Key: detail[detailField], ID: detail[detailOf], Code: code}
	f.Line, _ = strconv.Atoi(detail[detailLine])
	for i := range strings.Count(words, "%") {
		f.Values = append(f.Values, detail[detailValue+strconv.Itoa(i+1)])
	}
	return f, true
}

// OfContent reports whether the fault is in what the pack says.
func (f *Fault) OfContent() bool { return !slices.Contains(Refusals, f.Code) }
