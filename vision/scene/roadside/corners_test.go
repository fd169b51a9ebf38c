package roadside

import (
	"image"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// chequered is a plate of 6 by 3 squares, dark and bright.
func chequered() *sheet {
	on := &sheet{across: 240, down: 120, w: 0.3, h: 0.15}
	for y := range on.down {
		for x := range on.across {
			on.grey = append(on.grey, uint8(20+200*((x/40+y/40)&1)))
		}
	}
	return on
}

func TestPlateLiesBetweenItsCorners(t *testing.T) {
	l := lens{focal: 900, middle: point{150, 90}}
	for name, c := range map[string]struct{ yaw, pitch, roll, wide float64 }{
		"straight":     {0, 0, 0, 120},
		"turned":       {0.9, 0, 0, 150},
		"other way":    {-1.04, 0.1, 0.05, 200},
		"tilted":       {0, 0, 0.52, 120},
		"from above":   {0.3, 0.5, -0.3, 140},
		"filling":      {0.1, 0, 0, 250},
		"small square": {0, 0, 0, 40},
	} {
		t.Run(name, func(t *testing.T) {
			s := New(1, nil)
			for i := range s.light {
				s.light[i] = 120
			}
			z := l.focal * 0.3 / c.wide
			pl := pose{l, turn(c.yaw, c.pitch, c.roll), vec{0, 0, z}}.front(0, 0, 0)
			q := [4]point{pl.at(-0.15, -0.075), pl.at(0.15, -0.075), pl.at(0.15, 0.075), pl.at(-0.15, 0.075)}
			s.sheeting.load(chequered())
			marked := s.lay(&s.sheeting, q, 0, 1)
			require.InEpsilon(t, area(q), marked, 0.05)
			at := func(u, v float64) float32 {
				p := pl.at(-0.15+0.3*u, -0.075+0.15*v)
				if p.X < 0 || p.Y < 0 || p.X >= Width || p.Y >= Height {
					return -1
				}
				return s.light[int(p.Y)*Width+int(p.X)]
			}
			for row := range 3 {
				for column := range 6 {
					v := at((float64(column)+0.5)/6, (float64(row)+0.5)/3)
					if v < 0 {
						continue
					}
					require.InDelta(t, 20+200*((row+column)&1), v, 40, "square %d, %d", row, column)
				}
			}
			for _, out := range [][2]float64{{-0.06, 0.5}, {1.06, 0.5}, {0.5, -0.12}, {0.5, 1.12}} {
				if v := at(out[0], out[1]); v >= 0 {
					require.InDelta(t, 120, v, 1, "outside at %v", out)
				}
			}
		})
	}
}

func area(q [4]point) float64 {
	sum := 0.0
	for i, p := range q {
		n := q[(i+1)%4]
		sum += p.X*n.Y - n.X*p.Y
	}
	return sum / 2
}

// A camera that is 900 pixels long sees a thing of a metre, 9 metres away, 100
// pixels wide; one that looks down has the horizon above the middle.
func TestLens(t *testing.T) {
	l := lens{focal: 900, middle: point{160, 96}}
	p := pose{l, turn(0, 0, 0), vec{0, 0, 9}}
	require.InDelta(t, 100, p.at(0.5, 0, 0).X-p.at(-0.5, 0, 0).X, 1e-9)
	require.InDelta(t, 100, p.scale(), 1e-9)
	down := pose{l, turn(0, 0.1, 0), vec{0, 1, 9}}
	require.InDelta(t, 96-900*math.Tan(0.1), l.see(down.turned.at(vec{0, 0, 1})).Y, 1e-6)
	for _, at := range []point{{-0.3, 0.2}, {0.1, -0.4}} {
		direct, flat := down.at(at.X, at.Y, 0), down.front(0, 0, 0).at(at.X, at.Y)
		require.InDelta(t, direct.X, flat.X, 1e-6)
		require.InDelta(t, direct.Y, flat.Y, 1e-6)
	}
}

func TestShapesCoverTheirArea(t *testing.T) {
	s := New(1, nil)
	s.day = 1
	m := screen(point{100, 80}, 0.3, 0.1)
	s.ring(m, 0, 0, 60, 40, 8, 5, flat(100))
	s.disc(screen(point{240, 50}, 0, 0), 0, 0, 20, 10, flat(100))
	s.box(screen(point{}, 0, 0), 310, 180, 400, 300, 0, flat(100)) // leaves the picture
	sum := 0.0
	for _, v := range s.light {
		require.GreaterOrEqual(t, v, float32(0))
		require.LessOrEqual(t, v, float32(100.1))
		sum += float64(v)
	}
	ring := 60*40 - 8*8*(4-math.Pi) - (50*30 - 3*3*(4-math.Pi))
	require.InEpsilon(t, ring+math.Pi*20*10+10*12, sum/100, 0.02)
	for _, a := range s.area {
		require.Zero(t, a, "no area is left for the next shape")
	}
}

func TestScenesDoNotGrow(t *testing.T) {
	card := pressed()(rand.New(rand.NewPCG(1, 1)))
	s := New(2, func(*rand.Rand) *image.RGBA { return card })
	held := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for range 60 {
		s.Next()
	}
	before := held()
	for range 60 {
		s.Next()
	}
	require.Less(t, float64(held()), float64(before)+256<<10)
	require.Less(t, testing.AllocsPerRun(30, func() { s.Next() }), 250.0)
	runtime.KeepAlive(s)
}
