package sound

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ebitengine/oto/v3"
	"github.com/stretchr/testify/require"

	"secondlook/app/policy"
	"secondlook/assets"
)

// useALSA gives this process an ALSA configuration of its own. The library opens
// one context in a process's life, so that each test that opens one runs alone.
func useALSA(t *testing.T, configuration string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "alsa.conf")
	require.NoError(t, os.WriteFile(file, []byte(configuration), 0o600))
	t.Setenv("ALSA_CONFIG_PATH", file)
}

// alone runs the calling test in a process of its own and reports whether this is
// that process.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv("SECONDLOOK_SOUND_ALONE") == t.Name() {
		return true
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	command.Env = append(os.Environ(), "SECONDLOOK_SOUND_ALONE="+t.Name())
	out, err := command.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: "+t.Name())
	return false
}

func TestEverySoundPlaysThroughALSA(t *testing.T) {
	if !alone(t) {
		return
	}
	useALSA(t, "pcm.!default { type null }\n")
	p := Open()
	require.NoError(t, p.Ready(t.Context()))
	for _, name := range assets.Sounds() {
		require.NoError(t, p.Play(name))
	}
	require.Eventually(t, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.waiting) == 0
	}, time.Minute, time.Millisecond)
	require.NoError(t, p.Err())
	require.NoError(t, p.Close())
	require.ErrorIs(t, p.Play(assets.SoundGrave), ErrClosed)

	again := Open()
	require.NoError(t, again.Ready(t.Context()), "a second player may follow the first")
	require.NoError(t, again.Play(assets.SoundConfirmed))
	require.NoError(t, again.Close())
}

func TestDeviceThatCannotBeOpenedIsNoDevice(t *testing.T) {
	if !alone(t) {
		return
	}
	useALSA(t, "pcm.!default { type hw card 97 }\n")
	for range 2 { // the second time, the library itself would refuse to try
		p := Open()
		err := p.Ready(t.Context())
		require.ErrorIs(t, err, ErrNoDevice)
		require.Less(t, len(err.Error()), 160, "short enough for a line on the screen")
		require.ErrorIs(t, p.Play(assets.SoundGrave), ErrNoDevice)
		require.NoError(t, p.Close())
	}
}

func TestNoDevice(t *testing.T) {
	p := open(func(context.Context) (*oto.Context, error) { return nil, ErrNoDevice })
	require.ErrorIs(t, p.Ready(t.Context()), ErrNoDevice)
	require.EqualError(t, p.Err(), "no sound device")
	for range 100 {
		require.ErrorIs(t, p.Play(assets.SoundGrave), ErrNoDevice, "and never blocks")
	}
	require.NoError(t, p.Close())
}

func TestDeviceIsTriedAgainWhenSomethingIsPlayed(t *testing.T) {
	tried := make(chan struct{}, 8)
	p := open(func(context.Context) (*oto.Context, error) {
		tried <- struct{}{}
		return nil, ErrNoDevice
	})
	<-tried
	require.ErrorIs(t, p.Ready(t.Context()), ErrNoDevice)
	require.Error(t, p.Play(assets.SoundHigh))
	<-tried
	require.NoError(t, p.Close())
}

func TestSilentDeviceDoesNotBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := open(func(ctx context.Context) (*oto.Context, error) {
			<-ctx.Done() // a sound system that never answers
			return nil, ctx.Err()
		})
		require.NoError(t, p.Play(assets.SoundGrave))
		require.NoError(t, p.Err())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, p.Ready(ctx), context.DeadlineExceeded)
		require.NoError(t, p.Close())
	})
}

func TestUnknownSound(t *testing.T) {
	p := open(func(context.Context) (*oto.Context, error) { return nil, ErrNoDevice })
	require.ErrorIs(t, p.Play("siren"), ErrUnknownSound)
	require.NoError(t, p.Close())
}

func TestRequirement41_GraverSoundsGoFirst(t *testing.T) {
	p := &Player{wake: make(chan struct{}, 1)}
	for _, name := range []string{
		assets.SoundRoutine, assets.SoundConfirmed, assets.SoundHigh, assets.SoundRoutine, assets.SoundGrave,
	} {
		require.NoError(t, p.Play(name))
	}
	next, ok := p.next(rank(assets.SoundHigh), true)
	require.True(t, ok, "a grave sound cuts a lesser one short")
	require.Equal(t, assets.SoundGrave, next.name)
	_, ok = p.next(rank(assets.SoundGrave), true)
	require.False(t, ok, "nothing cuts a grave sound short")
	var rest []string
	for {
		next, ok := p.next(0, false)
		if !ok {
			break
		}
		rest = append(rest, next.name)
	}
	require.Equal(t, []string{assets.SoundHigh, assets.SoundRoutine, assets.SoundConfirmed}, rest, "each once")
}

func TestDevicePresent(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	t.Setenv("ALSA_CONFIG_PATH", "")
	t.Setenv("PULSE_SERVER", "")
	require.NoError(t, os.WriteFile(filepath.Join(os.Getenv("HOME"), ".asoundrc"), nil, 0o600))
	require.True(t, devicePresent())
}

func TestRequirement42_SpeechFollowsItsSoundAndGraverAlertsCutIt(t *testing.T) {
	p := &Player{wake: make(chan struct{}, 1)}
	said := func(b byte) []byte { return []byte{b, b} }
	require.NoError(t, p.ReadAloud(said(9)))
	require.NoError(t, p.Play(assets.SoundHigh))
	require.NoError(t, p.Speak(policy.High, said(1)))
	oldest := said(2)
	for _, s := range [][]byte{oldest, said(3), said(4)} {
		require.NoError(t, p.Speak(policy.Routine, s))
	}
	require.Equal(t, []byte{0, 0}, oldest, "what is not spoken any more is overwritten")
	require.NoError(t, p.Play(assets.SoundGrave))
	require.NoError(t, p.Speak(policy.Grave, said(5)))

	next, ok := p.next(rank(assets.SoundHigh), true)
	require.True(t, ok, "a grave sound cuts a lesser alert's speech")
	require.Equal(t, assets.SoundGrave, next.name)
	_, ok = p.next(rank(assets.SoundGrave), true)
	require.False(t, ok, "its own speech waits until it has sounded")
	var order []string
	for {
		next, ok := p.next(0, false)
		if !ok {
			break
		}
		name := next.name
		if next.speech != nil {
			b, err := io.ReadAll(next.reader())
			require.NoError(t, err)
			name = string('0' + rune(b[0]))
		}
		order = append(order, name)
	}
	require.Equal(t, []string{"5", assets.SoundHigh, "1", "3", "4", "9"}, order)

	require.NoError(t, p.ReadAloud(said(7)))
	p.Hush()
	next, ok = p.next(0, false)
	require.True(t, ok)
	b, err := io.ReadAll(next.reader())
	require.NoError(t, err)
	require.Empty(t, b, "nothing is left to be read aloud")
	p.closed = true
	late := said(8)
	require.ErrorIs(t, p.Speak(policy.Grave, late), ErrClosed)
	require.Equal(t, []byte{0, 0}, late)
}

func TestSpeechPlaysThroughALSA(t *testing.T) {
	if !alone(t) {
		return
	}
	useALSA(t, "pcm.!default { type null }\n")
	p := Open()
	require.NoError(t, p.Ready(t.Context()))
	samples := make([]byte, 8820)
	samples[0] = 1
	require.NoError(t, p.Speak(policy.Grave, samples))
	require.Eventually(t, func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return len(p.waiting) == 0
	}, time.Minute, time.Millisecond)
	require.NoError(t, p.Close())
	require.Zero(t, samples[0], "what was spoken is overwritten")
}
