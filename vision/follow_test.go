package vision

import (
	"image"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/vision/track"
)

// What is told of a plate's place is a part of the picture, and lies in it.
func TestWhereIsAPartOfThePicture(t *testing.T) {
	at := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	l := &lane{tracker: track.New(), at: at}
	outcomes, _ := l.tracker.Frame(at, []track.Sighting{{Box: image.Rect(320, 180, 480, 240), Score: 0.9}, {Box: image.Rect(1240, 300, 1320, 330), Score: 0.9}})
	_, ok := l.where(outcomes[0].Track)
	require.False(t, ok, "the picture's size is not known")
	l.size = image.Pt(1280, 720)
	box, ok := l.where(outcomes[0].Track)
	require.True(t, ok)
	require.Equal(t, plate.Box{Left: 0.25, Top: 0.25, Right: 0.375, Bottom: 1.0 / 3}, box)
	box, ok = l.where(outcomes[1].Track)
	require.True(t, ok)
	require.Equal(t, 1.0, box.Right)
	l.captured.Store(at.Add(time.Second).UnixNano())
	_, ok = l.where(outcomes[0].Track)
	require.False(t, ok, "the picture on the screen is much newer")
	l.at = at.Add(time.Minute)
	_, ok = l.where(outcomes[0].Track)
	require.False(t, ok)
}
