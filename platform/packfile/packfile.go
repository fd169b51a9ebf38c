// Package packfile reads policy packs from TOML. Use [Decode].
package packfile

import (
	"errors"
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
		return nil, syntax(err)
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

// syntax words an error of the TOML library with its line.
func syntax(err error) error {
	var at toml.ParseError
	if !errors.As(err, &at) {
		return &policy.Fault{Code: policy.FaultSyntax, Values: []any{strings.TrimPrefix(err.Error(), "toml: ")}}
	}
	why := at.Message
	if why == "" {
		why = at.Error()
	}
	return &policy.Fault{Line: at.Position.Line, Key: at.LastKey, Code: policy.FaultSyntax, Values: []any{why}}
}
