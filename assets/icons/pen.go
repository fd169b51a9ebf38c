// Package icons draws SecondLook's own icons: the small set of one hand that the
// screens use, and the application's mark.
//
// Each icon is described in strokes on a 24 by 24 grid and written as one filled
// outline, because Fyne recolours fills and not strokes. Draw and Mark return
// SVG; secondlook/assets/generate writes the files that secondlook/assets embeds.
package icons

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// point is a place on the drawing's grid, y growing downwards.
type point struct{ x, y float64 }

// pen draws strokes with round ends as outlines. Every outline runs clockwise,
// so that overlapping strokes unite under the non-zero winding rule.
type pen struct {
	half float64 // half of the stroke's width
	path strings.Builder
}

// line strokes through the points in order.
func (p *pen) line(points ...point) {
	for i := 1; i < len(points); i++ {
		p.segment(points[i-1], points[i])
	}
}

// outline strokes the closed polygon through the points.
func (p *pen) outline(points ...point) {
	p.line(append(points, points[0])...)
}

// solid fills the polygon, given clockwise, and rounds its corners.
func (p *pen) solid(points ...point) {
	p.move(points[0])
	for _, q := range points[1:] {
		p.straight(q)
	}
	p.end()
	p.outline(points...)
}

// dot fills a circle.
func (p *pen) dot(centre point, radius float64) {
	p.round(centre, radius, true)
}

// ring strokes a circle.
func (p *pen) ring(centre point, radius float64) {
	p.round(centre, radius+p.half, true)
	p.round(centre, radius-p.half, false)
}

// arc strokes part of a circle, clockwise between two angles in degrees, where 0
// points right and 90 down.
func (p *pen) arc(centre point, radius, from, to float64) {
	wide := to-from > 180
	p.move(polar(centre, radius+p.half, from))
	p.curve(radius+p.half, wide, true, polar(centre, radius+p.half, to))
	p.curve(p.half, false, true, polar(centre, radius-p.half, to))
	p.curve(radius-p.half, wide, false, polar(centre, radius-p.half, from))
	p.curve(p.half, false, true, polar(centre, radius+p.half, from))
	p.end()
}

// box strokes a rectangle with rounded corners; radius is its stroke's own.
func (p *pen) box(corner point, width, height, radius float64) {
	left, top := corner.x, corner.y
	right, bottom := left+width, top+height
	p.line(point{left + radius, top}, point{right - radius, top})
	p.line(point{right, top + radius}, point{right, bottom - radius})
	p.line(point{right - radius, bottom}, point{left + radius, bottom})
	p.line(point{left, bottom - radius}, point{left, top + radius})
	p.arc(point{left + radius, top + radius}, radius, 180, 270)
	p.arc(point{right - radius, top + radius}, radius, 270, 360)
	p.arc(point{right - radius, bottom - radius}, radius, 0, 90)
	p.arc(point{left + radius, bottom - radius}, radius, 90, 180)
}

// slab fills a rectangle with rounded corners.
func (p *pen) slab(corner point, width, height, radius float64) {
	left, top := corner.x, corner.y
	right, bottom := left+width, top+height
	p.move(point{left + radius, top})
	p.straight(point{right - radius, top})
	p.curve(radius, false, true, point{right, top + radius})
	p.straight(point{right, bottom - radius})
	p.curve(radius, false, true, point{right - radius, bottom})
	p.straight(point{left + radius, bottom})
	p.curve(radius, false, true, point{left, bottom - radius})
	p.straight(point{left, top + radius})
	p.curve(radius, false, true, point{left + radius, top})
	p.end()
}

// lens fills the almond between two arcs of the given radius that meet at left
// and right.
func (p *pen) lens(left, right point, radius float64) {
	p.move(left)
	p.curve(radius, false, true, right)
	p.curve(radius, false, true, left)
	p.end()
}

// segment outlines one straight stroke.
func (p *pen) segment(from, to point) {
	length := math.Hypot(to.x-from.x, to.y-from.y)
	if length == 0 {
		return // a box whose sides are all corner has no straight part
	}
	nx, ny := (to.y-from.y)/length*p.half, -(to.x-from.x)/length*p.half
	p.move(point{from.x + nx, from.y + ny})
	p.straight(point{to.x + nx, to.y + ny})
	p.curve(p.half, false, true, point{to.x - nx, to.y - ny})
	p.straight(point{from.x - nx, from.y - ny})
	p.curve(p.half, false, true, point{from.x + nx, from.y + ny})
	p.end()
}

// round outlines a circle, clockwise or, for a hole, against it.
func (p *pen) round(centre point, radius float64, clockwise bool) {
	left, right := point{centre.x - radius, centre.y}, point{centre.x + radius, centre.y}
	p.move(left)
	p.curve(radius, false, clockwise, right)
	p.curve(radius, false, clockwise, left)
	p.end()
}

func (p *pen) move(to point)     { fmt.Fprintf(&p.path, "M%s %s", decimal(to.x), decimal(to.y)) }
func (p *pen) straight(to point) { fmt.Fprintf(&p.path, "L%s %s", decimal(to.x), decimal(to.y)) }
func (p *pen) end()              { p.path.WriteString("Z") }

func (p *pen) curve(radius float64, wide, clockwise bool, to point) {
	fmt.Fprintf(&p.path, "A%s %s 0 %d %d %s %s", decimal(radius), decimal(radius),
		flag(wide), flag(clockwise), decimal(to.x), decimal(to.y))
}

// polar returns the place at an angle in degrees on a circle.
func polar(centre point, radius, degrees float64) point {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return point{centre.x + radius*cos, centre.y + radius*sin}
}

// decimal writes a coordinate with at most two decimals.
func decimal(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100+0, 'f', -1, 64)
}

func flag(set bool) int {
	if set {
		return 1
	}
	return 0
}
