package assets

import "embed"

//go:embed scenarios/*.toml
var scenarioFiles embed.FS

var scenarios = texts{scenarioFiles, "scenarios", "training scenario"}

// Scenarios returns the names of the training scenarios that are built in, sorted:
// "amber-alert", …, "wrong-province".
func Scenarios() []string { return scenarios.names() }

// Scenario returns the TOML of a built-in training scenario by its name, for
// platform/scenariofile to decode. It fails for a name that is not in [Scenarios].
func Scenario(name string) ([]byte, error) { return scenarios.read(name) }
