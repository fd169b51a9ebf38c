package stationbench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"secondlook/platform/station"
)

const (
	plainStream = "BENCH"
	// plainInFlight is how many messages may wait for their acknowledgement, over all
	// connections: no more than the server holds of a stream in memory.
	plainInFlight = 256
	// plainTimeout is how long one acknowledgement may take.
	plainTimeout = 5 * time.Minute
)

// publishPlainly publishes messages of the given sizes to a stream of the same station,
// made like that of the records, over as many connections of the same kind, and
// returns how long it took until the last was acknowledged. Connecting is not in it,
// and there is no sealing, no signature and no receipt: it is what the server and the
// disk can do.
func publishPlainly(ctx context.Context, s *running, sizes []int, connections int) (took time.Duration, err error) {
	ops := make([]*station.Operator, 0, connections)
	defer func() {
		for _, op := range ops {
			op.Close()
		}
	}()
	for range connections {
		op, err := station.Dial(ctx, s.dir)
		if err != nil {
			return 0, fmt.Errorf("publish plainly: %w", err)
		}
		ops = append(ops, op)
	}
	_, err = ops[0].JetStream().CreateStream(ctx, jetstream.StreamConfig{
		Name: plainStream, Subjects: []string{"bench.>"}, Storage: jetstream.FileStorage, AllowDirect: true,
	})
	if err != nil {
		return 0, fmt.Errorf("publish plainly: %w", err)
	}
	longest := 0
	for _, n := range sizes {
		longest = max(longest, n)
	}
	noise := make([]byte, longest)
	rand.Read(noise) // never fails
	var all sync.WaitGroup
	failed := make([]error, connections)
	turn := make(chan struct{}, plainInFlight)
	began := time.Now()
	for i, op := range ops {
		all.Go(func() { failed[i] = publish(ctx, op, turn, i, connections, sizes, noise) })
	}
	all.Wait()
	took = time.Since(began)
	if err := errors.Join(failed...); err != nil {
		return 0, fmt.Errorf("publish plainly: %w", err)
	}
	return took, nil
}

// publish publishes every so-manieth of the messages, with a window as large as it may be.
func publish(ctx context.Context, op *station.Operator, turn chan struct{}, first, step int, sizes []int, noise []byte) error {
	window := max(1, plainInFlight/step)
	var all sync.WaitGroup
	failed := make([]error, window)
	for w := range window {
		all.Go(func() {
			for i := first + w*step; i < len(sizes); i += window * step {
				turn <- struct{}{}
				acked, done := context.WithTimeout(ctx, plainTimeout)
				_, err := op.JetStream().Publish(acked, fmt.Sprintf("bench.%d", first), noise[:sizes[i]])
				done()
				<-turn
				if err != nil {
					failed[w] = err
					return
				}
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}
