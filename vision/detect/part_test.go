package detect_test

import (
	"image"
	"testing"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/vision/detect"
	"secondlook/vision/scene"
)

// What is found in a part of a picture is what is found in all of it.
func TestPartOfAPicture(t *testing.T) {
	d := mustDetector(t)
	looked := map[image.Point]int{}
	pictures, err := scene.Pictures(12, 6)
	require.NoError(t, err)
	for _, p := range pictures {
		colour, err := gocv.ImageToMatRGB(p.Image)
		require.NoError(t, err)
		grey := gocv.NewMat()
		gocv.CvtColor(colour, &grey, gocv.ColorBGRToGray)
		whole, err := d.Find(grey)
		require.NoError(t, err)
		whole = append([]detect.Plate(nil), whole...)
		for _, truth := range p.Truth {
			box := upright(truth.Box)
			for _, margin := range []int{4, 100, 200, 2000} {
				asked := truth.Box.Inset(-margin)
				places, area, err := d.FindIn(grey, asked)
				require.NoError(t, err)
				require.True(t, asked.Intersect(image.Rect(0, 0, scene.Width, scene.Height)).In(area))
				looked[area.Size()]++
				for _, w := range whole {
					if w.Overlap(box) < 0.4 || w.Score < 0.5 {
						continue
					}
					same := 0.0
					for _, q := range places {
						same = max(same, q.Overlap(w))
					}
					require.Greater(t, same, 0.6, "margin %d", margin)
				}
			}
		}
		grey.Close()
		colour.Close()
	}
	require.Len(t, looked, 3, "two parts and the whole: %v", looked)
}

func TestPartOutsideThePicture(t *testing.T) {
	d := mustDetector(t)
	grey := gocv.NewMatWithSize(720, 1280, gocv.MatTypeCV8UC1)
	defer grey.Close()
	for _, asked := range []image.Rectangle{{}, image.Rect(-50, -50, 20, 20), image.Rect(1270, 700, 1400, 900), image.Rect(2000, 2000, 2100, 2100)} {
		_, area, err := d.FindIn(grey, asked)
		require.NoError(t, err)
		require.True(t, area.In(image.Rect(0, 0, 1280, 720)))
		require.False(t, area.Empty())
	}
	empty := gocv.NewMat()
	defer empty.Close()
	_, _, err := d.FindIn(empty, image.Rect(0, 0, 9, 9))
	require.ErrorIs(t, err, detect.ErrPicture)
}
