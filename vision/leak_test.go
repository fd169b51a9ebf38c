//go:build matprofile

package vision_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/vision"
	"secondlook/vision/scene"
)

// Run with -tags matprofile: every Mat that the pipeline made is closed.
func TestNoMatIsLeft(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, scene.WritePictures(dir, 9, 3))
	before := gocv.MatProfile.Count()
	p, err := vision.New(vision.Options{})
	require.NoError(t, err)
	live, err := p.Start(t.Context(), []patrol.CameraSetting{{Name: "Front", Source: "folder:" + dir + "?rate=1000"}}, "", func(r plate.Read) {
		r.Evidence.Plate()
		r.Evidence.Context()
		r.Erase()
	})
	require.NoError(t, err)
	require.NoError(t, live.Wait())
	require.NoError(t, p.Close())
	require.Equal(t, before, gocv.MatProfile.Count())
}

// A car that comes again and again takes no more Mats than before: frames, pictures
// of reads and the networks' outputs go round.
func TestMatsGoRound(t *testing.T) {
	r, _ := passing(t, 4)
	var film []time.Duration
	for since, ok := r.next(); ok; since, ok = r.next() {
		film = append(film, since)
	}
	const rounds = 4
	var counts []int
	n := 0
	r.next = func() (time.Duration, bool) {
		if n%len(film) == 0 {
			counts = append(counts, gocv.MatProfile.Count())
		}
		n++
		return film[(n-1)%len(film)], n <= rounds*len(film)
	}
	var c collector
	r.play(t, &c, nil)
	require.Len(t, counts, rounds+1)
	require.LessOrEqual(t, counts[rounds], counts[1]+2, "%v", counts)
	for i := range c.reads {
		c.reads[i].Erase()
	}
}
