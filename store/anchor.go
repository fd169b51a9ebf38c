package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"

	"secondlook/app/audit"
)

// Sealing shows a value that was changed or moved, but not one that was taken
// away or replaced by an earlier self. For the buckets in anchored the audit
// head therefore keeps a digest of what they hold: the exclusive or of a keyed
// hash of each key with its sealed value. A put or delete changes it by two
// hashes at most, and whoever has not the keys cannot make another content that
// fits it. The rest needs none. A hit names its pictures by their nonce, and a missing
// key or picture is noticed where the hit is; an earlier hit key is of another epoch.
// An order says how much it keeps, and what it keeps never changes. The chain's links
// are numbered, and the head that is its end says in which epoch it was written.
var anchored = map[string]bool{
	bucketPeople: true, bucketSettings: true, bucketLists: true,
	bucketEntries: true, bucketDeployments: true, bucketHits: true,
	bucketReports: true,
	bucketHolds:   true, bucketDisclosures: true, bucketRequests: true, bucketBreaches: true, bucketOrders: true,
	bucketInboxKey: true, bucketStandbyKey: true, bucketRekeying: true, bucketDrafts: true,
}

// digest is that of one bucket; all zero for an empty one.
type digest [sha256.Size]byte

// turn adds an element to the digest, or takes it out if it is in.
func (d *digest) turn(k *keys, bucket string, key, sealed []byte) {
	h := hmac.New(sha256.New, k.anchor[:])
	h.Write(associated(bucket, key))
	h.Write(sealed) // its size is the rest's: no two elements have the same bytes under one key
	subtle.XORBytes(d[:], d[:], h.Sum(nil))
}

// replace puts a sealed value, or deletes it if sealed is nil, and notes the
// change for the head.
func (t txn) replace(bucket string, key, sealed []byte) error {
	b := t.bucket(bucket)
	old := b.Get(key)
	if sealed == nil && old != nil && epochal[bucket] {
		t.marks.due = true
	}
	t.marks.standby = t.marks.standby || inStandby[bucket]
	if anchored[bucket] {
		d := t.marks.changes[bucket]
		if old != nil {
			d.turn(t.keys, bucket, key, old)
		}
		if sealed != nil {
			d.turn(t.keys, bucket, key, sealed)
		}
		t.marks.changes[bucket] = d
	}
	if sealed == nil {
		return b.Delete(key)
	}
	return b.Put(key, sealed)
}

// eachAnchored calls do for every value of an anchored bucket. It returns
// [ErrDamaged] where the bucket is not what the head says.
func (t txn) eachAnchored(bucket string, do func(key, sealed []byte) error) error {
	newest, err := t.head()
	if err != nil {
		return err
	}
	var d digest
	err = t.bucket(bucket).ForEach(func(key, sealed []byte) error {
		d.turn(t.keys, bucket, key, sealed)
		return do(key, sealed)
	})
	if err != nil {
		return err
	}
	want := newest.anchor(bucket, t.marks.changes)
	if !hmac.Equal(d[:], want[:]) {
		return fmt.Errorf("%s are not all there or not the newest: %w", bucket, ErrDamaged)
	}
	return nil
}

// head is the newest link of the audit chain and the digests of the anchored
// buckets after it. It stands in a bucket of its own, so that a chain whose end
// was cut off does not fit it.
type head struct {
	Sequence uint64
	Hash     [sha256.Size]byte
	Anchors  map[string][]byte
	// Key is the public key that signs the chain; empty until there is one.
	Key []byte `json:",omitempty"`
	// Epoch is that of the epochal buckets.
	Epoch uint64
	// Clock is what the chain knows of the terminal's clock.
	Clock audit.Clock `json:",omitzero"`
}

// head reads it; it is the zero head before the first event.
func (t txn) head() (head, error) {
	var h head
	_, err := t.get(bucketHead, keyHead, &h)
	if err == nil && h.Epoch != t.marks.epoch.number {
		err = fmt.Errorf("epoch %d, not %d: %w", t.marks.epoch.number, h.Epoch, ErrDamaged)
	}
	return h, err
}

// anchor is a bucket's digest with the changes of the running transaction.
func (h head) anchor(bucket string, changes map[string]digest) digest {
	d := changes[bucket]
	subtle.XORBytes(d[:], d[:], h.Anchors[bucket])
	return d
}

// putHead ends whatever changes the store: each transaction that destroys anything
// turns the epoch here.
func (t txn) putHead(sequence uint64, hash [sha256.Size]byte, before head) error {
	if err := t.turn(); err != nil {
		return err
	}
	h := head{Sequence: sequence, Hash: hash, Anchors: map[string][]byte{}, Key: before.Key, Epoch: t.marks.epoch.number, Clock: before.Clock}
	for bucket := range anchored {
		d := before.anchor(bucket, t.marks.changes)
		h.Anchors[bucket] = d[:]
	}
	clear(t.marks.changes)
	return t.put(bucketHead, keyHead, h)
}
