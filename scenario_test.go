package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/assets"
)

func TestRequirement39_TrainersOwnScenario(t *testing.T) {
	var out, errs bytes.Buffer
	require.Zero(t, run([]string{"scenario", "list"}, &out, &errs), errs.String())
	require.Equal(t, len(assets.Scenarios()), strings.Count(out.String(), "\n"))

	out.Reset()
	require.Zero(t, run([]string{"scenario", "show", "mud"}, &out, &errs), errs.String())
	file := filepath.Join(t.TempDir(), "my.toml")
	require.NoError(t, os.WriteFile(file, out.Bytes(), 0o600))
	out.Reset()
	require.Zero(t, run([]string{"scenario", "check", file}, &out, &errs), errs.String())
	require.Equal(t, "Mud: 2 cameras, 4 cars, scripted alerts: 1, in 44s\n", out.String())

	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, bytes.Replace(text, []byte(`body = "pickup"`), []byte(`body = "tank"`), 1), 0o600))
	require.Equal(t, 1, run([]string{"scenario", "check", file}, &out, &errs))
	require.Contains(t, errs.String(), `my.toml, line `)
	require.Contains(t, errs.String(), `unknown body "tank": use one of hatchback, pickup`)
	require.Empty(t, strings.TrimPrefix(out.String(), "Mud: 2 cameras, 4 cars, scripted alerts: 1, in 44s\n"))
}
