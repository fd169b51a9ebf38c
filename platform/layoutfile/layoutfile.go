// Package layoutfile reads hotlist layouts from TOML. Use [Decode] for a
// service's own, and [BuiltIn] for those that the program carries.
package layoutfile

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"secondlook/app/hotlist"
	"secondlook/assets"
)

// MaxSize is the largest layout file that is accepted, in bytes.
const MaxSize = 256 << 10

// ErrInvalid is returned for a file that is not a layout or not a valid one. The
// error names the line and the key at fault.
var ErrInvalid = hotlist.ErrLayout

// Decode reads a layout from TOML and validates it. A key that no layout has is
// refused too: a misspelled one must not be passed over. name is the file's, for
// errors, which wrap [ErrInvalid] and begin with name and line.
func Decode(name string, text []byte) (hotlist.Layout, error) {
	if len(text) > MaxSize {
		return hotlist.Layout{}, fmt.Errorf("%s: %d bytes are too many (at most %d): %w", name, len(text), MaxSize, ErrInvalid)
	}
	var l hotlist.Layout
	meta, err := toml.Decode(string(text), &l)
	if err != nil {
		return hotlist.Layout{}, syntax(name, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		key := unknown[0]
		return hotlist.Layout{}, fmt.Errorf("%skey %s: no layout has this key: %w", place(name, lineOf(text, key.String(), 0)), key, ErrInvalid)
	}
	if err := l.Validate(); err != nil {
		var f *hotlist.LayoutFault
		if errors.As(err, &f) {
			return hotlist.Layout{}, fmt.Errorf("%s%w", place(name, lineOf(text, f.Key, f.Field)), err)
		}
		return hotlist.Layout{}, fmt.Errorf("%s: %w", name, err)
	}
	return l, nil
}

// BuiltIn returns the layouts that the program carries, sorted by id. The slice
// and what it holds are shared: they are not to be changed.
var BuiltIn = sync.OnceValues(func() ([]hotlist.Layout, error) {
	var all []hotlist.Layout
	for _, name := range assets.Layouts() {
		text, err := assets.Layout(name)
		if err != nil {
			return nil, err
		}
		l, err := Decode(name+".toml", text)
		if err != nil {
			return nil, fmt.Errorf("built-in layout: %w", err)
		}
		all = append(all, l)
	}
	return all, nil
})

// syntax words an error of the TOML library with its line.
func syntax(name string, err error) error {
	var at toml.ParseError
	if !errors.As(err, &at) {
		return fmt.Errorf("%s: %s: %w", name, strings.TrimPrefix(err.Error(), "toml: "), ErrInvalid)
	}
	key := ""
	if at.LastKey != "" {
		key = "key " + at.LastKey + ": "
	}
	message := at.Message
	if message == "" {
		message = at.Error()
	}
	return fmt.Errorf("%s%s%s: %w", place(name, at.Position.Line), key, message, ErrInvalid)
}

// place words where something stands; line 0 is a key that stands nowhere.
func place(name string, line int) string {
	if line == 0 {
		return name + ": "
	}
	return fmt.Sprintf("%s, line %d: ", name, line)
}

// lineOf returns the number of the line that sets a key, from 1: of the whole
// layout, or of its field with a number, from 1. It is the line that opens the
// field where that does not set the key, and 0 where nothing does. The TOML
// library says where it stopped reading, but not where a key stands that it read.
func lineOf(text []byte, key string, field int) int {
	last := key[strings.LastIndex(key, ".")+1:]
	number, opened, n := 0, 0, 0
	for line := range strings.Lines(string(text)) {
		n++
		s := strings.TrimSpace(line)
		if strings.HasPrefix(s, "[[field]]") {
			if number++; number == field {
				opened = n
			}
		}
		inside := field == 0 || number == field
		name, _, sets := strings.Cut(s, "=")
		name = strings.Trim(strings.TrimSpace(name), `"'`)
		switch {
		case !inside || strings.HasPrefix(s, "#"):
		case sets && (name == last || name == key || strings.HasSuffix(key, name+"."+last)):
			return n
		case strings.HasPrefix(s, "[") && strings.Trim(s, "[]") == key:
			return n
		}
	}
	return opened
}
