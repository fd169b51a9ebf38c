package store

import (
	"encoding/binary"
	"fmt"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// A chunk of a hotlist, before sealing:
//
//	uvarint number of words, then each word
//	uvarint number of entries, then each entry:
//	  text id, plate, reference, note
//	  word jurisdiction, category, source, agency, contact, make, model, colour, expiry
//	  varint year
//
// A text is its length as uvarint and its bytes. A word is a text that many
// entries share, given by its number as uvarint: lists repeat agencies, contacts
// and expiries a thousand times over. An expiry is the binary form of time.Time,
// which keeps its zone; empty means none.

// chunkEncoder collects words while it writes entries.
type chunkEncoder struct {
	entries []byte
	words   []byte
	numbers map[string]uint64
	expiry  struct {
		at   time.Time
		word string
	}
}

// encodeChunk encodes entries. It returns an error for an expiry that is no date.
func encodeChunk(entries []hotlist.Entry) ([]byte, error) {
	c := chunkEncoder{numbers: map[string]uint64{}, entries: make([]byte, 0, 64*len(entries))}
	for i := range entries {
		e := &entries[i]
		for _, text := range [...]string{e.ID, string(e.Plate), e.Reference, e.Note} {
			c.entries = appendText(c.entries, text)
		}
		for _, word := range [...]string{
			string(e.Jurisdiction), e.Category, e.Source, e.Agency, e.Contact, e.Make, e.Model, e.Colour,
		} {
			c.word(word)
		}
		if err := c.expires(e.Expires); err != nil {
			return nil, fmt.Errorf("entry %d: expiry: %w", i+1, err)
		}
		c.entries = binary.AppendVarint(c.entries, int64(e.Year))
	}
	out := make([]byte, 0, len(c.words)+len(c.entries)+2*binary.MaxVarintLen64)
	out = binary.AppendUvarint(out, uint64(len(c.numbers)))
	out = append(out, c.words...)
	out = binary.AppendUvarint(out, uint64(len(entries)))
	out = append(out, c.entries...)
	clear(c.entries)
	clear(c.words)
	return out, nil
}

func (c *chunkEncoder) word(s string) {
	n, ok := c.numbers[s]
	if !ok {
		n = uint64(len(c.numbers))
		c.numbers[s] = n
		c.words = appendText(c.words, s)
	}
	c.entries = binary.AppendUvarint(c.entries, n)
}

func (c *chunkEncoder) expires(t time.Time) error {
	if t.IsZero() {
		c.word("")
		return nil
	}
	if t != c.expiry.at { // neighbours often expire together
		b, err := t.MarshalBinary()
		if err != nil {
			return err
		}
		c.expiry.at, c.expiry.word = t, string(b)
	}
	c.word(c.expiry.word)
	return nil
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decodeChunk appends the entries of a chunk to entries. It returns [ErrDamaged]
// for bytes that encodeChunk does not write.
func decodeChunk(entries []hotlist.Entry, plain []byte) ([]hotlist.Entry, error) {
	// One string for the chunk: the entries' texts are parts of it, not copies.
	d := chunkDecoder{rest: string(plain)}
	d.words = make([]string, d.count())
	for i := range d.words {
		d.words[i] = d.text()
	}
	d.times = make([]time.Time, len(d.words))
	n := d.count()
	for range n {
		if d.bad {
			break
		}
		e := hotlist.Entry{ID: d.text(), Plate: plate.Text(d.text()), Reference: d.text(), Note: d.text()}
		e.Jurisdiction = plate.Jurisdiction(d.word())
		for _, p := range [...]*string{&e.Category, &e.Source, &e.Agency, &e.Contact, &e.Make, &e.Model, &e.Colour} {
			*p = d.word()
		}
		e.Expires = d.expires()
		e.Year = d.year()
		entries = append(entries, e)
	}
	if d.bad || d.rest != "" {
		return nil, fmt.Errorf("list entries: %w", ErrDamaged)
	}
	return entries, nil
}

// chunkDecoder reads from the front of rest; bad stays set once something did not fit.
type chunkDecoder struct {
	rest  string
	words []string
	times []time.Time // of words that were read as expiries
	bad   bool
}

func (d *chunkDecoder) uvarint() uint64 {
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
func (d *chunkDecoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.bad, d.rest = true, ""
		return 0
	}
	return int(n)
}

func (d *chunkDecoder) text() string {
	n := d.count()
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

func (d *chunkDecoder) number() int {
	n := d.uvarint()
	if n >= uint64(len(d.words)) {
		d.bad = true
		return -1
	}
	return int(n)
}

func (d *chunkDecoder) word() string {
	if n := d.number(); n >= 0 {
		return d.words[n]
	}
	return ""
}

func (d *chunkDecoder) expires() time.Time {
	n := d.number()
	if n < 0 || d.words[n] == "" {
		return time.Time{}
	}
	if d.times[n].IsZero() {
		if err := d.times[n].UnmarshalBinary([]byte(d.words[n])); err != nil {
			d.bad = true
		}
	}
	return d.times[n]
}

func (d *chunkDecoder) year() int {
	u := d.uvarint()
	return int(int64(u>>1) ^ -int64(u&1)) // zigzag, as binary.AppendVarint writes
}
