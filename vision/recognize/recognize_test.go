package recognize_test

import (
	"image"
	"testing"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision/detect"
	"secondlook/vision/recognize"
	"secondlook/vision/scene"
	"secondlook/vision/vote"
)

// drawn returns a plate on a larger ground, in grey, and its corners.
func drawn(t *testing.T, text plate.Text, width int) (gocv.Mat, [4]detect.Point) {
	t.Helper()
	img := scene.Plate(text, "CA-ON", width)
	colour, err := gocv.ImageToMatRGB(img)
	require.NoError(t, err)
	defer colour.Close()
	grey := gocv.NewMat()
	defer grey.Close()
	gocv.CvtColor(colour, &grey, gocv.ColorBGRToGray)
	const margin = 40
	out := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(70, 0, 0, 0), grey.Rows()+2*margin, grey.Cols()+2*margin, gocv.MatTypeCV8UC1)
	t.Cleanup(func() { out.Close() })
	part := out.Region(image.Rect(margin, margin, margin+grey.Cols(), margin+grey.Rows()))
	defer part.Close()
	grey.CopyTo(&part)
	l, top, r, b := float64(margin), float64(margin), float64(margin+grey.Cols()), float64(margin+grey.Rows())
	return out, [4]detect.Point{{X: l, Y: top}, {X: r, Y: top}, {X: r, Y: b}, {X: l, Y: b}}
}

func mustReader(t *testing.T) *recognize.Reader {
	t.Helper()
	r, err := recognize.New()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

func TestReadsDrawnPlates(t *testing.T) {
	r := mustReader(t)
	for _, text := range []plate.Text{"CKRA274", "BWTH918", "AFNE536"} {
		for _, effort := range []recognize.Effort{recognize.Quick, recognize.Thorough} {
			picture, corners := drawn(t, text, 200)
			got, err := r.Read(picture, corners, effort)
			require.NoError(t, err)
			require.Equal(t, string(text), string(got.Text))
			require.True(t, recognize.IsPlate(got))
			require.Equal(t, got.Text, got.Candidates[0].Text)
			last := 0.0
			for i, c := range got.Characters {
				require.Equal(t, text[i], c.Char)
				require.Greater(t, c.Centre, last)
				require.Less(t, c.Centre, 1.0)
				last = c.Centre
			}
		}
	}
}

// The first character of a centred text stands as far from the left of the plate
// picture as the last from its right, whatever the crop was.
func TestRequirement10_CentresFitThePlatePicture(t *testing.T) {
	r := mustReader(t)
	picture, corners := drawn(t, "HAWH8H", 240)
	for _, effort := range []recognize.Effort{recognize.Quick, recognize.Thorough} {
		got, err := r.Read(picture, corners, effort)
		require.NoError(t, err)
		require.NotEmpty(t, got.Characters)
		first, last := got.Characters[0].Centre, got.Characters[len(got.Characters)-1].Centre
		require.InDelta(t, first, 1-last, 0.06)
	}
}

func TestReadRefusesOtherPictures(t *testing.T) {
	r := mustReader(t)
	empty := gocv.NewMat()
	defer empty.Close()
	colour := gocv.NewMatWithSize(40, 100, gocv.MatTypeCV8UC3)
	defer colour.Close()
	for _, m := range []gocv.Mat{empty, colour} {
		_, err := r.Read(m, [4]detect.Point{{X: 1, Y: 1}, {X: 9, Y: 1}, {X: 9, Y: 5}, {X: 1, Y: 5}}, recognize.Quick)
		require.ErrorIs(t, err, detect.ErrPicture)
	}
}

// Corners outside of the picture, and pictures of one pixel, must not end the
// program: OpenCV would.
func TestReadSurvivesOddPlaces(t *testing.T) {
	r := mustReader(t)
	for _, size := range []image.Point{{X: 1, Y: 1}, {X: 3, Y: 200}, {X: 500, Y: 2}} {
		m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(128, 0, 0, 0), size.Y, size.X, gocv.MatTypeCV8UC1)
		w, h := float64(size.X), float64(size.Y)
		for _, corners := range [][4]detect.Point{
			{{}, {X: w}, {X: w, Y: h}, {Y: h}},
			{{X: -900, Y: -900}, {X: -800, Y: -900}, {X: -800, Y: -870}, {X: -900, Y: -870}},
			{{X: -1e6, Y: -1e6}, {X: 1e6, Y: -1e6}, {X: 1e6, Y: 1e6}, {X: -1e6, Y: 1e6}},
		} {
			got, err := r.Read(m, corners, recognize.Whole)
			require.NoError(t, err)
			require.False(t, recognize.IsPlate(got), "nothing is written on an even ground")
			out := gocv.NewMat()
			recognize.Rectify(m, corners, &out)
			require.GreaterOrEqual(t, out.Cols(), 240)
			require.LessOrEqual(t, out.Cols(), 480)
			out.Close()
		}
		m.Close()
	}
}

func TestIsPlate(t *testing.T) {
	reading := func(text string, clarity, confidence float64) vote.Reading {
		return vote.Reading{Text: plate.Text(text), Clarity: clarity, Confidence: confidence}
	}
	require.False(t, recognize.IsPlate(vote.Reading{}))
	require.False(t, recognize.IsPlate(reading("ABC", 0.9, 0.9)), "too short")
	require.False(t, recognize.IsPlate(reading("ABCD", 0.39, 0.9)), "a guess")
	require.False(t, recognize.IsPlate(reading("ABCD", 0.9, 0.1)), "one of many")
	require.True(t, recognize.IsPlate(reading("ABCD", 0.4, 0.15)))
}

func TestSecondReaderAgreesAndDisagrees(t *testing.T) {
	second, err := recognize.NewSecond()
	require.NoError(t, err)
	defer second.Close()
	r := mustReader(t)
	picture, corners := drawn(t, "CKRA274", 240)
	reading, err := r.Read(picture, corners, recognize.Quick)
	require.NoError(t, err)
	shown := gocv.NewMat()
	defer shown.Close()
	recognize.Rectify(picture, corners, &shown)

	opinion, err := second.Opinion(shown, reading)
	require.NoError(t, err)
	require.Equal(t, plate.Agrees, opinion.Verdict)
	require.Equal(t, "CKRA274", string(opinion.Text))

	reading.Text = "CKRA279"
	opinion, err = second.Opinion(shown, reading)
	require.NoError(t, err)
	require.Equal(t, plate.Disagrees, opinion.Verdict)

	reading.Text = "CKRA27"
	opinion, err = second.Opinion(shown, reading)
	require.NoError(t, err)
	require.Equal(t, plate.NoOpinion, opinion.Verdict, "another length")

	empty := gocv.NewMat()
	defer empty.Close()
	opinion, err = second.Opinion(empty, reading)
	require.NoError(t, err)
	require.Equal(t, plate.NoOpinion, opinion.Verdict)
}
