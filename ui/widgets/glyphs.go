package widgets

import (
	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// DoubtBelow is the probability below which a character that has a likely rival is
// boxed.
const DoubtBelow = 0.8

// Unsure reports whether the reader was not sure of a character.
func Unsure(c plate.Character) bool { return c.Rival != 0 && c.Confidence < DoubtBelow }

// Glyphs returns what was read and what is listed, each character in its place, with
// those boxed in both that differ or of which the reader is not sure.
func Glyphs(r plate.Read, m hotlist.Match) (read, listed []Glyph) {
	doubt := map[int]bool{}
	for _, i := range m.Doubtful {
		doubt[i] = true
	}
	for i, c := range r.Characters {
		doubt[i] = doubt[i] || Unsure(c)
		read = append(read, Glyph{Char: string(rune(c.Char)), Centre: float32(c.Centre), Doubt: doubt[i]})
	}
	if len(read) == 0 {
		for i, c := range string(r.Text) {
			read = append(read, Glyph{Char: string(c), Doubt: doubt[i]})
		}
	}
	read = Spread(read)
	for i, c := range string(m.Entry.Plate) {
		g := Glyph{Char: string(c), Doubt: doubt[i]}
		if i < len(read) {
			g.Centre = read[i].Centre
		}
		listed = append(listed, g)
	}
	return read, Spread(listed)
}
