package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gocv.io/x/gocv"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/store"
	"secondlook/vision"
	"secondlook/vision/camera"
)

// proveSubject is the program whose erasure is proved: a terminal without a window,
// with its real cameras' pipeline, store, hotlist and patrol. Its one camera is
// the standard input; nothing else tells it what it will see.
type proveSubject struct {
	Leak []string `help:"Keep what should be erased, so that the proof must find it." enum:"text,utf16,packed,crop,file,name"`
}

// proofAnswer is what the subject says when it is asked.
type proofAnswer struct {
	Reads    uint64    `json:"reads"`
	NonHits  uint64    `json:"non_hits"`
	Rejected uint64    `json:"rejected"`
	EraseMS  []float64 `json:"erase_ms"` // from each match to its overwriting
}

// Run patrols until its input ends.
func (p proveSubject) Run(ctx context.Context, t *terminal) (err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	folders, err := t.folders()
	if err != nil {
		return err
	}
	pack, err := loadPack("ontario")
	if err != nil {
		return err
	}
	kept, err := store.Open(filepath.Join(folders.Data, storeFile), store.Options{})
	if err != nil {
		return err
	}
	sweeper := patrol.NewSweeper()
	defer sweeper.Close()
	pipe := &pipedCamera{in: os.Stdin, asked: make(chan struct{}, 1), listed: make(chan []byte), taken: make(chan struct{}), ended: stop, leak: slices.Contains(p.Leak, "crop")}
	eyes, err := vision.New(vision.Options{
		Open:   func(patrol.CameraSetting) (camera.Source, error) { return pipe, nil },
		Looked: func(vision.Look) { pipe.looked.Done() }, Forgotten: sweeper.Ask,
	})
	if err != nil {
		return errors.Join(err, kept.Close())
	}
	watched := &watchedVision{Vision: eyes}
	for _, what := range p.Leak {
		watched.leaks = append(watched.leaks, leakOf(what, folders.Cache))
	}
	c, err := cruiser.New(cruiser.Parts{Store: kept, Vision: watched, Pack: pack, Signals: silent{}, Sweeper: sweeper})
	if err != nil {
		return errors.Join(err, eyes.Close(), kept.Close())
	}
	defer func() { err = errors.Join(err, c.Close(), eyes.Close()) }()
	secret := rand.Text()
	if err := subjectPatrol(ctx, c, secret); err != nil {
		return err
	}
	return (&shown{c: c, secret: secret, pipe: pipe, watched: watched, sweeper: sweeper, out: t.out}).run(ctx)
}

// shown is a patrol that sees what comes through the pipe.
type shown struct {
	c        *cruiser.Cruiser
	secret   string // of the person who patrols
	pipe     *pipedCamera
	watched  *watchedVision
	sweeper  *patrol.Sweeper
	out      io.Writer
	rejected uint64
	asked    bool // the answer is due once everything was erased
}

// run does what the window and the officer in front of it would do.
func (s *shown) run(ctx context.Context) error {
	tick := time.NewTicker(time.Second / 15)
	defer tick.Stop()
	for seen := uint64(0); ; {
		select {
		case <-ctx.Done():
			return nil
		case text := <-s.pipe.listed:
			if err := s.list(ctx, text); err != nil {
				return err
			}
			s.pipe.taken <- struct{}{}
		case <-s.pipe.asked:
			s.asked = true
		case <-tick.C: // what the window does for its tile
			_, seen = s.c.Frame(0, seen, image.Pt(480, 270))
			if err := s.reject(ctx); err != nil {
				return err
			}
			if err := s.answer(ctx); err != nil {
				return err
			}
		}
	}
}

// list puts a list in force. Importing needs a proof of who does it, which holds for
// some minutes only.
func (s *shown) list(ctx context.Context, text []byte) error {
	defer clear(text)
	if !s.c.Fresh() {
		if err := s.c.Reauthenticate(ctx, s.secret); err != nil {
			return err
		}
	}
	_, err := s.c.ImportList(ctx, "shown", s.c.Now(), bytes.NewReader(text))
	return err
}

// reject looks at each hit that waits, begins to write its plate into a form, and says
// that it was misread.
func (s *shown) reject(ctx context.Context) error {
	for _, h := range s.c.Queue() {
		if _, err := s.c.OpenAlert(ctx, h.ID); err != nil {
			return err
		}
		if err := s.write(ctx, h.Read.Text); err != nil {
			return err
		}
		if err := s.c.Reject(ctx, h.ID, hit.Misread, 2*time.Second); err != nil {
			return err
		}
		s.rejected++
	}
	return nil
}

// write keeps a draft with a plate, and gives it up.
func (s *shown) write(ctx context.Context, text plate.Text) error {
	d, err := s.c.Draft(ctx, "search")
	if err != nil {
		return err
	}
	for _, fields := range []map[string]string{{"plate": string(text)}, nil} {
		s.c.WriteDraft(d.ID, fields)
		if err := s.c.KeepDrafts(ctx); err != nil {
			return err
		}
	}
	return nil
}

// answer says what was seen, if it was asked, once all of it was erased and what Go
// held of it collected: no frame is on its way then, and no sweep.
func (s *shown) answer(ctx context.Context) error {
	a := proofAnswer{Rejected: s.rejected}
	a.Reads, _, a.NonHits = s.c.Counts()
	times, erased := s.watched.times()
	if !s.asked || erased < a.Reads || a.NonHits+a.Rejected < a.Reads {
		return nil
	}
	s.asked, a.EraseMS = false, times
	if err := s.sweeper.Rest(ctx); err != nil {
		return err
	}
	if err := json.NewEncoder(s.out).Encode(a); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}

// subjectPatrol sets the terminal up, with a list on which nothing stands that is
// shown, and starts the patrol.
func subjectPatrol(ctx context.Context, c *cruiser.Cruiser, secret string) error {
	err := c.SetUp(ctx, cruiser.FirstPerson{Terminal: "Proof", Service: "Proof", Name: "Proof", Badge: "0000",
		Secret: secret, Roles: []access.Role{access.Patrol},
		Agreed: c.Pack().Agreement.Version, Trained: c.Now(), Course: "proof of erasure"})
	if err != nil {
		return err
	}
	s := c.Settings()
	s.Cameras = []patrol.CameraSetting{{Name: "Proof", Source: "pipe"}}
	if err := c.ChangeSettings(ctx, s, "proof of erasure"); err != nil {
		return err
	}
	var list strings.Builder
	list.WriteString("plate,category\n")
	for i := range 5000 {
		fmt.Fprintf(&list, "%c%c%c%c%03d,stolen-vehicle\n", 'A', 'A'+i%26, 'A'+i/26%26, 'A'+i/676%26, i%1000)
	}
	if _, err := c.ImportList(ctx, "proof", c.Now(), strings.NewReader(list.String())); err != nil {
		return err
	}
	return c.StartPatrol(ctx)
}

// A frame on the pipe: width and height in pixels, each four bytes, the lowest
// first, and the pixels in BGR. A frame of no size asks for the answer;
// one of no width is a list of so many bytes as it is high.
const frameHeader = 8

// maxPipedSide bounds the width and height of a frame on the pipe, in pixels.
const maxPipedSide = 8192

// maxPipedList bounds a list on the pipe, in bytes.
const maxPipedList = 1 << 20

// pipedCamera is a camera whose pictures come through a pipe. Each is a scene of
// its own, and is looked at before the next is taken.
type pipedCamera struct {
	in     io.Reader
	looked sync.WaitGroup // of frames that are not done with
	asked  chan struct{}
	listed chan []byte // lists, each until taken says that it is in force
	taken  chan struct{}
	ended  func() // called at the end of the input
	leak   bool   // keep what was seen
	kept   [][]byte
}

// Read implements [camera.Source].
func (p *pipedCamera) Read(ctx context.Context, frame *gocv.Mat) error {
	for {
		var header [frameHeader]byte
		if _, err := io.ReadFull(p.in, header[:]); err != nil {
			p.ended()
			<-ctx.Done() // a camera does not end by itself
			return ctx.Err()
		}
		w, h := int(binary.LittleEndian.Uint32(header[:])), int(binary.LittleEndian.Uint32(header[4:]))
		switch {
		case w == 0 && h == 0:
			p.looked.Wait()
			p.asked <- struct{}{}
			continue
		case w == 0 && h <= maxPipedList:
			if err := p.list(ctx, h); err != nil {
				return err
			}
			continue
		case w == 0 || h == 0:
			return camera.NotAvailable
		}
		if w > maxPipedSide || h > maxPipedSide {
			return camera.NotAvailable
		}
		if frame.Cols() != w || frame.Rows() != h || frame.Type() != gocv.MatTypeCV8UC3 {
			frame.Close()
			*frame = gocv.NewMatWithSize(h, w, gocv.MatTypeCV8UC3)
		}
		pixels, err := frame.DataPtrUint8()
		if err != nil {
			return camera.NotAvailable
		}
		if _, err = io.ReadFull(p.in, pixels); err == nil { // no buffer between
			p.looked.Add(1)
			if p.leak {
				p.kept = append(p.kept, bytes.Clone(pixels))
			}
		}
		return err
	}
}

// list takes a list of n bytes, and waits until it is in force and what was seen
// before was looked at.
func (p *pipedCamera) list(ctx context.Context, n int) error {
	text := make([]byte, n)
	if _, err := io.ReadFull(p.in, text); err != nil {
		return camera.NotAvailable
	}
	p.looked.Wait()
	select {
	case p.listed <- text:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-p.taken:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Unrelated implements [camera.Unrelated].
func (p *pipedCamera) Unrelated() bool { return true }

// Close implements [camera.Source].
func (p *pipedCamera) Close() error { return nil }

// watchedVision times how long each read takes from its match to its overwriting,
// and leaks on purpose if it is told to.
type watchedVision struct {
	patrol.Vision
	leaks []func(plate.Read)

	mu     sync.Mutex
	erased uint64
	erase  []float64 // of non-hits, in milliseconds
}

// Start implements [patrol.Vision].
func (v *watchedVision) Start(ctx context.Context, cameras []patrol.CameraSetting, region plate.Jurisdiction, onRead func(plate.Read)) (patrol.Live, error) {
	return v.Vision.Start(ctx, cameras, region, func(r plate.Read) {
		for _, leak := range v.leaks {
			leak(r)
		}
		r.Evidence = &timed{Evidence: r.Evidence, since: time.Now(), vision: v}
		onRead(r)
	})
}

// times are how long each non-hit took, and how many reads were erased in all.
func (v *watchedVision) times() (nonHits []float64, erased uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]float64{}, v.erase...), v.erased
}

// timed is evidence that notes when it is erased.
type timed struct {
	plate.Evidence
	since  time.Time
	vision *watchedVision
	once   sync.Once
	hit    atomic.Bool
}

// Plate implements [plate.Evidence]. It is asked of hits only.
func (t *timed) Plate() (image.Image, error) {
	t.hit.Store(true)
	return t.Evidence.Plate()
}

// Erase implements [plate.Evidence].
func (t *timed) Erase() {
	t.Evidence.Erase()
	t.once.Do(func() {
		t.vision.mu.Lock()
		defer t.vision.mu.Unlock()
		t.vision.erased++
		if t.hit.Load() {
			return
		}
		t.vision.erase = append(t.vision.erase, float64(time.Since(t.since))/float64(time.Millisecond))
	})
}

// leakOf keeps a part of each read, as a fault would: the proof of the proof.
func leakOf(what, folder string) func(plate.Read) {
	var mu sync.Mutex
	var kept [][]byte
	keep := func(b []byte) {
		mu.Lock()
		defer mu.Unlock()
		kept = append(kept, b)
	}
	switch what {
	case "text":
		return func(r plate.Read) { keep([]byte(r.Text)) }
	case "utf16":
		return func(r plate.Read) {
			b := make([]byte, 2*len(r.Text))
			for i := range len(r.Text) {
				b[2*i] = r.Text[i]
			}
			keep(b)
		}
	case "packed":
		return func(r plate.Read) {
			for _, b := range hotlist.Packed(r.Text) {
				keep(b)
			}
		}
	case "file":
		return func(r plate.Read) {
			os.WriteFile(filepath.Join(folder, rand.Text()), []byte("read "+string(r.Text)), 0o600)
		}
	case "name":
		return func(r plate.Read) { os.WriteFile(filepath.Join(folder, string(r.Text)+".jpg"), nil, 0o600) }
	}
	return func(plate.Read) {}
}
