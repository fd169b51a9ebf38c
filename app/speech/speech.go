// Package speech is what the terminal says aloud: an alert, so that an officer need
// not look at the screen to know what it is about (requirements row 42), and the
// notice to a driver. It makes the words; package main has them spoken.
package speech

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"secondlook/app/plate"
)

// Said is what is said aloud, in a language, "en" or "fr". It may spell a plate, so
// that it prints as "[speech]" wherever it is formatted or logged.
type Said struct {
	Language string
	Text     string
}

// Format prints "[speech]" for every verb.
func (Said) Format(f fmt.State, _ rune) { io.WriteString(f, "[speech]") }

// LogValue is what slog records of it.
func (Said) LogValue() slog.Value { return slog.StringValue("[speech]") }

// alphabet is the spelling alphabet of radio traffic in both languages (ICAO Annex 10,
// volume II, 5.2.1.3), as its words are commonly written.
var alphabet = strings.Fields("Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike " +
	"November Oscar Papa Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu")

// tongue is what one language says.
type tongue struct {
	digits []string
	// sides are the camera's, by the code that the settings have.
	sides     map[string]string
	lookAlike string
	test      string
}

var tongues = map[string]tongue{
	"en": {
		digits: strings.Fields("zero one two three four five six seven eight nine"),
		sides: map[string]string{"front": "Front", "front-left": "Front left", "front-right": "Front right",
			"left": "Left", "right": "Right", "rear": "Rear"},
		lookAlike: "Look-alike",
		test:      "This is a test. Alerts are spoken with this voice.",
	},
	"fr": {
		digits: strings.Fields("zéro un deux trois quatre cinq six sept huit neuf"),
		sides: map[string]string{"front": "Avant", "front-left": "Avant gauche", "front-right": "Avant droite",
			"left": "Gauche", "right": "Droite", "rear": "Arrière"},
		lookAlike: "Ressemblance",
		test:      "Ceci est un essai. Les alertes sont dites avec cette voix.",
	},
}

// in returns a language's tongue, English for one that is not spoken here.
func in(language string) (string, tongue) {
	if t, ok := tongues[language]; ok {
		return language, t
	}
	return "en", tongues["en"]
}

// Alert is what is said of a hit: its category, where it was seen, its plate in the
// spelling alphabet, and whether it only looks like what is listed. side is the
// camera's; camera is its name, for one without a side.
func Alert(language, category, side, camera string, text plate.Text, lookAlike bool) Said {
	language, t := in(language)
	where := t.sides[side]
	if where == "" {
		where = camera
	}
	parts := []string{category, where, Spell(language, text)}
	if lookAlike {
		parts = append(parts, t.lookAlike)
	}
	var b strings.Builder
	for _, p := range parts {
		if p = strings.Trim(p, " ."); p != "" {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(p + ".")
		}
	}
	return Said{language, b.String()}
}

// Test is said to hear the voice.
func Test(language string) Said {
	language, t := in(language)
	return Said{language, t.test}
}

// Spell spells a plate: "Charlie Kilo Lima Mike, eight zero four". A comma, which is
// a breath, stands where letters and digits meet.
func Spell(language string, text plate.Text) string {
	_, t := in(language)
	var b strings.Builder
	last := 0 // what stood before: 'A' a letter, '0' a digit
	for i := range len(text) {
		c, kind, word := text[i], 0, ""
		switch {
		case c >= 'A' && c <= 'Z':
			kind, word = 'A', alphabet[c-'A']
		case c >= '0' && c <= '9':
			kind, word = '0', t.digits[c-'0']
		default:
			continue
		}
		if last != 0 {
			if last != kind {
				b.WriteByte(',')
			}
			b.WriteByte(' ')
		}
		b.WriteString(word)
		last = kind
	}
	return b.String()
}
