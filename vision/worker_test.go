package vision

import (
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/vision/detect"
)

func TestWhole(t *testing.T) {
	at := func(x, y float64) detect.Plate {
		return detect.Plate{Corners: [4]detect.Point{{X: x, Y: y}, {X: x + 150, Y: y}, {X: x + 150, Y: y + 75}, {X: x, Y: y + 75}}}
	}
	for name, c := range map[string]struct {
		x, y float64
		want bool
	}{
		"inside":           {600, 300, true},
		"rim over an edge": {-4, 300, true},
		"cut on the left":  {-40, 300, false},
		"cut on the right": {1180, 300, false},
		"cut at the top":   {600, -20, false},
		"cut at the foot":  {600, 660, false},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, whole(at(c.x, c.y), 1280, 720)) })
	}
}
