package crash

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
)

// badLine is a line to the station that is cut and slowed at random moments.
type badLine struct {
	listener net.Listener
	to       string
	all      sync.WaitGroup
	cuts     atomic.Int64

	mu     sync.Mutex
	random *rand.Rand
}

func newBadLine(t *testing.T, to string, random *rand.Rand) *badLine {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := &badLine{listener: listener, to: to, random: random}
	l.all.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			l.all.Go(func() { l.carry(near) })
		}
	})
	t.Cleanup(func() { listener.Close(); l.all.Wait() })
	return l
}

func (l *badLine) address() string { return l.listener.Addr().String() }

// fate is what becomes of one way of a connection: it is cut after so many bytes, and
// each piece that passes takes so long.
type fate struct {
	left  int // bytes; negative: it is not cut
	pause time.Duration
}

func (l *badLine) fate() fate {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := fate{left: -1}
	switch l.random.IntN(4) {
	case 0: // in the handshake, or soon after it
		f.left = l.random.IntN(8_000)
	case 1: // in the records
		f.left = l.random.IntN(400_000)
	}
	if l.random.IntN(3) == 0 {
		f.pause = time.Duration(l.random.IntN(4_000)) * time.Microsecond
	}
	return f
}

// carry passes on what both sides say until one hangs up, or the line is cut, which
// takes what is on its way with it.
func (l *badLine) carry(near net.Conn) {
	defer near.Close()
	conn, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	far := conn.(*net.TCPConn)
	defer far.Close()
	cut := func() {
		l.cuts.Add(1)
		far.SetLinger(0)
		near.(*net.TCPConn).SetLinger(0)
		far.Close()
		near.Close()
	}
	var back sync.WaitGroup
	back.Go(func() { pass(near, far, l.fate(), cut); near.Close() })
	pass(far, near, l.fate(), cut)
	far.Close()
	back.Wait()
}

func pass(to io.Writer, from io.Reader, f fate, cut func()) {
	piece := make([]byte, 4<<10)
	for {
		n, err := from.Read(piece)
		if f.left >= 0 && n >= f.left {
			to.Write(piece[:f.left]) // torn
			cut()
			return
		}
		if f.left >= 0 {
			f.left -= n
		}
		time.Sleep(f.pause)
		if _, failed := to.Write(piece[:n]); err != nil || failed != nil {
			return
		}
	}
}

// perCar is after how many kills another car sets out.
const perCar = 10

// The line is cut, slowed, and the car killed while it syncs: the station has every
// record that the car erased, once, as the car has its digest on record.
func TestRequirement29_NothingIsLostOrDoubledOverABadLine(t *testing.T) {
	runs := asked(t, "SECONDLOOK_LINES", 6)
	seed := asked(t, "SECONDLOOK_CRASH_SEED", 6)
	random := rand.New(rand.NewPCG(uint64(seed), 2))
	o := newOffice(t)
	line := newBadLine(t, o.address, rand.New(rand.NewPCG(uint64(seed), 3)))
	o.publish()
	var x *terminal
	acknowledged, begun, done := 0, 0, 0
	for i := range runs {
		if i%perCar == 0 {
			if x != nil {
				x.done()
			}
			x = newTerminal(t, o, random, line.address())
			x.order.Line = true
		}
		said := x.runAndKill(time.Duration(random.Int64N(int64(2 * time.Second))))
		acknowledged += x.held(&x.model, x.order.Path, said).acknowledged
		for _, l := range said {
			switch {
			case l.act == audit.SyncStarted && l.word == "begin":
				begun++
			case l.act == audit.SyncEnded && l.word == "done":
				done++
			}
		}
		x.order.Ahead += time.Minute
	}
	x.done()
	require.NotZero(t, acknowledged)
	t.Logf("%d kills, the line cut %d times, %d of %d syncs came to their end, %d acts acknowledged; the station has %d records, none twice",
		runs, line.cuts.Load(), done, begun, acknowledged, len(o.have))
}
