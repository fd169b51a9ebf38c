package press

// canada has the styles of the provinces and territories, Ontario's of each use.
var canada = northAmerican(
	Style{Jurisdiction: "CA-ON", Ground: tint(0xf0f2f4), Ink: tint(0x1c3a86), Legend: "ONTARIO", Slogans: []string{"YOURS TO DISCOVER", "YOURS TO DISCOVER", "TANT À DÉCOUVRIR"},
		Series: []string{"LLLL*DDD", "LLLL*DDD", "LLLL*DDD", "LLL*DDD", "DDD*LLL"}, Without: "IOQU", Mark: Crown, Face: Ontario, Top: 0.25, Bottom: 0.80, Weight: 30},
	// White on two blues, early in 2020, with a trillium.
	Style{Jurisdiction: "CA-ON", Ground: tint(0x1d4f9c), Fade: tint(0x2a6fc0), Ink: tint(0xf2f4f6), Legend: "Ontario", Slogans: []string{"A PLACE TO GROW"},
		Series: []string{"LLLL*DDD"}, Without: "IOQU", Mark: Star, Face: Ontario, Weight: 3},
	Style{Jurisdiction: "CA-ON", Ground: tint(0xf0f2f4), Ink: tint(0x1c7a46), Legend: "ONTARIO", Slogans: []string{"GREEN VEHICLE", "YOURS TO DISCOVER"},
		Series: []string{"GVLL*DDD"}, Without: "IOQU", Mark: Crown, Face: Ontario, Top: 0.25, Bottom: 0.80, Weight: 3},
	// Trucks and buses.
	Style{Jurisdiction: "CA-ON", Ground: tint(0xf0f2f4), Ink: tint(0x1b1b1f), Legend: "ONTARIO", Slogans: []string{"YOURS TO DISCOVER"},
		Series: []string{"LL*DDDDD", "LL DDDDD", "LL*DDDD", "DDDD*LL"}, Without: "IOQU", Mark: Crown, Face: Ontario, Top: 0.25, Bottom: 0.80, Weight: 7},
	// Trailers.
	Style{Jurisdiction: "CA-ON", Ground: tint(0xf0f2f4), Ink: tint(0x1c3a86), Legend: "ONTARIO", Slogans: []string{"YOURS TO DISCOVER"},
		Series: []string{"LDD*DDL", "LDD DDL"}, Without: "IOQU", Mark: Crown, Face: Ontario, Top: 0.25, Bottom: 0.80, Weight: 2},

	Style{Jurisdiction: "CA-QC", Ground: tint(0xf0f2f4), Ink: tint(0x1d4190), Legend: "Québec", Slogans: []string{"Je me souviens"},
		Series: []string{"LDD LLL", "LDD LLL", "DDD LLL", "LLL DDD"}, Without: "IOU", Weight: 9},
	Style{Jurisdiction: "CA-QC", Ground: tint(0xf0f2f4), Ink: tint(0x1d4190), Legend: "Québec", Slogans: []string{"Je me souviens"},
		Series: []string{"FLLDDDD", "RLDDDDL"}, Without: "IOU"},
	Style{Jurisdiction: "CA-QC", Ground: tint(0xf0f2f4), Ink: tint(0x24824a), Legend: "Québec", Slogans: []string{"Je me souviens"},
		Series: []string{"LDD LLL"}, Without: "IOU"},

	Style{Jurisdiction: "CA-BC", Ground: tint(0xf0f2f4), Ink: tint(0x1e3f8f), Legend: "Beautiful British Columbia", LegendBelow: true,
		Series: []string{"LLD*DDL", "LLL*DDD", "DDD*LLL"}, Without: "IOQ", Mark: Flag, Face: Narrow, Weight: 4},
	Style{Jurisdiction: "CA-BC", Ground: tint(0xf0f2f4), Ink: tint(0x1e3f8f), Legend: "British Columbia", LegendBelow: true,
		Series: []string{"LL DDDD", "DDDD LL"}, Without: "IOQ"},
	Style{Jurisdiction: "CA-AB", Ground: tint(0xf2f2f0), Ink: tint(0xb92a2e), Legend: "Alberta", Slogans: []string{"Wild Rose Country"},
		Series: []string{"LLL-DDDD", "LLL DDDD", "LLL-DDD"}, Without: "IOQ", Face: Narrow, Weight: 4},
	// Ears of wheat.
	Style{Jurisdiction: "CA-SK", Ground: tint(0xf0f2f0), Ink: tint(0x1f6b3c), Legend: "Saskatchewan", Slogans: []string{"Land of Living Skies"},
		Series: []string{"DDD*LLL"}, Without: "IOQ", Mark: Tree, Weight: 2},
	Style{Jurisdiction: "CA-MB", Ground: tint(0xe6eef5), Fade: tint(0xdce6c8), Ink: tint(0x1d2f6c), Legend: "Manitoba", Slogans: []string{"Friendly"},
		Series: []string{"LLL DDD"}, Without: "IOQ", Weight: 3},
	Style{Jurisdiction: "CA-NB", Ground: tint(0xf2f2f0), Ink: tint(0xb02830), Legend: "New Brunswick", Slogans: []string{"Nouveau-Brunswick", "New Nouveau Brunswick", ""},
		Series: []string{"LLL DDD", "LLL-DDD"}, Without: "IOQ", Weight: 2},
	Style{Jurisdiction: "CA-NS", Ground: tint(0xf0f3f6), Fade: tint(0xc6d8e8), Ink: tint(0x21498c), Legend: "NOVA SCOTIA", Slogans: []string{"CANADA'S OCEAN PLAYGROUND"},
		Series: []string{"LLL DDD"}, Without: "IOQ", Weight: 2},
	Style{Jurisdiction: "CA-PE", Ground: tint(0xf2f2ee), Ink: tint(0x1f5a3a), Legend: "Prince Edward Island", Slogans: []string{"Birthplace of Confederation", "Berceau de la Confédération"},
		Series: []string{"LL DDD", "DD DLL"}, Without: "IOQ"},
	Style{Jurisdiction: "CA-NL", Ground: tint(0xf2f3f4), Ink: tint(0x1c3f7c), Legend: "Newfoundland & Labrador", Slogans: []string{"", "Canada"},
		Series: []string{"LLL DDD"}, Without: "IOQ"},
	Style{Jurisdiction: "CA-YT", Ground: tint(0xf0f2f4), Fade: tint(0xc4d6ea), Ink: tint(0x22407c), Legend: "Yukon", LegendInk: tint(0xb02a30), Slogans: []string{"The Klondike"},
		Series: []string{"LLL DD"}, Without: "IOQ"},
	Style{Jurisdiction: "CA-NT", Ground: tint(0xe4eef6), Fade: tint(0xf4f6f8), Ink: tint(0x1d3f86), Legend: "Northwest Territories", LegendBelow: true, Slogans: []string{"SPECTACULAR", "EXPLORE CANADA'S ARCTIC"},
		Series: []string{"DDD DDD", "DDDDD"}},
	Style{Jurisdiction: "CA-NU", Ground: tint(0x9cc4d4), Fade: tint(0xdfe8ec), Ink: tint(0x17171b), Legend: "Nunavut", LegendBelow: true,
		Series: []string{"DDD DDD"}, Face: Tall},
)
