package store

import (
	"context"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/preserve"
)

// A locked terminal goes on recording hits without the key that opens them. While the
// screen is locked the store has a [watch] in place of its keys: what is recorded is
// sealed to the public key of the inbox and waits there, one transaction for each
// act, until somebody signs in and it is folded into the store.

// inbox is what the store keeps of its inbox, sealed.
type inbox struct {
	// Private opens what was sealed to the inbox.
	Private []byte
	// Tag is the key that shows that this terminal wrote it: anybody can seal to a
	// public key.
	Tag []byte
	// Folded is the number of the last act that was folded.
	Folded uint64
}

// keyInbox is its key in its bucket.
var keyInbox = []byte("inbox")

// watch is all that a store keeps while its terminal is locked. It opens nothing.
type watch struct {
	public hpke.PublicKey
	tag    [keySize]byte
}

func (w *watch) forget() { clear(w.tag[:]) }

// makeInbox makes the inbox where there is none.
func (t txn) makeInbox() error {
	have, err := one[inbox](t, bucketInboxKey, keyInbox)
	if err != nil || have.Private != nil {
		have.forget()
		return err
	}
	return t.newInbox(0)
}

// newInbox gives the inbox new keys, for acts after the one that was folded last.
func (t txn) newInbox(folded uint64) error {
	private, err := kem().GenerateKey()
	if err != nil {
		return fmt.Errorf("make the inbox: %w", err)
	}
	in := inbox{Tag: randomBytes(keySize), Folded: folded}
	if in.Private, err = private.Bytes(); err != nil {
		return fmt.Errorf("make the inbox: %w", err)
	}
	defer in.forget()
	return t.put(bucketInboxKey, keyInbox, in)
}

func (in inbox) forget() {
	clear(in.Private)
	clear(in.Tag)
}

// inbox reads it and its private key.
func (t txn) inbox() (in inbox, private hpke.PrivateKey, err error) {
	if in, err = one[inbox](t, bucketInboxKey, keyInbox); err != nil {
		return in, nil, err
	}
	private, err = kem().NewPrivateKey(in.Private)
	if err != nil || len(in.Tag) != keySize {
		return in, nil, damaged("the inbox's keys")
	}
	return in, private, nil
}

// Lock forgets the file key and everything that it opens, but for the lists that are
// open to match. [Store.Raise], [Store.PutPictures], [Store.Keep], [Store.Append] and
// [Store.Sign] go on, into the inbox; everything else returns [ErrLocked] until
// [Store.Unlock] or [Store.SignIn]. Where the inbox cannot be read the store is
// locked all the same, and records nothing.
func (s *Store) Lock(ctx context.Context) error {
	var w *watch
	err := s.read(context.WithoutCancel(ctx), "lock", func(t txn) error {
		in, private, err := t.inbox()
		if err != nil {
			return err
		}
		defer in.forget()
		w = &watch{public: private.PublicKey(), tag: [keySize]byte(in.Tag)}
		return nil
	})
	if errors.Is(err, ErrLocked) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys != nil {
		s.keys.forget()
		s.keys, s.watch = nil, w
	}
	return err
}

// delivery is one act that waits in the inbox.
type delivery struct {
	Kind deliveryKind
	// Event is stamped: it has the time of the act.
	Event audit.Event
	// Hit is set for raised; ID is a hit's for pictured, an order's for kept.
	Hit  *hit.Hit          `json:",omitempty"`
	ID   string            `json:",omitempty"`
	Kept []preserve.NonHit `json:",omitempty"`

	pictures hit.Pictures
}

type deliveryKind string

const (
	noted     deliveryKind = "event"
	raised    deliveryKind = "hit"
	pictured  deliveryKind = "pictures"
	preserved deliveryKind = "non-hits"
)

// encode is the length of the JSON, the JSON, and the pictures.
func (d delivery) encode() ([]byte, error) {
	head, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	defer clear(head)
	b := make([]byte, 0, 8+len(head)+len(d.pictures.Plate)+len(d.pictures.Context))
	b = binary.BigEndian.AppendUint32(b, uint32(len(head)))
	b = append(b, head...)
	return appendPictures(b, d.pictures), nil
}

// decodeDelivery undoes encode; the pictures share b's memory. It returns [ErrDamaged].
func decodeDelivery(b []byte) (delivery, error) {
	var d delivery
	if len(b) < 4 || uint64(binary.BigEndian.Uint32(b)) > uint64(len(b)-4) {
		return d, damaged("an act in the inbox")
	}
	end := 4 + int(binary.BigEndian.Uint32(b))
	if err := json.Unmarshal(b[4:end], &d); err != nil {
		// The JSON error may quote the value, which is personal.
		return delivery{}, damaged("an act in the inbox")
	}
	var err error
	d.pictures, err = decodePictures(b[end:])
	return d, err
}

// record does an act with its event; while the terminal is locked it goes into the
// inbox instead. It returns [ErrLocked] where nobody has signed in.
func (s *Store) record(ctx context.Context, what string, d delivery, do func(t txn) error) error {
	if err := ctx.Err(); err != nil {
		return wrap(what, err)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	switch {
	case s.keys != nil:
		return wrap(what, s.commit(s.keys, d.Event, do))
	case s.watch != nil:
		d.Event = s.stamp(d.Event)
		return wrap(what, s.deliver(s.watch, d))
	}
	return wrap(what, ErrLocked)
}

// deliver seals an act into the inbox, in a transaction of its own.
func (s *Store) deliver(w *watch, d delivery) error {
	plain, err := d.encode()
	if err != nil {
		return fmt.Errorf("encode an act for the inbox: %w", err)
	}
	defer clear(plain)
	return s.update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucketInbox))
		number, err := b.NextSequence()
		if err != nil {
			return fmt.Errorf("%w: %w", audit.ErrNotWritten, err)
		}
		sealed, err := w.seal(uint64Bytes(number), plain)
		if err != nil {
			return err
		}
		return b.Put(uint64Bytes(number), sealed)
	})
}

// seal gives the tag and what was sealed.
func (w *watch) seal(key, plain []byte) ([]byte, error) {
	sealed, err := sealTo(w.public, "inbox "+string(key), plain)
	if err != nil {
		return nil, fmt.Errorf("seal an act: %w", err)
	}
	return append(inboxTag(w.tag[:], key, sealed), sealed...), nil
}

func inboxTag(tagKey, key, sealed []byte) []byte {
	h := hmac.New(sha256.New, tagKey)
	h.Write(associated(bucketInbox, key))
	h.Write(sealed)
	return h.Sum(nil)
}

// open undoes watch.seal. It returns [ErrDamaged].
func (in inbox) open(private hpke.PrivateKey, key, value []byte) (delivery, []byte, error) {
	if len(value) < sha256.Size || !hmac.Equal(value[:sha256.Size], inboxTag(in.Tag, key, value[sha256.Size:])) {
		return delivery{}, nil, damaged("an act in the inbox")
	}
	plain, err := openWith(private, "inbox "+string(key), value[sha256.Size:])
	if err != nil {
		return delivery{}, nil, damaged("an act in the inbox")
	}
	d, err := decodeDelivery(plain)
	return d, plain, err
}

// foldInbox takes what was recorded while the terminal was locked into the store, in
// order and with the times of the acts. What cannot be read, or was taken away, is
// counted and recorded; it keeps nobody from signing in.
func (t txn) foldInbox() error {
	b := t.bucket(bucketInbox)
	if key, _ := b.Cursor().First(); key == nil {
		return nil
	}
	in, private, err := t.inbox()
	if err != nil {
		return err
	}
	defer in.forget()
	var folded, bad, missing, next uint64
	next = in.Folded + 1
	var done [][]byte // deleted at the end: bbolt does not allow it under a running cursor
	err = b.ForEach(func(key, value []byte) error {
		done = append(done, append([]byte(nil), key...))
		if len(key) != 8 || binary.BigEndian.Uint64(key) < next {
			bad++
			return nil
		}
		number := binary.BigEndian.Uint64(key)
		missing += number - next
		next = number + 1
		d, plain, err := in.open(private, key, value)
		if err == nil {
			err = t.fold(d)
			clear(plain)
		}
		switch {
		case errors.Is(err, ErrDamaged), errors.Is(err, ErrExists), errors.Is(err, ErrBadID):
			bad++
			return nil
		case err != nil:
			return err
		}
		folded++
		return nil
	})
	if err != nil {
		return fmt.Errorf("take in what was recorded while locked: %w", err)
	}
	for _, key := range done {
		if err := b.Delete(key); err != nil {
			return err
		}
	}
	if last := b.Sequence(); last >= next {
		missing += last - next + 1
		next = last + 1
	}
	// What was folded has keys of its own now, which are destroyed with it. Its earlier
	// form must not open any more from a page that bbolt keeps.
	t.marks.due = true
	if err := t.newInbox(next - 1); err != nil {
		return err
	}
	e := audit.Event{Act: audit.InboxFolded, Detail: map[string]string{"records": strconv.FormatUint(folded, 10)}}
	if bad+missing > 0 {
		e.Outcome = audit.OutcomeNotAllRead
		e.Detail["damaged"], e.Detail["missing"] = strconv.FormatUint(bad, 10), strconv.FormatUint(missing, 10)
	}
	return t.appendEvent(t.store.stamp(e))
}

// fold does one act of the inbox.
func (t txn) fold(d delivery) error {
	var err error
	switch d.Kind {
	case noted:
	case raised:
		if d.Hit == nil {
			return damaged("a hit in the inbox")
		}
		err = t.raise(*d.Hit, d.pictures)
	case pictured:
		if err = t.picture(d.ID, d.pictures); errors.Is(err, hit.ErrNotFound) {
			return damaged("pictures of a hit that was not folded")
		}
	case preserved:
		if err = t.keepNonHits(d.ID, d.Kept); errors.Is(err, preserve.ErrNotFound) {
			return nil // its order has ended: they go
		}
	default:
		return damaged("an act in the inbox")
	}
	if err != nil {
		return err
	}
	return t.appendEvent(d.Event)
}
