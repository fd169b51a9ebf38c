package main

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// The names of the fields are a contract.
func TestBenchUIJSONContract(t *testing.T) {
	data, err := json.Marshal(uiFigures{alerts: 3, alert50: 7})
	require.NoError(t, err)
	require.JSONEq(t, `{"tiles":0,"fps_per_tile":0,"main_ms_p50":0,"main_ms_p99":0,"alert_paint_ms_p99":0,"pipeline_loss_pct":0}`, string(data))
}

func TestRankIsTheNearest(t *testing.T) {
	require.Zero(t, rank(nil, 99))
	require.Equal(t, 2.0, rank([]float64{3, 1, 2}, 50))
	require.Equal(t, 3.0, rank([]float64{3, 1, 2}, 99))
}
