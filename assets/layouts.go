package assets

import "embed"

//go:embed layouts/*.toml
var layoutFiles embed.FS

var layouts = texts{layoutFiles, "layouts", "layout"}

// Layouts returns the names of the hotlist layouts that are built in, sorted:
// "california-sfr", …, "washington".
func Layouts() []string { return layouts.names() }

// Layout returns the TOML of a built-in hotlist layout by its name, for
// platform/layoutfile to decode. It fails for a name that is not in [Layouts].
func Layout(name string) ([]byte, error) { return layouts.read(name) }
