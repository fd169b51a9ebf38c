package vote_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/vision/vote"
)

// look is a look with texts and probabilities in turn.
func look(pairs ...any) []plate.Candidate {
	var all []plate.Candidate
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, plate.Candidate{Text: plate.Text(pairs[i].(string)), Confidence: pairs[i+1].(float64)})
	}
	return all
}

// reading is a reading whose candidates are given as for look.
func reading(pairs ...any) vote.Reading {
	c := look(pairs...)
	r := vote.Reading{Text: c[0].Text, Confidence: c[0].Confidence, Candidates: c}
	for i := range len(r.Text) {
		r.Characters = append(r.Characters, plate.Character{
			Char: r.Text[i], Confidence: c[0].Confidence, Centre: (float64(i) + 0.5) / float64(len(r.Text)), Rival: 'X',
		})
	}
	return r
}

func TestCombine(t *testing.T) {
	for name, c := range map[string]struct {
		looks       [][]plate.Candidate
		correlation float64
		first       string
		low, high   float64
	}{
		"OneLookIsKept":            {[][]plate.Candidate{look("ABC123", 0.7, "A8C123", 0.2)}, 0.5, "ABC123", 0.699, 0.701},
		"AgreementIsSurer":         {[][]plate.Candidate{look("ABC123", 0.7, "A8C123", 0.2), look("ABC123", 0.7, "A8C123", 0.2)}, 0.5, "ABC123", 0.75, 0.95},
		"CopiesAddNothing":         {[][]plate.Candidate{look("ABC123", 0.7, "A8C123", 0.2), look("ABC123", 0.7, "A8C123", 0.2)}, 1, "ABC123", 0.699, 0.701},
		"MajorityWins":             {[][]plate.Candidate{look("A8C123", 0.6, "ABC123", 0.3), look("ABC123", 0.6, "A8C123", 0.3), look("ABC123", 0.6, "A8C123", 0.3)}, 0.5, "ABC123", 0.5, 0.9},
		"OneBlindLookRulesNoneOut": {[][]plate.Candidate{look("ABC123", 0.9), look("ABC123", 0.9), look("ABC123", 0.9), look("ZZZ999", 0.2)}, 0.5, "ABC123", 0.5, 1},
		"ContradictionIsUnsure":    {[][]plate.Candidate{look("ABC123", 0.8), look("XYZ789", 0.8)}, 0.5, "ABC123", 0, 0.5},
	} {
		t.Run(name, func(t *testing.T) {
			all := vote.Combine(c.looks, c.correlation)
			require.NotEmpty(t, all)
			require.Equal(t, c.first, string(all[0].Text))
			require.GreaterOrEqual(t, all[0].Confidence, c.low)
			require.LessOrEqual(t, all[0].Confidence, c.high)
			sum := 0.0
			for i, k := range all {
				sum += k.Confidence
				if i > 0 {
					require.LessOrEqual(t, k.Confidence, all[i-1].Confidence, "in order")
				}
			}
			require.LessOrEqual(t, sum, 1.000001)
		})
	}
	require.Empty(t, vote.Combine(nil, 0.5))
}

func TestReadings(t *testing.T) {
	require.Zero(t, vote.Readings(nil))

	r := vote.Readings([]vote.Reading{
		reading("ABC123", 0.6, "A8C123", 0.3),
		reading("A8C123", 0.5, "ABC123", 0.4),
		reading("ABC123", 0.8, "A8C123", 0.1),
	})
	require.Equal(t, "ABC123", string(r.Text))
	require.Equal(t, r.Text, r.Candidates[0].Text)
	require.Len(t, r.Characters, 6)
	require.InDelta(t, 0.7, r.Characters[0].Confidence, 1e-9, "the mean of the frames that read it so")
	require.InDelta(t, 0.7, r.Weakest(), 1e-9)
	require.Equal(t, byte('X'), r.Characters[0].Rival)
}

// The winner must be somebody's first choice, so that it has characters.
func TestReadingsWinnerWasRead(t *testing.T) {
	r := vote.Readings([]vote.Reading{
		reading("AAA111", 0.45, "CCC333", 0.44),
		reading("BBB222", 0.45, "CCC333", 0.44),
	})
	require.Equal(t, "AAA111", string(r.Text))
	require.Equal(t, r.Text, r.Candidates[0].Text)
	require.Len(t, r.Characters, 6)
}

func TestWeakestOfNothing(t *testing.T) { require.Zero(t, vote.Reading{}.Weakest()) }
