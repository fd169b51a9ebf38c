package station

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrKept is returned by a service that would keep a station which another keeps.
var ErrKept = errors.New("a service on another machine keeps this station: let one of the two stand by")

const (
	// replicas is how many servers of a cluster store each record.
	replicas = 3
	// joinPause is how long a service waits before it tries again to join its cluster.
	joinPause = 2 * time.Second
	// keeperSubject answers while a keeper's service runs: records are purged, and cars
	// told, from one folder only.
	keeperSubject = "station.keeper"
	keeperWait    = 2 * time.Second
	// notReplicated is the server's error for a stream with replicas where there is no
	// cluster.
	notReplicated jetstream.ErrorCode = 10074
)

// joinCluster runs a station's service as a client of a cluster until ctx ends.
func joinCluster(ctx context.Context, o Options) error {
	f, err := Open(o.Data)
	if err != nil {
		return err
	}
	c := o.Cluster
	standby := o.Standby || c.standsBy()
	at := c.serving()
	// It stays when the service ends: the cluster serves on.
	if err := writeJSON(f.path(servingFile), at); err != nil {
		return err
	}
	op, err := dialUntil(ctx, f, at, o.Log)
	if err != nil {
		return err
	}
	defer op.Close()
	if !standby {
		if err := op.takeOver(ctx); err != nil {
			return err
		}
		if err := op.makeReplicated(ctx, o.Log); err != nil {
			return err
		}
	}
	stop, err := op.answerUntil(ctx, at, o.Log)
	if err != nil {
		return err
	}
	defer stop()
	working, stopWork := context.WithCancel(ctx)
	var work sync.WaitGroup
	defer func() { stopWork(); work.Wait() }()
	if !standby {
		work.Go(func() { op.purgeDaily(working, o.Retention, o.Log) })
	}
	if c.Here != "" {
		told, asked := make(chan *nats.Msg, 1), make(chan *nats.Msg, 16)
		for subject, to := range map[string]chan *nats.Msg{newRollSubject: told, takenSubject: asked} {
			if _, err := op.nc.ChanSubscribe(subject, to); err != nil {
				return err
			}
		}
		d := &doorman{op: op, cluster: c, log: o.Log, keeps: !standby}
		work.Go(func() { d.keep(working, told, asked) })
	}
	o.Log.Info("serving cars of a cluster", "servers", len(c.Servers), "standby", standby)
	if o.Ready != nil {
		o.Ready(at.Address)
	}
	<-ctx.Done()
	return nil
}

// until tries again until it does not fail or ctx ends, and says once that it waits.
func until(ctx context.Context, log *slog.Logger, what string, try func() error) error {
	for said := false; ; said = true {
		err := try()
		if err == nil {
			return nil
		}
		if !said {
			log.Warn(what, "reason", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(joinPause):
		}
	}
}

func dialUntil(ctx context.Context, f *Folder, at serving, log *slog.Logger) (op *Operator, err error) {
	err = until(ctx, log, "waiting for the cluster", func() (err error) {
		op, err = dialAt(ctx, f, at, nats.MaxReconnects(-1),
			nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
				log.Warn("connection to the cluster", "reason", err)
			}),
			nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
				if err != nil {
					log.Warn("a server was lost: going on with another", "reason", err)
				}
			}),
			nats.ReconnectHandler(func(nc *nats.Conn) { log.Info("connected to the cluster again", "server", nc.ConnectedServerName()) }))
		if errors.Is(err, ErrNotServing) {
			return errors.New("no server answers")
		}
		return err
	})
	return op, err
}

// takeOver makes this service the one that keeps the station, or returns [ErrKept].
func (o *Operator) takeOver(ctx context.Context) error {
	asking, done := context.WithTimeout(ctx, keeperWait)
	defer done()
	if _, err := o.nc.RequestWithContext(asking, keeperSubject, nil); err == nil {
		return ErrKept
	}
	_, err := o.nc.Subscribe(keeperSubject, func(m *nats.Msg) { m.Respond(nil) })
	return err
}

// makeReplicated makes the streams with three replicas, or with one where there is one
// server, which it says. It waits for a cluster that is still starting.
func (o *Operator) makeReplicated(ctx context.Context, log *slog.Logger) error {
	copies := replicas
	cars := jetstream.StreamConfig{
		Name: carStream, Description: "The newest roll of the cars that may connect", Subjects: []string{rollSubject},
		Storage: jetstream.FileStorage, MaxMsgsPerSubject: 1,
	}
	return until(ctx, log, "waiting for the cluster's store", func() error {
		err := o.makeStreams(ctx, copies, cars)
		var api *jetstream.APIError
		if errors.As(err, &api) && api.ErrorCode == notReplicated {
			log.Warn("this is one server and no cluster: records are stored once, on its disk only")
			copies = 1
			err = o.makeStreams(ctx, copies, cars)
		}
		return err
	})
}

// answerUntil answers cars as soon as the streams are there.
func (o *Operator) answerUntil(ctx context.Context, at serving, log *slog.Logger) (stop func(), err error) {
	if err := until(ctx, log, "waiting for the keeper to make the streams", func() error {
		_, err := o.receipts(ctx, o.js, log)
		return err
	}); err != nil {
		return nil, err
	}
	return o.answerCars(ctx, log, o.js, func() ([]string, error) {
		if len(at.Servers) == 0 {
			return []string{}, nil // known by addresses only
		}
		asking, done := context.WithTimeout(ctx, 10*statsWait)
		defer done()
		cars, err := o.connected(asking, at)
		if err != nil {
			return nil, fmt.Errorf("ask the servers: %w", err)
		}
		return cars, nil
	})
}

// replicasBehind names the copies of streams that are not there or not current, as
// stream and server; a stream without a leader by its name alone.
func (o *Operator) replicasBehind(ctx context.Context) (behind []string, err error) {
	streams := o.js.ListStreams(ctx)
	for info := range streams.Info() {
		name := info.Config.Name
		if info.Config.Replicas < 2 {
			continue
		}
		if info.Cluster == nil || info.Cluster.Leader == "" {
			behind = append(behind, name)
			continue
		}
		for _, r := range info.Cluster.Replicas {
			if r.Offline || !r.Current {
				behind = append(behind, name+" "+r.Name)
			}
		}
	}
	return behind, streams.Err()
}
