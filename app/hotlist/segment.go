package hotlist

import (
	"errors"
	"fmt"
	"math/bits"
	"runtime"
	"slices"

	"secondlook/app/plate"
)

// ErrPlate is returned for an entry whose plate is none.
var ErrPlate = errors.New("an entry has no plate")

// Segment finds plates among some entries, numbered from 0 as rows. It never
// changes, and takes a little under ten bytes an entry:
//
//   - words, eight bytes: the entries' keys, forms and rows, sorted by the mixed
//     key and cut into buckets by its first bits. A word has the rest of the mixed
//     key, as much of the form as fits, and the row. Bucket and rest are the whole
//     key: what is found has the folded plate that was sought, for certain;
//   - starts: where each bucket begins, four bytes for 8 to 16 entries;
//   - filter, ten bits: a Bloom filter in blocks of 32 bytes, so that a probe
//     touches one cache line, and 99 of 100 plates that are not listed end there.
type Segment struct {
	rows   int
	filter []uint64
	starts []uint32
	words  []uint64
	layout
}

// layout is how a segment's words are divided; it follows from the rows.
type layout struct{ bucketBits, rowBits uint }

const (
	// blockWords is the size of a filter block; a key sets one bit in each word.
	blockWords  = 4
	filterBits  = 10 // an entry
	maxRows     = 1<<31 - 1
	sortByHand  = 24 // words up to which inserting beats a general sort
	wordBits    = 64
	bucketAbout = 4 // bits of the number of words of a bucket
)

func layoutOf(rows int) layout {
	return layout{
		bucketBits: uint(max(0, bits.Len(uint(rows))-bucketAbout)),
		rowBits:    uint(bits.Len(uint(max(rows, 1) - 1))),
	}
}

// rest is how many bits of the mixed key stand in a word.
func (l layout) rest() uint { return keyBits - l.bucketBits }

// form is how many bits of a word the form has; all ones is a form that does not fit.
func (l layout) form() uint { return wordBits - l.rest() - l.rowBits }

func (l layout) row(word uint64) uint32 { return uint32(word & (1<<l.rowBits - 1)) }

// formOf is a word's form; ok is false where it did not fit.
func (l layout) formOf(word uint64) (form uint32, ok bool) {
	most := uint64(1)<<l.form() - 1
	form = uint32(word >> l.rowBits & most)
	return form, uint64(form) != most
}

func filterLength(rows int) int { return (rows*filterBits + 255) / 256 * blockWords }

// Rows is how many entries the segment was made of.
func (s *Segment) Rows() int { return s.rows }

// Bytes is how much memory the segment takes.
func (s *Segment) Bytes() int { return 8*len(s.filter) + 4*len(s.starts) + 8*len(s.words) }

// place is a key's block in the filter and its bit in each of the block's words.
func place(hash uint64, length int) (block int, at [blockWords]uint64) {
	spread := hash * 0xD6E8FEB86659FD93
	high, _ := bits.Mul64(spread, uint64(length/blockWords))
	for i := range at {
		at[i] = 1 << (spread >> (12 + 6*i) & 63)
	}
	return int(high) * blockWords, at
}

// find returns the words of a key.
func (s *Segment) find(hash uint64) []uint64 {
	if s.rows == 0 {
		return nil
	}
	block, at := place(hash, len(s.filter))
	f := s.filter[block : block+blockWords : block+blockWords]
	if f[0]&at[0] == 0 || f[1]&at[1] == 0 || f[2]&at[2] == 0 || f[3]&at[3] == 0 {
		return nil
	}
	rest := s.rest()
	bucket, tail := hash>>rest, hash&(1<<rest-1)
	words := s.words[s.starts[bucket]:s.starts[bucket+1]]
	from := 0
	for from < len(words) && words[from]>>(wordBits-rest) < tail {
		from++
	}
	to := from
	for to < len(words) && words[to]>>(wordBits-rest) == tail {
		to++
	}
	return words[from:to]
}

// RowsOf appends the rows that may have this plate to rows: all that do, and
// those with a look-alike of it that only the entries tell apart.
func (s *Segment) RowsOf(t plate.Text, rows []uint32) []uint32 {
	f, form, ok := fold(t)
	if !ok || f.gap {
		return rows
	}
	for _, w := range s.find(f.hash()) {
		if has, fits := s.formOf(w); !fits || has == form {
			rows = append(rows, s.row(w))
		}
	}
	return rows
}

// Repeated calls do with the rows of each folded plate that several rows have.
// The rows are only good until do returns.
func (s *Segment) Repeated(do func(rows []uint32)) {
	var same []uint32
	shift := wordBits - s.rest()
	for b := range len(s.starts) - 1 {
		words := s.words[s.starts[b]:s.starts[b+1]]
		for i := 0; i < len(words); {
			j := i + 1
			for j < len(words) && words[j]>>shift == words[i]>>shift {
				j++
			}
			if j > i+1 {
				same = same[:0]
				for _, w := range words[i:j] {
					same = append(same, s.row(w))
				}
				do(same)
			}
			i = j
		}
	}
}

// Builder makes a segment of plates that are given row by row. Its zero value is
// empty.
type Builder struct {
	// keys has the mixed key of each row, and its form below.
	keys []uint64
}

// Add adds the next row's plate. It returns [ErrPlate].
func (b *Builder) Add(t plate.Text) error {
	f, form, ok := fold(t)
	if !ok || f.gap {
		return ErrPlate
	}
	if len(b.keys) == maxRows {
		return fmt.Errorf("a list has more than %d entries", maxRows)
	}
	b.keys = append(b.keys, f.hash()<<formBits|uint64(min(form, 1<<formBits-1)))
	return nil
}

// Build makes the segment and empties the builder.
func (b *Builder) Build() *Segment {
	n := len(b.keys)
	s := &Segment{rows: n, layout: layoutOf(n), words: make([]uint64, n), filter: make([]uint64, filterLength(n))}
	s.starts = make([]uint32, 1<<s.bucketBits+1)
	rest := s.rest()
	for row, k := range b.keys {
		giveWay(row)
		s.starts[k>>(formBits+rest)+1]++
	}
	for i := range len(s.starts) - 1 {
		s.starts[i+1] += s.starts[i]
	}
	// While they are filled, each bucket's start runs to its end, the next one's start.
	most := uint64(1)<<s.form() - 1
	for row, k := range b.keys {
		giveWay(row)
		hash, form := k>>formBits, k&(1<<formBits-1)
		block, at := place(hash, len(s.filter))
		for i := range at {
			s.filter[block+i] |= at[i]
		}
		next := &s.starts[hash>>rest]
		s.words[*next] = hash<<(wordBits-rest) | min(form, most)<<s.rowBits | uint64(row)
		*next++
	}
	copy(s.starts[1:], s.starts)
	s.starts[0] = 0
	for i := range len(s.starts) - 1 {
		sortWords(s.words[s.starts[i]:s.starts[i+1]])
	}
	clear(b.keys)
	b.keys = nil
	return s
}

// giveWay lets others go on every few milliseconds. A goroutine is interrupted at calls
// only, where the program keeps registers from being put by: a loop of ten million rows
// without any would hold up the collector, and all that waits for it, for half a second.
func giveWay(row int) {
	if row%(1<<16) == 0 {
		runtime.Gosched()
	}
}

func sortWords(words []uint64) {
	if len(words) > sortByHand {
		slices.Sort(words)
		return
	}
	for i := 1; i < len(words); i++ {
		for j := i; j > 0 && words[j] < words[j-1]; j-- {
			words[j], words[j-1] = words[j-1], words[j]
		}
	}
}
