package plate

// The characters that plates, lists and readers take for one another. Several
// US feeds write every letter O as 0, and the pairs below lead the confusions
// on record for plate readers (0/O/D/Q, 1/I, 2/Z, 5/S, 6/G, 8/B).
var folded = map[byte]byte{'O': '0', 'D': '0', 'Q': '0', 'I': '1', 'Z': '2', 'S': '5', 'G': '6', 'B': '8'}

// FoldByte returns the digit that stands for all look-alikes of c, or c.
func FoldByte(c byte) byte {
	if f, ok := folded[c]; ok {
		return f
	}
	return c
}

// Fold returns the key under which all look-alikes of t are equal. The key is as
// personal as the plate and is never shown.
func Fold(t Text) Text {
	b := []byte(t)
	for i, c := range b {
		b[i] = FoldByte(c)
	}
	return Alone(b)
}

// Alike reports whether a and b have the same key, see [Fold], and makes none.
func Alike(a, b Text) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if FoldByte(a[i]) != FoldByte(b[i]) {
			return false
		}
	}
	return true
}

// Differences returns the positions at which a and b, of the same length, have
// different characters.
func Differences(a, b Text) []int {
	var at []int
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != b[i] {
			at = append(at, i)
		}
	}
	return at
}
