// Package packfile reads policy packs from TOML. Use [Decode].
package packfile

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"secondlook/app/policy"
)

// Decode reads a policy pack from TOML and validates it. A key that no pack has
// is refused too: a misspelled limit must not fall back to none. Errors are a
// [*policy.Fault], which wraps [policy.ErrInvalid].
func Decode(text []byte) (*policy.Pack, error) {
	if len(text) > policy.MaxPack {
		return nil, &policy.Fault{Code: policy.FaultSize, Values: []any{len(text), policy.MaxPack}}
	}
	var p policy.Pack
	meta, err := toml.Decode(string(text), &p)
	if err != nil {
		return nil, unread(text, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0]
		return nil, &policy.Fault{Line: lineOfKey(text, key), Key: key.String(), Code: policy.FaultUnknownKey}
	}
	if err := p.Validate(); err != nil {
		var f *policy.Fault
		if errors.As(err, &f) {
			f.Line = lineOfFault(text, f)
		}
		return nil, err
	}
	return &p, nil
}

// lastKey is the place in an error of the TOML library that has it in its text only.
var lastKey = regexp.MustCompile(`^line (\d+) \(last key "([^"]*)"\): `)

// unread words an error of the TOML library with its line, and tells TOML that is no
// pack from what is no TOML.
func unread(text []byte, err error) error {
	code := policy.FaultSyntax
	if _, bad := toml.Decode(string(text), &map[string]any{}); bad == nil {
		code = policy.FaultKind
	}
	var at toml.ParseError
	if !errors.As(err, &at) {
		f := &policy.Fault{Code: code}
		why := strings.TrimPrefix(err.Error(), "toml: ")
		if place := lastKey.FindStringSubmatch(why); place != nil {
			f.Line, _ = strconv.Atoi(place[1])
			f.Key, why = place[2], why[len(place[0]):]
		}
		f.Values = []any{why}
		return f
	}
	why := at.Message
	if why == "" {
		why = at.Error()
	}
	return &policy.Fault{Line: at.Position.Line, Key: at.LastKey, Code: code, Values: []any{why}}
}
