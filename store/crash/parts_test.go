package crash

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

// eyes are cameras that see what they are told to.
type eyes struct {
	mu     sync.Mutex
	onRead func(plate.Read)
}

func (e *eyes) Start(ctx context.Context, _ []patrol.CameraSetting, _ plate.Jurisdiction, onRead func(plate.Read)) (patrol.Live, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.onRead = onRead
	return live{e, ctx}, nil
}

type live struct {
	eyes *eyes
	ctx  context.Context
}

func (live) Health() []patrol.Health                               { return []patrol.Health{{Name: "Front", Connected: true}} }
func (live) Latest(int, uint64, image.Point) (*image.RGBA, uint64) { return nil, 0 }

// Wait returns when no read is handed in any more.
func (l live) Wait() error {
	<-l.ctx.Done()
	l.eyes.mu.Lock()
	defer l.eyes.mu.Unlock()
	l.eyes.onRead = nil
	return nil
}

type silent struct{}

func (silent) Alert(policy.Tier) {}
func (silent) CameraLost()       {}
func (silent) PositionLost()     {}
func (silent) PositionBack()     {}
func (silent) CameraBack()       {}

// traffic passes plates by while more may, a third of them on no list. It ends with
// the process.
func (e *eyes) traffic(now func() time.Time, r *rand.Rand, more func() bool) {
	for {
		if !more() {
			time.Sleep(2 * time.Millisecond)
			continue
		}
		text := fmt.Sprintf("K%06d", r.IntN(kept))
		if r.IntN(3) == 0 {
			text = fmt.Sprintf("Z%06d", r.IntN(1e6))
		}
		read := plate.Read{Camera: "Front", At: now(), Text: plate.Text(text), Confidence: 0.96, Evidence: street{}, Jurisdiction: "CA-ON", Basis: plate.BasisAssumed}
		for i := range len(text) {
			read.Characters = append(read.Characters, plate.Character{Char: text[i], Confidence: 0.9})
		}
		e.mu.Lock()
		if e.onRead != nil {
			e.onRead(read)
		}
		e.mu.Unlock()
		time.Sleep(time.Duration(r.IntN(6)) * time.Millisecond)
	}
}

// The sizes of a hit's pictures.
var plateSize, streetSize = image.Pt(80, 40), image.Pt(240, 135)

// street is what a camera saw: noise, which no picture format makes small.
type street struct{}

var noise = sync.OnceValue(func() *image.RGBA {
	m, r := image.NewRGBA(image.Rectangle{Max: streetSize}), rand.New(rand.NewPCG(1, 2))
	for y := range streetSize.Y {
		for x := range streetSize.X {
			m.Set(x, y, color.Gray{uint8(r.Uint32())})
		}
	}
	return m
})

func (street) Plate() (image.Image, error) {
	return noise().SubImage(image.Rectangle{Max: plateSize}), nil
}
func (street) Context() (image.Image, error) { return noise(), nil }
func (street) Erase()                        {}

// The lists: one that the terminal's administrator takes in, and one of the station's.
const (
	stolen, province = "stolen", "province"
	category         = "stolen-vehicle"
	// kept plates are on every version of the list "stolen".
	kept = 200
)

// platesOf are the plates of the list "stolen" that was made of some numbers: "7.9"
// is what was imported as 7 and changed by 9. "" has none.
func platesOf(made string) (plates []string) {
	if made == "" {
		return nil
	}
	numbers := strings.Split(made, ".")
	for i := range kept {
		plates = append(plates, fmt.Sprintf("K%06d", i))
	}
	for i := 3 * (len(numbers) - 1); i < 90; i++ { // each change takes three away
		plates = append(plates, fmt.Sprintf("B%03d%s", i, numbers[0]))
	}
	for _, n := range numbers[1:] {
		for i := range 20 {
			plates = append(plates, fmt.Sprintf("D%02d%s", i, n))
		}
	}
	slices.Sort(plates)
	return plates
}

// provinceOf are the plates of a version of the station's list.
func provinceOf(version int) (plates []string) {
	for i := range 60 {
		plates = append(plates, fmt.Sprintf("P%03d", i))
	}
	for i := range 5 + version%7 {
		plates = append(plates, fmt.Sprintf("Q%02d%d", i, version))
	}
	slices.Sort(plates)
	return plates
}

// file is a list file with some plates.
func file(plates []string) string {
	return "plate,category,reference\n" + strings.Join(plates, ","+category+",R\n") + "," + category + ",R\n"
}

// without are those of a that are not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
