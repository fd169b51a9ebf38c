package store

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// A block of a hotlist's entries, before sealing:
//
//	uvarint number of words, then each word
//	uvarint number of entries, then each entry:
//	  id
//	  text plate, reference, note
//	  word jurisdiction, category, source, agency, contact, make, model, colour, expiry
//	  varint year
//	and, where entries say something of a driver:
//	uvarint number of them, then for each, in order:
//	  uvarint its distance from the one before, or from the block's start
//	  text name, one byte: whether lenses are needed
//
// Blocks of before drivers were kept are those in which no entry has one.
//
// A text is its length as uvarint and its bytes. An id is one too, but for one bit
// below the length: it is set, and the length 0, for the 32 hexadecimal digits of
// imported lists, which follow as 16 bytes. A word is a text that many entries
// share, given by its number as uvarint: lists repeat agencies, contacts and
// expiries a thousand times over. An expiry is the binary form of time.Time, which
// keeps its zone; empty means none.

const (
	wordColumns = 9
	recentWords = 4
	digestSize  = 16 // of an imported row's id
)

// blockEncoder collects words while it writes entries. It may be used again.
type blockEncoder struct {
	out     []byte
	entries []byte
	words   []byte
	drivers []byte
	numbers map[string]uint64
	// recent are words that each column had before, and next which one gives way:
	// most columns have few.
	recent [wordColumns][recentWords]numbered
	next   int
	expiry struct {
		at   time.Time
		word string
	}
}

type numbered struct {
	word   string
	number uint64
	known  bool
}

// encode encodes entries; the bytes are good until the next call. It returns an
// error for an expiry that is no date.
func (c *blockEncoder) encode(entries []hotlist.Entry) ([]byte, error) {
	if c.numbers == nil {
		c.numbers = map[string]uint64{}
	}
	clear(c.numbers)
	clear(c.recent[:])
	c.entries, c.words, c.drivers = c.entries[:0], c.words[:0], c.drivers[:0]
	drivers, last := 0, 0
	for i := range entries {
		e := &entries[i]
		if d := e.Driver; d.Name != "" || d.Lenses {
			c.drivers = appendText(binary.AppendUvarint(c.drivers, uint64(i-last)), d.Name)
			c.drivers = append(c.drivers, lenses(d))
			drivers, last = drivers+1, i
		}
		c.entries = appendID(c.entries, e.ID)
		c.entries = appendText(c.entries, string(e.Plate))
		c.entries = appendText(c.entries, e.Reference)
		c.entries = appendText(c.entries, e.Note)
		expiry, err := c.expires(e.Expires)
		if err != nil {
			return nil, fmt.Errorf("entry %d: expiry: %w", i+1, err)
		}
		for column, word := range [wordColumns]string{
			string(e.Jurisdiction), e.Category, e.Source, e.Agency, e.Contact, e.Make, e.Model, e.Colour, expiry,
		} {
			c.word(column, word)
		}
		c.entries = binary.AppendVarint(c.entries, int64(e.Year))
	}
	c.out = binary.AppendUvarint(c.out[:0], uint64(len(c.numbers)))
	c.out = append(c.out, c.words...)
	c.out = binary.AppendUvarint(c.out, uint64(len(entries)))
	c.out = append(c.out, c.entries...)
	if drivers > 0 {
		c.out = append(binary.AppendUvarint(c.out, uint64(drivers)), c.drivers...)
	}
	return c.out, nil
}

// forget overwrites what was encoded last.
func (c *blockEncoder) forget() {
	for _, b := range [][]byte{c.out, c.entries, c.words, c.drivers} {
		clear(b[:cap(b)])
	}
	*c = blockEncoder{}
}

func lenses(d hotlist.Driver) byte {
	if d.Lenses {
		return 1
	}
	return 0
}

func (c *blockEncoder) word(column int, s string) {
	recent := &c.recent[column]
	for i := range recent {
		if r := &recent[i]; r.known && r.word == s {
			c.entries = binary.AppendUvarint(c.entries, r.number)
			return
		}
	}
	n, ok := c.numbers[s]
	if !ok {
		n = uint64(len(c.numbers))
		c.numbers[s] = n
		c.words = appendText(c.words, s)
	}
	c.next = (c.next + 1) % recentWords
	recent[c.next] = numbered{s, n, true}
	c.entries = binary.AppendUvarint(c.entries, n)
}

// expires is the word for an expiry.
func (c *blockEncoder) expires(t time.Time) (string, error) {
	if t.IsZero() {
		return "", nil
	}
	if t != c.expiry.at {
		b, err := t.MarshalBinary()
		if err != nil {
			return "", err
		}
		c.expiry.at, c.expiry.word = t, string(b)
	}
	return c.expiry.word, nil
}

// parseDigest reads an id of 32 lower-case hexadecimal digits.
func parseDigest(id string) (d [digestSize]byte, ok bool) {
	if len(id) != 2*digestSize {
		return d, false
	}
	for i := range d {
		high, low := hexDigits[id[2*i]], hexDigits[id[2*i+1]]
		if high|low > 15 {
			return d, false
		}
		d[i] = high<<4 | low
	}
	return d, true
}

// hexDigits are the values of lower-case hexadecimal digits, 0xff for all else.
var hexDigits = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i, c := range []byte("0123456789abcdef") {
		t[c] = byte(i)
	}
	return t
}()

func appendID(b []byte, id string) []byte {
	if d, ok := parseDigest(id); ok {
		return append(append(b, 1), d[:]...)
	}
	return append(binary.AppendUvarint(b, uint64(len(id))<<1), id...)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decodeBlock appends the entries of a block to entries. It returns [ErrDamaged]
// for bytes that blockEncoder does not write.
func decodeBlock(entries []hotlist.Entry, plain []byte) ([]hotlist.Entry, error) {
	// One string for the block: the entries' texts are parts of it, not copies.
	d := blockDecoder{rest: string(plain)}
	d.words = make([]string, d.count())
	for i := range d.words {
		d.words[i] = d.text()
	}
	d.times = make([]time.Time, len(d.words))
	n, before := d.count(), len(entries)
	for range n {
		if d.bad {
			break
		}
		e := hotlist.Entry{ID: d.id(), Plate: plate.Text(d.text()), Reference: d.text(), Note: d.text()}
		e.Jurisdiction = plate.Jurisdiction(d.word())
		for _, p := range [...]*string{&e.Category, &e.Source, &e.Agency, &e.Contact, &e.Make, &e.Model, &e.Colour} {
			*p = d.word()
		}
		e.Expires = d.expires()
		e.Year = d.year()
		entries = append(entries, e)
	}
	if !d.bad && d.rest != "" {
		d.drivers(entries[before:])
	}
	if d.bad || d.rest != "" {
		return nil, fmt.Errorf("list entries: %w", ErrDamaged)
	}
	return entries, nil
}

// blockDecoder reads from the front of rest; bad stays set once something did not fit.
type blockDecoder struct {
	rest  string
	words []string
	times []time.Time // of words that were read as expiries
	bad   bool
}

func (d *blockDecoder) uvarint() uint64 {
	var v uint64
	for i := 0; i < len(d.rest) && i < binary.MaxVarintLen64; i++ {
		c := d.rest[i]
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			d.rest = d.rest[i+1:]
			return v
		}
	}
	d.bad, d.rest = true, ""
	return 0
}

// count is a number of things that take at least one byte each.
func (d *blockDecoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.bad, d.rest = true, ""
		return 0
	}
	return int(n)
}

func (d *blockDecoder) text() string {
	n := d.count()
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

func (d *blockDecoder) id() string {
	n := d.uvarint()
	switch {
	case n == 1 && len(d.rest) >= digestSize:
		id := hex.EncodeToString([]byte(d.rest[:digestSize]))
		d.rest = d.rest[digestSize:]
		return id
	case n&1 != 0 || n>>1 > uint64(len(d.rest)):
		d.bad, d.rest = true, ""
		return ""
	}
	id := d.rest[:n>>1]
	d.rest = d.rest[n>>1:]
	return id
}

func (d *blockDecoder) number() int {
	n := d.uvarint()
	if n >= uint64(len(d.words)) {
		d.bad = true
		return -1
	}
	return int(n)
}

func (d *blockDecoder) word() string {
	if n := d.number(); n >= 0 {
		return d.words[n]
	}
	return ""
}

// drivers reads what stands behind the entries.
func (d *blockDecoder) drivers(entries []hotlist.Entry) {
	n, at := d.count(), uint64(0)
	d.bad = d.bad || n == 0
	for i := range n {
		distance := d.uvarint()
		if d.bad || distance >= uint64(len(entries))-at || distance == 0 && i > 0 {
			d.bad = true
			return
		}
		at += distance
		e := &entries[at]
		e.Driver.Name = d.text()
		if d.rest == "" || d.rest[0] > 1 {
			d.bad = true
			return
		}
		e.Driver.Lenses, d.rest = d.rest[0] == 1, d.rest[1:]
		d.bad = d.bad || e.Driver == (hotlist.Driver{})
	}
}

func (d *blockDecoder) expires() time.Time {
	n := d.number()
	if n < 0 || d.words[n] == "" {
		return time.Time{}
	}
	if d.times[n].IsZero() {
		err := d.times[n].UnmarshalBinary([]byte(d.words[n]))
		// It takes more nanoseconds than a second has, too; what was written reads back the same.
		again, unwritable := d.times[n].MarshalBinary()
		if errors.Join(err, unwritable) != nil || string(again) != d.words[n] || d.times[n].IsZero() {
			d.bad = true
		}
	}
	return d.times[n]
}

func (d *blockDecoder) year() int {
	u := d.uvarint()
	return int(int64(u>>1) ^ -int64(u&1)) // zigzag, as binary.AppendVarint writes
}
