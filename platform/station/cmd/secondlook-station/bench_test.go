package main

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRequirement29_BenchFindsEveryHitOnce(t *testing.T) {
	t.Setenv(asProgram, "1") // for the station that it starts
	var r map[string]float64
	require.NoError(t, json.Unmarshal([]byte(must(t, "bench", "--cars", "10", "--hits", "3", "--folder", t.TempDir(), "--json")), &r))
	var keys []string
	for k := range r {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	require.Equal(t, []string{"acked", "cars", "duplicated", "hits", "lost", "mb_per_s", "raw_mb_per_s", "rss_mb", "seconds", "share"}, keys)
	for k, want := range map[string]float64{"cars": 10, "hits": 30, "acked": 30, "lost": 0, "duplicated": 0} {
		require.Equal(t, want, r[k], k)
	}
	for _, k := range []string{"seconds", "mb_per_s", "raw_mb_per_s", "share", "rss_mb"} {
		require.Positive(t, r[k], k)
	}
}
