package press

// abroad has the styles of Europe, Mexico and South America.
var abroad = []Style{
	{Jurisdiction: "DE", Aspect: 4.73, Ground: tint(0xf4f4f0), Ink: tint(0x16161a), Strip: "D",
		Series: []string{"LL LL DDDD"}, Face: FE, Top: 0.15, Bottom: 0.85, Weight: 3},
}
