// Package sounds composes SecondLook's own sounds. Render returns one as a WAV
// file; secondlook/assets/generate writes the files that secondlook/assets embeds.
//
// The alerts follow the idea of IEC 60601-1-8: the graver, the more pulses, so
// that urgency is heard as a rhythm and needs no colour, words or volume. All
// notes lie between 500 and 2100 Hz with a few overtones, above the rumble of a
// car and below where hearing fades with age.
package sounds

import (
	"bytes"
	"encoding/binary"
	"maps"
	"math"
	"slices"
)

// Rate is the number of samples a second of every sound; each is one channel of
// 16-bit samples.
const Rate = 44100

// Notes in Hz, equal temperament.
const (
	c5 = 523.25
	e5 = 659.26
	g5 = 783.99
	a5 = 880.00
	c6 = 1046.50
	d6 = 1174.66
	e6 = 1318.51
	g6 = 1567.98
	c7 = 2093.00
)

// note is one struck tone of a melody.
type note struct {
	at     float64 // seconds from the sound's beginning
	pitch  float64 // Hz
	length float64 // seconds until it has died away
}

// melody is a sound as it is written down.
type melody struct {
	notes []note
	// peak is the loudest sample, from 0 to 1. The graver the louder.
	peak float64
	// bright is how much the overtones are heard, from 0 to 1.
	bright float64
}

var melodies = map[string]melody{
	// Three and two rising pulses, twice: cannot be missed, but is no siren.
	"alert-grave": {peak: 0.9, bright: 0.8, notes: append(
		pulses(0, 0.14, 0.2, c6, e6, g6),
		append(pulses(0.56, 0.14, 0.24, g6, c7),
			append(pulses(1.0, 0.14, 0.2, c6, e6, g6), pulses(1.56, 0.14, 0.34, g6, c7)...)...)...)},
	// Three pulses up.
	"alert-high": {peak: 0.75, bright: 0.5, notes: pulses(0, 0.17, 0.34, a5, d6, e6)},
	// One soft pair.
	"alert-routine": {peak: 0.5, bright: 0.2, notes: pulses(0, 0.15, 0.4, e6, c6)},
	// Falling and rising by the same three notes: loss and return are a pair.
	"camera-lost": {peak: 0.65, bright: 0.35, notes: pulses(0, 0.2, 0.4, g5, e5, c5)},
	"camera-back": {peak: 0.5, bright: 0.35, notes: pulses(0, 0.14, 0.34, c5, e5, g5)},
	// A tick that answers a tap.
	"confirmed": {peak: 0.4, bright: 0.15, notes: pulses(0, 0.07, 0.2, g6, c7)},
}

// Names returns the names of all sounds in alphabetical order.
func Names() []string {
	return slices.Sorted(maps.Keys(melodies))
}

// Render returns a sound as a WAV file: 16-bit PCM, one channel, Rate samples a
// second. It returns nil for a name that is none of Names.
func Render(name string) []byte {
	m, ok := melodies[name]
	if !ok {
		return nil
	}
	return wav(m.play())
}

// pulses are notes of the given length, struck at even steps from a beginning.
func pulses(begin, step, length float64, pitches ...float64) []note {
	notes := make([]note, len(pitches))
	for i, pitch := range pitches {
		notes[i] = note{at: begin + float64(i)*step, pitch: pitch, length: length}
	}
	return notes
}

// play returns the melody's samples, the loudest of them at its peak.
func (m melody) play() []int16 {
	var end float64
	for _, n := range m.notes {
		end = max(end, n.at+n.length)
	}
	mix := make([]float64, int(math.Ceil(end*Rate)))
	for _, n := range m.notes {
		first := int(n.at * Rate)
		for i := range int(n.length * Rate) {
			mix[first+i] += n.tone(float64(i)/Rate, m.bright)
		}
	}
	var loudest float64
	for _, v := range mix {
		loudest = max(loudest, math.Abs(v))
	}
	samples := make([]int16, len(mix))
	for i, v := range mix {
		samples[i] = int16(math.Round(v / loudest * m.peak * math.MaxInt16))
	}
	return samples
}

// tone is the note's value t seconds after it was struck: a bell-like tone that
// swells for 6 ms, so that it does not click, and fades to nothing at its length.
func (n note) tone(t, bright float64) float64 {
	const swell = 0.006
	turn := 2 * math.Pi * n.pitch * t
	wave := math.Sin(turn) + bright*(math.Sin(2*turn)/2+math.Sin(3*turn)/4)
	fade := 1 - t/n.length
	return wave * min(t/swell, 1) * fade * fade
}

// wav puts samples into a RIFF WAVE file: the 44-byte header of uncompressed
// PCM, then the samples, all little-endian.
func wav(samples []int16) []byte {
	const channels, width = 1, 2
	size := uint32(len(samples) * channels * width)
	var file bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			_ = binary.Write(&file, binary.LittleEndian, v) // a Buffer takes everything
		}
	}
	put([]byte("RIFF"), 36+size, []byte("WAVE"))
	put([]byte("fmt "), uint32(16), uint16(1), uint16(channels), uint32(Rate),
		uint32(Rate*channels*width), uint16(channels*width), uint16(8*width))
	put([]byte("data"), size, samples)
	return file.Bytes()
}
