package recognize_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/vision/recognize"
	"secondlook/vision/vote"
)

// reading is a reading of candidates; each character of the first has the given
// confidence.
func reading(confidence float64, candidates ...plate.Candidate) vote.Reading {
	r := vote.Reading{Candidates: candidates, Text: candidates[0].Text, Confidence: candidates[0].Confidence}
	for i := range len(r.Text) {
		r.Characters = append(r.Characters, plate.Character{Char: r.Text[i], Confidence: confidence, Centre: float64(i+1) / 10})
	}
	return r
}

func TestFuseRaisesWhatBothRead(t *testing.T) {
	first := reading(0.9, plate.Candidate{Text: "CKRA274", Confidence: 0.8}, plate.Candidate{Text: "CKRA27A", Confidence: 0.1})
	fused := recognize.Fuse(first, reading(0.95, plate.Candidate{Text: "CKRA274", Confidence: 0.7}))
	require.Equal(t, "CKRA274", string(fused.Text))
	require.Greater(t, fused.Confidence, 0.95)
	require.Equal(t, first.Characters, fused.Characters)
	require.Equal(t, 0.8, first.Candidates[0].Confidence, "the first reading is left as it was")
}

func TestFuseLowersWhatTesseractContradicts(t *testing.T) {
	first := reading(0.9, plate.Candidate{Text: "CKRA274", Confidence: 0.9})
	fused := recognize.Fuse(first, reading(0.9, plate.Candidate{Text: "CKRA279", Confidence: 0.6}))
	require.Equal(t, "CKRA274", string(fused.Text), "the network is sure")
	require.Less(t, fused.Confidence, 0.9)
}

func TestFuseSettlesNearEquals(t *testing.T) {
	first := reading(0.5, plate.Candidate{Text: "CKRA274", Confidence: 0.5}, plate.Candidate{Text: "CKRA279", Confidence: 0.45}, plate.Candidate{Text: "CKRA2749", Confidence: 0.04})
	fused := recognize.Fuse(first, reading(0.95, plate.Candidate{Text: "CKRA279", Confidence: 0.7}))
	require.Equal(t, "CKRA279", string(fused.Text))
	require.Len(t, fused.Characters, 7)
	require.Equal(t, byte('9'), fused.Characters[6].Char)
	require.Equal(t, byte('4'), fused.Characters[6].Rival)
	require.Equal(t, fused.Text, fused.Candidates[0].Text)
	sum := 0.0
	for _, c := range fused.Candidates {
		sum += c.Confidence
	}
	require.LessOrEqual(t, sum, 1.0)
}

// Nobody knows where the characters of a text of another length are.
func TestFuseKeepsTheLength(t *testing.T) {
	first := reading(0.5, plate.Candidate{Text: "CKRA274", Confidence: 0.5}, plate.Candidate{Text: "CKRA27", Confidence: 0.45})
	fused := recognize.Fuse(first, reading(0.95, plate.Candidate{Text: "CKRA27", Confidence: 0.7}))
	require.Equal(t, "CKRA274", string(fused.Text))
	require.Less(t, fused.Confidence, 0.3)
}

func TestFuseWithNothing(t *testing.T) {
	first := reading(0.5, plate.Candidate{Text: "CKRA274", Confidence: 0.5})
	require.Equal(t, first, recognize.Fuse(first, vote.Reading{}))
	require.Equal(t, vote.Reading{}, recognize.Fuse(vote.Reading{}, first))
}

func TestCompare(t *testing.T) {
	a := reading(1, plate.Candidate{Text: "CKRA274", Confidence: 1})
	require.Equal(t, plate.Agrees, recognize.Compare(a, a).Verdict)
	require.Equal(t, plate.Disagrees, recognize.Compare(a, reading(1, plate.Candidate{Text: "CKRA279", Confidence: 1})).Verdict)
	require.Equal(t, plate.NoOpinion, recognize.Compare(a, reading(1, plate.Candidate{Text: "CKRA27", Confidence: 1})).Verdict)
	require.Equal(t, plate.NoOpinion, recognize.Compare(a, vote.Reading{}).Verdict)
}
