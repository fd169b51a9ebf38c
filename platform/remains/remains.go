// Package remains looks for what should be gone: for given bytes in files, in the
// swap in use and in the memory of a process. Begin with [NewNeedles].
//
// It is the sceptic's side of the proof of erasure: it knows the plates that were
// shown, and the program that saw them must not.
package remains

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"unicode/utf16"
)

// ErrShort is returned for a needle of fewer than [Shortest] bytes: fewer are found
// by chance.
var ErrShort = errors.New("a needle is too short")

// Shortest is how many bytes a needle has at least.
const Shortest = 6

// filterBits is the size of the filter in front of the needles, in bits of its
// index: 8 MiB, so that 100,000 needles leave it nearly empty.
const filterBits = 26

// Needles are what is looked for. They may be used from any goroutine.
type Needles struct {
	// filter has a bit for the first bytes of each needle.
	filter  []uint64
	starts  map[uint64][]needle
	longest int
}

type needle struct {
	kind string
	text []byte
}

// NewNeedles returns none; add some.
func NewNeedles() *Needles {
	return &Needles{filter: make([]uint64, 1<<(filterBits-6)), starts: map[uint64][]needle{}}
}

// Add adds one; kind names it in a [Find]: "text as UTF-16". It returns [ErrShort].
func (n *Needles) Add(kind string, text []byte) error {
	if len(text) < Shortest {
		return fmt.Errorf("%s: %d bytes: %w", kind, len(text), ErrShort)
	}
	start := first(text)
	at := place(start)
	n.filter[at>>6] |= 1 << (at & 63)
	n.starts[start] = append(n.starts[start], needle{kind, bytes.Clone(text)})
	n.longest = max(n.longest, len(text))
	return nil
}

// AddText adds a text in the forms in which programs keep it: a byte a character,
// and UTF-16 in both orders.
func (n *Needles) AddText(text string) error {
	units := utf16.Encode([]rune(text))
	little, big := make([]byte, 0, 2*len(units)), make([]byte, 0, 2*len(units))
	for _, u := range units {
		little = binary.LittleEndian.AppendUint16(little, u)
		big = binary.BigEndian.AppendUint16(big, u)
	}
	return errors.Join(n.Add("text", []byte(text)), n.Add("text in UTF-16", little), n.Add("text in UTF-16", big))
}

// first is a needle's first six bytes.
func first(b []byte) uint64 {
	_ = b[Shortest-1]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40
}

func place(start uint64) uint64 {
	high, _ := bits.Mul64(start<<16, 0x9E3779B97F4A7C15)
	return high >> (64 - filterBits) & (1<<filterBits - 1)
}

// Find is a needle that was found.
type Find struct {
	Kind string
	// At is how many bytes into what was searched; in memory the address.
	At int64
	// Part is the part of a process's memory, as the kernel names it: "[heap]",
	// "[anon: Go: heap]"; empty elsewhere, and where it has no name.
	Part string
}

// Search reads r to its end and returns how many bytes it searched and what it
// found.
func (n *Needles) Search(r io.Reader) (searched int64, found []Find, err error) {
	const piece = 1 << 20
	buffer := make([]byte, 0, piece+n.longest)
	for {
		// What is left over may begin a needle that goes on in the next piece.
		have := len(buffer)
		got, err := io.ReadFull(r, buffer[have:have+piece])
		buffer = buffer[:have+got]
		ended := err != nil
		upTo := len(buffer) - n.longest + 1
		if ended {
			upTo = len(buffer)
		}
		if upTo > 0 {
			found = n.in(buffer, upTo, searched, found)
			searched += int64(upTo)
			buffer = buffer[:copy(buffer, buffer[upTo:])]
		}
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return searched, found, nil
		case err != nil:
			return searched, found, err
		}
	}
}

// in appends what begins in the first upTo bytes of b; base is where b begins.
func (n *Needles) in(b []byte, upTo int, base int64, found []Find) []Find {
	upTo = min(upTo, len(b)-Shortest+1)
	for i := 0; i < upTo; i++ {
		start := first(b[i : i+Shortest])
		at := place(start)
		if n.filter[at>>6]>>(at&63)&1 == 0 {
			continue
		}
		for _, x := range n.starts[start] {
			if bytes.HasPrefix(b[i:], x.text) {
				found = append(found, Find{Kind: x.kind, At: base + int64(i)})
			}
		}
	}
	return found
}
