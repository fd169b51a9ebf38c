package recognize

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/vision/scene/press"
)

// issuer decides as Read does, from what was read above and below a plate's
// characters.
func issuer(text plate.Text, strips ...string) plate.Jurisdiction {
	evidence := map[plate.Jurisdiction]float64{}
	for _, s := range strips {
		for j, e := range compareLegends(legendTexts(), s) {
			evidence[j] += e
		}
	}
	if j, p := decide(evidence, text); p >= sure {
		return j
	}
	return ""
}

func TestRequirement1_PrintNamesTheIssuer(t *testing.T) {
	tests := []struct {
		name         string
		plate        plate.Text
		above, below string
		want         plate.Jurisdiction
	}{
		{"clear", "CKRA274", "ONTARIO", "YOURSTODISCOVER", "CA-ON"},
		{"name alone", "CKRA274", "ONTARIO", "", "CA-ON"},
		{"slogan alone", "CKRA274", "", "YOURSTODISCOVER", "CA-ON"},
		{"two letters misread", "CKRA274", "0NTARI0", "YOURSTOD1SCOVEP", "CA-ON"},
		{"between stickers", "CKRA274", "12ONTARIO25", "", "CA-ON"},
		{"one name holds another", "ABC123", "ARKANSAS", "", "US-AR"},
		{"the other", "ABC123", "KANSAS", "TOTHESTARS", "US-KS"},
		{"a state and a district", "BAT0001", "WASHINGTON", "EVERGREENSTATE", "US-WA"},
		{"west", "1AB234", "WESTVIRGINIA", "", "US-WV"},
		{"nothing", "CKRA274", "", "", ""},
		{"no print of anybody", "CKRA274", "AUTOSALES", "HARBOURCARS", ""},
		{"in God several trust", "CKRA274", "", "INGODWETRUST", ""},
		{"a dealer in another state", "CKRA274", "ONTARIO", "FLORIDA", ""},
		{"a rest of a name", "CKRA274", "ONT", "", ""},
		{"either Carolina", "ABC1234", "THCAROLINA", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, issuer(tt.plate, tt.above, tt.below))
		})
	}
}

func TestLegendTable(t *testing.T) {
	seen := map[string]plate.Jurisdiction{}
	for _, l := range legendTexts() {
		require.Regexp(t, "^[A-Z0-9]{4,}$", l.text)
		other, twice := seen[l.text]
		require.False(t, twice && other != l.jurisdiction, "%s is %s's and %s's", l.text, other, l.jurisdiction)
		seen[l.text] = l.jurisdiction
		require.NotEqual(t, string(l.jurisdiction), l.jurisdiction.Name("en"), "a jurisdiction that nobody knows")
	}
	for _, j := range plate.Jurisdictions() {
		if strings.HasPrefix(string(j), "CA-") || strings.HasPrefix(string(j), "US-") {
			require.Equal(t, j, issuer("", FoldLegend(j.Name("en"))), "by its name alone")
		}
	}
	for _, s := range press.Styles {
		if len(FoldLegend(s.Legend)) >= shortestLegend && legends[s.Jurisdiction] != "" {
			require.Equal(t, s.Jurisdiction, issuer("", FoldLegend(s.Legend)), "as it is pressed: %s", s.Legend)
		}
	}
}

func TestFoldLegend(t *testing.T) {
	for in, want := range map[string]string{"Québec": "QUEBEC", "Île-du-Prince-Édouard": "ILEDUPRINCEEDOUARD", "10,000 lakes": "10000LAKES", "中": "", "": ""} {
		require.Equal(t, want, FoldLegend(in))
	}
}

func FuzzAlign(f *testing.F) {
	f.Add("ONTARIO", "XONTAR1OX")
	f.Fuzz(func(t *testing.T, text, read string) {
		text, read = FoldLegend(text), FoldLegend(read)
		e := align(text, read)
		require.LessOrEqual(t, e, letterRead*float64(len(text)))
		if text != "" {
			require.InDelta(t, letterRead*float64(len(text)), align(text, text), 1e-9)
		}
	})
}
