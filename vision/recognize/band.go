package recognize

import (
	"image"
	"image/color"
	"slices"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
)

// BandHeight is the height, in pixels, of the pictures of lines that Tesseract's
// networks take; their width is as it comes.
const BandHeight = 36

// The characters fill this part of a band's height; the rest is what stands above
// and below them.
const bandFill = 0.78

// Where the characters stand if they cannot be told from what is around them, and
// between which heights a line of characters is, in parts of a picture that
// [Rectify] made.
const (
	usualTop, usualBottom = 0.26, 0.77
	lowest, highest       = 0.3, 0.85
)

// Band cuts the line of characters out of a plate picture in grey that [Rectify]
// made and writes it to out: dark on light, [BandHeight] pixels high. The
// characters' centres say where the line begins and ends; there must be at least
// one. Training cuts its lines with the same function.
func Band(grey gocv.Mat, characters []plate.Character, out *gocv.Mat) {
	left, right := bounds(grey.Cols(), characters)
	top, bottom := lines(grey, left, right)
	room := float64(bottom-top) * (1/bandFill - 1) / 2
	cut(grey, image.Rect(left, int(float64(top)-room), right, int(float64(bottom)+room+0.5)), BandHeight, out)
}

// bounds returns the columns between which the line of characters stands, in a
// picture so many columns wide.
func bounds(columns int, characters []plate.Character) (left, right int) {
	w := float64(columns)
	first, last := characters[0].Centre, characters[len(characters)-1].Centre
	pitch := (last - first) / float64(max(1, len(characters)-1))
	if len(characters) == 1 {
		pitch = 0.15
	}
	left = min(int(max(0, first-0.8*pitch)*w), max(0, columns-2))
	return left, min(max(left+2, int(min(1, last+0.8*pitch)*w)), columns)
}

// cut scales a part of a grey picture to a height in pixels, dark on light and of
// full contrast. Where the part reaches beyond the picture, its edge is repeated.
func cut(grey gocv.Mat, part image.Rectangle, height int, out *gocv.Mat) {
	inside := part.Intersect(image.Rect(0, 0, grey.Cols(), grey.Rows()))
	if inside.Empty() {
		inside = image.Rect(0, 0, grey.Cols(), grey.Rows())
		part = inside
	}
	region := grey.Region(inside)
	defer region.Close()
	scale := float64(height) / float64(part.Dy())
	size := image.Pt(max(1, int(float64(inside.Dx())*scale+0.5)), max(1, min(height, int(float64(inside.Dy())*scale+0.5))))
	scaled := gocv.NewMat()
	defer func() { scaled.SetTo(gocv.Scalar{}); scaled.Close() }()
	method := gocv.InterpolationCubic
	if scale < 0.8 {
		method = gocv.InterpolationArea
	}
	gocv.Resize(region, &scaled, size, 0, 0, method)
	gocv.Normalize(scaled, &scaled, 0, 255, gocv.NormMinMax)
	if darkGround(scaled) {
		gocv.BitwiseNot(scaled, &scaled)
	}
	above := min(height-size.Y, int(float64(inside.Min.Y-part.Min.Y)*scale+0.5))
	gocv.CopyMakeBorder(scaled, out, above, height-size.Y-above, 0, 0, gocv.BorderReplicate, color.RGBA{})
}

// lines returns the rows in which the characters stand, from top to below
// bottom: the run of rows around the middle that have many upright edges between
// the columns left and right.
func lines(grey gocv.Mat, left, right int) (top, bottom int) {
	rows, stride := grey.Rows(), grey.Cols()
	whole := grey.Clone()
	defer func() { whole.SetTo(gocv.Scalar{}); whole.Close() }()
	pixels, err := whole.DataPtrUint8()
	if err != nil {
		return 0, rows
	}
	edges := make([]float64, rows)
	for y := range rows {
		row := pixels[y*stride+left : y*stride+right]
		sum := 0
		for x := 2; x < len(row); x++ {
			if d := int(row[x]) - int(row[x-2]); d > 0 {
				sum += d
			} else {
				sum -= d
			}
		}
		edges[y] = float64(sum)
	}
	return run(smooth(edges))
}

// run returns the run of rows around the middle that have more than half of the
// middle's edges; noise, which is everywhere, is not counted.
func run(edges []float64) (top, bottom int) {
	rows := len(edges)
	from, to := rows*2/5, max(rows*2/5+1, rows*3/5)
	middle := 0.0
	for _, e := range edges[from:to] {
		middle += e / float64(to-from)
	}
	floor := slices.Min(edges)
	threshold := floor + (middle-floor)/2
	top, bottom = rows/2, rows/2+1
	for top > 0 && edges[top-1] >= threshold {
		top--
	}
	for bottom < rows && edges[bottom] >= threshold {
		bottom++
	}
	if h := float64(bottom-top) / float64(rows); h < lowest || h > highest {
		return int(usualTop * float64(rows)), int(usualBottom * float64(rows))
	}
	return top, bottom
}

// smooth averages each value with its neighbours.
func smooth(values []float64) []float64 {
	out := make([]float64, len(values))
	for i := range values {
		before, after := values[max(0, i-1)], values[min(len(values)-1, i+1)]
		out[i] = (before + values[i] + after) / 3
	}
	return out
}

// darkGround reports whether the characters are lighter than what is behind
// them: characters fill less than half of their line.
func darkGround(grey gocv.Mat) bool {
	split := gocv.NewMat()
	defer split.Close()
	gocv.Threshold(grey, &split, 0, 255, gocv.ThresholdBinary+gocv.ThresholdOtsu)
	return 2*gocv.CountNonZero(split) < grey.Rows()*grey.Cols()
}

// WidenX and WidenY are how much wider and higher than the plate the picture is
// that [Rectify] makes.
const (
	WidenX = widenX
	WidenY = widenY
)

// Strips cuts what is printed above and below the line of characters out of a
// plate picture in grey that [Rectify] made: like [Band], all of the plate's
// width. An outcome is empty if there is no room for print. There must be at
// least one character.
func Strips(grey gocv.Mat, characters []plate.Character, above, below *gocv.Mat) {
	left, right := bounds(grey.Cols(), characters)
	top, bottom := lines(grey, left, right)
	h := float64(grey.Rows())
	edge := (1 - 1/widenY) / 2 * 0.6 // a little of what is around the plate stays
	x0, x1 := int(float64(grey.Cols())*(1-1/widenX)/2), int(float64(grey.Cols())*(1+1/widenX)/2)
	for _, s := range []struct {
		from, to float64
		out      *gocv.Mat
	}{{edge * h, float64(top), above}, {float64(bottom), (1 - edge) * h, below}} {
		if s.to-s.from < leastStrip*h {
			s.out.Close()
			*s.out = gocv.NewMat()
			continue
		}
		cut(grey, image.Rect(x0, int(s.from), x1, int(s.to)), BandHeight, s.out)
	}
}

// leastStrip is the height of the lowest print that can be read, in parts of the
// picture's height.
const leastStrip = 0.07
