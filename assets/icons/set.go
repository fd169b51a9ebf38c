package icons

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
)

// Names returns the names of the set in alphabetical order.
func Names() []string {
	return slices.Sorted(maps.Keys(set))
}

// Draw returns the SVG of an icon of the set: 24 by 24, one black path, made for
// recolouring. It returns nil for a name that is not in the set.
func Draw(name string) []byte {
	draw, ok := set[name]
	if !ok {
		return nil
	}
	p := &pen{half: 1}
	draw(p)
	var svg bytes.Buffer
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">`)
	fmt.Fprintf(&svg, `<path fill="#000000" d="%s"/></svg>`+"\n", p.path.String())
	return svg.Bytes()
}

// set holds every icon. The three solid shapes are the priorities, so that they
// are told apart from the outlined icons and from each other without colour.
var set = map[string]func(*pen){
	"grave":   func(p *pen) { p.solid(point{12, 4.5}, point{20.5, 19}, point{3.5, 19}) },
	"high":    func(p *pen) { p.solid(point{12, 3.5}, point{20.5, 12}, point{12, 20.5}, point{3.5, 12}) },
	"routine": func(p *pen) { p.dot(point{12, 12}, 7.5) },

	"exact":     func(p *pen) { p.line(point{4, 12.5}, point{9.5, 18}, point{20, 6.5}) },
	"lookalike": func(p *pen) { wave(p, 8.5); wave(p, 15.5) },

	"camera": func(p *pen) {
		p.box(point{3, 7}, 12, 10, 2)
		p.outline(point{15, 11}, point{21, 8}, point{21, 16}, point{15, 13})
	},
	"camera-lost": func(p *pen) {
		p.box(point{3, 7}, 11, 10, 2)
		cross(p, point{19, 12}, 2.25)
	},
	"dock": func(p *pen) {
		p.line(point{12, 3}, point{12, 14})
		p.line(point{7.5, 10}, point{12, 14.5}, point{16.5, 10})
		p.line(point{3, 15}, point{3, 20.5}, point{21, 20.5}, point{21, 15})
	},
	"list": func(p *pen) {
		for _, y := range []float64{6, 12, 18} {
			p.dot(point{4.5, y}, 1.5)
			p.line(point{9, y}, point{20.5, y})
		}
	},
	"lock": func(p *pen) {
		p.box(point{5, 11}, 14, 9.5, 2)
		p.line(point{8, 11}, point{8, 7.5})
		p.arc(point{12, 7.5}, 4, 180, 360)
		p.line(point{16, 7.5}, point{16, 11})
		p.dot(point{12, 15.75}, 1.5)
	},
	"person": func(p *pen) {
		p.ring(point{12, 7.5}, 4)
		p.arc(point{12, 21.5}, 7.5, 188, 352)
	},
	"search": func(p *pen) {
		p.ring(point{10.5, 10.5}, 6.5)
		p.line(point{15.5, 15.5}, point{20.5, 20.5})
	},
	"entry": func(p *pen) {
		p.box(point{3, 6}, 18, 12, 2)
		p.line(point{12, 9.25}, point{12, 14.75})
		p.line(point{9.25, 12}, point{14.75, 12})
	},
	"approve": func(p *pen) {
		p.ring(point{12, 12}, 9)
		p.line(point{8, 12.4}, point{11, 15.4}, point{16, 9})
	},
	"notice": func(p *pen) {
		p.box(point{3, 4}, 18, 12.5, 2.5)
		p.line(point{8, 16.5}, point{8, 20.5}, point{12.5, 16.5})
		p.line(point{7.5, 8.5}, point{16.5, 8.5})
		p.line(point{7.5, 12}, point{13, 12})
	},
	"audit": func(p *pen) { // two links of a chain
		p.box(point{2.5, 8}, 11.5, 8, 4)
		p.box(point{10, 8}, 11.5, 8, 4)
	},
	"review": func(p *pen) {
		p.line(point{4, 6}, point{20, 6})
		p.line(point{4, 12}, point{12, 12})
		p.line(point{4, 18}, point{9, 18})
		p.line(point{12.5, 16.5}, point{15.5, 19.5}, point{21, 12.5})
	},
	"print": func(p *pen) {
		p.line(point{7, 8}, point{7, 3.5}, point{17, 3.5}, point{17, 8})
		p.line(point{7, 17}, point{3, 17}, point{3, 8}, point{21, 8}, point{21, 17}, point{17, 17})
		p.outline(point{7, 13.5}, point{17, 13.5}, point{17, 20.5}, point{7, 20.5})
	},
	"settings": func(p *pen) {
		slider(p, 5.5, 15.5)
		slider(p, 12, 8)
		slider(p, 18.5, 14)
	},
	"end-of-shift": func(p *pen) {
		p.line(point{10, 4}, point{4, 4}, point{4, 20}, point{10, 20})
		p.line(point{9.5, 12}, point{20.5, 12})
		p.line(point{16, 7.5}, point{20.5, 12}, point{16, 16.5})
	},
	"sound": func(p *pen) {
		speaker(p)
		p.arc(point{11, 12}, 5, -45, 45)
		p.arc(point{11, 12}, 9.5, -45, 45)
	},
	"sound-off": func(p *pen) {
		speaker(p)
		cross(p, point{18.5, 12}, 2.5)
	},
	"warning": func(p *pen) {
		p.outline(point{12, 4}, point{21, 19.5}, point{3, 19.5})
		p.line(point{12, 10}, point{12, 13})
		p.dot(point{12, 16.25}, 1.25)
	},
	"training": func(p *pen) {
		p.outline(point{12, 4.5}, point{21, 9}, point{12, 13.5}, point{3, 9})
		p.line(point{6.5, 11}, point{6.5, 16}, point{9.5, 18.5}, point{14.5, 18.5}, point{17.5, 16}, point{17.5, 11})
		p.line(point{21, 9}, point{21, 15.5})
	},
	"plate": func(p *pen) {
		p.box(point{3, 6}, 18, 12, 2)
		for _, x := range []float64{7.5, 12, 16.5} {
			p.line(point{x, 10.5}, point{x, 13.5})
		}
	},
	"clock": func(p *pen) {
		p.ring(point{12, 12}, 9)
		p.line(point{12, 7}, point{12, 12}, point{15.5, 14})
	},
	"position": func(p *pen) {
		p.ring(point{12, 12}, 5.5)
		p.dot(point{12, 12}, 1.5)
		p.line(point{12, 2.5}, point{12, 6.5})
		p.line(point{12, 17.5}, point{12, 21.5})
		p.line(point{2.5, 12}, point{6.5, 12})
		p.line(point{17.5, 12}, point{21.5, 12})
	},
	"position-lost": func(p *pen) {
		p.ring(point{12, 12}, 5.5)
		cross(p, point{12, 12}, 2.25)
		p.line(point{12, 2.5}, point{12, 6.5})
		p.line(point{12, 17.5}, point{12, 21.5})
		p.line(point{2.5, 12}, point{6.5, 12})
		p.line(point{17.5, 12}, point{21.5, 12})
	},
	"breach": func(p *pen) { // a flag
		p.line(point{5, 3.5}, point{5, 21})
		p.outline(point{5, 4.5}, point{19.5, 4.5}, point{16, 9.25}, point{19.5, 14}, point{5, 14})
	},
	"code": func(p *pen) { // the corners of a QR code
		p.box(point{3.5, 3.5}, 6, 6, 1)
		p.box(point{14.5, 3.5}, 6, 6, 1)
		p.box(point{3.5, 14.5}, 6, 6, 1)
		p.dot(point{15.5, 15.5}, 1.5)
		p.dot(point{20, 15.5}, 1.5)
		p.dot(point{15.5, 20}, 1.5)
		p.dot(point{20, 20}, 1.5)
	},
	"go": func(p *pen) { p.outline(point{7, 4.5}, point{19.5, 12}, point{7, 19.5}) },
	"save": func(p *pen) {
		p.line(point{12, 3}, point{12, 13})
		p.line(point{7.5, 9}, point{12, 13.5}, point{16.5, 9})
		p.box(point{3.5, 17}, 17, 3.5, 1)
	},
	"telephone": func(p *pen) {
		p.box(point{7, 2.5}, 10, 19, 2)
		p.line(point{10.5, 18}, point{13.5, 18})
	},
	"back": func(p *pen) {
		p.line(point{20, 12}, point{4, 12})
		p.line(point{10.5, 5.5}, point{4, 12}, point{10.5, 18.5})
	},
	"close": func(p *pen) { cross(p, point{12, 12}, 6.5) },
	"statistics": func(p *pen) {
		p.line(point{4, 4}, point{4, 20}, point{20.5, 20})
		p.line(point{8.5, 16}, point{8.5, 12})
		p.line(point{13, 16}, point{13, 6})
		p.line(point{17.5, 16}, point{17.5, 9.5})
	},
	"keys": func(p *pen) {
		p.box(point{2.5, 5.5}, 19, 13, 2)
		for _, x := range []float64{7, 12, 17} {
			p.dot(point{x, 10}, 1.25)
		}
		p.line(point{8.5, 14.5}, point{15.5, 14.5})
	},
	"rub-out": func(p *pen) {
		p.outline(point{8.5, 5.5}, point{21, 5.5}, point{21, 18.5}, point{8.5, 18.5}, point{3, 12})
		cross(p, point{14.25, 12}, 2.5)
	},
	"shift": func(p *pen) {
		p.outline(point{12, 3.5}, point{20, 12}, point{15.5, 12}, point{15.5, 20}, point{8.5, 20}, point{8.5, 12}, point{4, 12})
	},
}

// wave strokes one wave of the look-alike sign at height y: a hump of radius 5.5
// over a chord of 9, then the same upside down.
func wave(p *pen, y float64) {
	const rise, angle = 3.162, 35.1
	p.arc(point{7.5, y + rise}, 5.5, 180+angle, 360-angle)
	p.arc(point{16.5, y - rise}, 5.5, angle, 180-angle)
}

// cross strokes an x that reaches the given distance from its centre both ways.
func cross(p *pen, c point, reach float64) {
	p.line(point{c.x - reach, c.y - reach}, point{c.x + reach, c.y + reach})
	p.line(point{c.x + reach, c.y - reach}, point{c.x - reach, c.y + reach})
}

// slider strokes one slider at height y with its knob at x.
func slider(p *pen, y, x float64) {
	const knob = 2
	p.line(point{3, y}, point{x - knob, y})
	p.ring(point{x, y}, knob)
	p.line(point{x + knob, y}, point{21, y})
}

func speaker(p *pen) {
	p.outline(point{3, 9.5}, point{6, 9.5}, point{11, 5}, point{11, 19}, point{6, 14.5}, point{3, 14.5})
}
