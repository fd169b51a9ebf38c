package station

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// taking runs a records system until stop.
func taking(t *testing.T, r *running, c Connection, each func(Opened, error) error) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- c.Consume(ctx, r.recordsKey(t), func(_ context.Context, o Opened, err error) error { return each(o, err) })
	}()
	return func() error { cancel(); return <-done }
}

func (r *running) consumer(t *testing.T, name string) Connection {
	t.Helper()
	c, err := r.operator(t).EnrolConsumer(testContext(t), name, nil, time.Now())
	require.NoError(t, err)
	raw, err := c.Encode()
	require.NoError(t, err)
	c, err = ParseConnection(raw)
	require.NoError(t, err)
	return c
}

var errFull = errors.New("the database is full")

// A records system gets every record once it is enrolled, goes on where it left off, and
// gets again what it did not acknowledge.
func TestRequirement29_ARecordsSystemTakesWhatItHasNot(t *testing.T) {
	t.Parallel()
	r := start(t)
	ctx, car := testContext(t), r.link(t, "car-a")
	require.NoError(t, car.Deliver(ctx, hitParcel("h1", "ABCD123")))
	c := r.consumer(t, "rms")
	got := make(chan Opened, 9)
	keep := func(o Opened, err error) error { require.NoError(t, err); got <- o; return nil }
	stop := taking(t, r, c, keep)
	first := <-got
	require.Equal(t, "h1", first.ID)
	require.Equal(t, "car-a", first.Car)
	require.JSONEq(t, string(hitParcel("h1", "ABCD123").Body), string(first.Body))
	require.NoError(t, car.Deliver(ctx, hitParcel("h2", "ABCD124")))
	require.Equal(t, "h2", (<-got).ID, "as it comes")
	require.NoError(t, stop())

	require.NoError(t, car.Deliver(ctx, hitParcel("h3", "ABCD125")))
	require.ErrorIs(t, c.Consume(ctx, r.recordsKey(t), func(context.Context, Opened, error) error { return errFull }), errFull)

	// Enrolled again, it goes on in its place; the earlier connection no longer counts.
	next := r.consumer(t, "rms")
	require.Error(t, c.Consume(ctx, r.recordsKey(t), nil))
	stop = taking(t, r, next, keep)
	require.NoError(t, car.Deliver(ctx, hitParcel("h4", "ABCD126")))
	ids := []string{(<-got).ID}
	for len(ids) < 2 {
		ids = append(ids, (<-got).ID)
	}
	require.ElementsMatch(t, []string{"h3", "h4"}, ids)
	require.NoError(t, stop())
	other := make(chan Opened, 9)
	stop = taking(t, r, r.consumer(t, "archive"), func(o Opened, err error) error { require.NoError(t, err); other <- o; return nil })
	for _, id := range []string{"h1", "h2", "h3", "h4"} {
		require.Equal(t, id, (<-other).ID, "another system has its own place")
	}
	require.NoError(t, stop())
}

// A records system that is told to stop while it keeps a record has it acknowledged, and
// does not get it again.
func TestRequirement29_ARecordKeptWhileStoppingIsAcknowledged(t *testing.T) {
	t.Parallel()
	r := start(t)
	ctx := testContext(t)
	require.NoError(t, r.link(t, "car-a").Deliver(ctx, hitParcel("h1", "ABCD123")))
	c := r.consumer(t, "rms")
	running, stop := context.WithCancel(ctx)
	defer stop()
	require.NoError(t, c.Consume(running, r.recordsKey(t), func(context.Context, Opened, error) error { stop(); return nil }))
	place, err := r.operator(t).js.Consumer(ctx, protocol.RecordStream, "rms")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		now, err := place.Info(ctx)
		return err == nil && now.AckFloor.Stream == 1 && now.NumAckPending == 0
	}, consumerWait/2, 10*time.Millisecond)
}

// A large record, which came in pieces, is handed on whole.
func TestRequirement29_ARecordsSystemTakesLargeRecords(t *testing.T) {
	r := start(t)
	ctx := testContext(t)
	body := []byte(`{"ID":"h1","Picture":"` + strings.Repeat("picture", protocol.PieceSize/2) + `"}`)
	require.NoError(t, r.link(t, "car-a").Deliver(ctx, shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: body}))
	got := make(chan Opened, 1)
	stop := taking(t, r, r.consumer(t, "rms"), func(o Opened, err error) error { require.NoError(t, err); got <- o; return nil })
	require.Equal(t, sha256.Sum256(body), sha256.Sum256((<-got).Body))
	require.NoError(t, stop())
}

// A records system that is revoked is cut off.
func TestRequirement35_ARevokedRecordsSystemIsCutOff(t *testing.T) {
	r := start(t)
	ctx, op := testContext(t), r.operator(t)
	c := r.consumer(t, "rms")
	require.ErrorIs(t, op.RevokeConsumer(ctx, "none", time.Now()), ErrNoConsumer)
	nc := rawConsumer(t, c, nil)
	require.NoError(t, op.RevokeConsumer(ctx, "rms", time.Now()))
	require.Eventually(t, nc.IsClosed, limit, 10*time.Millisecond)
	require.Error(t, c.Consume(ctx, r.recordsKey(t), nil))
}

func rawConsumer(t *testing.T, c Connection, refusals chan<- error) *nats.Conn {
	t.Helper()
	ca, own, err := c.identity()
	require.NoError(t, err)
	nc, err := nats.Connect("tls://"+c.Addresses[0], nats.Secure(protocol.ClientTLS(ca, own)), nats.TLSHandshakeFirst(),
		nats.CustomInboxPrefix(protocol.InboxPrefix(c.Name)), nats.NoReconnect(),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			if refusals != nil {
				refusals <- err
			}
		}))
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return nc
}

// A records system's credential takes and acknowledges records, in its own place alone.
func TestRequirement35_ARecordsSystemMayDoNothingElse(t *testing.T) {
	r := start(t)
	ctx, op := testContext(t), r.operator(t)
	require.NoError(t, r.link(t, "car-a").Deliver(ctx, hitParcel("h1", "ABCD123")))
	c := r.consumer(t, "rms")
	r.consumer(t, "archive")
	refusals := make(chan error, 64)
	nc := rawConsumer(t, c, refusals)
	for _, subject := range []string{
		"hit.car-a.h2", "entry.car-a.e1", "roster", "policy", "station.status", "station.time", "receipt.car-a", "changed.LISTS.x",
		"$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.INFO.ENTRIES", "$JS.API.STREAM.DELETE.PIECES", "$JS.API.STREAM.PURGE.RECORDS", "$JS.API.STREAM.DELETE.RECORDS",
		"$JS.API.STREAM.INFO.RECORDS", "$JS.API.STREAM.INFO.PIECES", "$JS.API.STREAM.MSG.GET.PIECES", "$JS.API.CONSUMER.INFO.RECORDS.rms", "$JS.API.DIRECT.GET.RECORDS",
		"$JS.API.STREAM.MSG.GET.RECORDS", "$JS.API.STREAM.MSG.DELETE.RECORDS", "$JS.API.STREAM.MSG.GET.ENTRIES", "$JS.API.DIRECT.GET.ENTRIES",
		"$JS.API.DIRECT.GET.OBJ_LISTS", "$JS.API.CONSUMER.CREATE.RECORDS", "$JS.API.CONSUMER.CREATE.RECORDS.rms", "$JS.API.CONSUMER.DELETE.RECORDS.rms",
		"$JS.API.CONSUMER.MSG.NEXT.RECORDS.archive", "$JS.API.CONSUMER.INFO.RECORDS.archive", "$JS.ACK.RECORDS.archive.1.1.1.1.1", "$JS.API.CONSUMER.MSG.NEXT.ENTRIES.rms",
	} {
		require.NoError(t, nc.PublishRequest(subject, protocol.InboxPrefix("rms")+".x", nil), subject)
		requireRefused(t, refusals)
	}
	for _, subject := range []string{">", "hit.>", "changed.>", "$JS.>", "_INBOX.>", "_INBOX_archive.>", "_INBOX_car-a.>"} {
		_, err := nc.SubscribeSync(subject)
		require.NoError(t, err)
		requireRefused(t, refusals)
	}
	// Nor can it aim an answer: each of these would delete a stream or end a consumer.
	next := "$JS.API.CONSUMER.MSG.NEXT.RECORDS.rms"
	for _, target := range []string{"$JS.API.STREAM.DELETE.RECORDS", "$JS.API.STREAM.PURGE.RECORDS", "$JS.API.CONSUMER.DELETE.RECORDS.archive", "hit.car-b.h9"} {
		require.NoError(t, nc.PublishRequest(next, target, []byte(`{"batch":1,"no_wait":true}`)))
	}
	m, err := nc.RequestWithContext(ctx, protocol.DirectGet(protocol.PieceStream), []byte(`{"seq":1,"next_by_subj":">"}`))
	require.NoError(t, err)
	require.Equal(t, "404", m.Header.Get("Status"), "what it may ask is answered, after the others")
	state, err := op.state(ctx, protocol.RecordStream)
	require.NoError(t, err)
	require.Equal(t, uint64(1), state.Msgs)
	_, err = op.js.Consumer(ctx, protocol.RecordStream, "archive")
	require.NoError(t, err)
}

func TestParseConnection(t *testing.T) {
	r := start(t)
	good := r.consumer(t, "rms")
	for name, spoil := range map[string]func(*Connection){
		"Version":   func(c *Connection) { c.Version = 2 },
		"Name":      func(c *Connection) { c.Name = "a.b" },
		"NoAddress": func(c *Connection) { c.Addresses = nil },
		"Address":   func(c *Connection) { c.Addresses = []string{"x"} },
		"Key":       func(c *Connection) { c.Key = "" },
		"CA":        func(c *Connection) { c.CA = "" },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			spoil(&c)
			raw, err := c.Encode()
			require.NoError(t, err)
			_, err = ParseConnection(raw)
			require.ErrorIs(t, err, ErrConnection)
		})
	}
	_, err := ParseConnection([]byte("{"))
	require.ErrorIs(t, err, ErrConnection)
}

// A records system of a cluster gets every record, and goes on while the server that it
// asked is killed.
func TestRequirement29_ARecordsSystemTakesFromACluster(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 3)
	ctx := testContext(t)
	car := c.link(t, "car-a")
	large := largeHit("large", 2)
	require.NoError(t, car.Deliver(ctx, hitParcel("h1", "ABCD123"), large))
	conn := c.consumer(t, "rms")
	c.shareCars(t)
	got := make(chan Opened, 99)
	stop := taking(t, c.running, conn, func(o Opened, err error) error { require.NoError(t, err); got <- o; return nil })
	bodies := map[string][sha256.Size]byte{}
	take := func(ids ...string) {
		for len(bodies) < len(ids) {
			select {
			case o := <-got: // one may come again
				bodies[o.ID] = sha256.Sum256(o.Body)
			case <-time.After(clusterLimit):
				t.Fatalf("of %v only %d came", ids, len(bodies))
			}
		}
	}
	take("h1", "large")
	require.Equal(t, sha256.Sum256(large.Body), bodies["large"])
	c.kill(t, c.cluster.Servers[0].Name) // the first of its addresses
	require.NoError(t, car.Deliver(ctx, hitParcel("h2", "ABCD124")))
	take("h1", "large", "h2")
	require.NoError(t, stop())
}
