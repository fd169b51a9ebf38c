package bench

import (
	"bytes"
	"encoding/json"
	"image"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/vision/redact/passerby"
	"secondlook/vision/scene"
)

// The names of the fields are a contract.
func TestRequirement2_RedactionIsMeasured(t *testing.T) {
	dir, out := t.TempDir(), t.TempDir()
	require.NoError(t, scene.WritePictures(dir, 5, 1))
	path := filepath.Join(dir, "street-000.jpg")
	m := gocv.IMRead(path, gocv.IMReadColor)
	defer m.Close()
	passerby.Draw(&m, image.Rect(20, 560, 120, 660))
	require.True(t, gocv.IMWrite(path, m))
	blank := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(90, 90, 90, 0), 90, 160, gocv.MatTypeCV8UC3)
	defer blank.Close()
	require.True(t, gocv.IMWrite(filepath.Join(dir, "blank.png"), blank))

	var printed, problems bytes.Buffer
	require.NoError(t, Redact(t.Context(), &printed, RedactOptions{Folder: dir, Width: 640, JSON: true, Out: out, Problems: &problems}))
	require.Regexp(t, `^\{"pictures":1,"without_plate":1,"faces_before":\d+,"faces_after":\d+,"plates_before":\d+,"plates_after":\d+,"own_read":[0-9.]+,"hidden":[0-9.]+,"ms_p50":[0-9.]+\}\n$`, printed.String())
	var got RedactResult
	require.NoError(t, json.Unmarshal(printed.Bytes(), &got))
	require.Positive(t, got.FacesBefore)
	require.Zero(t, got.FacesAfter)
	require.Zero(t, got.PlatesAfter)
	require.Greater(t, got.Hidden, 1.0)
	require.Contains(t, problems.String(), "hold plates")
	_, err := os.Stat(filepath.Join(out, "street-000.jpg"))
	require.NoError(t, err)
}

func TestRedactSaysWhatIsMissing(t *testing.T) {
	require.Error(t, Redact(t.Context(), &bytes.Buffer{}, RedactOptions{Folder: t.TempDir()}))
}

func TestCoveredCountsPixelsOnce(t *testing.T) {
	require.Zero(t, covered(nil, 10, 10))
	require.Equal(t, 25.0, covered([]image.Rectangle{image.Rect(0, 0, 5, 5), image.Rect(1, 1, 4, 4)}, 10, 10))
	require.Equal(t, 100.0, covered([]image.Rectangle{image.Rect(-5, -5, 50, 50)}, 10, 10))
}
