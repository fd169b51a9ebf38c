package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
)

// bbolt trusts its file: page numbers that a damaged page holds are followed out
// of the file or round in circles. checkPages follows them first, by reading
// alone, so that [Open] can refuse such a file.
//
// The layout is bbolt's version 2 (its internal/common: page.go, meta.go,
// bucket.go), in the machine's byte order.
const (
	pageHeader   = 16
	pageElement  = 16
	bucketHeader = 16
	metaSize     = 64

	branchFlag   = 0x01
	leafFlag     = 0x02
	freelistFlag = 0x10
	bucketFlag   = 0x01 // of a leaf's element

	boltMagic   = 0xED0CDAED
	boltVersion = 2
	noFreelist  = ^uint64(0)
	maxDepth    = 32 // of branch pages below each other
)

var native = binary.NativeEndian

// boltMeta is one of the file's two meta pages.
type boltMeta struct {
	pageSize                 uint32
	root, freelist, end, txn uint64
}

// pages walks one file.
type pages struct {
	file io.ReaderAt
	boltMeta
	used []bool // by page number
}

// checkPages returns [ErrDamaged] unless every page that can be reached lies in
// the file, is used once, and holds its elements in order.
func checkPages(file io.ReaderAt, size int64) error {
	_, _, err := countPages(file, size)
	return err
}

// countPages is checkPages, and counts the pages and the free ones among them.
func countPages(file io.ReaderAt, size int64) (all, free int, err error) {
	m, err := readMeta(file, size)
	if err != nil {
		return 0, 0, err
	}
	if m.end < 2 || m.end > uint64(size)/uint64(m.pageSize) {
		return 0, 0, damaged("the file is cut short")
	}
	p := &pages{file: file, boltMeta: m, used: make([]bool, m.end)}
	if err := p.tree(m.root, 0); err != nil {
		return int(m.end), 0, err
	}
	free, err = p.free()
	return int(m.end), free, err
}

// readMeta returns the newer valid meta page.
func readMeta(file io.ReaderAt, size int64) (boltMeta, error) {
	var best boltMeta
	found := false
	// The second meta page follows the first, whose size is not known where it is
	// damaged: bbolt tries these sizes too.
	for at := int64(0); at+pageHeader+metaSize <= size && at <= 1024<<14; at = max(1024, at*2) {
		m, ok, err := metaAt(file, at)
		if err != nil {
			return best, err
		}
		if ok && (at == 0 || int64(m.pageSize) == at) && (!found || m.txn > best.txn) {
			best, found = m, true
		}
	}
	if !found {
		return best, damaged("no valid meta page")
	}
	return best, nil
}

func metaAt(file io.ReaderAt, at int64) (boltMeta, bool, error) {
	var b [metaSize]byte
	if _, err := file.ReadAt(b[:], at+pageHeader); err != nil {
		return boltMeta{}, false, readError(err)
	}
	sum := fnv.New64a()
	sum.Write(b[:56])
	m := boltMeta{
		pageSize: native.Uint32(b[8:]), root: native.Uint64(b[16:]), freelist: native.Uint64(b[32:]),
		end: native.Uint64(b[40:]), txn: native.Uint64(b[48:]),
	}
	ok := native.Uint32(b[:]) == boltMagic && native.Uint32(b[4:]) == boltVersion && native.Uint64(b[56:]) == sum.Sum64() &&
		m.pageSize >= 1024 && m.pageSize <= 1<<24
	return m, ok, nil
}

// page is one page with its overflow pages.
type page struct {
	flags, count uint16
	size         int // bytes, overflow included
	at           func(from, n int) ([]byte, error)
}

// claim reads a page's header and marks its pages as used.
func (p *pages) claim(id uint64) (page, error) {
	if id < 2 || id >= p.end {
		return page{}, damaged("page %d lies outside the file", id)
	}
	start := int64(id) * int64(p.pageSize)
	first := make([]byte, p.pageSize)
	if _, err := p.file.ReadAt(first, start); err != nil {
		return page{}, readError(err)
	}
	overflow := uint64(native.Uint32(first[12:]))
	if native.Uint64(first) != id || overflow >= p.end-id {
		return page{}, damaged("page %d is not what it says", id)
	}
	for n := id; n <= id+overflow; n++ {
		if p.used[n] {
			return page{}, damaged("page %d is used twice", n)
		}
		p.used[n] = true
	}
	size := int(overflow+1) * int(p.pageSize)
	return page{flags: native.Uint16(first[8:]), count: native.Uint16(first[10:]), size: size,
		at: func(from, n int) ([]byte, error) {
			if from < 0 || n < 0 || from > size || n > size-from {
				return nil, damaged("page %d has an element outside itself", id)
			}
			if from+n <= len(first) {
				return first[from : from+n], nil
			}
			b := make([]byte, n)
			if _, err := p.file.ReadAt(b, start+int64(from)); err != nil {
				return nil, readError(err)
			}
			return b, nil
		}}, nil
}

// tree walks a branch or leaf page and everything below it.
func (p *pages) tree(id uint64, depth int) error {
	if depth > maxDepth {
		return damaged("pages nest too deep")
	}
	pg, err := p.claim(id)
	if err != nil {
		return err
	}
	switch pg.flags {
	case branchFlag:
		return p.branch(pg, depth)
	case leafFlag:
		return p.leaf(pg, depth)
	}
	return damaged("page %d is neither branch nor leaf", id)
}

func (p *pages) branch(pg page, depth int) error {
	if pg.count == 0 {
		return damaged("a branch is empty")
	}
	var last []byte
	for i := range int(pg.count) {
		at := pageHeader + i*pageElement
		e, err := pg.at(at, pageElement)
		if err != nil {
			return err
		}
		child := native.Uint64(e[8:])
		key, err := pg.at(at+int(native.Uint32(e)), int(native.Uint32(e[4:])))
		if err != nil {
			return err
		}
		if i > 0 && bytes.Compare(last, key) >= 0 {
			return damaged("keys out of order")
		}
		last = key
		if err := p.tree(child, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (p *pages) leaf(pg page, depth int) error {
	var last []byte
	for i := range int(pg.count) {
		at := pageHeader + i*pageElement
		e, err := pg.at(at, pageElement)
		if err != nil {
			return err
		}
		flags, from := native.Uint32(e), at+int(native.Uint32(e[4:]))
		keyLength, length := int(native.Uint32(e[8:])), int(native.Uint32(e[12:]))
		if length > pg.size || from > pg.size-length-keyLength {
			return damaged("a value lies outside its page")
		}
		key, err := pg.at(from, keyLength)
		if err != nil {
			return err
		}
		if len(key) == 0 || i > 0 && bytes.Compare(last, key) >= 0 {
			return damaged("keys out of order")
		}
		last = key
		switch flags {
		case 0:
		case bucketFlag:
			value, err := pg.at(from+keyLength, length)
			if err != nil {
				return err
			}
			if err := p.bucket(value, depth+1); err != nil {
				return err
			}
		default:
			return damaged("an element of unknown kind")
		}
	}
	return nil
}

// bucket walks a bucket: one with pages of its own, or one inside its element.
func (p *pages) bucket(value []byte, depth int) error {
	if depth > maxDepth {
		return damaged("pages nest too deep")
	}
	if len(value) < bucketHeader {
		return damaged("a bucket is cut short")
	}
	if root := native.Uint64(value); root != 0 {
		return p.tree(root, depth)
	}
	inline := value[bucketHeader:]
	if len(inline) < pageHeader || native.Uint16(inline[8:]) != leafFlag || native.Uint64(inline) != 0 {
		return damaged("a small bucket is not a leaf")
	}
	return p.leaf(page{count: native.Uint16(inline[10:]), size: len(inline), at: func(from, n int) ([]byte, error) {
		if from < 0 || n < 0 || from > len(inline) || n > len(inline)-from {
			return nil, damaged("a small bucket has an element outside itself")
		}
		return inline[from : from+n], nil
	}}, depth)
}

// free checks the list of free pages, and counts it: none of them may be in use.
func (p *pages) free() (int, error) {
	if p.freelist == noFreelist {
		return 0, nil
	}
	pg, err := p.claim(p.freelist)
	if err != nil {
		return 0, err
	}
	if pg.flags != freelistFlag {
		return 0, damaged("the list of free pages is missing")
	}
	count, from := uint64(pg.count), pageHeader
	if pg.count == 0xFFFF { // the true count comes first
		b, err := pg.at(from, 8)
		if err != nil {
			return 0, err
		}
		count, from = native.Uint64(b), from+8
	}
	if count > uint64(pg.size)/8 {
		return 0, damaged("the list of free pages is too long")
	}
	ids, err := pg.at(from, int(count)*8)
	if err != nil {
		return 0, err
	}
	for ; len(ids) > 0; ids = ids[8:] {
		id := native.Uint64(ids)
		if id < 2 || id >= p.end || p.used[id] {
			return 0, damaged("page %d is both free and used", id)
		}
		p.used[id] = true
	}
	return int(count), nil
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w (%s)", ErrDamaged, fmt.Sprintf(format, args...))
}

// readError tells a file that ends too soon from one that cannot be read.
func readError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged("the file is cut short")
	}
	return err
}
