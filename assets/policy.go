package assets

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed policy/*.toml
var policies embed.FS

// Policies returns the names of the policy packs that are built in, sorted:
// "florida", "ontario".
func Policies() []string {
	files, err := policies.ReadDir("policy")
	if err != nil {
		return nil // cannot happen: the folder is embedded above
	}
	names := make([]string, 0, len(files))
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".toml"))
	}
	return names
}

// Policy returns the TOML of a built-in policy pack by its name, for
// platform/packfile to decode. It fails for a name that is not in [Policies].
func Policy(name string) ([]byte, error) {
	text, err := policies.ReadFile("policy/" + name + ".toml")
	if err != nil {
		return nil, fmt.Errorf("policy pack %s is not built in (there are %s): %w", name, strings.Join(Policies(), ", "), err)
	}
	return text, nil
}
