package store

import (
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"

	"secondlook/app/hotlist"
)

// A segment is one file with some entries of a list: the list as it was taken in,
// or a delta. It is written once and never changed. It lies beside the bbolt file
// and not in it: a list of ten million entries takes some 700 MB, and a bbolt file
// that such a list went through keeps its pages for ever and writes their numbers
// with every later transaction (measured: 28 ms instead of 2 ms for a hit, and up
// to 700 ms for one that comes while the list is written or dropped).
//
// The file is sealed pieces one after the other, under a random key of its own
// that only the list's head has: whoever drops the head has made noise of the
// file. A piece's associated data names segment, kind and number.
//
//	blocks    64 entries each, see blockEncoder: read on a match
//	columns   8192 rows each: tag of the id and expiry, see column
//	index     the hotlist.Segment as stored, 1 MiB each
//	gone      rows of this and earlier segments that this one takes out of force
//	table     the size of every piece; its own size stands in the head
type pieceKind byte

const (
	pieceBlock pieceKind = iota
	pieceColumns
	pieceIndex
	pieceGone
	pieceTable
	pieceKinds = int(pieceTable) // those that stand in the table
)

const (
	blockRows  = 64
	columnRows = 8192
	columnSize = 16
	indexPiece = 1 << 20
	idSize     = 16
)

// segmentID names a segment and its file.
type segmentID [idSize]byte

func (id segmentID) file() string { return hex.EncodeToString(id[:]) }

// segmentRef is what a list's head has of a segment.
type segmentRef struct {
	ID   segmentID
	Key  [keySize]byte
	Rows int
	// Size is that of the file, Table that of the sealed table at its end.
	Size  int64
	Table int
}

// place is the associated data of a piece.
func (id segmentID) place(b []byte, kind pieceKind, number int) []byte {
	b = append(b, "secondlook hotlist 1"...)
	b = append(b, id[:]...)
	b = append(b, byte(kind))
	return binary.BigEndian.AppendUint32(b, uint32(number))
}

// column is what updates and purges need of a row without its details.
type column struct {
	// tag is the first 64 bits of the id's digest.
	tag uint64
	// expires is in seconds since 1970, and never for an entry that does not expire.
	expires int64
}

const never = math.MaxInt64

func columnOf(e *hotlist.Entry) column {
	c := column{tag: tagOf(e.ID), expires: never}
	if !e.Expires.IsZero() {
		c.expires = e.Expires.Unix()
		if e.Expires.Nanosecond() > 0 {
			c.expires++ // it ends within that second
		}
	}
	return c
}

func tagOf(id string) uint64 {
	if d, ok := parseDigest(id); ok {
		return binary.BigEndian.Uint64(d[:])
	}
	d := sha256.Sum256([]byte(id))
	return binary.BigEndian.Uint64(d[:])
}

// goneRows are rows that are out of force, by segment.
type goneRows map[segmentID][]uint32 // ascending

// encode is, for each segment, its id, uvarint number of rows, and each row as
// uvarint distance from the one before.
func (g goneRows) encode() []byte {
	var out []byte
	for id, rows := range g {
		out = append(out, id[:]...)
		out = binary.AppendUvarint(out, uint64(len(rows)))
		last := uint32(0)
		for _, r := range rows {
			out = binary.AppendUvarint(out, uint64(r-last))
			last = r
		}
	}
	return out
}

func decodeGone(b []byte) (goneRows, error) {
	g := goneRows{}
	for len(b) > 0 {
		if len(b) < idSize {
			return nil, damaged("removals of a list")
		}
		id := segmentID(b[:idSize])
		n, size := binary.Uvarint(b[idSize:])
		if size <= 0 || n > uint64(len(b)) || g[id] != nil {
			return nil, damaged("removals of a list")
		}
		b = b[idSize+size:]
		rows, last := make([]uint32, 0, n), uint64(0)
		for range n {
			d, size := binary.Uvarint(b)
			if size <= 0 || d > math.MaxUint32 || last+d > math.MaxUint32 || d == 0 && len(rows) > 0 {
				return nil, damaged("removals of a list")
			}
			last += d
			rows = append(rows, uint32(last))
			b = b[size:]
		}
		g[id] = rows
	}
	return g, nil
}

// segment is an open one: its index in memory, its file for the rest.
type segment struct {
	segmentRef
	index   *hotlist.Segment
	gone    goneRows
	offsets [pieceKinds][]int64 // of each piece; the last is the end

	mu   sync.RWMutex
	file *os.File
	aead cipher.AEAD // nil once the store is locked
}

// openSegment reads a segment's index. It returns [ErrDamaged] where the file is
// missing or not as it was written.
func openSegment(folder string, ref segmentRef) (*segment, error) {
	aead, err := newAEAD(ref.Key[:])
	if err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(folder, ref.ID.file()))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, damaged("a part of a list is missing")
	}
	if err != nil {
		return nil, err
	}
	g := &segment{segmentRef: ref, file: f, aead: aead}
	if err := g.load(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return g, nil
}

func (g *segment) load() error {
	info, err := g.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() != g.Size || int64(g.Table) > g.Size || g.Rows < 0 {
		return damaged("a part of a list has another size")
	}
	plain, err := g.open(pieceTable, 0, g.Size-int64(g.Table), g.Table)
	if err != nil {
		return err
	}
	if g.offsets, err = decodeTable(plain, g.Size-int64(g.Table)); err != nil {
		return err
	}
	if len(g.offsets[pieceBlock])-1 != (g.Rows+blockRows-1)/blockRows ||
		len(g.offsets[pieceColumns])-1 != (g.Rows+columnRows-1)/columnRows {
		return damaged("a part of a list misses pieces")
	}
	index := &pieceReader{g: g, kind: pieceIndex}
	var size int64
	for i := range g.pieces(pieceIndex) {
		size += int64(g.size(pieceIndex, i) - 1 - g.aead.Overhead())
	}
	if g.index, err = hotlist.ReadSegment(index, size); err != nil {
		if errors.Is(err, hotlist.ErrSegment) {
			return damaged("the index of a list")
		}
		return err
	}
	if g.index.Rows() != g.Rows {
		return damaged("the index of a list is of another one")
	}
	return g.loadGone()
}

func (g *segment) loadGone() error {
	if g.pieces(pieceGone) == 0 {
		return nil
	}
	plain, err := g.piece(pieceGone, 0)
	if err != nil {
		return err
	}
	g.gone, err = decodeGone(plain)
	return err
}

// pieces is how many there are of a kind.
func (g *segment) pieces(k pieceKind) int { return max(0, len(g.offsets[k])-1) }

func (g *segment) size(k pieceKind, n int) int { return int(g.offsets[k][n+1] - g.offsets[k][n]) }

func (g *segment) piece(k pieceKind, n int) ([]byte, error) {
	return g.open(k, n, g.offsets[k][n], g.size(k, n))
}

// open reads and opens one piece. It returns [ErrLocked] after forget.
func (g *segment) open(k pieceKind, n int, at int64, size int) ([]byte, error) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.aead == nil {
		return nil, ErrLocked
	}
	sealed := make([]byte, size)
	if _, err := g.file.ReadAt(sealed, at); err != nil {
		return nil, readError(err)
	}
	if size < 1+g.aead.Overhead() || sealed[0] != sealVersion {
		return nil, damaged("a piece of a list")
	}
	// In place: what was sealed is not needed any more.
	plain, err := g.aead.Open(sealed[1:1], nil, sealed[1:], g.ID.place(nil, k, n))
	if err != nil {
		return nil, damaged("a piece of a list")
	}
	return plain, nil
}

// Around satisfies [hotlist.Details].
func (g *segment) Around(row uint32) (uint32, []hotlist.Entry, error) {
	n := int(row / blockRows)
	if int64(row) >= int64(g.Rows) {
		return 0, nil, damaged("a row outside its list")
	}
	plain, err := g.piece(pieceBlock, n)
	if err != nil {
		return 0, nil, err
	}
	entries, err := decodeBlock(make([]hotlist.Entry, 0, blockRows), plain)
	clear(plain)
	if err == nil && len(entries) != min(blockRows, g.Rows-n*blockRows) {
		err = damaged("a block of a list")
	}
	return uint32(n * blockRows), entries, err
}

// columns calls do with the columns of rows from first on, piece by piece.
func (g *segment) columns(n int, do func(first int, of func(i int) column, rows int)) error {
	plain, err := g.piece(pieceColumns, n)
	if err != nil {
		return err
	}
	rows := min(columnRows, g.Rows-n*columnRows)
	if len(plain) != rows*columnSize {
		return damaged("a column of a list")
	}
	do(n*columnRows, func(i int) column {
		b := plain[i*columnSize:]
		return column{binary.LittleEndian.Uint64(b), int64(binary.LittleEndian.Uint64(b[8:]))}
	}, rows)
	clear(plain)
	return nil
}

// forget closes the file and drops the key; matches under way find [ErrLocked].
func (g *segment) forget() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.aead != nil {
		g.aead = nil
		clear(g.Key[:])
		g.file.Close()
	}
}

// pieceReader reads the pieces of one kind as one stream.
type pieceReader struct {
	g    *segment
	kind pieceKind
	next int
	rest []byte
}

func (r *pieceReader) Read(b []byte) (int, error) {
	for len(r.rest) == 0 {
		if r.next >= r.g.pieces(r.kind) {
			return 0, io.EOF
		}
		plain, err := r.g.piece(r.kind, r.next)
		if err != nil {
			return 0, err
		}
		r.rest = plain
		r.next++
	}
	n := copy(b, r.rest)
	clear(r.rest[:n])
	r.rest = r.rest[n:]
	return n, nil
}

// encodeTable is, for each kind, uvarint number of pieces and the size of each.
func encodeTable(sizes [pieceKinds][]uint32) []byte {
	var b []byte
	for _, of := range sizes {
		b = binary.AppendUvarint(b, uint64(len(of)))
		for _, n := range of {
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	return b
}

// decodeTable returns where the pieces of each kind begin, in a file of which
// they fill the first end bytes.
func decodeTable(b []byte, end int64) (offsets [pieceKinds][]int64, err error) {
	at := int64(0)
	for k := range offsets {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)) {
			return offsets, damaged("the table of a list")
		}
		b = b[size:]
		of := append(make([]int64, 0, n+1), at)
		for range n {
			length, size := binary.Uvarint(b)
			if size <= 0 || length > math.MaxUint32 || int64(length) > end-at {
				return offsets, damaged("the table of a list")
			}
			b = b[size:]
			at += int64(length)
			of = append(of, at)
		}
		offsets[k] = of
	}
	if len(b) > 0 || at != end {
		return offsets, damaged("the table of a list")
	}
	return offsets, nil
}

// memory is how many bytes an open segment takes.
func (g *segment) memory() int {
	n := g.index.Bytes()
	for _, of := range g.offsets {
		n += 8 * cap(of)
	}
	for _, rows := range g.gone {
		n += 4 * cap(rows)
	}
	return n
}
