package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRequirement52_HotlistCheckAndSynth(t *testing.T) {
	dir := t.TempDir()
	path := func(name, text string) string {
		p := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(p, []byte(text), 0o600))
		return p
	}
	command := func(code int, args ...string) (out, errs string) {
		t.Helper()
		var o, e bytes.Buffer
		require.Equal(t, code, run(args, &o, &e), "%s%s", &o, &e)
		return o.String(), e.String()
	}
	for _, format := range []string{"generic", "ncic", "ontario-mto"} {
		list, errs := command(0, "hotlist", "synth", "-n", "50", "--format", format, "--seed", "9", "--date", "2026-11-22")
		require.Empty(t, errs)
		out, _ := command(0, "hotlist", "check", path("list", list))
		require.Contains(t, out, format+": ")
		out, _ = command(0, "hotlist", "check", path("list", list), "--format", format, "--json")
		require.Contains(t, out, `"verdict":"clean"`)
	}
	const bad = "plate,category\nAB12,stolen-plate\n000,stolen-plate\n"
	out, _ := command(1, "hotlist", "check", path("bad.csv", bad), "--pack", "ontario")
	require.Contains(t, out, "junk-plate")
	out, _ = command(2, "hotlist", "check", path("cut.csv", bad+"AB13"))
	require.Contains(t, out, "cut off")
	out, _ = command(2, "hotlist", "check", path("letter.txt", "Dear all\n"))
	require.Contains(t, out, "unusable")
	_, errs := command(2, "hotlist", "check", filepath.Join(dir, "none"))
	require.Contains(t, errs, "open the list")
	_, errs = command(2, "hotlist", "check", path("bad.csv", bad), "--format", "nothing")
	require.Contains(t, errs, "no layout")
	_, errs = command(1, "hotlist", "synth", "--format", "florida-dhsmv-offender", "--pack", "ontario")
	require.Contains(t, errs, "none of the categories")
}

// A technician takes a list in without the window, and asks what is in force.
func TestRequirement8_HotlistImportAndStatus(t *testing.T) {
	root := t.TempDir()
	c, _, _ := terminalIn(t, root)
	require.NoError(t, c.Close())

	command := func(code int, secret string, args ...string) string {
		t.Helper()
		got, out, errs := typed(t, secret, append([]string{"--data", root, "hotlist"}, args...)...)
		require.Equal(t, code, got, "%s%s", out, errs)
		return out + errs
	}
	list := filepath.Join(t.TempDir(), "list.csv")
	require.NoError(t, os.WriteFile(list, []byte("plate,category\nCKLM804,stolen-vehicle\n000,stolen-plate\nBWKB881,stolen-plate\n"), 0o600))
	require.Contains(t, command(1, pin, "import", list, "--list", "Daily", "--badge", "20418"), "junk-plate")
	require.Regexp(t, `Daily +2 `, command(0, pin, "status", "--badge", "20418"))
	require.Contains(t, command(0, pin, "status", "--json", "--badge", "20418"), `"Count":2`)
	require.Contains(t, command(1, "wrong", "status", "--badge", "20418"), "sign in")

	require.NoError(t, os.WriteFile(list, []byte("plate,category\nCKLM804,sto"), 0o600))
	require.Contains(t, command(2, pin, "import", list, "--list", "Daily", "--badge", "20418"), "held back")
	require.Regexp(t, `Daily +2 `, command(0, pin, "status", "--badge", "20418"), "the list in force stays")
}
