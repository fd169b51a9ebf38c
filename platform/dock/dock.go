// Package dock is the car's side of the station dock: it takes a shift's records
// to the station and brings lists and entries back, over NATS JetStream.
//
// Start with [New]. A [Dock] keeps no connection; each [Dock.Connect] opens a
// fresh one, and a line that breaks ends with an error for the caller to repeat
// later. Repeating is always safe: the station keeps each record once.
//
// What arrives is verified before it is handed on, see package protocol. Where
// one list or entry is refused, the others are still returned, together with an
// error that wraps [shift.ErrUntrusted].
package dock

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

const (
	// connectTimeout is how long one address may take to answer, where the
	// caller's context leaves more.
	connectTimeout = 10 * time.Second
	// callTimeout is how long one call, as sending one message, may take where the
	// caller's context has no deadline: one message over a modem of 32 kbit/s, and some.
	callTimeout = 2 * time.Minute
	// A link over which nothing comes back is given up after pingsLost pings, one every
	// pingEvery. A page of a limited link takes less, see pageSeconds.
	pingEvery = 30 * time.Second
	pingsLost = 2
)

// Dock reaches one station as one car. It is safe for concurrent use.
type Dock struct {
	id *protocol.Identity // nil: not enrolled
}

var _ shift.Dock = (*Dock)(nil)

// New takes the content of the bundle file that the station made for this
// terminal. An empty bundle makes a dock that is enrolled nowhere. It returns
// [protocol.ErrBundle], naming the field, for a bundle that cannot be used.
func New(bundle []byte) (*Dock, error) {
	if len(bundle) == 0 {
		return &Dock{}, nil
	}
	id, err := protocol.ParseBundle(bundle)
	if err != nil {
		return nil, err
	}
	return &Dock{id: id}, nil
}

// Station names the station this terminal is enrolled at, "" if at none.
func (d *Dock) Station() string {
	if d.id == nil {
		return ""
	}
	return d.id.Station
}

// Car is the car's name at the station, "" if enrolled at none.
func (d *Dock) Car() string {
	if d.id == nil {
		return ""
	}
	return d.id.Car
}

// Publisher is the key with which the station signs what it distributes, nil if
// enrolled at none.
func (d *Dock) Publisher() ed25519.PublicKey {
	if d.id == nil {
		return nil
	}
	return d.id.Publishing
}

// Connect opens a link to the first of the station's addresses that answers. Where the
// station has several, the link goes on with the next when one is lost. It
// returns [shift.ErrNotEnrolled], [shift.ErrRefused] where a station answered and
// does not accept the credential, or else [shift.ErrNoAnswer].
func (d *Dock) Connect(ctx context.Context) (shift.Link, error) {
	if d.id == nil {
		return nil, shift.ErrNotEnrolled
	}
	l, at, err := d.connectFrom(ctx, 0)
	if err != nil {
		return nil, err
	}
	if len(d.id.Addresses) == 1 {
		return l, nil
	}
	return &steady{d: d, at: at, now: l}, nil
}

// connectFrom tries every address once, beginning with the one of an index.
func (d *Dock) connectFrom(ctx context.Context, first int) (_ *link, at int, failed error) {
	for i := range d.id.Addresses {
		if ctx.Err() != nil && failed != nil {
			break
		}
		at := (first + i) % len(d.id.Addresses)
		l, err := d.connect(ctx, d.id.Addresses[at])
		if err == nil {
			return l, at, nil
		}
		// A refusal says more than silence, whichever address gave it.
		if failed == nil || (errors.Is(err, shift.ErrRefused) && !errors.Is(failed, shift.ErrRefused)) {
			failed = err
		}
	}
	return nil, 0, failed
}

func (d *Dock) connect(ctx context.Context, address string) (*link, error) {
	dialing, done := context.WithTimeout(ctx, connectTimeout)
	defer done()
	limit := d.id.Limits[address]
	l := &link{id: d.id, sent: map[shift.Ref][]byte{}, patience: callTimeout + lasting(protocol.MaxList, limit), page: pageBytes, limit: limit, several: len(d.id.Addresses) > 1, news: newNews()}
	if limit > 0 {
		l.page = min(pageBytes, limit*pageSeconds)
	}
	l.ended, l.end = context.WithCancelCause(context.Background())
	dial := &dialer{ctx: dialing, limit: limit}
	nc, err := nats.Connect("tls://"+address,
		nats.Name("SecondLook "+d.id.Car),
		nats.Secure(d.id.TLS()),
		nats.TLSHandshakeFirst(),
		nats.CustomInboxPrefix(protocol.InboxPrefix(d.id.Car)),
		nats.NoReconnect(),
		nats.SetCustomDialer(dial),
		nats.SkipHostLookup(), // the dialer looks names up, and can be cancelled
		nats.Timeout(connectTimeout),
		nats.PingInterval(pingEvery), nats.MaxPingsOutstanding(pingsLost),
		nats.FlusherTimeout(nats.DefaultFlusherTimeout+lasting(protocol.MaxPayload, limit)),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			if errors.Is(err, nats.ErrPermissionViolation) {
				l.end(shift.ErrRefused)
			}
		}),
		nats.ClosedHandler(func(nc *nats.Conn) { l.end(lost(nc.LastError())) }),
	)
	if !dial.release() && err == nil {
		nc.Close()
		err = dialing.Err()
	}
	if err != nil {
		l.end(err)
		return nil, connectError(address, err)
	}
	l.nc = nc
	if l.js, err = jetstream.New(nc); err != nil {
		l.Close()
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	return l, nil
}

// dialer opens the connection under a context, and closes it when the context
// ends before the handshake is through: the client itself knows no contexts there.
type dialer struct {
	ctx   context.Context
	limit int // bytes per second, 0 for none
	stop  func() bool
}

// Dial satisfies [nats.CustomDialer].
func (d *dialer) Dial(network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(d.ctx, network, address)
	if err != nil {
		return nil, err
	}
	if d.limit > 0 {
		conn = newPacedConn(conn, d.limit)
	}
	d.stop = context.AfterFunc(d.ctx, func() { conn.Close() })
	return conn, nil
}

// lasting is how long so many bytes take over a limited link; 0 where it has no limit.
func lasting(size, limit int) time.Duration {
	if limit == 0 {
		return 0
	}
	return time.Duration(size/limit+1) * time.Second
}

// release lets the connection outlive the context; it reports whether it still can.
func (d *dialer) release() bool { return d.stop == nil || d.stop() }

func connectError(address string, err error) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	switch {
	case refused(err):
		return fmt.Errorf("%w (%s: %v)", shift.ErrRefused, address, err)
	case errors.As(err, &unknown), errors.As(err, &name):
		return fmt.Errorf("%w: what answers at %s is not this station (%v)", shift.ErrNoAnswer, address, err)
	}
	return fmt.Errorf("%w (%s: %v)", shift.ErrNoAnswer, address, err)
}

// refused reports whether the error means that the station does not accept the
// credential, as the NATS server or as TLS says it.
func refused(err error) bool {
	for _, e := range []error{
		nats.ErrAuthorization, nats.ErrAuthExpired, nats.ErrAuthRevoked,
		nats.ErrAccountAuthExpired, nats.ErrPermissionViolation,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	// The type of an alert that the other side sent is not exported, its text is
	// fixed by crypto/tls.
	var alert *net.OpError
	if errors.As(err, &alert) && alert.Op == "remote error" {
		text := alert.Err.Error()
		return strings.Contains(text, "certificate") || strings.Contains(text, "access denied")
	}
	return false
}

// lost is why a connection ended, as callers know it.
func lost(err error) error {
	switch {
	case err == nil:
		return shift.ErrNoAnswer
	case refused(err):
		return fmt.Errorf("%w (%v)", shift.ErrRefused, err)
	}
	return fmt.Errorf("%w (%v)", shift.ErrNoAnswer, err)
}
