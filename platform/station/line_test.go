package station

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// line is what lies between a car and its station. It counts what the car sends.
type line struct {
	address string
	sent    atomic.Int64 // bytes
	// deaf is set while nothing of what the station says reaches the car; breakAt is
	// how much the car may send before the line breaks, 0 for all.
	deaf    atomic.Bool
	breakAt atomic.Int64

	mu   sync.Mutex
	open []net.Conn
}

func lineTo(t *testing.T, station string) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &line{address: listener.Addr().String()}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", station)
			if err != nil {
				near.Close()
				continue
			}
			l.mu.Lock()
			l.open = append(l.open, near, far)
			l.mu.Unlock()
			all.Go(func() { l.carry(far, near, l.upward); far.Close(); near.Close() })
			all.Go(func() { l.carry(near, far, l.downward); near.Close(); far.Close() })
		}
	})
	t.Cleanup(func() { listener.Close(); l.cut(); all.Wait() })
	return l
}

// carry passes on what pass lets through.
func (l *line) carry(to io.Writer, from io.Reader, pass func(n int) bool) {
	b := make([]byte, 4<<10)
	for {
		n, err := from.Read(b)
		if err != nil {
			return
		}
		if !pass(n) {
			continue
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

func (l *line) upward(n int) bool {
	sent := l.sent.Add(int64(n))
	if at := l.breakAt.Load(); at > 0 && sent > at {
		l.cut()
	}
	return true
}

func (l *line) downward(int) bool { return !l.deaf.Load() }

// cut ends every connection.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.open {
		c.Close()
	}
	l.open = nil
}

// mend makes the line good again, and counts anew.
func (l *line) mend() {
	l.cut()
	l.deaf.Store(false)
	l.breakAt.Store(0)
	l.sent.Store(0)
}

// cutWhen has the station's answers come no more, and cuts the line when something is so.
func (r *running) cutWhen(l *line, so func() bool) {
	l.deaf.Store(true)
	go func() {
		for end := time.Now().Add(limit); !so() && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		l.cut()
	}()
}
