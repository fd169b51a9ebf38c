package dock

import (
	"net"
	"sync"
	"time"
)

// pace keeps what travels one way within so many bytes per second.
type pace struct {
	rate int // bytes per second
	free time.Time
}

// slice is how much may travel at once: a tenth of a second's worth.
func (p *pace) slice() int { return max(p.rate/10, 1) }

// take books n bytes at the time now, and says how long they have to wait.
func (p *pace) take(n int, now time.Time) (wait time.Duration) {
	if p.free.Before(now) {
		p.free = now // what was not used is not saved up
	}
	wait = p.free.Sub(now)
	p.free = p.free.Add(time.Duration(n) * time.Second / time.Duration(p.rate))
	return wait
}

// pacedConn is a connection over a link that others need too, as a radio's. TLS, and
// what it carries, is paced as it travels.
type pacedConn struct {
	net.Conn
	ended chan struct{}
	once  sync.Once

	reading, writing sync.Mutex
	in, out          pace
}

func newPacedConn(c net.Conn, rate int) *pacedConn {
	return &pacedConn{Conn: c, ended: make(chan struct{}), in: pace{rate: rate}, out: pace{rate: rate}}
}

// Read reads what the pace lets through at once.
func (c *pacedConn) Read(b []byte) (int, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	n, err := c.Conn.Read(b[:min(len(b), c.in.slice())])
	if err == nil {
		err = c.wait(c.in.take(n, time.Now()))
	}
	return n, err
}

// Write writes slice by slice.
func (c *pacedConn) Write(b []byte) (n int, err error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	for len(b) > 0 {
		part := b[:min(len(b), c.out.slice())]
		if err := c.wait(c.out.take(len(part), time.Now())); err != nil {
			return n, err
		}
		m, err := c.Conn.Write(part)
		n += m
		if err != nil {
			return n, err
		}
		b = b[len(part):]
	}
	return n, nil
}

// wait returns [net.ErrClosed] where the connection is closed meanwhile.
func (c *pacedConn) wait(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-c.ended:
		return net.ErrClosed
	}
}

// Close ends what waits, too.
func (c *pacedConn) Close() error {
	c.once.Do(func() { close(c.ended) })
	return c.Conn.Close()
}
