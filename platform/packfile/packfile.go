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
// one. The error names the line and the key at fault.
var ErrInvalid = policy.ErrInvalid

// Decode reads a policy pack from TOML and validates it. A key that no pack has
// is refused too: a misspelled limit must not fall back to none. Errors wrap
// [ErrInvalid] and begin with the line.
func Decode(text []byte) (*policy.Pack, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%d bytes are too many (at most %d): %w", len(text), MaxSize, ErrInvalid)
	}
	var p policy.Pack
	meta, err := toml.Decode(string(text), &p)
	if err != nil {
		return nil, syntax(err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0]
		return nil, fmt.Errorf("%skey %s: no pack has this key: %w", place(lineOfKey(text, key)), key, ErrInvalid)
	}
	if err := p.Validate(); err != nil {
		var f *policy.Fault
		if errors.As(err, &f) {
			return nil, fmt.Errorf("%s%w", place(lineOfFault(text, f)), err)
		}
		return nil, err
	}
	return &p, nil
}

// syntax words an error of the TOML library with its line.
func syntax(err error) error {
	var at toml.ParseError
	if !errors.As(err, &at) {
		return fmt.Errorf("%s: %w", strings.TrimPrefix(err.Error(), "toml: "), ErrInvalid)
	}
	key := ""
	if at.LastKey != "" {
		key = "key " + at.LastKey + ": "
	}
	message := at.Message
	if message == "" {
		message = at.Error()
	}
	return fmt.Errorf("%s%s%s: %w", place(at.Position.Line), key, message, ErrInvalid)
}

// place words a line number; 0 is a key that stands nowhere.
func place(line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf("line %d: ", line)
}
