package station

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/platform/dock/protocol"
)

// Operator is a connection to a running station with the operator's credential
// from its folder.
type Operator struct {
	folder *Folder
	nc     *nats.Conn
	js     jetstream.JetStream
}

// Dial connects to the station that serves from the folder. It returns
// [ErrNoStation] or [ErrNotServing].
func Dial(ctx context.Context, dir string) (*Operator, error) {
	f, err := Open(dir)
	if err != nil {
		return nil, err
	}
	at, err := f.serving()
	if err != nil {
		return nil, err
	}
	return dialAt(ctx, f, at, goOn(at)...)
}

// Where one server of several is lost, a command goes on with another; it tries each so
// often.
const (
	reconnects     = 20
	reconnectPause = 500 * time.Millisecond
)

func goOn(at serving) []nats.Option {
	if len(at.Cars) < 2 {
		return []nats.Option{nats.NoReconnect()}
	}
	return []nats.Option{nats.MaxReconnects(reconnects), nats.ReconnectWait(reconnectPause)}
}

func dial(ctx context.Context, f *Folder, whenLost nats.Option) (*Operator, error) {
	at, err := f.serving()
	if err != nil {
		return nil, err
	}
	return dialAt(ctx, f, at, whenLost)
}

func dialAt(ctx context.Context, f *Folder, at serving, more ...nats.Option) (*Operator, error) {
	ca, err := f.authorityCertificate()
	if err != nil {
		return nil, fmt.Errorf("connect to the station: %w", err)
	}
	pair, err := f.pair(operatorFile)
	if err != nil {
		return nil, fmt.Errorf("connect to the station: %w", err)
	}
	nc, err := nats.Connect(at.Dial, append(more, nats.Name("SecondLook operator"), nats.DontRandomize(), nats.IgnoreDiscoveredServers(),
		nats.Secure(protocol.ClientTLS(ca, pair)), nats.TLSHandshakeFirst(), nats.Timeout(timeLeft(ctx)))...)
	if errors.Is(err, nats.ErrNoServers) || errors.Is(err, nats.ErrTimeout) {
		return nil, ErrNotServing // left behind by a station that was killed
	}
	if err != nil {
		return nil, fmt.Errorf("connect to the station at %s: %w", at.Dial, err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("connect to the station: %w", err)
	}
	return &Operator{folder: f, nc: nc, js: js}, nil
}

// inside connects to a server of this process.
func (o *Operator) inside(ctx context.Context, s *server.Server, secret string) (*Operator, error) {
	nc, err := nats.Connect("", nats.InProcessServer(s), nats.Token(secret), nats.Name("SecondLook receipts"), nats.MaxReconnects(-1), nats.Timeout(timeLeft(ctx)))
	if err != nil {
		return nil, fmt.Errorf("connect to the own server: %w", err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("connect to the own server: %w", err)
	}
	return &Operator{folder: o.folder, nc: nc, js: js}, nil
}

// timeLeft is how long connecting may take.
func timeLeft(ctx context.Context) time.Duration {
	most := 10 * time.Second
	if end, ok := ctx.Deadline(); ok {
		return min(most, time.Until(end))
	}
	return most
}

// JetStream is the operator's access to the server for what it has no method for.
func (o *Operator) JetStream() jetstream.JetStream { return o.js }

// Close ends the connection.
func (o *Operator) Close() { o.nc.Close() }

// Status is a station at a glance.
type Status struct {
	Station string    `json:"station"`
	Address string    `json:"address"`
	Since   time.Time `json:"since"`
	// Connected are the cars that are connected now.
	Connected []string `json:"connected"`
	Cars      []Car    `json:"cars"`
	Records   uint64   `json:"records"`
	// RecordBytes is the size of the records as they are stored, and of pieces that
	// wait for theirs.
	RecordBytes uint64     `json:"record_bytes"`
	LastRecord  *time.Time `json:"last_record,omitempty"`
	Entries     uint64     `json:"entries"`
	Lists       []List     `json:"lists"`
	// Behind counts the copies of what is stored that a cluster's servers do not have, or
	// not whole.
	Behind int `json:"behind,omitempty"`
}

// Status asks the running station and its store.
func (o *Operator) Status(ctx context.Context) (Status, error) {
	at, err := o.folder.serving()
	if err != nil {
		return Status{}, err
	}
	st := Status{Station: o.folder.Name(), Address: at.Address}
	m, err := o.nc.RequestWithContext(ctx, statusSubject, nil)
	if err != nil {
		return Status{}, fmt.Errorf("ask the station: %w", err)
	}
	var p Presence
	if err := json.Unmarshal(m.Data, &p); err != nil {
		return Status{}, fmt.Errorf("ask the station: %w", err)
	}
	st.Since, st.Connected = p.Since, p.Connected
	if st.Cars, err = o.folder.Cars(); err != nil {
		return Status{}, err
	}
	records, err := o.state(ctx, protocol.RecordStream)
	if err != nil {
		return Status{}, err
	}
	pieces, err := o.state(ctx, protocol.PieceStream)
	if err != nil {
		return Status{}, err
	}
	st.Records, st.RecordBytes = records.Msgs, records.Bytes+pieces.Bytes
	if records.Msgs > 0 {
		st.LastRecord = &records.LastTime
	}
	entries, err := o.state(ctx, protocol.EntryStream)
	if err != nil {
		return Status{}, err
	}
	st.Entries = entries.Msgs
	behind, err := o.replicasBehind(ctx)
	if err != nil {
		return Status{}, fmt.Errorf("look at the copies: %w", err)
	}
	st.Behind = len(behind)
	st.Lists, err = o.Lists(ctx)
	return st, err
}

func (o *Operator) state(ctx context.Context, stream string) (jetstream.StreamState, error) {
	s, err := streamOf(ctx, o.js, stream)
	if err != nil {
		return jetstream.StreamState{}, err
	}
	return s.CachedInfo().State, nil
}
