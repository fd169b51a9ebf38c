package scene

import (
	"encoding/csv"
	"image/jpeg"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/app/training"
)

func TestWritePictures(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, WritePictures(dir, 3, 4))
	f, err := os.Open(filepath.Join(dir, "truth.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"file", "x", "y", "w", "h", "plate", "jurisdiction"}, rows[0])
	require.Len(t, rows, 5)
	plates := map[string]bool{}
	for _, row := range rows[1:] {
		wide, err := strconv.Atoi(row[3])
		require.NoError(t, err)
		require.Greater(t, wide, 70)
		require.False(t, plates[row[5]])
		plates[row[5]] = true

		picture, err := os.Open(filepath.Join(dir, row[0]))
		require.NoError(t, err)
		size, err := jpeg.DecodeConfig(picture)
		require.NoError(t, err)
		require.NoError(t, picture.Close())
		require.Equal(t, Width, size.Width)
	}
}

func TestWritePicturesWithoutFolder(t *testing.T) {
	require.ErrorIs(t, WritePictures(filepath.Join(t.TempDir(), "none"), 1, 1), os.ErrNotExist)
}

func TestOrdinaryCarsArePlayable(t *testing.T) {
	s := ordinary(9, 60)
	require.NoError(t, s.Validate())
	seen := map[plate.Text]bool{}
	for _, c := range s.Cars {
		require.False(t, seen[plate.Fold(c.Plate)], "no two plates look alike")
		seen[plate.Fold(c.Plate)] = true
	}
	require.Equal(t, s, ordinary(9, 60))
	require.NotEqual(t, s.Cars, ordinary(10, 60).Cars)
}

func TestPicturesCanBeLeft(t *testing.T) {
	n := 0
	pictures, err := Pictures(3, 50)
	require.NoError(t, err)
	for range pictures {
		n++
		if n == 2 {
			break
		}
	}
	require.Equal(t, 2, n)
}

func TestMorePicturesThanAScenarioHasTimeFor(t *testing.T) {
	_, err := Pictures(1, 10_000)
	require.ErrorIs(t, err, training.ErrInvalid)
}
