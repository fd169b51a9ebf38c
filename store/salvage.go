package store

import (
	"bytes"
	"context"
	"crypto/cipher"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"

	"secondlook/app/access"
)

// salvage reads what is left of a damaged bbolt file: every page that can be taken for
// a leaf is looked at, whether the tree leads to it or not. Which bucket a value is of
// is not asked of the pages: it is of the one under whose key it opens in its place.
// So nothing comes out of it that this store did not seal.
type salvage struct {
	file io.ReaderAt
	size int64
	page int64
	// pages were looked at; leaves of them had elements.
	pages, leaves int
	found         []scrap
	// twoMetas is set where both of bbolt's first pages are whole: otherwise a last
	// transaction may be missing and nothing says so.
	twoMetas bool
	// live are the pages to which the tree leads.
	live map[uint64]bool

	keys   *keys
	epochs []*epoch // newest first
	ctx    context.Context
	// tell is told how much is done: reading the pages, opening the values and writing
	// them are a third each.
	tell func(done, total int64)
	// values are what opened, the best for each place.
	values map[string]map[string]value
}

// scrap is an element of a page.
type scrap struct {
	key  []byte
	at   int64
	size int
	live bool
}

// value is a scrap that opened.
type value struct {
	sealed, plain []byte
	live          bool
}

// maxKey bounds the keys of a store's buckets, in bytes.
const maxKey = 64

func newSalvage(ctx context.Context, file *os.File, tell func(done, total int64)) (*salvage, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	s := &salvage{file: file, size: info.Size(), page: int64(os.Getpagesize()), live: map[uint64]bool{}, values: map[string]map[string]value{}, ctx: ctx, tell: tell}
	if m, err := readMeta(file, s.size); err == nil {
		s.page = int64(m.pageSize)
		s.follow(m.root, 0)
		_, first, err := metaAt(file, 0)
		if err != nil {
			return nil, err
		}
		_, second, err := metaAt(file, s.page)
		if err != nil {
			return nil, err
		}
		s.twoMetas = first && second
	}
	for id := uint64(2); int64(id+1)*s.page <= s.size; id++ {
		s.pages++
		if err := errors.Join(ctx.Err(), s.leaf(id)); err != nil {
			return nil, err
		}
		s.told(0, int(id), int(s.size/s.page))
	}
	return s, nil
}

// told tells how much of a part of the work is done.
func (s *salvage) told(part, done, of int) {
	if of > 0 {
		s.tell(int64(part)*s.size+s.size*int64(done)/int64(of), 3*s.size)
	}
}

// header reads a page's header and the bytes that it and its overflow take, cut at the
// file's end.
func (s *salvage) header(id uint64) (b []byte, flags, count uint16, err error) {
	start := int64(id) * s.page
	head := make([]byte, pageHeader)
	if int64(id) < 0 || start < 0 || start+s.page > s.size {
		return nil, 0, 0, nil
	}
	if _, err := s.file.ReadAt(head, start); err != nil {
		return nil, 0, 0, err
	}
	if native.Uint64(head) != id {
		return nil, 0, 0, nil
	}
	flags, count = native.Uint16(head[8:]), native.Uint16(head[10:])
	// The table and the keys lie at the front; values are read when they are tried.
	b = make([]byte, min(s.page*(1+int64(native.Uint32(head[12:]))), s.size-start, 1<<20))
	_, err = s.file.ReadAt(b, start)
	return b, flags, count, err
}

// follow marks what the tree leads to, as far as it leads.
func (s *salvage) follow(id uint64, depth int) {
	if depth > maxDepth || s.live[id] {
		return
	}
	b, flags, count, err := s.header(id)
	if err != nil || b == nil {
		return
	}
	s.live[id] = true
	for i := range int(count) {
		at := pageHeader + i*pageElement
		if at+pageElement > len(b) {
			return
		}
		switch flags {
		case branchFlag:
			s.follow(native.Uint64(b[at+8:]), depth+1)
		case leafFlag:
			from := at + int(native.Uint32(b[at+4:])) + int(native.Uint32(b[at+8:]))
			if native.Uint32(b[at:]) == bucketFlag && from >= 0 && from+bucketHeader <= len(b) {
				s.follow(native.Uint64(b[from:]), depth+1)
			}
		}
	}
}

// leaf notes the elements of a page.
func (s *salvage) leaf(id uint64) error {
	b, flags, count, err := s.header(id)
	if err != nil || flags != leafFlag {
		return err
	}
	s.leaves++
	s.elements(b, 0, int(count), int64(id)*s.page, s.live[id], 0)
	return nil
}

// elements notes those of a page or of a small bucket, which begins at from in b; b
// begins at start in the file.
func (s *salvage) elements(b []byte, from, count int, start int64, live bool, depth int) {
	for i := range count {
		at := from + pageHeader + i*pageElement
		if at+pageElement > len(b) {
			return
		}
		flags, pos := native.Uint32(b[at:]), int64(native.Uint32(b[at+4:]))
		keySize, size := int64(native.Uint32(b[at+8:])), int64(native.Uint32(b[at+12:]))
		key := int64(at) + pos
		if keySize == 0 || keySize > maxKey || key+keySize > int64(len(b)) || start+key+keySize+size > s.size {
			continue
		}
		value := key + keySize
		switch {
		case flags == 0:
			s.found = append(s.found, scrap{bytes.Clone(b[key:value]), start + value, int(size), live})
		case flags == bucketFlag && depth == 0 && size > bucketHeader+pageHeader && value+size <= int64(len(b)):
			small := int(value) + bucketHeader
			if native.Uint16(b[small+8:]) == leafFlag {
				s.elements(b[:value+size], small, int(native.Uint16(b[small+10:])), start, live, depth+1)
			}
		}
	}
}

func (s *salvage) read(c scrap) []byte {
	b := make([]byte, c.size)
	if _, err := s.file.ReadAt(b, c.at); err != nil {
		return nil
	}
	return b
}

// clear returns what stands in the clear under a key: of one size, or any for 0.
func (s *salvage) clear(key []byte, size int) (out [][]byte) {
	for _, live := range []bool{true, false} {
		for _, c := range s.found {
			if c.live == live && bytes.Equal(c.key, key) && (size == 0 || c.size == size) {
				if b := s.read(c); !slices.ContainsFunc(out, func(o []byte) bool { return bytes.Equal(o, b) }) {
					out = append(out, b)
				}
			}
		}
	}
	return out
}

// unlock finds a slot that a person's proof opens. It returns
// [access.ErrBadSignIn] where there is none.
func (s *salvage) unlock(badge access.Badge, secret string) (o opened, st stretching, err error) {
	for _, salt := range s.clear(keySalt, saltSize) {
		for _, rounds := range s.clear(keyRounds, 4) {
			st := stretching{salt, roundsOf(rounds)}
			if st.rounds < 1 || st.rounds > maxRounds {
				continue
			}
			id, err := st.slotID(badge)
			if err != nil {
				return opened{}, st, err
			}
			for _, b := range s.clear(id, 0) {
				sl, err := decodeSlot(b)
				if err != nil {
					continue
				}
				if o, err := sl.open(id, secret); err == nil {
					return o, st, nil
				}
			}
		}
	}
	return opened{}, stretching{}, access.ErrBadSignIn
}

// open tries every value under the store's keys. Those that have keys of their own
// come after those that have the keys.
func (s *salvage) open(k *keys, places *epochFile) error {
	s.keys = k
	found, err := places.places()
	if err != nil {
		return err
	}
	for number := range found {
		if e, err := places.open(k, number); err == nil {
			s.epochs = append(s.epochs, e)
		}
	}
	slices.SortFunc(s.epochs, func(a, b *epoch) int { return int(int64(b.number) - int64(a.number)) })
	ciphers := []map[string]cipher.AEAD{k.aead}
	for _, e := range s.epochs {
		ciphers = append(ciphers, e.aead)
	}
	for i, c := range s.found {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		s.told(1, i, len(s.found))
		if c.size > 4<<20 || c.size < 1+12+16 {
			continue
		}
		sealed := s.read(c)
		for _, of := range ciphers {
			for bucket, a := range of {
				if plain, err := unseal(a, bucket, c.key, sealed); err == nil {
					s.note(bucket, c, sealed, plain)
				}
			}
		}
	}
	return s.openOwn()
}

// openOwn opens hits and preserved non-hits.
func (s *salvage) openOwn() error {
	orders := map[string]cipher.AEAD{}
	for name, v := range s.values[bucketOrders] {
		var o order
		if json.Unmarshal(v.plain, &o) == nil && len(o.Key) == keySize {
			a, err := newAEAD(o.Key)
			if err != nil {
				return err
			}
			orders[name] = a
		}
	}
	for _, c := range s.found {
		var a cipher.AEAD
		in := []string{bucketHits, bucketPictures}
		if v, ok := s.values[bucketHitKeys][string(c.key)]; ok && len(v.plain) == keySize {
			var err error
			if a, err = newAEAD(v.plain); err != nil {
				return err
			}
		} else if len(c.key) == 16+8 {
			a, in = orders[string(c.key[:16])], []string{bucketPreserved}
		}
		if a == nil || c.size > 256<<20 {
			continue
		}
		sealed := s.read(c)
		for _, bucket := range in {
			if plain, err := unseal(a, bucket, c.key, sealed); err == nil {
				s.note(bucket, c, sealed, plain)
			}
		}
	}
	return nil
}

// note keeps the better of two values of one place: what the tree leads to is the
// newest.
func (s *salvage) note(bucket string, c scrap, sealed, plain []byte) {
	if s.values[bucket] == nil {
		s.values[bucket] = map[string]value{}
	}
	if before, ok := s.values[bucket][string(c.key)]; !ok || c.live && !before.live {
		s.values[bucket][string(c.key)] = value{sealed, plain, c.live}
	}
}

// all reports whether a bucket is what the audit head says, so that nothing is missing
// and nothing is older.
func (s *salvage) all(bucket string, newest head) bool {
	var d digest
	for key, v := range s.values[bucket] {
		d.turn(s.keys, bucket, []byte(key), v.sealed)
	}
	return d == newest.anchor(bucket, nil)
}
