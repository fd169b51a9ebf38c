package assets

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed layouts/*.toml
var layouts embed.FS

// Layouts returns the names of the hotlist layouts that are built in, sorted:
// "california-sfr", …, "washington".
func Layouts() []string {
	files, err := layouts.ReadDir("layouts")
	if err != nil {
		return nil // cannot happen: the folder is embedded above
	}
	names := make([]string, 0, len(files))
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".toml"))
	}
	return names
}

// Layout returns the TOML of a built-in hotlist layout by its name, for
// platform/layoutfile to decode. It fails for a name that is not in [Layouts].
func Layout(name string) ([]byte, error) {
	text, err := layouts.ReadFile("layouts/" + name + ".toml")
	if err != nil {
		return nil, fmt.Errorf("layout %s is not built in (there are %s): %w", name, strings.Join(Layouts(), ", "), err)
	}
	return text, nil
}
