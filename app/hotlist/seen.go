package hotlist

import (
	"encoding/binary"
	"math"
	"time"
)

// seenTable finds the rows of a file that an earlier row has made superfluous, in
// some thirty bytes an entry. It keeps 96 bits of each digest: in a list of ten
// million entries the chance that any two are the same by accident is below
// 10^-15.
type seenTable struct {
	slots []seenSlot // a power of two of them, at most three quarters full
	count int
	// expires has each entry's end, in chunks so that growing copies nothing.
	expires [][]int64
}

type seenSlot struct {
	high uint64
	low  uint32
	at   uint32 // the entry's number, from 1; 0 is a free slot
}

const seenChunk = 1 << 14

// find returns the number of a digest's entry, from 0, and whether it is new.
func (s *seenTable) find(id [16]byte) (at int, new bool) {
	if s.count*4 >= len(s.slots)*3 {
		s.grow()
	}
	high, low := binary.LittleEndian.Uint64(id[:]), binary.LittleEndian.Uint32(id[8:])
	slot := s.slot(high, low)
	if slot.at != 0 {
		return int(slot.at - 1), false
	}
	s.count++
	*slot = seenSlot{high, low, uint32(s.count)}
	return s.count - 1, true
}

// slot returns the slot of a digest, or the free one where it belongs.
func (s *seenTable) slot(high uint64, low uint32) *seenSlot {
	mask := uint64(len(s.slots) - 1)
	for i := high & mask; ; i = (i + 1) & mask {
		if slot := &s.slots[i]; slot.at == 0 || slot.high == high && slot.low == low {
			return slot
		}
	}
}

func (s *seenTable) grow() {
	old := s.slots
	s.slots = make([]seenSlot, max(1024, 2*len(old)))
	for _, slot := range old {
		if slot.at != 0 {
			*s.slot(slot.high, slot.low) = slot
		}
	}
}

// forever is the end of an entry that does not expire.
const forever = math.MaxInt64

func end(t time.Time) int64 {
	if t.IsZero() {
		return forever
	}
	return t.Unix()
}

// set notes when an entry expires.
func (s *seenTable) set(at int, expires time.Time) {
	if at/seenChunk == len(s.expires) {
		s.expires = append(s.expires, make([]int64, seenChunk))
	}
	s.expires[at/seenChunk][at%seenChunk] = end(expires)
}

// outlasts reports whether an end is later than the one that was noted.
func (s *seenTable) outlasts(at int, expires time.Time) bool {
	return end(expires) > s.expires[at/seenChunk][at%seenChunk]
}
