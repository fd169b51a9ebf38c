package dock_test

import (
	"context"
	"encoding/json"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

// enrolled is a bundle of a station that ran once and is gone, so that nothing
// of its own answers at address.
func enrolled(t *testing.T, addresses ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	require.NoError(t, station.Serve(ctx, station.Options{
		Data: dir, Listen: "127.0.0.1:0", Name: "West Division", Ready: func(string) { cancel() },
	}))
	f, err := station.Open(dir)
	require.NoError(t, err)
	b, err := f.Enrol("car-12", addresses, time.Now())
	require.NoError(t, err)
	raw, err := b.Encode()
	require.NoError(t, err)
	return raw
}

func TestNotEnrolled(t *testing.T) {
	d, err := dock.New(nil)
	require.NoError(t, err)
	require.Empty(t, d.Station())
	require.Empty(t, d.Car())
	_, err = d.Connect(t.Context())
	require.ErrorIs(t, err, shift.ErrNotEnrolled)
}

func TestNewNamesTheFieldOfABadBundle(t *testing.T) {
	good := enrolled(t, "127.0.0.1:4222")
	d, err := dock.New(good)
	require.NoError(t, err)
	require.Equal(t, "West Division", d.Station())
	require.Equal(t, "car-12", d.Car())
	for field, value := range map[string]any{
		"secondlook_bundle": 2, "station": " ", "car": "car 12", "addresses": []string{},
		"ca": "", "certificate": "", "key": "", "limits": map[string]int{"127.0.0.1:4222": 999}, "records_key": []byte{1}, "publishing_key": []byte{1}, "fleet_key": make([]byte, 32),
	} {
		t.Run(field, func(t *testing.T) {
			var b map[string]any
			require.NoError(t, json.Unmarshal(good, &b))
			b[field] = value
			raw, err := json.Marshal(b)
			require.NoError(t, err)
			_, err = dock.New(raw)
			require.ErrorIs(t, err, protocol.ErrBundle)
			require.ErrorContains(t, err, `field "`+field+`"`)
			require.NotContains(t, err.Error(), "PRIVATE")
		})
	}
	_, err = dock.New([]byte("garbage"))
	require.ErrorIs(t, err, protocol.ErrBundle)
}

func TestRequirement29_NoAnswer(t *testing.T) {
	// One machine refuses the connection, one takes it and stays silent, one
	// talks something else.
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	silent := listen(t, func(net.Conn) {})
	babble := listen(t, func(c net.Conn) { c.Write([]byte("INFO {}\r\n")) })
	for name, address := range map[string]string{
		"NobodyThere": closed.Addr().String(), "Silent": silent, "Babble": babble, "NoSuchName": "station.invalid:4222",
	} {
		t.Run(name, func(t *testing.T) {
			d, err := dock.New(enrolled(t, address))
			require.NoError(t, err)
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			_, err = d.Connect(ctx)
			require.ErrorIs(t, err, shift.ErrNoAnswer)
			require.ErrorContains(t, err, address)
		})
	}
}

// listen accepts connections, greets them, and holds them until the test ends.
func listen(t *testing.T, greet func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		var held []net.Conn
		for {
			c, err := l.Accept()
			if err != nil {
				break
			}
			held = append(held, c)
			greet(c)
		}
		for _, c := range held {
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}

func TestSecondAddressAnswers(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- station.Serve(ctx, station.Options{
			Data: dir, Listen: "127.0.0.1:0", Name: "West", Ready: func(a string) { ready <- a },
		})
	}()
	defer func() { cancel(); require.NoError(t, <-done) }()
	var address string
	select {
	case address = <-ready:
	case err := <-done:
		done <- err
		t.Fatalf("the station ended: %v", err)
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	f, err := station.Open(dir)
	require.NoError(t, err)
	b, err := f.Enrol("car-12", []string{closed.Addr().String(), address}, time.Now())
	require.NoError(t, err)
	raw, err := b.Encode()
	require.NoError(t, err)
	d, err := dock.New(raw)
	require.NoError(t, err)
	link, err := d.Connect(t.Context())
	require.NoError(t, err)

	// A cancelled call returns, and the link still works after it.
	cancelled, stop := context.WithCancel(t.Context())
	stop()
	p := shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: []byte("{}")}
	require.ErrorIs(t, link.Deliver(cancelled, p), shift.ErrNoAnswer)
	require.NoError(t, link.Deliver(t.Context(), p))
	require.NoError(t, link.Close())
	// So does one on a link that has ended.
	require.ErrorIs(t, link.Deliver(t.Context(), p), shift.ErrNoAnswer)
	_, err = link.Lists(t.Context(), nil)
	require.ErrorIs(t, err, shift.ErrNoAnswer)
	_, err = link.Entries(t.Context())
	require.ErrorIs(t, err, shift.ErrNoAnswer)
}

// The car's program must stay small, and must not be able to serve.
func TestCarDoesNotLinkTheServer(t *testing.T) {
	for pattern, banned := range map[string]string{
		".":          "github.com/nats-io/nats-server",
		"./protocol": "github.com/nats-io/",
	} {
		out, err := exec.Command("go", "list", "-deps", pattern).CombinedOutput()
		require.NoError(t, err, string(out))
		require.Contains(t, string(out), "secondlook/app/shift")
		for _, pkg := range strings.Fields(string(out)) {
			require.False(t, strings.HasPrefix(pkg, banned), "%s links %s", pattern, pkg)
		}
	}
}
