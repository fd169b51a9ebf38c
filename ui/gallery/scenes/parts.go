package scenes

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"sync"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/entry"
	"secondlook/app/notice"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/position"
	"secondlook/app/shift"
	"secondlook/store"
)

// cars is a set of cameras whose pictures and reads the scene decides.
type cars struct {
	mu     sync.Mutex
	ctx    context.Context
	onRead func(plate.Read)
	health []patrol.Health
	frame  *image.RGBA
	serial uint64
}

func (c *cars) Start(ctx context.Context, cameras []patrol.CameraSetting, _ plate.Jurisdiction, onRead func(plate.Read)) (patrol.Live, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ctx, c.onRead, c.health = ctx, onRead, nil
	for _, s := range cameras {
		c.health = append(c.health, patrol.Health{Name: s.Name, Side: s.Side, Connected: true, FPS: 15, LastFrame: evening, Frames: 900, Drops: 12})
	}
	return c, nil
}

// Probe implements the check of cameras before a patrol.
func (c *cars) Probe(context.Context, patrol.CameraSetting) error { return nil }

func (c *cars) Health() []patrol.Health {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]patrol.Health(nil), c.health...)
}

func (c *cars) Latest(_ int, since uint64, _ image.Point) (*image.RGBA, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if since >= c.serial {
		return nil, since
	}
	return c.frame, c.serial
}

func (c *cars) Wait() error {
	<-c.ctx.Done()
	return nil
}

// fresh has every camera's last frame be of now.
func (c *cars) fresh(now time.Time, frame *image.RGBA) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frame, c.serial = frame, c.serial+1
	for i := range c.health {
		if c.health[i].Connected {
			c.health[i].LastFrame = now
		}
	}
}

// lose loses a camera, and regain gives it back.
func (c *cars) lose(i int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.health[i].Connected, c.health[i].Reconnects = false, 3
}

func (c *cars) regain(i int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.health[i].Connected = true
}

// evidence is the pictures of a read.
type evidence struct{ plate, context image.Image }

func (e evidence) Plate() (image.Image, error)   { return e.plate, nil }
func (e evidence) Context() (image.Image, error) { return e.context, nil }
func (evidence) Erase()                          {}

// silence is a terminal without loudspeakers.
type silence struct{}

func (silence) Alert(policy.Tier) {}
func (silence) CameraLost()       {}
func (silence) PositionLost()     {}
func (silence) PositionBack()     {}
func (silence) CameraBack()       {}

// desk is a place to print: none, but for a folder.
type desk struct{}

func (desk) Ready() (bool, string) { return false, "/home/officer/Documents" }
func (desk) Print(_ context.Context, _ []notice.Driver, folder string) (string, error) {
	return folder + "/notice-2026-11-22-214708.pdf", nil
}

// keyStore is a machine's key store with at most one secret.
type keyStore struct{ secret []byte }

func (*keyStore) Ready(context.Context) error { return nil }
func (k *keyStore) Keep(_ context.Context, s []byte) error {
	k.secret = append([]byte(nil), s...)
	return nil
}
func (k *keyStore) Forget(context.Context) error { k.secret = nil; return nil }
func (k *keyStore) Get(context.Context) (s []byte, err error) {
	if k.secret == nil {
		err = errors.New("nothing is kept")
	}
	return append(s, k.secret...), err
}

// receiver knows the speed that the scene says; the car stands when it is opened.
type receiver struct {
	speeds chan float64
	taken  chan struct{}
}

// Follow implements [cruiser.Locator].
func (r receiver) Follow(ctx context.Context, _ string, heard func(position.Fix)) {
	at := func(kmh float64) {
		heard(position.Fix{Place: position.Place{Latitude: 43.65, Longitude: -77.8}, KMH: kmh})
	}
	at(0)
	for {
		select {
		case kmh := <-r.speeds:
			at(kmh)
			r.taken <- struct{}{}
		case <-ctx.Done():
			return
		}
	}
}

// vault is a store that can be full, and at which a scene can look on while it works.
type vault struct {
	*store.Store
	full   bool
	during func()
}

func (v *vault) Append(ctx context.Context, e audit.Event) error {
	if v.full {
		return audit.ErrFull
	}
	return v.Store.Append(ctx, e)
}

func (v *vault) Rekey(ctx context.Context, e audit.Event, tell func(done, total int64, left time.Duration)) error {
	if during := v.during; during != nil {
		v.during = nil
		tell(61_000_000, 160_000_000, 50*time.Second)
		during()
	}
	return v.Store.Rekey(ctx, e, tell)
}

// station is a station that takes what it is given.
type station struct {
	absent, refuses bool
	parcels         map[string]shift.Kind
	// during is called before the next parcel is kept, once.
	during func() error
}

func (*station) Publisher() ed25519.PublicKey            { return nil }
func (*station) Station() string                         { return "Exampleville Central" }
func (*station) Car() string                             { return "car-4127" }
func (*station) Close() error                            { return nil }
func (*station) Time(context.Context) (time.Time, error) { return time.Time{}, nil }
func (*station) Complain(context.Context, string) error  { return nil }
func (s *station) Connect(context.Context) (shift.Link, error) {
	switch {
	case s.refuses:
		return nil, shift.ErrRefused
	case s.absent:
		return nil, shift.ErrNoAnswer
	}
	return s, nil
}

func (s *station) Deliver(_ context.Context, parcels ...shift.Parcel) error {
	if during := s.during; during != nil {
		s.during = nil
		if err := during(); err != nil {
			return err
		}
	}
	if s.parcels == nil {
		s.parcels = map[string]shift.Kind{}
	}
	for _, p := range parcels {
		s.parcels[p.ID] = p.Kind
		if p.Stored != nil {
			p.Stored(len(p.Body))
		}
	}
	return nil
}

func (*station) Lists(context.Context, map[string]shift.KeptList) ([]shift.ListFile, error) {
	return nil, nil
}
func (*station) Await(ctx context.Context) (shift.News, error) {
	<-ctx.Done()
	return shift.News{}, ctx.Err()
}
func (*station) PublishEntry(context.Context, entry.Entry) error                 { return nil }
func (*station) Entries(context.Context) ([]entry.Entry, error)                  { return nil, nil }
func (*station) Policy(context.Context, shift.KeptPack) (*shift.PackFile, error) { return nil, nil }
func (*station) Roster(context.Context, int) (*access.Roster, error)             { return nil, nil }
func (*station) Medium(io.Writer, string, time.Time) (shift.Medium, error) {
	return nil, shift.ErrNotEnrolled
}
func (*station) ReceiptOf([]byte) (string, error) { return "", shift.ErrReceipt }
func (*station) OpenReceipt([]byte, string) (shift.Receipt, error) {
	return shift.Receipt{}, shift.ErrReceipt
}
func (s *station) Receipt(_ context.Context, of []shift.Ref) (shift.Receipt, error) {
	r := shift.Receipt{Request: "r1", Digest: []byte{1}, Proof: []byte{2}}
	for _, ref := range of {
		if s.parcels[ref.ID] == ref.Kind {
			r.Records = append(r.Records, shift.Received{Ref: ref, Digest: []byte{3}})
		}
	}
	return r, nil
}

// photo is a picture in a store.
func photo(w, h int) []byte {
	i := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			i.Set(x, y, color.RGBA{uint8(90 + 100*x/w), uint8(110 + 60*y/h), 150, 255})
		}
	}
	var b bytes.Buffer
	if jpeg.Encode(&b, i, nil) != nil {
		return nil
	}
	return b.Bytes()
}
