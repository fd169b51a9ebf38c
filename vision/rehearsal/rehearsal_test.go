package rehearsal

import (
	"bytes"
	"context"
	"errors"
	"image"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/plate"
)

// vision is a patrol.Vision and its Live in one, made of functions.
type vision struct {
	start  func(ctx context.Context, cameras []patrol.CameraSetting, region plate.Jurisdiction, onRead func(plate.Read)) error
	wait   func() error
	health []patrol.Health
}

func (v *vision) Start(ctx context.Context, c []patrol.CameraSetting, region plate.Jurisdiction, onRead func(plate.Read)) (patrol.Live, error) {
	return v, v.start(ctx, c, region, onRead)
}
func (v *vision) Health() []patrol.Health { return v.health }
func (v *vision) Wait() error             { return v.wait() }
func (v *vision) Latest(int, uint64, image.Point) (*image.RGBA, uint64) {
	return nil, 0
}

// evidence counts how often it was erased, and fails if pictures are asked for.
type evidence struct {
	t      *testing.T
	erased int
}

func (e *evidence) Plate() (image.Image, error) {
	e.t.Error("a rehearsal has no use for pictures")
	return nil, nil
}

func (e *evidence) Context() (image.Image, error) { return e.Plate() }

func (e *evidence) Erase() { e.erased++ }

const list = "plate,jurisdiction,category,owner\nCKLM804,CA-ON,stolen-vehicle,x\nBNDZ001,CA-QC,stolen-plate,x\n0,,stolen-plate,x\nQQQQ111,Atlantis,stolen-plate,x\n"

// playback hands in reads of two cameras and ends. The characters that it returns
// are those the reads held.
func playback(t *testing.T, now time.Time) (*vision, []*evidence, *[]plate.Character) {
	var all []*evidence
	var held []plate.Character
	v := &vision{health: []patrol.Health{{Name: "Front", Frames: 90, Drops: 2, Ended: true}, {Name: "Rear", Frames: 10, Drops: 1, Problem: "no frames for 9 s"}}}
	reads := []plate.Read{
		{Camera: "Front", At: now.Add(-250 * time.Millisecond), Text: "CKLM804", Confidence: 0.97561, Jurisdiction: "CA-ON", Basis: plate.BasisRead},
		{Camera: "Rear", At: now.Add(-40 * time.Millisecond), Text: "BNDZO0I", Confidence: 0.8, Jurisdiction: "CA-ON", Basis: plate.BasisRead},
		{Camera: "Front", At: now, Text: "WVXY777", Confidence: 0.99},
	}
	held = make([]plate.Character, 0, len(reads)*plate.MaxLength)
	for i := range reads {
		e := &evidence{t: t}
		all = append(all, e)
		reads[i].Evidence = e
		from := len(held)
		for _, c := range []byte(reads[i].Text) {
			held = append(held, plate.Character{Char: c, Confidence: 1})
		}
		reads[i].Characters = held[from:]
	}
	v.start = func(_ context.Context, c []patrol.CameraSetting, region plate.Jurisdiction, onRead func(plate.Read)) error {
		require.Len(t, c, 2)
		require.Equal(t, plate.Jurisdiction("CA-ON"), region)
		for _, r := range reads {
			onRead(r)
		}
		last := reads[len(reads)-1].Characters
		require.Equal(t, make([]plate.Character, len(last)), last, "a non-hit outlived its match")
		return nil
	}
	v.wait = func() error { return nil }
	return v, all, &held
}

func TestRequirement3_RehearsalPrintsHitsOnlyAndErasesEveryRead(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		json bool
		want string
	}{
		{true, `{"camera":"Front","read":"CKLM804","confidence":0.976,"entry":"CKLM804","match":"exact","jurisdiction":"same","latency_ms":250}
{"camera":"Rear","read":"BNDZO0I","confidence":0.8,"entry":"BNDZ001","match":"look-alike","jurisdiction":"different","latency_ms":40}
{"frames":100,"reads":3,"hits":2,"non_hits":1,"dropped":3}
`},
		{false, `Front: read CKLM804 (98 %) = listed CKLM804, exact, jurisdiction same, after 250 ms
Rear: read BNDZO0I (80 %) ≈ listed BNDZ001, look-alike, jurisdiction different, after 40 ms
100 frames, 3 reads, 2 hits, 1 non-hits, 3 frames dropped. Nothing was kept.
`},
	} {
		v, evidence, held := playback(t, now)
		var out, notes bytes.Buffer
		err := Run(t.Context(), &out, Options{Cameras: make([]patrol.CameraSetting, 2), Hotlist: strings.NewReader(list), Name: "list.csv",
			Region: "CA-ON", JSON: test.json, Vision: v, Problems: &notes, Now: func() time.Time { return now }})
		require.NoError(t, err)
		require.Equal(t, test.want, out.String())
		for _, e := range evidence {
			require.Equal(t, 1, e.erased)
		}
		require.Equal(t, make([]plate.Character, len(*held)), *held, "a hit outlived the rehearsal")
		require.Equal(t, `hotlist list.csv: 4 rows, 2 accepted, 2 refused
  junk-plate: 1, line 4 (plate)
  unknown-jurisdiction: 1, line 5 (jurisdiction)
  columns of other names, dropped: 1
camera Rear: no frames for 9 s
`, notes.String())
	}
}

// endless is a camera that plays until its context ends.
func endless(frames uint64) *vision {
	v := &vision{health: []patrol.Health{{Name: "Front", Frames: frames}}}
	v.start = func(ctx context.Context, _ []patrol.CameraSetting, _ plate.Jurisdiction, _ func(plate.Read)) error {
		v.wait = func() error {
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}
	return v
}

func TestRunEnds(t *testing.T) {
	run := func(ctx context.Context, v *vision, seconds float64) (string, error) {
		var out bytes.Buffer
		err := Run(ctx, &out, Options{Hotlist: strings.NewReader(list), Vision: v, Seconds: seconds, JSON: true})
		return out.String(), err
	}
	const none = `{"frames":5,"reads":0,"hits":0,"non_hits":0,"dropped":0}` + "\n"
	t.Run("after its seconds", func(t *testing.T) {
		out, err := run(t.Context(), endless(5), 0.001)
		require.NoError(t, err)
		require.Equal(t, none, out)
	})
	t.Run("when it is interrupted", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		out, err := run(ctx, endless(5), 0)
		require.NoError(t, err)
		require.Equal(t, none, out)
	})
	t.Run("ErrNoFrames", func(t *testing.T) {
		_, err := run(t.Context(), endless(0), 0.001)
		require.ErrorIs(t, err, ErrNoFrames)
	})
	t.Run("cameras that do not start", func(t *testing.T) {
		broken := errors.New("no such device")
		_, err := run(t.Context(), &vision{start: func(context.Context, []patrol.CameraSetting, plate.Jurisdiction, func(plate.Read)) error {
			return broken
		}}, 0)
		require.ErrorIs(t, err, broken)
	})
	t.Run("cameras that fail", func(t *testing.T) {
		broken := errors.New("unplugged")
		v := endless(5)
		v.start = func(context.Context, []patrol.CameraSetting, plate.Jurisdiction, func(plate.Read)) error { return nil }
		v.wait = func() error { return broken }
		out, err := run(t.Context(), v, 0)
		require.ErrorIs(t, err, broken)
		require.Equal(t, none, out, "counts are printed all the same")
	})
	t.Run("ErrUnusable", func(t *testing.T) {
		err := Run(t.Context(), &bytes.Buffer{}, Options{Hotlist: strings.NewReader("CKLM804\n"), Name: "list.csv", Vision: endless(5)})
		require.ErrorIs(t, err, hotlist.ErrUnusable)
		require.ErrorContains(t, err, "list.csv")
		require.NotContains(t, err.Error(), "CKLM804")
	})
}

// closed is an output that nobody reads any more.
type closed struct{ err error }

func (c closed) Write([]byte) (int, error) { return 0, c.err }

func TestRunEndsWhenNobodyReadsTheResults(t *testing.T) {
	broken := errors.New("broken pipe")
	v := &vision{health: []patrol.Health{{Frames: 1}}}
	v.start = func(ctx context.Context, _ []patrol.CameraSetting, _ plate.Jurisdiction, onRead func(plate.Read)) error {
		onRead(plate.Read{Text: "CKLM804"})
		v.wait = func() error {
			<-ctx.Done() // the failed write must end it: there is no time limit here
			return ctx.Err()
		}
		return nil
	}
	err := Run(t.Context(), closed{broken}, Options{Hotlist: strings.NewReader(list), Vision: v})
	require.ErrorIs(t, err, broken)
}
