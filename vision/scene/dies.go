package scene

import (
	"strconv"
	"strings"
	"sync"

	"secondlook/vision/scene/paint"
)

// stroke is one line of a character, its corners in the character's unit box:
// x to the right, y down, 0 to 1 between the middles of the outermost lines.
type stroke struct {
	corners []paint.Vertex // r is 1 where the corner is round, 0 where it is sharp
	closed  bool
}

// dies holds the characters as a plate press stamps them: one line of even
// width, straight runs, few round corners. They are drawn for this program; no
// font and no province's own die is copied.
//
// A character is a list of strokes divided by ";". A stroke is a list of corners
// "x,y"; "~" makes a corner round and "z" closes the stroke.
var dies = map[rune]string{
	'0': "0,0~ 1,0~ 1,1~ 0,1~ z",
	'1': ".12,.24 .55,0 .55,1",
	'2': "0,.28 0,0~ 1,0~ 1,.44~ 0,1 1,1",
	'3': "0,.24 0,0~ 1,0~ 1,.48~ .4,.48; .4,.48 1,.48~ 1,1~ 0,1~ 0,.76",
	'4': ".74,1 .74,0 0,.72 1,.72",
	'5': ".95,0 .06,0 .03,.45 .2,.4 1,.4~ 1,1~ 0,1~ 0,.76",
	'6': "1,.24 1,0~ 0,0~ 0,.7; 0,.45~ 1,.45~ 1,1~ 0,1~ z",
	'7': "0,0 1,0 .34,1",
	'8': ".05,0~ .95,0~ .95,.48~ .05,.48~ z; 0,.48~ 1,.48~ 1,1~ 0,1~ z",
	'9': "0,.76 0,1~ 1,1~ 1,.3; 1,.55~ 0,.55~ 0,0~ 1,0~ z",
	'A': "0,1 .4,0 .6,0 1,1; .14,.68 .86,.68",
	'B': "0,0 .95,0~ .95,.48~ 0,.48; 0,.48 1,.48~ 1,1~ 0,1 0,0",
	'C': "1,.26 1,0~ 0,0~ 0,1~ 1,1~ 1,.74",
	'D': "0,0 1,0~ 1,1~ 0,1 z",
	'E': "1,0 0,0 0,1 1,1; 0,.48 .8,.48",
	'F': "1,0 0,0 0,1; 0,.48 .8,.48",
	'G': "1,.26 1,0~ 0,0~ 0,1~ 1,1~ 1,.54 .55,.54",
	'H': "0,0 0,1; 1,0 1,1; 0,.48 1,.48",
	'I': ".5,0 .5,1; .1,0 .9,0; .1,1 .9,1",
	'J': "1,0 1,1~ 0,1~ 0,.7",
	'K': "0,0 0,1; 1,0 0,.62; .32,.4 1,1",
	'L': "0,0 0,1 1,1",
	'M': "0,1 0,0 .5,.62 1,0 1,1",
	'N': "0,1 0,0 1,1 1,0",
	'O': "0,0~ 1,0~ 1,1~ 0,1~ z",
	'P': "0,1 0,0 1,0~ 1,.54~ 0,.54",
	'Q': "0,0~ 1,0~ 1,1~ 0,1~ z; .55,.7 1.05,1.06",
	'R': "0,1 0,0 1,0~ 1,.52~ 0,.52; .45,.52 1,1",
	'S': "1,.24 1,0~ 0,0~ 0,.46~ 1,.52~ 1,1~ 0,1~ 0,.76",
	'T': "0,0 1,0; .5,0 .5,1",
	'U': "0,0 0,1~ 1,1~ 1,0",
	'V': "0,0 .5,1 1,0",
	'W': "0,0 .24,1 .5,.36 .76,1 1,0",
	'X': "0,0 1,1; 1,0 0,1",
	'Y': "0,0 .5,.5 1,0; .5,.5 .5,1",
	'Z': "0,0 1,0 0,1 1,1",
	'É': "1,0 0,0 0,1 1,1; 0,.48 .8,.48; .4,-.22 .7,-.36",
	'-': ".1,.5 .9,.5",
	'.': ".5,1 .5,1",
}

// widths are the dies that are not as wide as the others.
var widths = map[rune]float64{'1': 0.62, 'I': 0.6, 'J': 0.9, 'M': 1.12, 'W': 1.2, '-': 0.5, '.': 0.2, ' ': 0.5}

// struck returns the strokes of a character, nil for one that has no die.
func struck(c rune) []stroke { return strokes()[c] }

var strokes = sync.OnceValue(func() map[rune][]stroke {
	all := make(map[rune][]stroke, len(dies))
	for c, text := range dies {
		for part := range strings.SplitSeq(text, ";") {
			all[c] = append(all[c], parseStroke(part))
		}
	}
	return all
})

// parseStroke reads one stroke of the table above. A corner that is not a pair
// of numbers is left out; a test proves that the table has none.
func parseStroke(text string) stroke {
	var s stroke
	for field := range strings.FieldsSeq(text) {
		if field == "z" {
			s.closed = true
			continue
		}
		var v paint.Vertex
		if strings.HasSuffix(field, "~") {
			v.R = 1
		}
		x, y, _ := strings.Cut(strings.TrimSuffix(field, "~"), ",")
		var errX, errY error
		v.X, errX = strconv.ParseFloat(x, 64)
		v.Y, errY = strconv.ParseFloat(y, 64)
		if errX == nil && errY == nil {
			s.corners = append(s.corners, v)
		}
	}
	return s
}
