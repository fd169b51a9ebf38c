//go:build matprofile

package vision_test

import (
	"testing"

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
		r.Evidence.Pictures()
		r.Erase()
	})
	require.NoError(t, err)
	require.NoError(t, live.Wait())
	require.NoError(t, p.Close())
	require.Equal(t, before, gocv.MatProfile.Count())
}
