package station

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
)

// killRounds is the variable with which the long test runs: how often each server is
// killed while fifty cars deliver.
const killRounds = "SECONDLOOK_KILL_ROUNDS"

// fleet is cars that deliver until they are told to stop.
type fleet struct {
	cars      int
	delivered atomic.Int64
	failed    atomic.Int64 // syncs that ended with an error, and were begun again
	again     atomic.Int64 // records whose delivery was not answered within a sync
	stop      chan struct{}

	mu       sync.Mutex
	sent     map[shift.Ref][sha256.Size]byte // digest of the body
	receipts map[shift.Ref][]byte            // digest of the record, as the station signed
}

// sync is one car's sync: it delivers, has the station sign, and does it again until
// the fleet stops. Records are numbered from next on.
func (f *fleet) sync(ctx context.Context, d *dock.Dock, r *rand.Rand, next *int, waiting *[]shift.Parcel) error {
	l, err := d.Connect(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	for {
		for len(*waiting) < 10 {
			id := fmt.Sprintf("%s-%d", d.Car(), *next)
			*next++
			body := fmt.Appendf(nil, `{"id":%q,"padding":%q}`, id, strings.Repeat("x", 1000+r.IntN(20000)))
			p := shift.Parcel{ID: id, Kind: protocol.Kinds[r.IntN(len(protocol.Kinds))], Body: body}
			*waiting = append(*waiting, p)
			f.mu.Lock()
			f.sent[shift.Ref{Kind: p.Kind, ID: p.ID}] = sha256.Sum256(body)
			f.mu.Unlock()
		}
		var refs []shift.Ref
		for _, p := range *waiting {
			if err := l.Deliver(ctx, p); err != nil {
				return err
			}
			f.delivered.Add(1)
			refs = append(refs, shift.Ref{Kind: p.Kind, ID: p.ID})
		}
		receipt, err := l.Receipt(ctx, refs)
		if err != nil {
			return err
		}
		if len(receipt.Records) != len(refs) {
			return fmt.Errorf("a receipt for %d of %d records that were acknowledged", len(receipt.Records), len(refs))
		}
		f.mu.Lock()
		for _, have := range receipt.Records {
			f.receipts[have.Ref] = have.Digest
		}
		f.mu.Unlock()
		*waiting = nil // a car erases them now
		select {
		case <-f.stop:
			return nil
		default:
		}
	}
}

// drive syncs a car until the fleet stops and everything of it is on a receipt.
func (f *fleet) drive(ctx context.Context, t *testing.T, bundle []byte, seed uint64) error {
	d, err := dock.New(bundle)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(seed, 7))
	next, waiting := 0, []shift.Parcel(nil)
	for {
		err := f.sync(ctx, d, r, &next, &waiting)
		if err == nil || ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
		if !errors.Is(err, shift.ErrNoAnswer) {
			return err
		}
		f.failed.Add(1)
		t.Logf("%s begins again: %v", d.Car(), err)
	}
}

// Servers are killed and started in turn while cars deliver, the usual test kills one; at
// last all lose their power at once and come back: nothing is lost, nothing is doubled, by the digests at both ends, and every receipt is whole.
func TestRequirement29_ServersKilledInTurn(t *testing.T) {
	t.Parallel()
	rounds, cars, pace := 1, 8, int64(40)
	if text := os.Getenv(killRounds); text != "" {
		var err error
		rounds, err = strconv.Atoi(text)
		require.NoError(t, err)
		cars, pace = 50, 1000
	}
	c := startCluster(t, 3)
	f := &fleet{cars: cars, stop: make(chan struct{}), sent: map[shift.Ref][sha256.Size]byte{}, receipts: map[shift.Ref][]byte{}}
	bundles := make([][]byte, cars)
	for i := range bundles {
		bundles[i] = c.bundle(t, fmt.Sprintf("car-%d", i))
	}

	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rounds)*10*time.Minute)
	defer cancel()
	began := time.Now()
	ended := make(chan error, cars)
	for i, bundle := range bundles {
		go func() { ended <- f.drive(ctx, t, bundle, uint64(i)) }()
	}
	progress := func(what string) {
		for from := f.delivered.Load(); f.delivered.Load() < from+pace; time.Sleep(10 * time.Millisecond) {
			require.NoError(t, ctx.Err(), what)
			select {
			case err := <-ended:
				require.NoError(t, err, "a car ended: %s", what)
			default:
			}
		}
	}
	killed := c.cluster.Servers
	if long := os.Getenv(killRounds) != ""; !long {
		killed = killed[:1]
	}
	for range rounds {
		for _, s := range killed {
			progress("all servers run")
			c.kill(t, s.Name)
			progress(s.Name + " is killed")
			c.start(t, s.Name)
			c.awaitReplicas(ctx, t)
		}
	}
	// A power cut takes all of them at once.
	for _, s := range c.cluster.Servers {
		c.kill(t, s.Name)
	}
	for _, s := range c.cluster.Servers {
		c.start(t, s.Name)
	}
	progress("after a power cut")
	close(f.stop)
	for range cars {
		require.NoError(t, <-ended)
	}
	took := time.Since(began)
	f.compare(t, c)
	t.Logf("%d cars, %d records, %d servers killed %d times, then all, %.0f s, %d syncs begun again", cars, len(f.sent), len(killed), rounds, took.Seconds(), f.failed.Load())
}

// awaitReplicas waits until every copy was current at some time: while cars deliver, all
// never are at once.
func (c *clustered) awaitReplicas(ctx context.Context, t *testing.T) {
	t.Helper()
	op := c.operator(t)
	var waiting []string
	for first := true; ; time.Sleep(100 * time.Millisecond) {
		require.NoError(t, ctx.Err(), "servers did not catch up: %v", waiting)
		asking, done := context.WithTimeout(ctx, limit/6) // an answer may be lost with its server
		behind, err := op.replicasBehind(asking)
		done()
		if err != nil {
			op = c.operator(t)
			continue
		}
		if first {
			waiting, first = behind, false
		}
		waiting = slices.DeleteFunc(waiting, func(copy string) bool { return !slices.Contains(behind, copy) })
		if len(waiting) == 0 {
			return
		}
	}
}

// compare opens what the station has, and compares it with what the cars sent.
func (f *fleet) compare(t *testing.T, c *clustered) {
	t.Helper()
	op := c.operator(t)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	seen := map[shift.Ref]bool{}
	require.NoError(t, op.OpenRecords(ctx, c.recordsKey(t), nil, func(o Opened, err error) error {
		require.NoError(t, err)
		ref := shift.Ref{Kind: o.Kind, ID: o.ID}
		require.False(t, seen[ref], "%s stands twice", o.ID)
		seen[ref] = true
		require.Equal(t, f.sent[ref], sha256.Sum256(o.Body), "%s is not as it was sent", o.ID)
		require.True(t, strings.HasPrefix(o.ID, o.Car+"-"))
		return nil
	}))
	require.Len(t, seen, len(f.sent), "records were lost")
	require.Len(t, f.receipts, len(f.sent), "records are on no receipt")
	ca, err := op.folder.authorityCertificate()
	require.NoError(t, err)
	require.NoError(t, op.records(ctx, nil, false, func(r Record, sealed []byte) error {
		ref := shift.Ref{Kind: r.Kind, ID: r.ID}
		digest, err := protocol.CheckRecord(ca, ref, r.Car, r.Received, sealed)
		require.NoError(t, err)
		require.Equal(t, f.receipts[ref], digest, "the receipt for %s", r.ID)
		return nil
	}))
}
