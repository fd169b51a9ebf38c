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

// A program that keeps what it should have erased is caught, in memory and on disk.
func TestRequirement56_LeakOnPurposeIsCaught(t *testing.T) {
	for leak, where := range map[string]string{
		"text": "text in the memory of the running program",
		"file": "text in the terminal's folders for data, cache, logs and temporary files",
	} {
		t.Run(leak, func(t *testing.T) {
			t.Parallel() // most of the time nothing happens
			code, r := prove(t, "-n", "3", "--leak", leak)
			require.Equal(t, 1, code)
			require.GreaterOrEqual(t, r.FoundBy[where], 3, "%v", r.FoundBy)
			require.Equal(t, 3, r.Plates)
			require.Len(t, r.Places, 7)
			require.Greater(t, r.BytesSearched, int64(50<<20), "its memory alone is more")
			require.Greater(t, r.EraseP99, 0.0)
		})
	}
}
