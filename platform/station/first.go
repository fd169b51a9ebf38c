package station

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/platform/dock/protocol"
)

// readWait is how long reading one message may take: a server that is lost with a question
// never answers it.
const readWait = 10 * time.Second

// message is one message as a stream keeps it.
type message struct {
	sequence uint64
	received time.Time
	data     []byte
}

// reader reads a stream's messages one by one, as they are stored and without the
// detour over the server's JSON, which costs more than all that is done with a record.
type reader struct {
	nc     *nats.Conn
	stream string
	// leader, where it is not nil, is asked for what a copy does not have: that may be
	// behind. What a copy has, a quorum has.
	leader jetstream.Stream
}

// asked asks again what nobody answers: while the servers of a cluster choose a leader,
// and where one is lost with a question, no answer comes at all. It ends with the context.
func asked[T any](ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	for {
		answer, err := within(ctx, ask)
		if err == nil || ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, nats.ErrTimeout) {
			return answer, err
		}
	}
}

// within asks once, for [readWait].
func within[T any](ctx context.Context, ask func(context.Context) (T, error)) (T, error) {
	ctx, done := context.WithTimeout(ctx, readWait)
	defer done()
	return ask(ctx)
}

// streamOf finds a stream.
func streamOf(ctx context.Context, js jetstream.JetStream, name string) (jetstream.Stream, error) {
	s, err := asked(ctx, func(ctx context.Context) (jetstream.Stream, error) { return js.Stream(ctx, name) })
	if err != nil {
		return nil, fmt.Errorf("look at stream %s: %w", name, err)
	}
	return s, nil
}

// atLeader finds a stream whose messages are read of its leader: another copy may not have
// the newest yet.
func atLeader(ctx context.Context, js jetstream.JetStream, name string) (jetstream.Stream, error) {
	s, err := streamOf(ctx, js, name)
	if err != nil {
		return nil, err
	}
	s.CachedInfo().Config.AllowDirect = false // this copy of it says how to ask
	return s, nil
}

// openReader reads a stream from whichever copy answers, and from its leader what that
// does not have; where there is one copy, it has everything.
func openReader(ctx context.Context, js jetstream.JetStream, name string) (*reader, error) {
	s, err := atLeader(ctx, js, name)
	if err != nil {
		return nil, err
	}
	r := &reader{nc: js.Conn(), stream: name}
	if s.CachedInfo().Config.Replicas > 1 {
		r.leader = s
	}
	return r, nil
}

// first is the message that came first under a subject, nil where there is none: it is
// the one that counts.
func (r *reader) first(ctx context.Context, subject string) (*message, error) {
	m, err := r.direct(ctx, subject)
	if m != nil || r.leader == nil {
		return m, err
	}
	raw, err := r.leader.GetMsg(ctx, 1, jetstream.WithGetMsgSubject(subject))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &message{sequence: raw.Sequence, received: raw.Time, data: raw.Data}, nil
}

// errDirect is returned for an answer to a direct read that says neither what is there
// nor that nothing is.
var errDirect = errors.New("the store did not answer")

// direct asks whichever copy answers first. See NATS ADR-31 for the headers.
func (r *reader) direct(ctx context.Context, subject string) (*message, error) {
	ask, err := json.Marshal(map[string]any{"seq": 1, "next_by_subj": subject})
	if err != nil {
		return nil, err
	}
	ctx, done := context.WithTimeout(ctx, readWait)
	defer done()
	m, err := r.nc.RequestWithContext(ctx, protocol.DirectGet(r.stream), ask)
	if err != nil {
		return nil, err
	}
	switch status := m.Header.Get("Status"); status {
	case "":
	case "404":
		return nil, nil
	default:
		return nil, fmt.Errorf("%w: status %s", errDirect, status)
	}
	sequence, err := strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64)
	if err != nil {
		return nil, fmt.Errorf("%w: no sequence number", errDirect)
	}
	received, err := time.Parse(time.RFC3339Nano, m.Header.Get(jetstream.TimeStampHeaer))
	if err != nil {
		return nil, fmt.Errorf("%w: no time", errDirect)
	}
	return &message{sequence: sequence, received: received, data: m.Data}, nil
}
