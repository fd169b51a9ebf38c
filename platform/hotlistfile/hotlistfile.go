// Package hotlistfile checks hotlist files and writes synthetic ones, for the
// commands of that name. Start with [Check] and [Synth].
package hotlistfile

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/policy"
	"secondlook/platform/layoutfile"
)

// Formats returns the ids of the built-in layouts, sorted, for help texts.
func Formats() []string {
	all, err := layoutfile.BuiltIn()
	if err != nil {
		return nil // the package's tests decode every built-in layout
	}
	var ids []string
	for _, l := range all {
		ids = append(ids, l.ID)
	}
	return ids
}

// Layouts returns the layouts to choose from: the one of an id, the one in a
// TOML file, or all that are built in where format is empty.
func Layouts(format string) ([]hotlist.Layout, error) {
	if strings.HasSuffix(format, ".toml") {
		text, err := readLayout(format)
		if err != nil {
			return nil, fmt.Errorf("read the layout: %w", err)
		}
		l, err := layoutfile.Decode(format, text)
		if err != nil {
			return nil, err
		}
		return []hotlist.Layout{l}, nil
	}
	all, err := layoutfile.BuiltIn()
	if err != nil || format == "" {
		return all, err
	}
	if i := slices.IndexFunc(all, func(l hotlist.Layout) bool { return l.ID == format }); i >= 0 {
		return all[i : i+1], nil
	}
	return nil, fmt.Errorf("there is no layout %q: name a file of your own that ends in .toml, or one of %s", format, strings.Join(Formats(), ", "))
}

// readLayout reads no more of a file than a layout can have.
func readLayout(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, layoutfile.MaxSize+1))
}

// SynthOptions say what [Synth] writes.
type SynthOptions struct {
	Format string
	N      int
	Seed   uint64
	// Made is when the list was made.
	Made time.Time
	// Pack, if it is not nil, has the categories to choose from.
	Pack *policy.Pack
}

// Synth writes a synthetic list to w. It fails for a format that is not known or
// has no code for any of the categories, and with what w failed with.
func Synth(w io.Writer, o SynthOptions) error {
	if o.Format == "" {
		o.Format = hotlist.Generic().ID
	}
	found, err := Layouts(o.Format)
	if err != nil {
		return err
	}
	s := hotlist.SynthOptions{N: o.N, Seed: o.Seed, Made: o.Made}
	if o.Pack != nil {
		for _, c := range o.Pack.Categories {
			if o.Pack.Listed(c.ID) {
				s.Categories = append(s.Categories, c.ID)
			}
		}
	}
	return hotlist.Synth(w, found[0], s, nil)
}
