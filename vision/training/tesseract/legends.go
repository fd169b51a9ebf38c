package main

import (
	"image"
	"slices"
	"strings"

	"gocv.io/x/gocv"

	"secondlook/vision/recognize"
	"secondlook/vision/scene/press"
)

// longest is the aspect of the longest plates that have small print.
const longest = 3.3

// legend cuts the small print above or below the characters out of the next
// picture that has some. Its text is without blanks, accents and points and in
// capitals, as the legends of jurisdictions are compared.
func (c *cutter) legend() line {
	for {
		if c.left == 0 {
			c.print()
		}
		c.next(func(p press.Plate) bool {
			aspect := float64(p.Picture.Rect.Dx()) / float64(p.Picture.Rect.Dy())
			return aspect < longest && len(p.Text) > 0 && recognize.FoldLegend(p.Legend+p.Slogan) != ""
		})
		recognize.Strips(c.upright, c.centres(), &c.above, &c.below)
		text, strip, box := c.made.Legend, c.above, c.made.LegendBox
		if recognize.FoldLegend(text) == "" || c.made.Slogan != "" && c.rng.Float64() < 0.4 {
			text, strip, box = c.made.Slogan, c.below, c.made.SloganBox
		}
		text = recognize.FoldLegend(text)
		if text == "" || strip.Empty() || !c.shows(box) {
			continue
		}
		return line{picture: copied(strip), text: text}
	}
}

// styles are those that have small print.
var styles = slices.DeleteFunc(slices.Clone(press.Styles), func(s press.Style) bool {
	return s.Aspect > longest || s.Legend == "" && len(s.Slogans) == 0
})

// print chooses what the next plates say small: every jurisdiction's print as
// often as any other's, or words that nobody prints, so that letters are learnt
// and not a list of words.
func (c *cutter) print() {
	style := styles[c.rng.IntN(len(styles))]
	if c.rng.Float64() < invented {
		style.Legend, style.Slogans = c.words(), []string{c.words()}
	}
	press.Styles = []press.Style{style}
}

// invented is the share of styles whose print is invented.
const invented = 0.4

// words invents one to three words.
func (c *cutter) words() string {
	const vowels, consonants = "aeiouy", "bcdfghjklmnprstvwxz"
	var words []string
	for range 1 + c.rng.IntN(5)/2 {
		var w strings.Builder
		n := 2 + c.rng.IntN(8)
		vowel := c.rng.IntN(2)
		for i := range n {
			from := consonants
			if (i+vowel)%2 == 0 && c.rng.Float64() < 0.85 {
				from = vowels
			}
			w.WriteByte(from[c.rng.IntN(len(from))])
		}
		word := w.String()
		words = append(words, strings.ToUpper(word[:1])+word[1:])
	}
	text := strings.Join(words, " ")
	if c.rng.Float64() < 0.5 {
		text = strings.ToUpper(text)
	}
	return text
}

// shows reports whether print in a box of the plate can be read in the camera's
// picture: whether its letters are high enough and not as dark as their ground.
func (c *cutter) shows(box image.Rectangle) bool {
	high := float64(box.Dy()) / 1.5 / float64(c.made.Picture.Rect.Dx()) * c.camera.wide
	part := box.Intersect(image.Rect(0, 0, c.grey.Cols(), c.grey.Rows()))
	if high < leastCapitals || part.Empty() {
		return false
	}
	region := c.grey.Region(part)
	defer region.Close()
	darkest, lightest, _, _ := gocv.MinMaxLoc(region)
	return lightest-darkest > leastContrast
}

const (
	// leastCapitals is the height in pixels, in the camera's picture, of the
	// smallest capitals that are trained on.
	leastCapitals = 5.5
	// leastContrast is between print and ground, of 255.
	leastContrast = 50
)
