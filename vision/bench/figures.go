package bench

import (
	"math"
	"slices"

	"gocv.io/x/gocv"
)

// percentile returns the smallest value that p per cent of all do not exceed
// (nearest rank), 0 if there is none.
func percentile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// share returns a part of all in per cent, to a hundredth.
func share(part, all int) float64 {
	if all == 0 {
		return 0
	}
	return round(100*float64(part)/float64(all), 2)
}

func round(v float64, digits int) float64 {
	unit := math.Pow10(digits)
	return math.Round(v*unit) / unit
}

// erase overwrites and frees a picture.
func erase(m *gocv.Mat) {
	if !m.Empty() {
		m.SetTo(gocv.Scalar{})
	}
	m.Close()
}
