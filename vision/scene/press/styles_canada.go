package press

// canada has the styles of the Canadian provinces and territories.
var canada = []Style{
	{Jurisdiction: "CA-ON", Aspect: 2, Ground: tint(0xf0f2f4), Ink: tint(0x1c3a86), Legend: "ONTARIO", Slogans: []string{"YOURS TO DISCOVER"},
		Series: []string{"LLLL*DDD"}, Without: "IOQU", Mark: Crown, Face: Ontario, Top: 0.25, Bottom: 0.80, Weight: 30},
	{Jurisdiction: "CA-QC", Aspect: 2, Ground: tint(0xf0f2f4), Ink: tint(0x1d4190), Legend: "Québec", Slogans: []string{"Je me souviens"},
		Series: []string{"LDD LLL"}, Without: "IOU", Face: Square, Top: 0.25, Bottom: 0.80, Weight: 10},
}
