package scene

import (
	"bytes"
	"image"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// Every character differs from every other one in the picture, also those that
// look alike; only the letter O and the digit 0 share a die, as in Ontario.
func TestPlateCharactersDiffer(t *testing.T) {
	pictures := map[rune]*image.RGBA{}
	for _, r := range characters {
		pictures[r] = Plate(plate.Text(r), "CA-ON", 200)
	}
	for i, a := range characters {
		for _, b := range characters[:i] {
			same := bytes.Equal(pictures[a].Pix, pictures[b].Pix)
			require.Equal(t, a == '0' && b == 'O', same, "%q and %q", a, b)
		}
	}
}

func TestPlateLayouts(t *testing.T) {
	for _, tt := range []struct {
		j    plate.Jurisdiction
		text plate.Text
		size image.Point
	}{
		{"CA-ON", "WKLM804", image.Pt(400, 200)},
		{"CA-QC", "KVR291", image.Pt(400, 200)},
		{"US-NY", "KTW4827", image.Pt(400, 200)},
		{"US-FL", "QHL64D", image.Pt(400, 200)},
		{"CA-MB", "KVR291", image.Pt(400, 200)},
		{"DE", "WB728KL", image.Pt(400, 85)},
	} {
		t.Run(string(tt.j), func(t *testing.T) {
			img := Plate(tt.text, tt.j, 400)
			require.Equal(t, tt.size, img.Bounds().Size())
			bright, dark := 0, 0
			for i := 0; i < len(img.Pix); i += 4 {
				require.EqualValues(t, 255, img.Pix[i+3])
				switch {
				case img.Pix[i] > 200:
					bright++
				case img.Pix[i] < 90:
					dark++
				}
			}
			all := len(img.Pix) / 4
			require.Greater(t, bright, all*2/5, "white ground")
			require.Greater(t, dark, all/10, "dark characters")
		})
	}
}

func TestPlateOfOddInput(t *testing.T) {
	for _, text := range []plate.Text{"", "A", "ABCDEFGHIJ", "ж/"} {
		for _, width := range []int{1, 7, 64} {
			require.Equal(t, width, Plate(text, "CA-ON", width).Bounds().Dx())
		}
	}
}

func TestSoilLeavesThePlateReadable(t *testing.T) {
	clean, muddy := Plate("WKLM804", "CA-ON", 400), Plate("WKLM804", "CA-ON", 400)
	soil(muddy, 1, rand.New(rand.NewPCG(1, 1)))
	changed, far := 0, 0
	for i := 0; i < len(clean.Pix); i += 4 {
		d := int(clean.Pix[i]) - int(muddy.Pix[i])
		if d != 0 {
			changed++
		}
		if d > 140 || d < -140 {
			far++
		}
	}
	require.Positive(t, changed)
	require.Less(t, far, changed/50)
}
