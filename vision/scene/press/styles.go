package press

import (
	"image/color"
	"slices"

	"secondlook/app/plate"
)

// Style is how the plates of one jurisdiction look. Lengths are in parts of the
// plate's height. What is true of a jurisdiction's real plates is written down
// here as colours, words and proportions; no province's own artwork is copied.
type Style struct {
	Jurisdiction plate.Jurisdiction
	Aspect       float64    // width to height: 2 in North America, 4.7 in Europe, 3.08 in Brazil
	Ground       color.RGBA // behind the characters
	Fade         color.RGBA // what the ground fades to downwards; zero if it does not
	Ink          color.RGBA // the characters
	Band         color.RGBA // a band behind the legend on top; zero if there is none
	Legend       string     // the name as printed, "ONTARIO", "Québec"; "" if there is none
	LegendInk    color.RGBA // zero: as Ink
	LegendBelow  bool       // the legend stands below the characters
	Slogans      []string   // what may be printed on the other side: "YOURS TO DISCOVER", web addresses, county names
	Series       []string   // printed patterns: L a letter not in Without, D a digit, ' ', '-' and '.' gaps, '*' the emblem, the rest as it stands
	Without      string     // letters that its series leave out
	Mark         string     // what stands at '*': one of the emblems below
	Strip        string     // letters in the blue strip on the left of a European plate; "" if there is no strip
	Face         string     // the kind of die that stamps the characters: one of the kinds below
	Top, Bottom  float64    // between which the characters stand
	Weight       float64    // how often training draws it, about the number of cars; Ontario's the most
}

// The emblems at '*'.
const (
	None     = "" // a plain gap
	Crown    = "crown"
	Fruit    = "fruit"
	Star     = "star"
	Leaf     = "leaf"
	Flag     = "flag"
	State    = "state" // the outline of the state or province
	Dot      = "dot"
	Tree     = "tree"
	Mountain = "mountain"
	Bird     = "bird"
	Peach    = "peach"
	Wheel    = "wheel"
)

// The kinds of dies. They are told apart by what they do to a character.
const (
	Square    = "square"    // rounded rectangles, even strokes: most of North America
	Round     = "round"     // wide round bowls
	Narrow    = "narrow"    // lean square dies that leave room for seven characters and an emblem
	Pacific   = "pacific"   // lean round dies with an open 4 and feet under 1 and I: California
	Tall      = "tall"      // high and close together: flat printed plates
	Ontario   = "ontario"   // Ontario's: square bowls, closed 4 with a long foot, flat 3
	FE        = "fe"        // German anti-forgery: each character cut in its own way, with spurs and gaps
	UK        = "uk"        // Britain's: round bowls, even strokes, square ends
	Mandatory = "mandatory" // Brazil's until 2018: lean, rounded, thin strokes
	Mercosur  = "mercosur"  // the German kind as the Mercosur countries use it
)

// Styles lists every style that can be pressed. A jurisdiction may have several;
// the first is the one that most of its cars carry.
var Styles = slices.Concat(canada, westernStates, easternStates, europe, latinAmerica)

// StyleOf returns the most common style of a jurisdiction.
func StyleOf(j plate.Jurisdiction) (Style, bool) {
	for _, s := range Styles {
		if s.Jurisdiction == j {
			return s, true
		}
	}
	return Style{}, false
}

// tint is an opaque colour from 0xRRGGBB.
func tint(hex uint32) color.RGBA {
	return color.RGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 255}
}

// northAmerican fills in what most plates of North America share: twelve inches
// by six, square dies, a legend above and a slogan below.
func northAmerican(styles ...Style) []Style {
	for i := range styles {
		s := &styles[i]
		s.Aspect = 2
		if s.Face == "" {
			s.Face = Square
		}
		if s.Bottom == 0 {
			s.Top, s.Bottom = 0.26, 0.79
		}
		if s.Weight == 0 {
			s.Weight = 1
		}
	}
	return styles
}
