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
