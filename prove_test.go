package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// proving has this test binary run as the program does.
const proving = "SECONDLOOK_PROVING"

// prove runs the proof of erasure and returns its exit code and result.
func prove(t *testing.T, args ...string) (int, proof) {
	t.Helper()
	command := exec.Command(os.Args[0], append([]string{"prove-erasure", "--json"}, args...)...)
	command.Env = append(os.Environ(), proving+"=1", "TMPDIR="+t.TempDir(), "XDG_DATA_HOME="+t.TempDir(), "XDG_CACHE_HOME="+t.TempDir(), "XDG_STATE_HOME="+t.TempDir())
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	err := command.Run()
	code := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	} else {
		require.NoError(t, err)
	}
	var r proof
	require.NoError(t, json.Unmarshal(out.Bytes(), &r), "%s", &errs)
	return code, r
}

// A program that keeps what it should have erased is caught, in whatever form.
func TestRequirement56_LeakOnPurposeIsCaught(t *testing.T) {
	t.Parallel() // most of the time nothing happens
	code, r := prove(t, "-n", "3", "--leak", "text,utf16,packed,crop,file,name")
	require.Equal(t, 1, code)
	for kind, times := range map[string]int{
		"text in the memory of the running program":                                3,
		"text in UTF-16 in the memory of the running program":                      3,
		"text as the index packs it in the memory of the running program":          3,
		"pixels of a plate in the memory of the running program":                   3,
		"text in the terminal's folders for data, cache, logs and temporary files": 6, // in files and in their names
	} {
		require.GreaterOrEqual(t, r.FoundBy[kind], times, "%s: %v", kind, r.FoundBy)
	}
	require.Equal(t, 3, r.Plates)
	require.Len(t, r.Places, 7)
	require.Greater(t, r.BytesSearched, int64(50<<20), "its memory alone is more")
	require.Greater(t, r.EraseP99, 0.0)
}

// A hit that was rejected leaves no more than a non-hit: nothing.
func TestRequirement13_56_RejectedHitsAreLookedForToo(t *testing.T) {
	t.Parallel()
	_, r := prove(t, "-n", "4", "--hits", "2", "--seed", "5")
	require.EqualValues(t, 2, r.Rejected)
	require.EqualValues(t, 4, r.Reads)
	require.Zero(t, r.Found, "%v at %v", r.FoundBy, r.FoundAt)
}

// A proof with thousands of plates draws scene after scene.
func TestRequirement56_EverySceneOfALongProofCanBeDrawn(t *testing.T) {
	t.Parallel()
	for picture, err := range (proveErasure{Plates: 10 * sceneCars}).pictures() {
		require.NoError(t, err)
		require.NotEmpty(t, picture.Truth)
		break // the others are as long
	}
}
