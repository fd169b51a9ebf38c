package plate_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

func TestRequirement4_PreferKnowsTheFormatOnlyAmongNearEquals(t *testing.T) {
	for _, test := range []struct {
		name   string
		j      plate.Jurisdiction
		texts  []plate.Text
		scores []float64
		clear  int // place of a clear character, -1 for none
		want   plate.Text
	}{
		{"ontario digit", "CA-ON", []plate.Text{"CKLM8O4", "CKLM804"}, []float64{0.5, 0.4}, -1, "CKLM804"},
		{"ontario letter", "CA-ON", []plate.Text{"CK8M804", "CKBM804"}, []float64{0.6, 0.3}, -1, "CKBM804"},
		{"ontario leaves out Q", "CA-ON", []plate.Text{"CKQM804", "CKDM804"}, []float64{0.5, 0.4}, -1, "CKDM804"},
		{"two places", "CA-ON", []plate.Text{"CK8M8O4", "CKBM804"}, []float64{0.4, 0.3}, -1, "CKBM804"},
		{"not the second", "CA-ON", []plate.Text{"CKLM8O4", "CKLM8Q4", "CKLM804"}, []float64{0.4, 0.3, 0.2}, -1, "CKLM804"},
		{"too unlikely", "CA-ON", []plate.Text{"CKLM8O4", "CKLM804"}, []float64{0.7, 0.2}, -1, "CKLM8O4"},
		{"clear character", "CA-ON", []plate.Text{"CKLM8O4", "CKLM804"}, []float64{0.5, 0.4}, 5, "CKLM8O4"},
		{"clear elsewhere", "CA-ON", []plate.Text{"CKLM8O4", "CKLM804"}, []float64{0.5, 0.4}, 4, "CKLM804"},
		{"fits already", "CA-ON", []plate.Text{"CKL804", "CKLB04"}, []float64{0.5, 0.4}, -1, "CKL804"},
		{"not look-alikes", "CA-ON", []plate.Text{"CKL8A4", "CKL874"}, []float64{0.5, 0.4}, -1, "CKL8A4"},
		{"another length", "CA-ON", []plate.Text{"CKLM8O4", "CKLM80"}, []float64{0.5, 0.4}, -1, "CKLM8O4"},
		{"personalised", "CA-ON", []plate.Text{"B0NES", "BONE5"}, []float64{0.5, 0.4}, -1, "B0NES"},
		{"personalised word", plate.Europe, []plate.Text{"GUNHI", "GUNH1"}, []float64{0.5, 0.4}, -1, "GUNHI"},
		{"personalised by its run", "CA-ON", []plate.Text{"B0NES", "BONES"}, []float64{0.5, 0.4}, -1, "BONES"},
		{"europe", plate.Europe, []plate.Text{"PP587A0", "PP587AO"}, []float64{0.65, 0.34}, -1, "PP587AO"},
		{"brazil", "BR", []plate.Text{"OKV80D4", "OKV8004", "0KV80D4"}, []float64{0.21, 0.2, 0.1}, -1, "OKV8004"},
		{"brazil, further apart", "BR", []plate.Text{"OKV80D4", "OKV8004"}, []float64{0.8, 0.1}, -1, "OKV8004"},
		{"brazil, too far apart", "BR", []plate.Text{"OKV80D4", "OKV8004"}, []float64{0.9, 0.08}, -1, "OKV80D4"},
		{"brazil, both fit", "BR", []plate.Text{"OKV8D04", "OKV8004"}, []float64{0.21, 0.2}, -1, "OKV8D04"},
		{"no region, run of digits", "", []plate.Text{"AB1O23", "AB1023"}, []float64{0.5, 0.4}, -1, "AB1023"},
		{"no region, run of letters", "", []plate.Text{"A1BC", "AIBC"}, []float64{0.5, 0.4}, -1, "AIBC"},
		{"no region, edge of a run", "", []plate.Text{"AB0123", "ABO123"}, []float64{0.5, 0.4}, -1, "AB0123"},
		{"no region, at the end", "", []plate.Text{"WA5666O", "WA56660"}, []float64{0.5, 0.4}, -1, "WA5666O"},
		{"no region, other look-alikes", "", []plate.Text{"AB1S23", "AB1523"}, []float64{0.5, 0.4}, -1, "AB1S23"},
		{"no region, D is no O", "", []plate.Text{"A0BC12", "ADBC12"}, []float64{0.5, 0.4}, -1, "A0BC12"},
		{"one candidate", "CA-ON", []plate.Text{"CKLM8O4"}, []float64{0.5}, -1, "CKLM8O4"},
		{"no scores", "CA-ON", []plate.Text{"CKLM8O4", "CKLM804"}, []float64{0, 0}, -1, "CKLM8O4"},
	} {
		var candidates []plate.Candidate
		for i, text := range test.texts {
			candidates = append(candidates, plate.Candidate{Text: text, Confidence: test.scores[i]})
		}
		var characters []plate.Character
		for i, c := range []byte(test.texts[0]) {
			character := plate.Character{Char: c, Confidence: 0.6, Centre: float64(i) / 10}
			if i == test.clear {
				character.Confidence = 0.95
			}
			characters = append(characters, character)
		}
		before, beforeCharacters := slices.Clone(candidates), slices.Clone(characters)
		got, gotCharacters := plate.Prefer(candidates, characters, test.j)
		require.Equal(t, string(test.want), string(got[0].Text), test.name)
		require.True(t, slices.Equal(before, candidates) && slices.Equal(beforeCharacters, characters), "%s: the arguments changed", test.name)
		require.Len(t, got, len(candidates), test.name)
		require.Len(t, gotCharacters, len(test.want), test.name)
		sum := 0.0
		for i, c := range got {
			sum += c.Confidence - test.scores[i]
			require.True(t, i == 0 || c.Confidence <= got[i-1].Confidence, "%s: order", test.name)
		}
		require.InDelta(t, 0, sum, 1e-9, test.name)
		for i, c := range gotCharacters {
			require.Equal(t, test.want[i], c.Char, test.name)
			require.Equal(t, beforeCharacters[i].Centre, c.Centre, test.name)
			require.True(t, c.Confidence > 0 && c.Confidence <= 1, test.name)
			if c.Char != beforeCharacters[i].Char {
				require.Equal(t, beforeCharacters[i].Char, c.Rival, test.name)
			}
		}
		if again, _ := plate.Prefer(got, gotCharacters, test.j); again[0].Text != got[0].Text {
			t.Fatalf("%s: the second time gives another text", test.name)
		}
	}
	got, characters := plate.Prefer(nil, nil, "CA-ON")
	require.Empty(t, got)
	require.Empty(t, characters)
}
