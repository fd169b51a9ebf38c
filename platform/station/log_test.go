package station

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stationLog keeps what a station logs, for tests that wait for it.
type stationLog struct {
	*slog.Logger
	mu    sync.Mutex
	text  bytes.Buffer
	wrote chan struct{} // closed and replaced by every line
}

func newStationLog() *stationLog {
	l := &stationLog{wrote: make(chan struct{})}
	l.Logger = slog.New(slog.NewTextHandler(l, nil))
	return l
}

// Write satisfies [io.Writer].
func (l *stationLog) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	close(l.wrote)
	l.wrote = make(chan struct{})
	return l.text.Write(line)
}

// await returns the first line that has all the parts, as soon as it is there.
func (l *stationLog) await(t *testing.T, parts ...string) string {
	t.Helper()
	for end := time.After(limit); ; {
		l.mu.Lock()
		text, wrote := l.text.String(), l.wrote
		l.mu.Unlock()
		for line := range strings.Lines(text) {
			if containsAll(line, parts) {
				return line
			}
		}
		select {
		case <-wrote:
		case <-end:
			require.FailNow(t, "the station did not log it", "%q in:\n%s", parts, text)
		}
	}
}

func containsAll(line string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(line, p) {
			return false
		}
	}
	return true
}
