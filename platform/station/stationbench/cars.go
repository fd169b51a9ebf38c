package stationbench

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/app/shift"
	"secondlook/platform/dock"
)

// The sizes of a hit's two pictures, in bytes: the medians of what a terminal keeps
// of 111 photographs of traffic, of 1280×720 pixels most of them, and of 375 plates
// that fill 320 pixels, as Go's JPEG encoder writes them at the quality of 92.
const (
	platePicture   = 21_000
	contextPicture = 173_000
)

// batchBytes is how much a car hands over at a time: less than a car in the street, since
// here they all have the same memory.
const batchBytes = 1 << 20

// again is how long a car waits that was not served, before it docks again.
const again = time.Second

// car is one simulated car.
type car struct {
	name string
	dock *dock.Dock
	hits int
	hit  sample
	// acked counts the hits that the station signed for.
	acked int
}

// enrol makes the cars, each with its own credential.
func enrol(s *running, o Options) ([]*car, error) {
	hit, err := newSample()
	if err != nil {
		return nil, err
	}
	cars := make([]*car, o.Cars)
	for i := range cars {
		c := &car{name: fmt.Sprintf("car-%d", i), hits: o.Hits, hit: hit}
		if c.dock, err = enrolAt(s, c.name, s.address); err != nil {
			return nil, err
		}
		cars[i] = c
	}
	return cars, nil
}

// enrolAt makes the dock of a car that reaches the station at an address.
func enrolAt(s *running, name, address string) (*dock.Dock, error) {
	b, err := s.folder.Enrol(name, []string{address}, time.Now())
	if err != nil {
		return nil, err
	}
	raw, err := b.Encode()
	if err != nil {
		return nil, err
	}
	return dock.New(raw)
}

// dockAll has every car dock, and returns how long it took until the last was done.
func dockAll(ctx context.Context, cars []*car, o Options) (time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	var repeats atomic.Int64
	began := time.Now()
	for i, c := range cars {
		all.Go(func() {
			if !pause(ctx, o.Within*time.Duration(i)/time.Duration(len(cars))) {
				return
			}
			for {
				err := c.sync(ctx)
				if err == nil {
					return
				}
				if !errors.Is(err, shift.ErrNoAnswer) {
					cancel(fmt.Errorf("%s: %w", c.name, err))
				}
				repeats.Add(1)
				if !pause(ctx, again+time.Duration(i)*time.Millisecond) {
					return
				}
			}
		})
	}
	all.Wait()
	if n := repeats.Load(); n > 0 {
		fmt.Fprintln(o.Progress, n, "times a car had to dock again")
	}
	return time.Since(began), context.Cause(ctx)
}

// pause waits, and reports whether the context still lives.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// sync is a car's sync, as [cruiser.Cruiser.Sync] does it: what an earlier one
// delivered is on a receipt at once, and makes no second journey.
func (c *car) sync(ctx context.Context) error {
	link, err := c.dock.Connect(ctx)
	if err != nil {
		return err
	}
	defer link.Close()
	refs := c.refs()
	r, err := link.Receipt(ctx, refs)
	if err != nil {
		return err
	}
	there := map[shift.Ref]bool{}
	for _, ref := range r.Refs() {
		there[ref] = true
	}
	left := slices.DeleteFunc(slices.Clone(refs), func(r shift.Ref) bool { return there[r] })
	for together := range slices.Chunk(left, max(1, batchBytes/c.hit.size())) {
		var parcels []shift.Parcel
		for _, ref := range together {
			parcels = append(parcels, shift.Parcel{ID: ref.ID, Kind: ref.Kind, Body: c.hit.body(ref.ID)})
		}
		if err := link.Deliver(ctx, parcels...); err != nil {
			return err
		}
	}
	if r, err = link.Receipt(ctx, refs); err != nil {
		return err
	}
	c.acked = len(r.Records)
	return nil
}

// refs are the car's hits.
func (c *car) refs() []shift.Ref {
	refs := make([]shift.Ref, c.hits)
	for i := range refs {
		refs[i] = shift.Ref{Kind: shift.HitParcel, ID: fmt.Sprintf("%s-%d", c.name, i)}
	}
	return refs
}

// sample is a hit as a car sends it, but for its id: before it and after it. A car
// reads its hits and encodes them with a processor of its own; here that must not
// take the station's.
type sample struct{ before, after []byte }

func newSample() (sample, error) {
	pictures := make([]byte, platePicture+contextPicture)
	rand.Read(pictures) // never fails
	const id = "the-hits-own-id"
	h := hit.Hit{ID: id, State: hit.Closed, Read: plate.Read{Camera: "Front", Text: "BENCH", Confidence: 0.96}}
	body, err := json.Marshal(cruiser.HitRecord{Hit: h, PlatePicture: pictures[:platePicture], ContextPicture: pictures[platePicture:]})
	if err != nil {
		return sample{}, fmt.Errorf("encode a hit: %w", err)
	}
	before, after, _ := bytes.Cut(body, []byte(id))
	return sample{before, after}, nil
}

func (s sample) size() int { return len(s.before) + len(s.after) }

// body is the hit with an id.
func (s sample) body(id string) []byte { return slices.Concat(s.before, []byte(id), s.after) }
