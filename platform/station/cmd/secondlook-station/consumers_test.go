package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

func TestRequirement35_RecordsSystemsAreEnrolledAndRevoked(t *testing.T) {
	p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
	file := filepath.Join(t.TempDir(), "rms.json")
	enrol := []string{"consumers", "enrol", "rms", "--data", p.dir, "--out", file}
	require.Contains(t, must(t, enrol...), "rms may take the records of")
	_, complaint, code := command(t, enrol...)
	require.Equal(t, 1, code)
	require.Contains(t, complaint, "is there already")
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(raw, &fields))
	require.ElementsMatch(t, []string{"secondlook_consumer", "station", "name", "addresses", "ca", "certificate", "key"}, keysOf(fields), "no key that opens or signs anything")
	c, err := station.ParseConnection(raw)
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(p.dir, station.RecordsKeyFile))
	require.NoError(t, err)
	key, err := protocol.ParseRecordsKey(text)
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	require.NoError(t, c.Consume(ctx, key, nil), "told to stop")
	require.Contains(t, must(t, "consumers", "revoke", "rms", "--data", p.dir), "rms is refused from now on")
	require.Error(t, c.Consume(t.Context(), key, nil))
	_, complaint, code = command(t, "consumers", "revoke", "none", "--data", p.dir)
	require.Equal(t, 1, code)
	require.Contains(t, complaint, "no such records system")
}

func keysOf(m map[string]any) (all []string) {
	for k := range m {
		all = append(all, k)
	}
	return all
}
