package redact

import (
	"image"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is spared is exactly the body: the parts cover the rest, once.
func TestSpareLeavesTheBody(t *testing.T) {
	c := newCar(image.Rect(100, 100, 160, 130))
	for name, area := range map[string]image.Rectangle{
		"away":   image.Rect(2000, 0, 2100, 50),
		"around": c.body.Inset(-30),
		"corner": image.Rect(c.body.Min.X-20, c.body.Min.Y-20, c.body.Min.X+20, c.body.Min.Y+20),
		"across": image.Rect(c.body.Min.X-20, c.body.Min.Y+5, c.body.Max.X+20, c.body.Min.Y+15),
		"inside": c.body.Inset(10),
	} {
		parts := c.spare(area)
		covered := 0
		for i, p := range parts {
			require.True(t, p.In(area), name)
			require.True(t, p.Intersect(c.body).Empty(), name)
			covered += size(p)
			for _, q := range parts[:i] {
				require.True(t, p.Intersect(q).Empty(), name)
			}
		}
		require.Equal(t, size(area)-size(area.Intersect(c.body)), covered, name)
	}
	require.Equal(t, []image.Rectangle{image.Rect(0, 0, 9, 9)}, car{}.spare(image.Rect(0, 0, 9, 9)), "no car, nothing to spare")
}

func TestOwnPlateIsKnown(t *testing.T) {
	c := newCar(image.Rect(100, 100, 160, 130))
	require.True(t, c.has(image.Rect(102, 98, 163, 131)), "the same, a little off")
	require.True(t, c.has(image.Rect(110, 105, 150, 125)), "a part of it")
	require.False(t, c.has(image.Rect(200, 100, 260, 130)), "beside it")
	require.False(t, c.has(image.Rect(20, 20, 400, 300)), "something large around it")
	require.False(t, car{}.has(image.Rect(0, 0, 60, 30)), "no plate")
}

func TestPlateWidthFollowsItsShape(t *testing.T) {
	require.InDelta(t, 0.305, plateWidth(image.Rect(0, 0, 60, 30)), 0.001)
	require.InDelta(t, 0.305, plateWidth(image.Rect(0, 0, 40, 40)), 0.001)
	require.InDelta(t, 0.40, plateWidth(image.Rect(0, 0, 93, 30)), 0.01)
	require.InDelta(t, 0.52, plateWidth(image.Rect(0, 0, 520, 110)), 0.001)
}

func TestWindowsOfOneFaceArePiled(t *testing.T) {
	at := func(x, y, side int) image.Rectangle { return image.Rect(x, y, x+side, y+side) }
	piles := pile([]image.Rectangle{at(100, 100, 40), at(300, 100, 40), at(104, 98, 42), at(98, 102, 38), at(80, 80, 90)})
	require.Len(t, piles, 3)
	require.Equal(t, []image.Rectangle{at(100, 100, 40), at(104, 98, 42), at(98, 102, 38)}, piles[0])
	require.Equal(t, image.Rect(100, 100, 140, 140), mean(piles[0]))
}
