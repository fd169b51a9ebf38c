package hotlist

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
)

// ErrSegment is returned for bytes that [Segment.WriteTo] did not write.
var ErrSegment = errors.New("the index of a list is not as it was written")

// A segment as it is stored: little-endian, the number of rows as uint32, then
// filter, starts and words. All lengths follow from the number of rows.

func storedSize(rows int) int64 {
	return 4 + 8*int64(filterLength(rows)) + 4*(1<<layoutOf(rows).bucketBits+1) + 8*int64(rows)
}

// WriteTo writes the segment.
func (s *Segment) WriteTo(w io.Writer) (int64, error) {
	out := bufio.NewWriterSize(w, 1<<16)
	put32 := func(v uint32) { out.Write(binary.LittleEndian.AppendUint32(out.AvailableBuffer(), v)) }
	put64 := func(v uint64) { out.Write(binary.LittleEndian.AppendUint64(out.AvailableBuffer(), v)) }
	put32(uint32(s.rows))
	for _, v := range s.filter {
		put64(v)
	}
	for _, v := range s.starts {
		put32(v)
	}
	for _, v := range s.words {
		put64(v)
	}
	return storedSize(s.rows), out.Flush() // which returns the first error of all
}

// ReadSegment reads what WriteTo wrote; size is how many bytes r has. It returns
// [ErrSegment], or the error of r.
func ReadSegment(r io.Reader, size int64) (*Segment, error) {
	in := segmentReader{r: r}
	b := in.next(4)
	if in.err != nil {
		return nil, in.failed()
	}
	rows := binary.LittleEndian.Uint32(b)
	if rows > maxRows || storedSize(int(rows)) != size {
		return nil, ErrSegment
	}
	s := &Segment{rows: int(rows), layout: layoutOf(int(rows))}
	s.filter = in.words(filterLength(s.rows))
	s.starts = in.halves(1<<s.bucketBits + 1)
	s.words = in.words(s.rows)
	if in.err != nil {
		return nil, in.failed()
	}
	if !s.sound() {
		return nil, ErrSegment
	}
	return s, nil
}

// sound reports whether looking for a plate stays within the segment.
func (s *Segment) sound() bool {
	for i := range len(s.starts) - 1 {
		if s.starts[i] > s.starts[i+1] {
			return false
		}
	}
	for _, w := range s.words {
		if int(s.row(w)) >= s.rows {
			return false
		}
	}
	return s.starts[0] == 0 && int(s.starts[len(s.starts)-1]) == s.rows
}

// segmentReader reads numbers; err stays set.
type segmentReader struct {
	r      io.Reader
	buffer [1 << 13]byte
	err    error
}

func (in *segmentReader) failed() error {
	if errors.Is(in.err, io.EOF) || errors.Is(in.err, io.ErrUnexpectedEOF) {
		return ErrSegment
	}
	return in.err
}

// next reads n bytes, which are good until the next call.
func (in *segmentReader) next(n int) []byte {
	b := in.buffer[:n]
	if in.err == nil {
		_, in.err = io.ReadFull(in.r, b)
	}
	if in.err != nil {
		clear(b)
	}
	return b
}

func (in *segmentReader) words(n int) []uint64 {
	out := make([]uint64, n)
	for at := 0; at < n; {
		b := in.next(8 * min(n-at, len(in.buffer)/8))
		for i := 0; i < len(b); i += 8 {
			out[at] = binary.LittleEndian.Uint64(b[i:])
			at++
		}
	}
	return out
}

func (in *segmentReader) halves(n int) []uint32 {
	out := make([]uint32, n)
	for at := 0; at < n; {
		b := in.next(4 * min(n-at, len(in.buffer)/4))
		for i := 0; i < len(b); i += 4 {
			out[at] = binary.LittleEndian.Uint32(b[i:])
			at++
		}
	}
	return out
}
