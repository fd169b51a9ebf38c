package press

// states has the styles of the fifty states and the District of Columbia.
var states = []Style{
	{Jurisdiction: "US-NY", Aspect: 2, Ground: tint(0xf2f2ee), Ink: tint(0x1b2a5c), Legend: "NEW YORK", Slogans: []string{"EXCELSIOR"},
		Series: []string{"LLL-DDDD"}, Face: Narrow, Top: 0.26, Bottom: 0.80, Weight: 5},
}
