package press

// europeanPlates fills in what most plates of Europe share: 520 by 110 mm, black
// on white, characters of two thirds of the height, no legend.
func europeanPlates(styles ...Style) []Style {
	for i := range styles {
		s := &styles[i]
		if s.Aspect == 0 {
			s.Aspect = 4.73
		}
		if s.Ground.A == 0 {
			s.Ground = tint(0xf3f3f0)
		}
		if s.Ink.A == 0 {
			s.Ink = tint(0x17171b)
		}
		if s.Face == "" {
			s.Face = Round
		}
		if s.Weight == 0 {
			s.Weight = 0.5
		}
		s.Top, s.Bottom = 0.16, 0.84
	}
	return styles
}

// europe has the styles of the European countries. The areas of Germany, Poland
// and others whose codes have no L and no D stand for the rest.
var europe = europeanPlates(
	Style{Jurisdiction: "DE", Strip: "D", Series: []string{"LL LL DDDD", "L LL DDDD", "LLL LL DD", "LL L DDD", "LLL L DDD", "LL LL DDD"}, Face: FE, Weight: 3},
	Style{Jurisdiction: "AT", Strip: "A", Aspect: 4.33, Series: []string{"W-DDDDD L", "LL-DDD LL", "W-DDDD L", "G-DDD LLL"}, Weight: 0.7},
	Style{Jurisdiction: "BE", Strip: "B", Ink: tint(0x9c1f30), Series: []string{"D-LLL-DDD"}, Without: "IOQ", Weight: 0.7},
	Style{Jurisdiction: "BE", Aspect: 3.0, Ink: tint(0x9c1f30), Series: []string{"LLL DDD", "DDD LLL"}, Without: "IOQ", Weight: 0.3},
	Style{Jurisdiction: "BG", Strip: "BG", Series: []string{"CB DDDD LL", "PB DDDD LL", "B DDDD LL", "CA DDDD LL"}, Without: "DFGIJLNQRSUVWZ"},
	Style{Jurisdiction: "CH", Aspect: 4.55, Series: []string{"ZH*DDD DDD", "BE*DDD DDD", "AG*DDD DDD", "GE*DDDDD", "TI*DDD DDD"}, Mark: Flag, Weight: 0.6},
	Style{Jurisdiction: "CZ", Strip: "CZ", Series: []string{"DLD DDDD", "DLL DDDD"}, Without: "GOQW", Weight: 0.8},
	Style{Jurisdiction: "DK", Strip: "DK", Series: []string{"LL DD DDD"}, Without: "IOQ"},
	Style{Jurisdiction: "EE", Strip: "EST", Series: []string{"DDD LLL"}},
	Style{Jurisdiction: "ES", Strip: "E", Series: []string{"DDDD LLL"}, Without: "AEIOQU", Weight: 1.5},
	Style{Jurisdiction: "FI", Strip: "FIN", Aspect: 4, Series: []string{"LLL-DDD"}},
	Style{Jurisdiction: "FR", Strip: "F", Series: []string{"LL-DDD-LL"}, Without: "IOU", Weight: 2.5},
	// The rear plate before 2007.
	Style{Jurisdiction: "FR", Strip: "F", Ground: tint(0xf2c62c), Series: []string{"DDDD LL DD", "DDD LLL DD"}, Weight: 0.3},
	Style{Jurisdiction: "GB", Strip: "GB", Aspect: 4.68, Series: []string{"LLDD LLL"}, Without: "IQ", Face: UK, Weight: 1.5},
	Style{Jurisdiction: "GB", Aspect: 4.68, Ground: tint(0xf2c62c), Series: []string{"LLDD LLL", "LDDD LLL", "LDD LLL"}, Without: "IQ", Face: UK, Weight: 1.5},
	Style{Jurisdiction: "GR", Strip: "GR", Series: []string{"LLL-DDDD"}, Without: "CDFGJLQRSUVW"},
	Style{Jurisdiction: "HR", Strip: "HR", Series: []string{"ZG*DDDD-LL", "ST*DDD-LL", "PU*DDD-L", "RI*DDD-LL"}, Without: "QWXY", Mark: Flag},
	Style{Jurisdiction: "HU", Strip: "H", Series: []string{"LLL-DDD", "LL LL-DDD"}},
	Style{Jurisdiction: "IE", Strip: "IRL", Series: []string{"DDD-C-DDDDD", "DDD-G-DDDD", "DDD-KE-DDDD", "DD-C-DDDDD"}},
	Style{Jurisdiction: "IT", Strip: "I", Series: []string{"LL DDDLL"}, Without: "IOQU", Weight: 2},
	Style{Jurisdiction: "LT", Strip: "LT", Series: []string{"LLL DDD", "LLL.DDD"}},
	Style{Jurisdiction: "LU", Strip: "L", Ground: tint(0xf2c62c), Series: []string{"LL DDDD"}, Weight: 0.3},
	Style{Jurisdiction: "LV", Strip: "LV", Series: []string{"LL-DDDD", "LL-DDD"}},
	Style{Jurisdiction: "NL", Strip: "NL", Ground: tint(0xf2c230), Series: []string{"LL-DDD-L", "L-DDD-LL", "DD-LLL-D", "D-LLL-DD", "DD-LL-LL", "LL-LL-DD"}, Without: "IOQU", Weight: 1.2},
	Style{Jurisdiction: "NO", Strip: "N", Series: []string{"LL DDDDD"}, Without: "IOQ"},
	Style{Jurisdiction: "PL", Strip: "PL", Series: []string{"WA DDDDD", "KR DDDDL", "PO DDDLL", "WX DLDDD", "SK DLLDD", "WPR DDDDD", "GA DDDDL"}, Without: "BDIOQZ", Weight: 1.5},
	Style{Jurisdiction: "PT", Strip: "P", Series: []string{"LL-DD-LL", "DD-LL-DD", "DD-DD-LL"}, Weight: 0.7},
	Style{Jurisdiction: "RO", Strip: "RO", Series: []string{"B DDD LLL", "CT DD LLL", "TM DD LLL", "B DD LLL"}, Without: "Q", Weight: 0.7},
	Style{Jurisdiction: "RS", Strip: "SRB", Series: []string{"BG*DDDD-LL", "NS*DDD-LL"}, Mark: Flag},
	Style{Jurisdiction: "SE", Strip: "S", Series: []string{"LLL DDD", "LLL DDD"}, Without: "IQV", Weight: 0.8},
	Style{Jurisdiction: "SE", Strip: "S", Series: []string{"LLL DDL"}, Without: "IOQV", Weight: 0.3},
	Style{Jurisdiction: "SI", Strip: "SLO", Series: []string{"MB*LL-DDD", "KP*LL-DDD", "CE*DDD-LL"}, Mark: Flag},
	Style{Jurisdiction: "SK", Strip: "SK", Series: []string{"LL*DDDLL"}, Mark: Flag, Weight: 0.7},
	Style{Jurisdiction: "TR", Strip: "TR", Series: []string{"DD LL DDD", "DD LLL DD", "DD L DDDD", "DD LL DDDD"}},
	Style{Jurisdiction: "UA", Strip: "UA", Series: []string{"AA DDDD BC", "KA DDDD XB", "BC DDDD CE", "AX DDDD HH"}},
)

// mexican is a plate of a state on the border with the United States.
func mexican(legend string, ink uint32) Style {
	return Style{Jurisdiction: "MX", Ground: tint(0xf0f1f0), Ink: tint(ink), Legend: legend, Slogans: []string{"MEXICO", "MÉXICO"},
		Series: []string{"LLL-DDD-L", "LLL-DD-DD"}, Without: "IOQ", Face: Narrow, Weight: 0.2}
}

// brazilianTowns are what stands above the characters of Brazil's plates until
// 2018: the state and the town.
var brazilianTowns = []string{"SP-SAO PAULO", "RJ-RIO DE JANEIRO", "MG-BELO HORIZONTE", "BA-SALVADOR", "PR-CURITIBA", "RS-PORTO ALEGRE", "PE-RECIFE", "CE-FORTALEZA", "DF-BRASILIA", "GO-GOIANIA", "SC-JOINVILLE", "ES-VITORIA"}

// latinAmerica has the styles of Mexico's border states and of the Mercosur.
var latinAmerica = append(northAmerican(
	mexican("BAJA CALIFORNIA", 0x1f3f7c),
	mexican("SONORA", 0x7c1f2a),
	mexican("CHIHUAHUA", 0x1d1d22),
	mexican("COAHUILA", 0x1f5a3c),
	mexican("NUEVO LEON", 0x1d2c5c),
	mexican("TAMAULIPAS", 0x1d1d22),
),
	Style{Jurisdiction: "BR", Aspect: 3.08, Ground: tint(0xe9edf0), Ink: tint(0x17171b), Band: tint(0x1c3f96), Legend: "BRASIL", LegendInk: tint(0xf2f4f6),
		Series: []string{"LLLDLDD"}, Face: Mercosur, Top: 0.32, Bottom: 0.90, Weight: 3},
	Style{Jurisdiction: "BR", Aspect: 3.08, Ground: tint(0xb6babd), Ink: tint(0x222226), LegendBelow: true, Slogans: brazilianTowns,
		Series: []string{"LLL-DDDD", "LLL.DDDD"}, Face: Mandatory, Top: 0.30, Bottom: 0.88, Weight: 3},
	// Taxis, buses and lorries for hire.
	Style{Jurisdiction: "BR", Aspect: 3.08, Ground: tint(0xac1f2a), Ink: tint(0xf0f0f0), LegendBelow: true, Slogans: brazilianTowns,
		Series: []string{"LLL-DDDD"}, Face: Mandatory, Top: 0.30, Bottom: 0.88, Weight: 0.6},
	Style{Jurisdiction: "AR", Aspect: 3.08, Ground: tint(0xf0f2f4), Ink: tint(0x17171b), Band: tint(0x1c3f96), Legend: "REPUBLICA ARGENTINA", LegendInk: tint(0xf2f4f6),
		Series: []string{"LL DDD LL"}, Face: Mercosur, Top: 0.32, Bottom: 0.90, Weight: 0.5},
	Style{Jurisdiction: "AR", Aspect: 2.28, Ground: tint(0x17171a), Ink: tint(0xf0f2f4), Legend: "ARGENTINA",
		Series: []string{"LLL DDD"}, Face: Square, Top: 0.30, Bottom: 0.86, Weight: 0.5},
	Style{Jurisdiction: "UY", Aspect: 3.08, Ground: tint(0xf0f2f4), Ink: tint(0x17171b), Band: tint(0x1c3f96), Legend: "URUGUAY", LegendInk: tint(0xf2f4f6),
		Series: []string{"LLL DDDD"}, Face: Mercosur, Top: 0.32, Bottom: 0.90, Weight: 0.3},
	Style{Jurisdiction: "PY", Aspect: 3.08, Ground: tint(0xf0f2f4), Ink: tint(0x17171b), Band: tint(0x1c3f96), Legend: "REPUBLICA DEL PARAGUAY", LegendInk: tint(0xf2f4f6),
		Series: []string{"LLLL DDD"}, Face: Mercosur, Top: 0.32, Bottom: 0.90, Weight: 0.3},
	Style{Jurisdiction: "CL", Aspect: 2.77, Ground: tint(0xf3f3f0), Ink: tint(0x17171b), Legend: "CHILE", LegendBelow: true,
		Series: []string{"LL.LL.DD", "LL.DD.DD"}, Face: Round, Top: 0.14, Bottom: 0.72, Weight: 0.3},
)
