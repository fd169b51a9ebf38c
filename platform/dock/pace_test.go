package dock

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPaceSpreadsBytesOverTime(t *testing.T) {
	at := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	p := pace{rate: 1000}
	require.Equal(t, 100, p.slice())
	require.Zero(t, p.take(100, at))
	require.Equal(t, 100*time.Millisecond, p.take(100, at))
	require.Equal(t, 150*time.Millisecond, p.take(500, at.Add(50*time.Millisecond)))
	require.Equal(t, 500*time.Millisecond, p.take(1, at.Add(200*time.Millisecond)))
	require.Zero(t, p.take(1, at.Add(time.Hour)), "a pause saves nothing up")
	require.Equal(t, time.Millisecond, p.take(1, at.Add(time.Hour)))
}

func TestPacedConnectionCarriesEverything(t *testing.T) {
	near, far := net.Pipe()
	paced := newPacedConn(near, 1<<20)
	sent := bytes.Repeat([]byte("0123456789"), 30_000)
	go func() {
		paced.Write(sent)
		paced.Close()
	}()
	got, err := io.ReadAll(far)
	require.NoError(t, err)
	require.True(t, bytes.Equal(sent, got))

	near, far = net.Pipe()
	paced = newPacedConn(near, 1<<20)
	go func() { far.Write(sent); far.Close() }()
	got, err = io.ReadAll(paced)
	require.NoError(t, err)
	require.True(t, bytes.Equal(sent, got))
}

// A write that waits for its turn ends with the connection.
func TestPacedConnectionEndsWhatWaits(t *testing.T) {
	near, far := net.Pipe()
	paced := newPacedConn(near, 10) // a byte every tenth of a second
	failed := make(chan error, 1)
	go func() {
		_, err := paced.Write(make([]byte, 1<<20))
		failed <- err
	}()
	_, err := io.ReadFull(far, make([]byte, 1))
	require.NoError(t, err)
	require.NoError(t, paced.Close())
	require.ErrorIs(t, <-failed, net.ErrClosed)
}
