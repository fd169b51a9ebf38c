package training

import "time"

// Way is how a car moves through a camera's view. The patrol car stands.
type Way string

const (
	// Approaching cars come nearer and show their front.
	Approaching Way = "approaching"
	// Leaving cars drive away and show their rear.
	Leaving Way = "leaving"
)

// Approach is a car's path: a straight line along its lane. Drivers slow down
// beside a patrol car, which is also when their plates can be read.
type Approach struct {
	Way Way
	// Distance is how far from the camera the path begins (approaching) or ends
	// (leaving), in metres.
	Distance float64
	// Speed is the speed on the open road, Slow the speed beside the patrol car,
	// in metres a second.
	Speed, Slow float64
	// Lane is the distance between the car's middle line and the camera, to the
	// side that the camera looks at, in metres.
	Lane float64
}

// Where a car is when it begins to brake, is slow, speeds up, is fast again, and
// is wholly out of the picture: its nearer end's distance from the camera, in
// metres.
const (
	brakes  = 20.0
	slow    = 12.5
	leaves  = 7.0
	fast    = 1.0
	outside = -7.0
)

// stretch is a part of the path with even acceleration.
type stretch struct{ from, to, speed, then float64 }

// stretches is the path of an approaching car. A leaving car drives the same
// path the other way.
func (a Approach) stretches() [5]stretch {
	return [5]stretch{
		{a.Distance, brakes, a.Speed, a.Speed},
		{brakes, slow, a.Speed, a.Slow},
		{slow, leaves, a.Slow, a.Slow},
		{leaves, fast, a.Slow, a.Speed},
		{fast, outside, a.Speed, a.Speed},
	}
}

// seconds is how long the stretch takes.
func (s stretch) seconds() float64 { return (s.from - s.to) / ((s.speed + s.then) / 2) }

// Time is how long the path takes.
func (a Approach) Time() time.Duration {
	sum := 0.0
	for _, s := range a.stretches() {
		sum += s.seconds()
	}
	return time.Duration(sum * float64(time.Second))
}

// Ahead is the distance along the road from the camera to the car's nearer end,
// in metres, at a time since the car came into the street; negative once that
// end is behind the camera. The second result is false before and after.
func (a Approach) Ahead(since time.Duration) (float64, bool) {
	if since < 0 || since > a.Time() {
		return 0, false
	}
	if a.Way == Leaving {
		since = a.Time() - since
	}
	left := since.Seconds()
	for _, s := range a.stretches() {
		whole := s.seconds()
		if left < whole {
			return s.from - s.speed*left - (s.then-s.speed)/(2*whole)*left*left, true
		}
		left -= whole
	}
	return outside, true
}

// read is when the car's plate can be read: where it is slow beside the patrol car.
func (a Approach) read() time.Duration {
	path := a.stretches()
	before := path[:2]
	if a.Way == Leaving {
		before = path[3:]
	}
	sum := 0.0
	for _, s := range before {
		sum += s.seconds()
	}
	return time.Duration(sum * float64(time.Second))
}
