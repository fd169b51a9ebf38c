package icons

import (
	"encoding/xml"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCommittedIconsAreTheDrawnOnes(t *testing.T) {
	for _, name := range Names() {
		committed, err := os.ReadFile(name + ".svg")
		require.NoError(t, err)
		require.Equal(t, string(Draw(name)), string(committed), "%s: run go generate ./assets", name)
	}
	committed, err := os.ReadFile("secondlook.svg")
	require.NoError(t, err)
	require.Equal(t, string(Mark()), string(committed), "run go generate ./assets")

	files, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, file := range files {
		if name, isSVG := strings.CutSuffix(file.Name(), ".svg"); isSVG && name != "secondlook" {
			require.Contains(t, Names(), name, "a file that nothing draws")
		}
	}
}

// A themed resource of Fyne replaces the fill of paths: so an icon is filled
// paths of one colour, without strokes, groups or styles.
func TestIconsCanBeRecoloured(t *testing.T) {
	type element struct {
		XMLName xml.Name
		Attr    []xml.Attr `xml:",any,attr"`
		Inner   []element  `xml:",any"`
	}
	for _, name := range Names() {
		var svg element
		require.NoError(t, xml.Unmarshal(Draw(name), &svg), name)
		require.Len(t, svg.Inner, 1, name)
		drawn := svg.Inner[0]
		require.Equal(t, "path", drawn.XMLName.Local, name)
		require.Len(t, drawn.Attr, 2, name)
		require.Equal(t, "fill", drawn.Attr[0].Name.Local, name)
		require.Equal(t, "#000000", drawn.Attr[0].Value, name)
	}
}

func TestIconsStayOnTheirGrid(t *testing.T) {
	ends := regexp.MustCompile(`(?:[ML]|A\S+ \S+ 0 [01] [01] )(-?[\d.]+) (-?[\d.]+)`)
	for _, name := range Names() {
		require.NotContains(t, string(Draw(name)), "NaN", "%s: a stroke without length is no stroke", name)
		found := ends.FindAllStringSubmatch(string(Draw(name)), -1)
		require.NotEmpty(t, found, name)
		for _, match := range found {
			for _, number := range match[1:] {
				v, err := strconv.ParseFloat(number, 64)
				require.NoError(t, err)
				if v < 1 || v > 23 {
					t.Errorf("%s reaches %s: outlines end between 1 and 23", name, number)
				}
			}
		}
	}
}

func TestDrawUnknown(t *testing.T) {
	require.Nil(t, Draw("no-such-icon"))
}

func TestPenDrawsClockwise(t *testing.T) {
	p := &pen{half: 1}
	p.line(point{4, 12}, point{20, 12})
	// Along the top to the right, round the end, back along the bottom.
	require.Equal(t, "M4 11L20 11A1 1 0 0 1 20 13L4 13A1 1 0 0 1 4 11Z", p.path.String())
}

func TestDecimal(t *testing.T) {
	for v, want := range map[float64]string{0: "0", -0.001: "0", 1.005: "1", 12.346: "12.35", -3.5: "-3.5"} {
		require.Equal(t, want, decimal(v), fmt.Sprint(v))
	}
}
