package press_test

import (
	"image/color"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/vision/scene/press"
)

func TestEveryProvinceAndStateHasAStyle(t *testing.T) {
	legends := map[string]plate.Jurisdiction{}
	for _, j := range plate.Jurisdictions() {
		style, ok := press.StyleOf(j)
		if strings.Contains(string(j), "-") {
			require.True(t, ok, string(j))
			require.Equal(t, j, style.Jurisdiction)
			require.NotEmpty(t, style.Legend, string(j))
			require.Equal(t, 2.0, style.Aspect, string(j))
		}
	}
	for _, s := range press.Styles {
		if s.Legend == "" {
			continue
		}
		other, taken := legends[strings.ToUpper(s.Legend)]
		require.False(t, taken && other != s.Jurisdiction, "%s names two jurisdictions", s.Legend)
		legends[strings.ToUpper(s.Legend)] = s.Jurisdiction
	}
	for _, j := range []plate.Jurisdiction{"DE", "FR", "GB", "IE", "IT", "ES", "PL", "NL", "BE", "AT", "CH", "CZ", "SK", "HR", "PT", "SE", "NO", "DK", "FI", "HU", "RO", "BR", "AR", "UY", "MX"} {
		_, ok := press.StyleOf(j)
		require.True(t, ok, string(j))
	}
	_, ok := press.StyleOf("")
	require.False(t, ok)
}

func TestOntarioIsDrawnMost(t *testing.T) {
	weights := map[plate.Jurisdiction]float64{}
	for _, s := range press.Styles {
		require.Positive(t, s.Weight, string(s.Jurisdiction))
		weights[s.Jurisdiction] += s.Weight
	}
	for j, w := range weights {
		require.True(t, j == "CA-ON" || w < weights["CA-ON"], string(j))
	}
}

func TestStylesAreWhole(t *testing.T) {
	marks := []string{press.Crown, press.Fruit, press.Star, press.Leaf, press.Flag, press.State, press.Dot, press.Tree, press.Mountain, press.Bird, press.Peach, press.Wheel}
	faces := []string{press.Square, press.Round, press.Narrow, press.Pacific, press.Tall, press.Ontario, press.FE, press.UK, press.Mandatory, press.Mercosur}
	for _, s := range press.Styles {
		name := string(s.Jurisdiction) + " " + s.Legend
		require.Contains(t, plate.Jurisdictions(), s.Jurisdiction, name)
		require.Contains(t, faces, s.Face, name)
		require.True(t, s.Top > 0.1 && s.Bottom < 0.95 && s.Bottom-s.Top > 0.4, name)
		require.True(t, s.Aspect >= 1.9 && s.Aspect < 5, name)
		require.NotEmpty(t, s.Series, name)
		emblem := slices.ContainsFunc(s.Series, func(p string) bool { return strings.Contains(p, "*") })
		require.Equal(t, emblem, s.Mark != press.None, "%s: emblem", name)
		require.True(t, s.Mark == press.None || slices.Contains(marks, s.Mark), name)

		require.Greater(t, contrast(s.Ink, s.Ground), 3.5, "%s: characters", name)
		bottom := s.Ground
		if s.Fade.A != 0 {
			bottom = s.Fade
			require.Greater(t, contrast(s.Ink, s.Fade), 3.5, "%s: characters below", name)
		}
		legend, behind := s.LegendInk, s.Ground
		if legend.A == 0 {
			legend = s.Ink
		}
		if s.LegendBelow {
			behind = bottom
		} else if s.Band.A != 0 {
			behind = s.Band
		}
		require.Greater(t, contrast(legend, behind), 3.5, "%s: legend", name)
	}
}

func TestStylesHaveTheirJurisdictionsSeries(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for _, s := range press.Styles {
		for _, pattern := range s.Series {
			for range 50 {
				text, err := plate.Parse(strings.ReplaceAll(spell(rng, pattern, s.Without), "*", ""))
				require.NoError(t, err, "%s %s", string(s.Jurisdiction), pattern)
				require.True(t, s.Jurisdiction.Fits(text), "%s %s %s", string(s.Jurisdiction), pattern, string(text))
			}
		}
	}
}

// spell fills a printed pattern as the styles mean it.
func spell(rng *rand.Rand, pattern, without string) string {
	b := []byte(pattern)
	for i, c := range b {
		switch c {
		case 'L':
			for b[i] = 'A' + byte(rng.IntN(26)); strings.IndexByte(without, b[i]) >= 0; {
				b[i] = 'A' + byte(rng.IntN(26))
			}
		case 'D':
			b[i] = '0' + byte(rng.IntN(10))
		}
	}
	return string(b)
}

// contrast is the ratio of two colours' luminances, 1 to 21 (WCAG 2.1).
func contrast(a, b color.RGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		if f := float64(v) / 255; f > 0.04045 {
			return math.Pow((f+0.055)/1.055, 2.4)
		} else {
			return f / 12.92
		}
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}
