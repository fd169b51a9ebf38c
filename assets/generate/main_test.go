package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGenerateWritesWhatIsCommitted(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"fonts", "icons", "sounds"} {
		require.NoError(t, os.Mkdir(filepath.Join(folder, name), 0o700))
	}
	require.NoError(t, generate(folder))
	for _, name := range []string{"icons/secondlook.png", "icons/secondlook-64.png"} {
		generated, committed := open(t, filepath.Join(folder, name)), open(t, filepath.Join("..", name))
		require.Equal(t, generated.Rect, committed.Rect)
		differing := 0
		for i, v := range generated.Pix {
			if difference := int(v) - int(committed.Pix[i]); difference < -2 || difference > 2 {
				differing++
			}
		}
		require.Zero(t, differing, "%s: run go generate ./assets", name)
	}
	for _, pattern := range []string{"fonts/*.otf", "icons/*.svg", "sounds/*.wav"} {
		written, err := filepath.Glob(filepath.Join(folder, pattern))
		require.NoError(t, err)
		committed, err := filepath.Glob(filepath.Join("..", pattern))
		require.NoError(t, err)
		require.Len(t, written, len(committed), pattern)
	}
}

// open reads a picture that has transparent corners.
func open(t *testing.T, name string) *image.NRGBA {
	t.Helper()
	file, err := os.ReadFile(name)
	require.NoError(t, err)
	picture, err := png.Decode(bytes.NewReader(file))
	require.NoError(t, err)
	require.IsType(t, &image.NRGBA{}, picture)
	return picture.(*image.NRGBA)
}

func TestRasterizeRefusesWhatIsNoSVG(t *testing.T) {
	_, err := rasterize([]byte("<svg"), 8)
	require.Error(t, err)
}

func TestGenerateNeedsItsFolders(t *testing.T) {
	require.Error(t, generate(t.TempDir()))
}
