package policy

import (
	"errors"
	"fmt"
	"strings"
)

// ErrInvalid is what a [Fault] wraps.
var ErrInvalid = errors.New("the policy pack is not valid")

// FaultCode says what is wrong with a key of a pack. The codes are stable.
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
)

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
}

// Fault says why a file is no valid pack, and where. It wraps [ErrInvalid].
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

// Unwrap returns [ErrInvalid].
func (f *Fault) Unwrap() error { return ErrInvalid }
