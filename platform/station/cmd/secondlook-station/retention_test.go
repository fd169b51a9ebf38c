package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
)

func TestRequirement31_TheOperatorHoldsReleasesAndPurges(t *testing.T) {
	p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	l, err := p.enrol(t, "car-1").Connect(ctx)
	require.NoError(t, err)
	defer l.Close()
	old := time.Now().AddDate(-4, 0, 0)
	for _, id := range []string{"h1", "h2"} {
		require.NoError(t, l.Deliver(ctx, shift.Parcel{ID: id, Kind: shift.HitParcel, Body: []byte("{}"), Captured: old, Used: old}))
	}
	at := func(args ...string) []string { return append(args, "--data", p.dir) }
	_, complaint, code := command(t, at("records", "hold", "h1", "--authority", "R. v. Doe", "--reason", "exhibit")...)
	require.Equal(t, 2, code, complaint)
	must(t, at("records", "hold", "h1", "--authority", "R. v. Doe", "--reason", "exhibit", "--by", "31007")...)
	require.Contains(t, must(t, at("records", "list")...), "on legal hold")
	require.Equal(t, "{\"hit\":1}\n", must(t, at("records", "purge", "--pack", "ontario", "--json")...))
	require.Contains(t, must(t, at("records", "purge", "--pack", "florida")...), "No record's time is over.")
	must(t, at("records", "release", "h1", "--reason", "over", "--by", "31007")...)
	require.Regexp(t, `hit +1`, must(t, at("records", "purge", "--pack", "florida")...))
	require.NotContains(t, must(t, at("records", "list")...), "h1")

	bad := filepath.Join(t.TempDir(), "bad.toml")
	require.NoError(t, os.WriteFile(bad, []byte("id = 1"), 0o600))
	for _, pack := range []string{"nowhere", bad} {
		_, complaint, code = command(t, at("records", "purge", "--pack", pack)...)
		require.Equal(t, 1, code)
		require.Contains(t, complaint, "policy pack")
	}
}
