package recognize

import (
	"image"
	"image/color"
	"math"

	"gocv.io/x/gocv"

	"secondlook/vision/detect"
)

// The plate is cut out a little larger than its corners, because a detector's
// corners are never exact and a cut character is lost.
const (
	widenX = 1.10
	widenY = 1.16
)

// rectify warps the plate with the given corners, widened by x and y around its
// centre, to size. picture may be of any type. A plate larger than size is first
// shrunk, so that no detail falls between the samples.
func rectify(picture gocv.Mat, corners [4]detect.Point, x, y float64, size image.Point, out *gocv.Mat) {
	corners = widen(corners, x, y)
	left, top, right, bottom := detect.Plate{Corners: corners}.Bounds()
	frame := image.Rect(0, 0, picture.Cols(), picture.Rows())
	area := image.Rect(int(left)-3, int(top)-3, int(right)+4, int(bottom)+4).Intersect(frame)
	if area.Empty() {
		area = frame
	}
	part := picture.Region(area)
	defer part.Close()
	shrink := min(1, float64(size.X)/(right-left))
	source := part
	if w, h := int(math.Round(float64(area.Dx())*shrink)), int(math.Round(float64(area.Dy())*shrink)); shrink < 1 && w > 0 && h > 0 {
		source = gocv.NewMat()
		defer source.Close()
		gocv.Resize(part, &source, image.Pt(w, h), 0, 0, gocv.InterpolationArea)
	}
	sx := float64(source.Cols()) / float64(area.Dx())
	sy := float64(source.Rows()) / float64(area.Dy())
	var from [4]gocv.Point2f
	for i, c := range corners {
		from[i] = gocv.Point2f{X: float32((c.X - float64(area.Min.X)) * sx), Y: float32((c.Y - float64(area.Min.Y)) * sy)}
	}
	w, h := float32(size.X), float32(size.Y)
	fromPoints := gocv.NewPoint2fVectorFromPoints(from[:])
	defer fromPoints.Close()
	toPoints := gocv.NewPoint2fVectorFromPoints([]gocv.Point2f{{}, {X: w}, {X: w, Y: h}, {Y: h}})
	defer toPoints.Close()
	transform := gocv.GetPerspectiveTransform2f(fromPoints, toPoints)
	defer transform.Close()
	gocv.WarpPerspectiveWithParams(source, out, transform, size, gocv.InterpolationCubic, gocv.BorderReplicate, color.RGBA{})
}

// widen moves the corners away from their centre.
func widen(corners [4]detect.Point, x, y float64) [4]detect.Point {
	var centre detect.Point
	for _, c := range corners {
		centre.X += c.X / 4
		centre.Y += c.Y / 4
	}
	for i, c := range corners {
		corners[i] = detect.Point{X: centre.X + (c.X-centre.X)*x, Y: centre.Y + (c.Y-centre.Y)*y}
	}
	return corners
}

// Plate pictures are shown at least this wide and never wider, in pixels.
const minShown, maxShown = 240, 480

// Rectify cuts the plate with the given corners out of a picture, straightened
// and in its own proportions, 240 to 480 pixels wide: the plate picture that an
// officer sees and the one that [plate.Character] centres refer to. picture may
// be of any type; out gets the same type.
func Rectify(picture gocv.Mat, corners [4]detect.Point, out *gocv.Mat) {
	side := func(a, b int) float64 {
		return math.Hypot(corners[a].X-corners[b].X, corners[a].Y-corners[b].Y)
	}
	across := max(side(0, 1), side(3, 2)) * widenX
	down := max(side(0, 3), side(1, 2)) * widenY
	w := min(max(across, minShown), maxShown)
	h := min(max(w*down/across, w/8), w)
	rectify(picture, corners, widenX, widenY, image.Pt(int(w), int(h)), out)
}
