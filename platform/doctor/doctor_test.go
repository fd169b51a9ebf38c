package doctor

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func always(detail, advice string, ok bool) func(context.Context) (string, string, bool) {
	return func(context.Context) (string, string, bool) { return detail, advice, ok }
}

func TestRequirement55_RunPrintsALineEach(t *testing.T) {
	var out bytes.Buffer
	well := Run(t.Context(), &out, []Check{
		{"OpenCV", always("4.6.0", "", true)},
		{"Display", always("no display", "set DISPLAY", false)},
		{"Écran", always("found", "advice is for what is wrong", true)},
		{"Station", always("does not answer", "", false)},
	})
	require.False(t, well)
	require.Equal(t, ""+
		"ok  OpenCV   4.6.0\n"+
		"--  Display  no display: set DISPLAY\n"+
		"ok  Écran    found\n"+
		"--  Station  does not answer\n", out.String())
}

func TestRequirement55_RunReturnsWhetherAllIsWell(t *testing.T) {
	var out bytes.Buffer
	require.True(t, Run(t.Context(), &out, []Check{{"Clock", always("set", "", true)}}))
	require.True(t, Run(t.Context(), &out, nil))
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ran := 0
	count := func(context.Context) (string, string, bool) {
		ran++
		cancel()
		return "done", "", true
	}
	var out bytes.Buffer
	require.False(t, Run(ctx, &out, []Check{{"A", count}, {"B", count}}))
	require.Equal(t, 1, ran)
	require.Contains(t, out.String(), "--  B  not looked at")
}

func TestDisplay(t *testing.T) {
	tests := []struct {
		name, x, wayland, want string
		ok                     bool
	}{
		{"X", ":0", "", "DISPLAY is :0", true},
		{"Xwayland", ":0", "wayland-0", "DISPLAY is :0", true},
		{"WaylandOnly", "", "wayland-0", "Wayland without Xwayland", false},
		{"None", "", "", "no display", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("DISPLAY", test.x)
			t.Setenv("WAYLAND_DISPLAY", test.wayland)
			detail, advice, ok := Display().Run(t.Context())
			require.Equal(t, test.want, detail)
			require.Equal(t, test.ok, ok)
			require.Equal(t, test.ok, advice == "")
		})
	}
}

func TestDisk(t *testing.T) {
	detail, _, _ := Disk(t.TempDir()).Run(t.Context())
	require.Regexp(t, `^\d+\.\d GB free$`, detail)
	_, advice, ok := Disk(filepath.Join(t.TempDir(), "missing")).Run(t.Context())
	require.False(t, ok)
	require.NotEmpty(t, advice)

	for _, test := range []struct {
		free uint64
		want string
		ok   bool
	}{
		{0, "0.0 GB free", false},
		{1<<30 - 1, "1.0 GB free", false},
		{1 << 30, "1.0 GB free", true},
		{64 << 30, "64.0 GB free", true},
	} {
		detail, _, ok := room(test.free)
		require.Equal(t, test.want, detail)
		require.Equal(t, test.ok, ok, test.free)
	}
}

func TestFolder(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		folder := filepath.Join(t.TempDir(), "data")
		require.NoError(t, os.Mkdir(folder, 0o700))
		detail, _, ok := Folder(folder).Run(t.Context())
		require.True(t, ok, detail)
		left, err := os.ReadDir(folder)
		require.NoError(t, err)
		require.Empty(t, left, "the check leaves nothing behind")
	})
	t.Run("Missing", func(t *testing.T) {
		detail, advice, ok := Folder(filepath.Join(t.TempDir(), "data")).Run(t.Context())
		require.False(t, ok)
		require.Equal(t, "does not exist", detail)
		require.Contains(t, advice, "start SecondLook once")
	})
	t.Run("OpenToOthers", func(t *testing.T) {
		folder := t.TempDir()
		require.NoError(t, os.Chmod(folder, 0o750))
		detail, advice, ok := Folder(folder).Run(t.Context())
		require.False(t, ok)
		require.Equal(t, "open to other users", detail)
		require.Equal(t, "chmod 700 "+folder, advice)
	})
	t.Run("File", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "data")
		require.NoError(t, os.WriteFile(file, nil, 0o600))
		detail, _, ok := Folder(file).Run(t.Context())
		require.False(t, ok)
		require.Equal(t, "cannot be used", detail)
	})
	t.Run("NoRoomForFiles", func(t *testing.T) {
		// Closed to others like a data folder, and takes no new file from anybody,
		// not even from root.
		detail, advice, ok := Folder("/proc/self/fd").Run(t.Context())
		require.False(t, ok)
		require.Equal(t, "cannot be written", detail)
		require.Contains(t, advice, "/proc/self/fd")
	})
}

func TestClock(t *testing.T) {
	now := time.Date(2026, 11, 22, 3, 14, 0, 0, time.UTC)
	tests := []struct {
		name         string
		now          time.Time
		synchronized bool
		err          error
		want         string
		ok           bool
	}{
		{"OK", now, true, nil, "2026-11-22 03:14 UTC, synchronised", true},
		{"NotSynchronised", now, false, nil, "2026-11-22 03:14 UTC, not synchronised", false},
		{"Unknown", now, false, errors.ErrUnsupported, "2026-11-22 03:14 UTC, not known whether it is kept right", false},
		{"EmptyBattery", time.Unix(0, 0).UTC(), true, nil, "1970-01-01 00:00 UTC", false},
		{"FarFuture", now.AddDate(100, 0, 0), true, nil, "2126-11-22 03:14 UTC", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			detail, advice, ok := clock(test.now, test.synchronized, test.err)
			require.Equal(t, test.want, detail)
			require.Equal(t, test.ok, ok)
			require.Equal(t, test.ok, advice == "")
		})
	}
	detail, _, _ := Clock(func() time.Time { return now }).Run(t.Context())
	require.True(t, strings.HasPrefix(detail, "2026-11-22 03:14 UTC"), detail)
}

func TestSound(t *testing.T) {
	detail, _, ok := Sound(func(context.Context) error { return nil }).Run(t.Context())
	require.True(t, ok)
	require.Equal(t, "device found", detail)
	detail, advice, ok := Sound(func(context.Context) error { return errors.New("no sound device") }).Run(t.Context())
	require.False(t, ok)
	require.Equal(t, "no sound device", detail)
	require.NotEmpty(t, advice)
}

// asked has this test binary say how its cryptography runs.
const asked = "SECONDLOOK_CRYPTOGRAPHY"

func TestMain(m *testing.M) {
	if os.Getenv(asked) != "" {
		Run(context.Background(), os.Stdout, []Check{Module()})
		return
	}
	os.Exit(m.Run())
}

// go.mod has every program of ours start in FIPS 140-3 mode.
func TestRequirement34_35_55_ProgramsStartInFIPSMode(t *testing.T) {
	for setting, want := range map[string]string{
		"":             `^ok  Cryptography  Go Cryptographic Module \S+, FIPS 140-3 mode on\n$`,
		"fips140=only": `^ok  Cryptography  Go Cryptographic Module \S+, FIPS 140-3 mode on\n$`,
		"fips140=off":  `^--  Cryptography  Go Cryptographic Module \S+, FIPS 140-3 mode off: take fips140=off out`,
	} {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), asked+"=1", "GODEBUG="+setting)
		out, err := child.Output()
		require.NoError(t, err)
		require.Regexp(t, want, string(out), setting)
	}
}
