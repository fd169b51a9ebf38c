package assets

import "embed"

//go:embed policy/*.toml
var policyFiles embed.FS

var policies = texts{policyFiles, "policy", "policy pack"}

// Policies returns the names of the policy packs that are built in, sorted:
// "florida", "ontario".
func Policies() []string { return policies.names() }

// Policy returns the TOML of a built-in policy pack by its name, for
// platform/packfile to decode. It fails for a name that is not in [Policies].
func Policy(name string) ([]byte, error) { return policies.read(name) }
