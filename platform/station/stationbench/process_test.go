package stationbench

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/platform/station"
)

// asStation makes the test's own program a station that dies as soon as it serves.
const asStation = "SECONDLOOK_BENCH_AS_STATION"

const dies = 3

func TestMain(m *testing.M) {
	if os.Getenv(asStation) != "" {
		data := os.Args[slices.Index(os.Args, "--data")+1]
		err := station.Serve(context.Background(), station.Options{Data: data, Listen: "127.0.0.1:0", Name: "Bench", Ready: func(address string) {
			fmt.Println("serving on", address)
			os.Exit(dies)
		}})
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// Cars dock again where a line is lost; where the station itself has died that would have
// no end.
func TestRequirement29_ABenchEndsWithItsStation(t *testing.T) {
	t.Setenv(asStation, "1")
	err := Run(t.Context(), io.Discard, Options{Program: []string{os.Args[0]}, Cars: 2, Hits: 1, Within: time.Hour, Folder: t.TempDir()})
	require.ErrorIs(t, err, ErrEnded)
	require.ErrorContains(t, err, fmt.Sprintf("exit status %d", dies))
}
