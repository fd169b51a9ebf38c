package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The keys of the details that signing writes. All values are lower-case
// hexadecimal but the number.
const (
	// DetailKey is the terminal's public key, in the records of [SetUp] and [Signed].
	DetailKey = "key"
	// DetailThrough is the number of the last record that a signature covers.
	DetailThrough = "through"
	// DetailHead is the hash of that record.
	DetailHead = "head"
	// DetailSignature is Ed25519's signature.
	DetailSignature = "signature"
)

// TimeLayout is how a record's time is written: UTC, to the hundredth of a
// second (CJIS AU-8), always of one length.
const TimeLayout = "2006-01-02T15:04:05.00Z"

// canon hashes fields so that no two lists of fields hash alike: each text has
// its length before it. docs/audit.md describes it for other programs.
type canon struct{ hash.Hash }

// newCanon begins with what the hash is for, so that none stands for another.
func newCanon(domain string) canon {
	c := canon{sha256.New()}
	c.text(domain)
	return c
}

func (c canon) number(n uint64) { c.Write(binary.BigEndian.AppendUint64(nil, n)) }

func (c canon) text(s string) {
	c.number(uint64(len(s)))
	c.Write([]byte(s))
}

func (c canon) sum() [32]byte { return [32]byte(c.Sum(nil)) }

// Next makes the record that follows previous; pass the zero Record for the
// first. It cuts the time to hundredths of a second in UTC, and replaces what is
// not UTF-8. It returns an error for a time whose year has not four digits.
func Next(previous Record, e Event) (Record, error) {
	e.At = e.At.UTC().Truncate(10 * time.Millisecond)
	if y := e.At.Year(); y < 0 || y > 9999 {
		return Record{}, fmt.Errorf("record %d: the year %d cannot be written", previous.Sequence+1, y)
	}
	for _, s := range []*string{&e.Terminal, &e.Name, &e.Badge, &e.Role, (*string)(&e.Act), &e.Object, &e.Reason, &e.Outcome} {
		*s = clean(*s)
	}
	if e.Detail != nil {
		detail := make(map[string]string, len(e.Detail))
		for k, v := range e.Detail {
			detail[clean(k)] = clean(v)
		}
		e.Detail = detail
	}
	r := Record{Sequence: previous.Sequence + 1, Previous: previous.Hash, Event: e}
	r.Hash = r.digest()
	return r, nil
}

// clean makes a text that JSON gives back as it was.
func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// digest is SHA-256 over every field of the record but its hash.
func (r Record) digest() [32]byte {
	e, c := r.Event, newCanon("secondlook audit record 1")
	c.number(r.Sequence)
	c.text(string(r.Previous[:]))
	for _, s := range []string{e.At.UTC().Format(TimeLayout), e.Terminal, e.Name, e.Badge, e.Role, string(e.Act), e.Object, e.Reason, e.Outcome} {
		c.text(s)
	}
	c.number(uint64(len(e.Detail)))
	for _, k := range slices.Sorted(maps.Keys(e.Detail)) {
		c.text(k)
		c.text(e.Detail[k])
	}
	return c.sum()
}

// earlierDigest is what stood in the place of digest before records were signed and
// copied out: SHA-256 over the record's JSON with an empty hash. Chains that began
// then go on with digest.
func (r Record) earlierDigest() [32]byte {
	r.Hash = [32]byte{}
	b, err := json.Marshal(r)
	if err != nil { // a time that JSON cannot have: digest's records only
		return [32]byte{}
	}
	return sha256.Sum256(b)
}

// headMessage is what a signature of the chain's head signs.
func headMessage(through uint64, head [32]byte) []byte {
	c := newCanon("secondlook audit head 1")
	c.number(through)
	c.text(string(head[:]))
	sum := c.sum()
	return sum[:]
}

// SignatureOf is the detail of the [Signed] record that follows r: the terminal's
// signature of the chain up to r.
func SignatureOf(r Record, key ed25519.PrivateKey) map[string]string {
	return map[string]string{
		DetailKey:       hex.EncodeToString(key.Public().(ed25519.PublicKey)),
		DetailThrough:   strconv.FormatUint(r.Sequence, 10),
		DetailHead:      hex.EncodeToString(r.Hash[:]),
		DetailSignature: hex.EncodeToString(ed25519.Sign(key, headMessage(r.Sequence, r.Hash))),
	}
}

// ParseKey reads a public key as [KeyText] writes it.
func ParseKey(text string) (ed25519.PublicKey, error) {
	key, err := hex.DecodeString(strings.ToLower(strings.TrimSpace(text)))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("a terminal's public key is 64 hexadecimal digits")
	}
	return key, nil
}

// KeyText writes a public key as 64 hexadecimal digits.
func KeyText(key ed25519.PublicKey) string { return hex.EncodeToString(key) }

// chain checks records one after the other. The zero chain expects the first
// record of a terminal.
type chain struct {
	before Record
	// key is the terminal's, once a record or the caller has named it.
	key ed25519.PublicKey
	// part is set for a chain that does not begin with a terminal's first record:
	// what came before the next record is not known.
	part bool
	// later is set once a record had a digest of today's kind: none of the earlier
	// kind follows.
	later bool
	// signatures were found, the newest of all that came up to record signed.
	signatures int
	signed     uint64
}

// next checks one record. What it returns says what is wrong.
func (c *chain) next(r Record) error {
	switch {
	case r.Sequence != c.before.Sequence+1:
		return fmt.Errorf("its number is %d, where %d should follow", r.Sequence, c.before.Sequence+1)
	case !c.part && r.Previous != c.before.Hash:
		return errors.New("it does not follow the record before it")
	case r.digest() == r.Hash:
		c.later = true
	case c.later, r.earlierDigest() != r.Hash:
		return errors.New("it was changed after it was written")
	}
	c.part = false
	if text, ok := r.Event.Detail[DetailKey]; ok && (r.Event.Act == SetUp || r.Event.Act == Signed) {
		key, err := ParseKey(text)
		switch {
		case err != nil:
			return err
		case c.key == nil:
			c.key = key
		case !c.key.Equal(key):
			return errors.New("it names another key than this terminal's")
		}
	}
	if r.Event.Act == Signed {
		if err := c.signature(r); err != nil {
			return err
		}
	}
	c.before = r
	return nil
}

// signature checks a [Signed] record: its signature covers all that came before.
func (c *chain) signature(r Record) error {
	d := r.Event.Detail
	signature, err := hex.DecodeString(d[DetailSignature])
	switch {
	case err != nil, c.key == nil,
		d[DetailThrough] != strconv.FormatUint(r.Sequence-1, 10),
		d[DetailHead] != hex.EncodeToString(r.Previous[:]),
		!ed25519.Verify(c.key, headMessage(r.Sequence-1, r.Previous), signature):
		return errors.New("its signature is not right")
	}
	c.signatures, c.signed = c.signatures+1, r.Sequence-1
	return nil
}
