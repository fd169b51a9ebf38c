package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/assets"
)

// said runs a command and returns what it printed.
func said(t *testing.T, code int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	require.Equal(t, code, run(args, &out, &errs), "%s%s", &out, &errs)
	return out.String() + errs.String()
}

// ontario writes the built-in pack with changes, old and new by turns.
func ontario(t *testing.T, path string, changes ...string) {
	t.Helper()
	text, err := assets.Policy("ontario")
	require.NoError(t, err)
	changed := string(text)
	for i := 0; i < len(changes); i += 2 {
		require.Contains(t, changed, changes[i])
		changed = strings.Replace(changed, changes[i], changes[i+1], 1)
	}
	require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
}

func TestRequirement5_PolicySignAndCheck(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	out := said(t, 0, "policy", "keygen", in("service"))
	id := strings.Fields(out)[1]
	require.Regexp(t, "^[0-9a-f]{32}$", id)
	if runtime.GOOS != "windows" {
		info, err := os.Stat(in("service"))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
	require.Contains(t, said(t, 1, "policy", "keygen", in("service")), "exists")
	said(t, 0, "policy", "keygen", in("other"))

	pack := in("ours.toml")
	ontario(t, pack, "version = 1\n", "version = 2\n")
	require.Contains(t, said(t, 0, "policy", "check", pack), "good: ontario, version 2; signature: none")
	require.Contains(t, said(t, 1, "policy", "check", pack, "--key", in("service.pub")), "ours.toml.sig: the pack is not signed")
	require.Contains(t, said(t, 0, "policy", "sign", pack, "--key", in("service")), id)
	require.Contains(t, said(t, 0, "policy", "check", pack), "signature: not checked, key "+id)
	require.Contains(t, said(t, 0, "policy", "check", pack, "--key", in("service.pub")), "signature: good, key "+id)
	require.Contains(t, said(t, 1, "policy", "check", pack, "--key", in("other.pub")), "not signed by a key that is trusted")
	require.Contains(t, said(t, 1, "policy", "check", pack, "--key", in("service")), "no Ed25519 key")
	require.Contains(t, said(t, 1, "policy", "sign", pack, "--key", in("service.pub")), "no Ed25519 key")

	ontario(t, pack, "version = 1\n", "version = 3\n")
	require.Contains(t, said(t, 1, "policy", "check", pack, "--key", in("service.pub")), "changed after it was signed")
	require.NoError(t, os.WriteFile(pack+".sig", []byte("signed, honestly\n"), 0o600))
	require.Contains(t, said(t, 1, "policy", "check", pack), "ours.toml.sig: line 1: ")

	ontario(t, pack, "lockout_failures = 5", "lockout_failures = 6")
	require.Regexp(t, `ours\.toml: line \d+: key session\.lockout_failures: must lie between 1 and 5`, said(t, 1, "policy", "check", pack))
	require.Contains(t, said(t, 1, "policy", "sign", pack, "--key", in("service")), "session.lockout_failures")
	var report packReport
	require.NoError(t, json.Unmarshal([]byte(said(t, 1, "policy", "check", pack, "--json")), &report))
	require.Equal(t, "session.lockout_failures", report.Key)
	require.Positive(t, report.Line)
	require.Equal(t, "must lie between 1 and 5", report.Fault)
	require.False(t, report.Good)
	require.Contains(t, said(t, 0, "policy", "check", "florida"), "signature: built in")
	require.Contains(t, said(t, 1, "policy", "check", in("nowhere.toml")), "open the file")
}

func TestRequirement5_PolicyShowAndDiff(t *testing.T) {
	out := said(t, 0, "policy", "show")
	for _, part := range []string{"Ontario, version 1", "suspended-driver-in-use", "driver described", "RETENTION", "hit_years"} {
		require.Contains(t, out, part)
	}
	var all map[string]any
	require.NoError(t, json.Unmarshal([]byte(said(t, 0, "policy", "show", "florida", "--json")), &all))
	require.EqualValues(t, 30, all["retention.tactical_days"])
	require.Equal(t, "grave", all["category.stolen-vehicle.tier"])

	require.Empty(t, said(t, 0, "policy", "diff", "ontario", "ontario"))
	out = said(t, 0, "policy", "diff", "ontario", "florida")
	for _, line := range []string{"- retention.hit_years = 1\n+ retention.hit_years = 3\n", "- retention.case_beyond_tactical = false\n",
		"+ category.felony-vehicle.tier = \"grave\"\n", "- category.unattached-plate.tier = \"routine\"\n", "- search.required = [\"reason\", \"file-number\"]\n"} {
		require.Contains(t, out, line)
	}
	first, _, _ := strings.Cut(said(t, 0, "policy", "diff", "ontario", "florida", "--json"), "\n")
	require.JSONEq(t, `{"key":"id","from":"ontario","to":"florida"}`, first)
	require.Contains(t, said(t, 1, "policy", "diff", "ontario", "nowhere"), "open the file")
}

// The printed table is the one that the program goes by.
func TestRequirement21_PolicyShowRoles(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(said(t, 0, "policy", "show", "--roles")), "\n")
	require.Len(t, lines, 1+len(access.Acts()))
	for _, line := range lines[1:] {
		cells := strings.Fields(line)
		for i, r := range access.Roles {
			may := access.Officer{Roles: []access.Role{r}}.May(access.Act(cells[0]))
			require.Equal(t, may, cells[1+i] == "yes", "%s as %s", cells[0], r)
		}
	}
	var table map[access.Role][]access.Act
	require.NoError(t, json.Unmarshal([]byte(said(t, 0, "policy", "show", "--roles", "--json")), &table))
	require.Equal(t, access.Auditor.Acts(), table[access.Auditor])
}

func TestRequirement6_PolicyInstalledOnTheTerminal(t *testing.T) {
	root, dir := t.TempDir(), t.TempDir()
	c, _, _ := terminalIn(t, root)
	require.NoError(t, c.Close())

	terminal := func(code int, args ...string) string {
		t.Helper()
		got, out, errs := typed(t, pin, append([]string{"--data", root}, args...)...)
		require.Equal(t, code, got, "%s%s", out, errs)
		return out + errs
	}
	ours, key := filepath.Join(dir, "ours.toml"), filepath.Join(dir, "service")
	said(t, 0, "policy", "keygen", key)
	ontario(t, ours, "version = 1\n", "version = 2\n", "quiet_minutes = 10", "quiet_minutes = 25", "list_age_hours = 24", "list_age_hours = 12")
	said(t, 0, "policy", "sign", ours, "--key", key)
	install := []string{"policy", "install", ours, "--badge", "20418", "--reason", "new procedure"}
	require.Contains(t, terminal(1, install...), "ours.toml: key ")
	require.Contains(t, terminal(0, "policy", "trust", key+".pub", "--badge", "20418", "--reason", "the service's key"), "is trusted")
	out := terminal(0, install...)
	require.Contains(t, out, "ontario, version 2, is in force from the next sign-in; before: ontario, version 1")
	require.Contains(t, out, "- quiet_minutes = 10\n+ quiet_minutes = 25\n")
	require.Contains(t, terminal(0, install...), "before: ontario, version 2", "in force now")
	ontario(t, ours, "version = 1\n", "version = 1\nmood = 3\n")
	said(t, 1, "policy", "sign", ours, "--key", key)
	require.Contains(t, terminal(1, install...), "changed after it was signed")
}
