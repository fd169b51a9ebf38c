package paint

// Homography maps the picture's pixels to the unit square of a plate.
type Homography [9]float64

// ToUnit returns the map from a quadrilateral, from its top left corner
// clockwise, to the unit square (Heckbert 1989, "Fundamentals of Texture Mapping
// and Image Warping", section 2.2.3, inverted).
func ToUnit(q [4]Point) Homography {
	dx1, dx2, dx3 := q[1].X-q[2].X, q[3].X-q[2].X, q[0].X-q[1].X+q[2].X-q[3].X
	dy1, dy2, dy3 := q[1].Y-q[2].Y, q[3].Y-q[2].Y, q[0].Y-q[1].Y+q[2].Y-q[3].Y
	det := dx1*dy2 - dx2*dy1
	g := (dx3*dy2 - dx2*dy3) / det
	h := (dx1*dy3 - dx3*dy1) / det
	a, b, c := q[1].X-q[0].X+g*q[1].X, q[3].X-q[0].X+h*q[3].X, q[0].X
	d, e, f := q[1].Y-q[0].Y+g*q[1].Y, q[3].Y-q[0].Y+h*q[3].Y, q[0].Y
	return Homography{e - f*h, c*h - b, b*f - c*e, f*g - d, a - c*g, c*d - a*f, d*h - e*g, b*g - a*h, a*e - b*d}
}

// At maps a pixel.
func (m Homography) At(x, y float64) (u, v float64) {
	w := m[6]*x + m[7]*y + m[8]
	return (m[0]*x + m[1]*y + m[2]) / w, (m[3]*x + m[4]*y + m[5]) / w
}
