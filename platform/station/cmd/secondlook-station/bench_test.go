package main

import (
	"encoding/json"
	"fmt"
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

// A delta costs what changed, however long the list is.
func TestRequirement8_ADeltaCostsInProportionToItself(t *testing.T) {
	t.Setenv(asProgram, "1")
	const cars = 2
	costs := func(entries, delta int) (snapshot, changes float64) {
		t.Helper()
		var r map[string]float64
		out := must(t, "bench", "lists", "--cars", fmt.Sprint(cars), "--entries", fmt.Sprint(entries), "--delta", fmt.Sprint(delta), "--folder", t.TempDir(), "--json")
		require.NoError(t, json.Unmarshal([]byte(out), &r))
		require.EqualValues(t, delta, r["delta_entries"])
		require.Greater(t, r["snapshot_bytes"], cars*r["file_bytes"])
		require.Less(t, r["snapshot_bytes"], 1.1*cars*r["file_bytes"])
		return r["snapshot_bytes"], (r["delta_bytes"] - r["nothing_bytes"]) / cars
	}
	short, few := costs(20_000, 200)
	long, same := costs(60_000, 200)
	_, many := costs(20_000, 2_000)
	require.Greater(t, long, 2.5*short)
	require.InEpsilon(t, few, same, 0.2, "whatever the list's length")
	require.Less(t, many, 10*few)
	require.Greater(t, many, 2*few)
	require.Less(t, few, short/cars/100)
}
