package scene

import (
	"image/color"

	"secondlook/app/training"
	"secondlook/vision/scene/paint"
)

// body is the shape of a car, in metres. Heights are above the road; lengths
// run along the car.
type body struct {
	width, length float64
	nose          float64 // height of the front face's upper edge
	cowl, deck    float64 // height of the foot of the windscreen and of the rear window
	roof          float64 // height
	bonnet, boot  float64 // length before the windscreen, behind the rear window
	screen, tail  float64 // how far windscreen and rear window lean, along the car
	lean          float64 // how much narrower the roof is than the body, at each side
	sill          float64 // height of the underside
	wheel         float64 // radius
	axle          float64 // from the front end to the first wheels' middle; the same behind
	front, rear   float64 // height of the plates' middle
	open          bool    // a load bed behind the cab
	tall          bool    // upright rear with a hatch or doors
}

var bodies = map[string]body{
	"sedan": {width: 1.82, length: 4.65, nose: 0.78, cowl: 0.99, deck: 1.04, roof: 1.45, bonnet: 1.15, boot: 0.62, screen: 0.85, tail: 0.75,
		lean: 0.24, sill: 0.2, wheel: 0.33, axle: 0.9, front: 0.47, rear: 0.80},
	"hatchback": {width: 1.79, length: 4.15, nose: 0.78, cowl: 1.01, deck: 1.02, roof: 1.48, bonnet: 0.98, boot: 0.12, screen: 0.82, tail: 0.5,
		lean: 0.22, sill: 0.2, wheel: 0.32, axle: 0.82, front: 0.47, rear: 0.82, tall: true},
	"suv": {width: 1.9, length: 4.6, nose: 0.98, cowl: 1.15, deck: 1.16, roof: 1.72, bonnet: 1.05, boot: 0.12, screen: 0.66, tail: 0.42,
		lean: 0.22, sill: 0.27, wheel: 0.37, axle: 0.9, front: 0.58, rear: 0.92, tall: true},
	"van": {width: 1.98, length: 5.0, nose: 1.0, cowl: 1.22, deck: 1.2, roof: 1.95, bonnet: 0.75, boot: 0.05, screen: 0.8, tail: 0.14,
		lean: 0.14, sill: 0.24, wheel: 0.36, axle: 0.92, front: 0.56, rear: 0.92, tall: true},
	"pickup": {width: 2.0, length: 5.6, nose: 1.12, cowl: 1.27, deck: 1.2, roof: 1.86, bonnet: 1.25, boot: 1.85, screen: 0.6, tail: 0.16,
		lean: 0.2, sill: 0.36, wheel: 0.42, axle: 1.0, front: 0.66, rear: 0.62, open: true},
}

// paints are the body colours by name.
var paints = map[string]color.RGBA{
	"black":  paint.RGB(44, 46, 50),
	"blue":   paint.RGB(58, 96, 156),
	"brown":  paint.RGB(118, 92, 70),
	"green":  paint.RGB(74, 108, 82),
	"grey":   paint.RGB(116, 120, 126),
	"orange": paint.RGB(206, 112, 48),
	"red":    paint.RGB(164, 46, 44),
	"silver": paint.RGB(178, 182, 186),
	"white":  paint.RGB(226, 228, 230),
	"yellow": paint.RGB(212, 174, 62),
}

// seen is a car's shape as the camera meets it: the same numbers, from the end
// that is nearer.
type seen struct {
	body
	faceTop, base, foot   float64 // of the nearer face, nearer window, farther window
	before, behind        float64 // length before the nearer window, behind the farther
	slant, farSlant       float64
	plate                 float64
	front                 bool
	firstWheel, lastWheel float64 // along, from the nearer end
}

func seenFrom(b body, way training.Way) seen {
	last := b.length - b.axle
	if way == training.Approaching {
		return seen{b, b.nose, b.cowl, b.deck, b.bonnet, b.boot, b.screen, b.tail, b.front, true, b.axle, last}
	}
	return seen{b, b.deck - 0.03, b.deck, b.cowl, b.boot, b.bonnet, b.tail, b.screen, b.rear, false, b.length - last, b.length - b.axle}
}
