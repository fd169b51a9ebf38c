package icons

import (
	"bytes"
	"fmt"
)

// Mark returns the application's icon as SVG, 512 by 512: a plate at night whose
// reading is an eye, and the arc of a second look above it.
func Mark() []byte {
	const (
		ground = "#0F1316"
		look   = "#62B6EE"
		plate  = "#E9EEF2"
	)
	var svg bytes.Buffer
	fmt.Fprint(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 512 512">`)
	fill := func(colour string, draw func(*pen)) {
		p := &pen{half: 14}
		draw(p)
		fmt.Fprintf(&svg, `<path fill="%s" d="%s"/>`, colour, p.path.String())
	}
	fill(ground, func(p *pen) { p.slab(point{16, 16}, 480, 480, 104) })
	fill(look, func(p *pen) { p.arc(point{256, 362}, 266, 233, 307) })
	fill(plate, func(p *pen) { p.slab(point{72, 192}, 368, 216, 36) })
	fill(ground, func(p *pen) {
		for _, x := range []float64{112, 400} {
			p.dot(point{x, 228}, 10)
			p.dot(point{x, 372}, 10)
		}
		p.lens(point{126, 300}, point{386, 300}, 160)
	})
	fill(plate, func(p *pen) { p.lens(point{156, 300}, point{356, 300}, 132) })
	fill(ground, func(p *pen) { p.dot(point{256, 300}, 54) })
	fill(look, func(p *pen) { p.dot(point{256, 300}, 34) })
	fmt.Fprint(&svg, "</svg>\n")
	return svg.Bytes()
}
