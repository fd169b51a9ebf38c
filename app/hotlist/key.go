package hotlist

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"secondlook/app/plate"
)

// A plate's key is its folded text as a number: every class of look-alikes
// ([plate.Fold]) is one digit, 1 to 28, and the number is written to base 28, so
// that plates of all lengths have keys of their own. What folding loses, which of
// O, D, Q and 0 stood there, is the plate's form: two bits for each character of
// that class, one for each of 1I, 2Z, 5S, 6G and 8B, none for the rest.
const (
	keyBits  = 49 // 28 + 28² + … + 28^10 < 2^49
	keyMask  = 1<<keyBits - 1
	base     = 28
	formBits = 15 // kept while a segment is built
)

// alphabet has each character's class and its number within the class, and of
// each class the characters and how many bits tell them apart.
var alphabet = func() (a struct {
	class, number [256]uint8
	members       [base + 1][4]byte
	bits          [base + 1]uint8
}) {
	next := uint8(0)
	count := [base + 1]uint8{}
	add := func(c byte) {
		folded := plate.FoldByte(c)
		class := a.class[folded]
		if class == 0 {
			next++
			class = next
		}
		a.class[c], a.number[c] = class, count[class]
		a.members[class][count[class]] = c
		count[class]++
		a.bits[class] = uint8(bits.Len8(count[class] - 1))
	}
	for _, c := range []byte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		add(c) // the digits that stand for their class come first
	}
	return a
}()

// folded is a plate's text by classes.
type folded struct {
	placed [plate.MaxLength]uint8 // each character's class, marked with its place
	length uint8
	gap    bool // a character of class 0 is among them
}

// A class takes the lower five bits; the upper three are its place's mark. Classes
// alone are small numbers that lie close together, as the pixels of a dark street
// do: the proof of erasure could not tell one from the other. With marks that leap
// from place to place no plate looks like a picture.
const classMask = 1<<5 - 1

var marks = [plate.MaxLength]uint8{5 << 5, 0 << 5, 6 << 5, 1 << 5, 7 << 5, 2 << 5, 4 << 5, 0 << 5, 5 << 5, 1 << 5}

// set puts a class in place i.
func (f *folded) set(i int, class uint8) { f.placed[i] = class | marks[i] }

// fold returns the folded text and the form of t; ok is false for what is no
// plate. An unread character is class 0; a text with it has no key.
func fold(t plate.Text) (f folded, form uint32, ok bool) {
	if len(t) == 0 || len(t) > plate.MaxLength {
		return f, 0, false
	}
	f.length = uint8(len(t))
	for i := range len(t) {
		c := alphabet.class[t[i]]
		if c == 0 {
			if t[i] != Unread {
				return f, 0, false
			}
			f.gap = true
		}
		f.set(i, c)
		form = form<<alphabet.bits[c] | uint32(alphabet.number[t[i]])
	}
	return f, form, true
}

// hash is the key, mixed: every key has a hash of its own, so that comparing the
// whole hash compares the key.
func (f *folded) hash() uint64 {
	key := uint64(0)
	for _, c := range f.placed[:f.length] {
		key = key*base + uint64(c&classMask)
	}
	// Odd factors and shifts to the right: each step can be undone.
	key = key * 0x9E3779B97F4A7C15 & keyMask
	key ^= key >> 25
	key = key * 0xBF58476D1CE4E5B9 & keyMask
	return key ^ key>>24
}

// unfold is the text of this form; ok is false for a form that no plate has.
func (f *folded) unfold(form uint32) (t plate.Text, ok bool) {
	var b [plate.MaxLength]byte
	for i := int(f.length) - 1; i >= 0; i-- {
		c := f.placed[i] & classMask
		b[i] = alphabet.members[c][form&(1<<alphabet.bits[c]-1)]
		form >>= alphabet.bits[c]
		if b[i] == 0 {
			return "", false
		}
	}
	return plate.Alone(b[:f.length]), form == 0
}

// Packed is a plate as the index handles it, beside its text: its key and its
// characters' classes with their places' marks, as they lie in memory. It is for looking whether anything
// of a plate was left behind.
func Packed(t plate.Text) [][]byte {
	f, _, ok := fold(t)
	if !ok || f.gap {
		return nil
	}
	return [][]byte{binary.NativeEndian.AppendUint64(nil, f.hash()), slices.Clone(f.placed[:f.length])}
}
