package station

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/platform/dock/protocol"
)

const (
	// pullWait is how long one request for records lasts while there are none: less than
	// the time for which the server remembers whom to answer in another account.
	pullWait = 30 * time.Second
	// pullBeat is how often the server says meanwhile that it still knows of it, and
	// pullSilence the silence after which it is asked anew.
	pullBeat    = 5 * time.Second
	pullSilence = 3 * pullBeat
	// givenOften is how often a record is given before a piece that is not there counts as
	// missing: the server that was asked may be behind.
	givenOften = 4
)

// place is a records system's place in the records. It asks the consumer itself and
// nothing of JetStream's interface: that answers nobody in another account of a cluster.
type place struct {
	nc   *nats.Conn
	name string
	open *Opener
}

// follow hands on records until ctx ends, each fails, or the place is no more.
func (p *place) follow(ctx context.Context, each func(context.Context, Opened, error) error) error {
	ask, err := json.Marshal(map[string]any{"batch": inFlight, "expires": pullWait, "idle_heartbeat": pullBeat})
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		err := p.pull(ctx, ask, each)
		if errors.Is(err, errAgain) { // the line was lost, or the servers choose who leads
			rest(ctx)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// errAgain is returned by a pull that ended otherwise than with its time.
var errAgain = errors.New("ask again")

// pull makes one request, and hands on what comes to it.
func (p *place) pull(ctx context.Context, ask []byte, each func(context.Context, Opened, error) error) error {
	inbox := p.nc.NewInbox()
	sub, err := p.nc.SubscribeSync(inbox)
	if err != nil {
		return err
	}
	defer sub.Unsubscribe()
	if err := p.nc.PublishRequest("$JS.API.CONSUMER.MSG.NEXT."+protocol.RecordStream+"."+p.name, inbox, ask); err != nil {
		return errAgain
	}
	for came := 0; came < inFlight; {
		waiting, done := context.WithTimeout(ctx, pullSilence)
		m, err := sub.NextMsgWithContext(waiting)
		done()
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return errAgain
		}
		switch m.Header.Get("Status") {
		case "":
		case "100": // it is still there
			continue
		case "404", "408": // there is none now, or the time is over
			return nil
		case "409":
			if m.Header.Get("Description") == "Consumer Deleted" {
				return jetstream.ErrConsumerDeleted
			}
			return errAgain
		default:
			return errAgain
		}
		came++
		if err := p.handOn(ctx, m, each); err != nil {
			return err
		}
	}
	return nil
}

// handOn opens one record, hands it on and acknowledges it.
func (p *place) handOn(ctx context.Context, m *nats.Msg, each func(context.Context, Opened, error) error) error {
	meta, err := m.Metadata()
	if err != nil {
		return err
	}
	r, err := record(m.Subject, m.Header, len(m.Data), meta.Timestamp, meta.Sequence.Stream)
	if err != nil {
		return err
	}
	body, unopened := p.open.Open(ctx, r.Kind, r.Car, r.ID, r.Received, m.Data)
	if ctx.Err() != nil {
		return nil
	}
	if errors.Is(unopened, errUnread) || errors.Is(unopened, errPiece) && meta.NumDelivered < givenOften { // it comes again
		rest(ctx)
		return nil
	}
	if err := each(ctx, Opened{Record: r, Body: body}, unopened); err != nil {
		_ = p.nc.Publish(m.Reply, []byte("-NAK")) // to be given again at once, and not only after consumerWait
		_ = p.nc.FlushTimeout(time.Second)
		return err
	}
	// Confirmed by the station. Where it is not, the record comes again.
	confirming, done := context.WithTimeout(ctx, consumerWait)
	defer done()
	if _, err := p.nc.RequestWithContext(confirming, m.Reply, []byte("+ACK")); err != nil && ctx.Err() != nil {
		// Told to stop meanwhile: it was kept, and is acknowledged all the same.
		_ = p.nc.Publish(m.Reply, []byte("+ACK"))
		_ = p.nc.FlushTimeout(time.Second)
	}
	return nil
}

// rest waits a moment, so that a lost line is not asked without end.
func rest(ctx context.Context) {
	t := time.NewTimer(time.Second)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
