package main

import (
	"encoding/binary"
	"image"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/vision/recognize"
	"secondlook/vision/scene/press"
)

func TestCharactersAreCutFromTheirPlates(t *testing.T) {
	c := newCutter(rand.New(rand.NewPCG(1, 1)), press.New(nil), 0.5)
	defer c.close()
	for range 20 {
		l := c.characters()
		require.Equal(t, recognize.BandHeight, l.picture.Rect.Dy())
		require.Regexp(t, "^[0-9A-Z]{2,10}$", l.text)
		// Every character has room.
		require.Greater(t, l.picture.Rect.Dx(), 6*len(l.text))
	}
}

func TestPrintIsCutFromItsPlate(t *testing.T) {
	before := press.Styles
	defer func() { press.Styles = before }()
	c := newCutter(rand.New(rand.NewPCG(1, 1)), press.New(nil), 0.5)
	defer c.close()
	for range 20 {
		l := c.legend()
		require.Equal(t, recognize.BandHeight, l.picture.Rect.Dy())
		require.Regexp(t, "^[0-9A-Z]+$", l.text)
	}
}

func TestSameSeedSameLines(t *testing.T) {
	make := func() line {
		c := newCutter(rand.New(rand.NewPCG(7, 1)), press.New(nil), 1)
		defer c.close()
		c.characters()
		return c.characters()
	}
	require.Equal(t, make(), make())
}

// The file begins as Tesseract wants it: the number of pages, a byte for the
// first, the length of its name.
func TestWrite(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.lstmf")
	require.NoError(t, write(name, []line{{image.NewGray(image.Rect(0, 0, 9, 5)), "AB12"}}))
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, uint32(1), binary.LittleEndian.Uint32(data))
	require.Equal(t, byte(1), data[4])
	require.Equal(t, "line", string(data[9:13]))
	require.Equal(t, "AB12\x00", string(data[len(data)-5:]))
	require.Error(t, write(filepath.Join(name, "b"), nil))
}

func TestUnknownKindsAndCommands(t *testing.T) {
	require.ErrorIs(t, command(nil), errUsage)
	require.ErrorIs(t, command([]string{"words"}), errUsage)
	require.Error(t, run("word", 1, 1, t.TempDir(), "", 1, false))
}
