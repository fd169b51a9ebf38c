// Package packfile reads policy packs from TOML. Use [Decode].
package packfile

import (
	"errors"
	"fmt"
	"strings"

	"github.com/BurntSushi/toml"

	"secondlook/app/policy"
)

// MaxSize is the largest pack file that is accepted, in bytes.
const MaxSize = 1 << 20

// ErrInvalid is returned for a file that is not a policy pack or not a valid
// one, see [Refusal].
var ErrInvalid = policy.ErrInvalid

// Refusal says why a file is not a policy pack, and where. It wraps [ErrInvalid].
type Refusal struct {
	// Line is counted from 1; 0 where the fault stands on none.
	Line int
	// Key is the key's path, and ID the category's id or the choice's code that it
	// is in; both may be empty.
	Key, ID string
	// Why says what is wrong, or must be done.
	Why string
}

// Error is "line 12: key version: must be 1 or more".
func (r *Refusal) Error() string {
	s := ""
	if r.Line > 0 {
		s = fmt.Sprintf("line %d: ", r.Line)
	}
	if r.Key != "" {
		s += "key " + r.Key
		if r.ID != "" {
			s += fmt.Sprintf(" of %q", r.ID)
		}
		s += ": "
	}
	return s + r.Why
}

// Unwrap returns [ErrInvalid].
func (r *Refusal) Unwrap() error { return ErrInvalid }

// Decode reads a policy pack from TOML and validates it. A key that no pack has
// is refused too: a misspelled limit must not fall back to none. Errors are a
// [*Refusal].
func Decode(text []byte) (*policy.Pack, error) {
	if len(text) > MaxSize {
		return nil, &Refusal{Why: fmt.Sprintf("%d bytes are too many for a policy pack: at most %d", len(text), MaxSize)}
	}
	var p policy.Pack
	meta, err := toml.Decode(string(text), &p)
	if err != nil {
		return nil, syntax(err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0]
		return nil, &Refusal{Line: lineOfKey(text, key), Key: key.String(), Why: "no pack has this key: correct or remove it"}
	}
	if err := p.Validate(); err != nil {
		var f *policy.Fault
		if errors.As(err, &f) {
			return nil, &Refusal{Line: lineOfFault(text, f), Key: f.Key, ID: f.ID, Why: f.Why}
		}
		return nil, &Refusal{Why: err.Error()}
	}
	return &p, nil
}

// syntax words an error of the TOML library with its line.
func syntax(err error) error {
	var at toml.ParseError
	if !errors.As(err, &at) {
		return &Refusal{Why: strings.TrimPrefix(err.Error(), "toml: ")}
	}
	why := at.Message
	if why == "" {
		why = at.Error()
	}
	return &Refusal{Line: at.Position.Line, Key: at.LastKey, Why: why}
}
