package recognize_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision/detect"
	"secondlook/vision/recognize"
	"secondlook/vision/scene/press"
	"secondlook/vision/vote"
)

// pressed returns the plate picture of a new plate and a reading that says where
// its characters are.
func pressed(t *testing.T, j plate.Jurisdiction, text plate.Text) (gocv.Mat, vote.Reading) {
	t.Helper()
	style, ok := press.StyleOf(j)
	require.True(t, ok)
	made := press.New(nil).Stamp(style, text, 300)
	picture, err := gocv.ImageToMatRGB(made.Picture)
	require.NoError(t, err)
	defer picture.Close()
	out := gocv.NewMat()
	t.Cleanup(func() { out.Close() })
	recognize.Rectify(picture, corners(picture), &out)
	r := vote.Reading{Text: text, Confidence: 1}
	w := float64(picture.Cols())
	for i := range len(text) {
		at := (float64(made.Line.Min.X) + (float64(i)+0.5)*float64(made.Line.Dx())/float64(len(text))) / w
		r.Characters = append(r.Characters, plate.Character{Char: text[i], Confidence: 1, Centre: (at-0.5)/recognize.WidenX + 0.5})
	}
	return out, r
}

// The print of a clean plate names who issued it: Canada's provinces and the
// states that border them.
func TestRequirement1_LegendNamesTheIssuer(t *testing.T) {
	legend, err := recognize.NewLegend()
	require.NoError(t, err)
	defer legend.Close()
	for _, tt := range []struct {
		jurisdiction plate.Jurisdiction
		text         plate.Text
	}{{"CA-ON", "CKRA274"}, {"CA-QC", "B42KPT"}, {"CA-MB", "HRB418"}, {"US-NY", "KTR4821"}, {"US-MI", "EPL3726"}} {
		picture, reading := pressed(t, tt.jurisdiction, tt.text)
		got, p, err := legend.Read(picture, reading)
		require.NoError(t, err)
		require.Equal(t, tt.jurisdiction, got)
		require.Greater(t, p, 0.95)
	}
}

func TestLegendOfNothing(t *testing.T) {
	legend, err := recognize.NewLegend()
	require.NoError(t, err)
	defer legend.Close()
	empty := gocv.NewMat()
	defer empty.Close()
	blank := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(200, 0, 0, 0), 130, 260, gocv.MatTypeCV8UC1)
	defer blank.Close()
	long, long1 := pressed(t, "DE", "MKP4821")
	for _, tt := range []struct {
		picture gocv.Mat
		reading vote.Reading
	}{{empty, long1}, {blank, vote.Reading{}}, {blank, long1}, {long, long1}} {
		got, _, err := legend.Read(tt.picture, tt.reading)
		require.NoError(t, err)
		require.Empty(t, got)
	}
}

// Tesseract reads clean plates as they are, and its reader survives pictures of
// any size.
func TestSecondReadsPressedPlates(t *testing.T) {
	second, err := recognize.NewSecond()
	require.NoError(t, err)
	defer second.Close()
	picture, reading := pressed(t, "CA-ON", "CKRA274")
	got, err := second.Read(picture, reading)
	require.NoError(t, err)
	require.Equal(t, "CKRA274", string(got.Text))
	require.Equal(t, got.Text, got.Candidates[0].Text)
	require.Len(t, got.Characters, 7)
	product := 1.0
	for _, c := range got.Characters {
		require.Greater(t, c.Confidence, 0.0)
		require.LessOrEqual(t, c.Confidence, 1.0)
		product *= c.Confidence
	}
	require.InDelta(t, product, got.Confidence, 1e-9)
	for _, size := range [][2]int{{1, 1}, {2, 300}, {300, 2}, {60, 400}} {
		m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(90, 0, 0, 0), size[0], size[1], gocv.MatTypeCV8UC1)
		_, err := second.Read(m, reading)
		require.NoError(t, err)
		m.Close()
	}
}

// Tesseract takes its data from files; none stays behind.
func TestSecondLeavesNoFiles(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	second, err := recognize.NewSecond()
	require.NoError(t, err)
	defer second.Close()
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestSecondNeedsAPlaceForItsData(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	_, err := recognize.NewSecond()
	require.ErrorIs(t, err, recognize.ErrNoTesseract)
}

func TestStripsOfPlatesWithoutRoom(t *testing.T) {
	grey := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(90, 0, 0, 0), 4, 300, gocv.MatTypeCV8UC1)
	defer grey.Close()
	above, below := gocv.NewMat(), gocv.NewMat()
	defer above.Close()
	defer below.Close()
	recognize.Strips(grey, []plate.Character{{Centre: 0.5}}, &above, &below)
	for _, strip := range []gocv.Mat{above, below} {
		if !strip.Empty() {
			require.Equal(t, recognize.BandHeight, strip.Rows())
		}
	}
}

// corners are those of a picture that is nothing but the plate.
func corners(picture gocv.Mat) [4]detect.Point {
	w, h := float64(picture.Cols()), float64(picture.Rows())
	return [4]detect.Point{{}, {X: w}, {X: w, Y: h}, {Y: h}}
}
