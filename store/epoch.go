package store

import (
	"bytes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	bolt "go.etcd.io/bbolt"
)

// Values that are destroyed one day must not open from an earlier copy of a page:
// bbolt keeps the pages that it does not need any more. The buckets in epochal are
// therefore sealed under a random key that does not stand in the bbolt file. It
// stands, wrapped by a key of the file key, in a small file beside it that has two
// fixed places, and a transaction that destroys anything turns it:
//
//  1. a new key is written to the free place, and synced;
//  2. the transaction seals whatever remains in those buckets anew, and commits
//     with the number of the new epoch;
//  3. the place of the old key is overwritten with random bytes, and synced.
//
// Only then is the destruction acknowledged (NIST SP 800-88 Rev. 1, 2.6, cryptographic
// erase). A crash leaves both keys or the right one: the bbolt file says which, and
// [Open] overwrites the other.
//
// The rule: a value is in an epochal bucket where it can be dropped before its
// terminal is, or has the key of something that can. What is too long to be sealed
// anew each time (hits, pictures, preserved non-hits, files of lists) has a key of
// its own, which is such a value.
var epochal = map[string]bool{
	bucketHitKeys: true, bucketLists: true, bucketEntries: true, bucketDeployments: true, bucketReports: true,
	bucketHolds: true, bucketDisclosures: true, bucketRequests: true, bucketBreaches: true, bucketOrders: true,
	bucketInboxKey: true, bucketStandbyKey: true, bucketRekeying: true, bucketDrafts: true,
}

// ErrRolledBack is returned by [Open] and by the methods of [Store] where the bbolt
// file and the epoch file are not of one time: one of them is an older copy, or is
// missing. It is an [ErrDamaged].
var ErrRolledBack = fmt.Errorf("a part of the store is missing or an older copy: %w", ErrDamaged)

const (
	placeSize  = 4096 // a place has pages and sectors of its own
	placeMagic = "secondlook epoch"
)

// epoch is one key of the epochal buckets.
type epoch struct {
	number uint64
	key    [keySize]byte
	aead   map[string]cipher.AEAD
}

func newEpoch(number uint64, key []byte) (*epoch, error) {
	e := &epoch{number: number, aead: map[string]cipher.AEAD{}}
	copy(e.key[:], key)
	for bucket := range epochal {
		var err error
		if e.aead[bucket], err = cipherOf(key, "epoch "+labels[bucket]); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// epochFile is the file with the two places. An epoch stands at the place of its
// number's last bit, so that an epoch and the next are never at the same.
type epochFile struct {
	path string

	// mu is held through each write transaction and what belongs to it here.
	mu sync.Mutex
	// turn is that of the running transaction, nil without one.
	turn *turn
	// owed is an epoch whose place is still to be overwritten, 0 for none.
	owed uint64
	// stuck is set where it is not known which of two epochs the disk has: only
	// opening the store anew tells.
	stuck bool
}

// turn is one epoch giving way to the next.
type turn struct {
	keys *keys
	// txn is the bbolt transaction's number.
	txn      uint64
	from, to *epoch
}

// What belongs to a store's file: its name and one of these.
const (
	epochSuffix = ".epoch"
	listsSuffix = ".lists"
)

func epochPath(storePath string) string { return storePath + epochSuffix }

// EpochFile is the file that belongs to a store's file: one is of no use without the
// other.
func EpochFile(storePath string) string { return epochPath(storePath) }

// place is what stands at one place: an epoch's key, wrapped.
type place struct {
	number  uint64
	wrapped []byte
}

// encode is the magic, the number, the wrapped key, and a digest of these that
// tells a place in use from one that was overwritten.
func (p place) encode() []byte {
	b := append([]byte(placeMagic), uint64Bytes(p.number)...)
	b = append(b, p.wrapped...)
	sum := sha256.Sum256(b)
	b = append(b, sum[:]...)
	return append(b, make([]byte, placeSize-len(b))...)
}

// wrappedSize is that of a sealed key: version, nonce, key and tag.
const wrappedSize = 1 + 12 + keySize + 16

// decodePlace reads a place; ok is false for one that has no key.
func decodePlace(b []byte) (p place, ok bool) {
	const end = len(placeMagic) + 8 + wrappedSize
	if len(b) != placeSize || !bytes.HasPrefix(b, []byte(placeMagic)) {
		return p, false
	}
	if sum := sha256.Sum256(b[:end]); !bytes.Equal(sum[:], b[end:end+sha256.Size]) {
		return p, false
	}
	p.number = binary.BigEndian.Uint64(b[len(placeMagic):])
	p.wrapped = bytes.Clone(b[len(placeMagic)+8 : end])
	return p, true
}

// places reads the file: by place, the epoch that stands there. A missing file has
// none.
func (f *epochFile) places() (map[uint64]place, error) {
	b, err := os.ReadFile(f.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	found := map[uint64]place{}
	for at := uint64(0); at < 2 && len(b) >= int(at+1)*placeSize; at++ {
		if p, ok := decodePlace(b[at*placeSize : (at+1)*placeSize]); ok && p.number%2 == at {
			found[p.number] = p
		}
	}
	return found, nil
}

// check returns [ErrRolledBack] unless the file fits a bbolt file of the given
// epoch, 0 for one that is not set up, and otherwise the epoch that a crash left
// beside it, 0 for none.
func (f *epochFile) check(current uint64) (left uint64, err error) {
	found, err := f.places()
	if err != nil {
		return 0, err
	}
	if _, ok := found[current]; !ok && current > 0 {
		return 0, fmt.Errorf("the key of epoch %d is not there: %w", current, ErrRolledBack)
	}
	for number := range found {
		switch {
		case number == current:
		case number == current+1, number+1 == current:
			left = number
		default:
			return 0, fmt.Errorf("a key of epoch %d beside epoch %d: %w", number, current, ErrRolledBack)
		}
	}
	return left, nil
}

// alone returns [ErrRolledBack] where the file is there without a bbolt file: the
// store was there, and must not begin anew as if it had not been.
func (f *epochFile) alone() error {
	_, err := os.Stat(f.path)
	switch {
	case err == nil:
		return fmt.Errorf("%s is there, but not the store: %w", filepath.Base(f.path), ErrRolledBack)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return err
}

// open reads and unwraps an epoch's key. It returns [ErrRolledBack] where it is
// not there.
func (f *epochFile) open(k *keys, number uint64) (*epoch, error) {
	found, err := f.places()
	if err != nil {
		return nil, fmt.Errorf("read the epoch file: %w", err)
	}
	p, ok := found[number]
	if !ok {
		return nil, fmt.Errorf("the key of epoch %d is not there: %w", number, ErrRolledBack)
	}
	key, err := unseal(k.wrap, epochPlace, uint64Bytes(number), p.wrapped)
	if err != nil {
		return nil, fmt.Errorf("the key of epoch %d: %w", number, err)
	}
	defer clear(key)
	return newEpoch(number, key)
}

// epochPlace names the places where values are bound to theirs.
const epochPlace = "epoch"

// begin makes the next epoch and writes its key to the free place.
func (f *epochFile) begin(k *keys, number uint64) (*epoch, error) {
	if f.stuck {
		return nil, errors.New("the disk did not take an earlier erasure: start SecondLook anew")
	}
	key := randomBytes(keySize)
	defer clear(key)
	next, err := newEpoch(number, key)
	if err != nil {
		return nil, err
	}
	sealed := seal(k.wrap, epochPlace, uint64Bytes(number), key)
	if err := f.write(number, place{number, sealed}.encode()); err != nil {
		return nil, fmt.Errorf("write the key of epoch %d: %w", number, err)
	}
	if f.owed%2 == number%2 {
		f.owed = 0 // this has overwritten it
	}
	return next, nil
}

// erase overwrites the place of an epoch.
func (f *epochFile) erase(number uint64) error {
	if err := f.write(number, randomBytes(placeSize)); err != nil {
		f.owed = number
		return fmt.Errorf("overwrite the key of epoch %d: %w", number, err)
	}
	f.owed = 0
	return nil
}

// write puts bytes at the place of an epoch and makes them durable. A new file has
// both places from the start, so that later writes need no space.
func (f *epochFile) write(number uint64, b []byte) (err error) {
	file, err := os.OpenFile(f.path, os.O_WRONLY, 0)
	fresh := errors.Is(err, fs.ErrNotExist)
	if fresh && number == 1 {
		file, err = os.OpenFile(f.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = file.Write(randomBytes(2 * placeSize))
		}
	}
	if file == nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err != nil {
		return err
	}
	if _, err := file.WriteAt(b, int64(number%2)*placeSize); err != nil {
		return err
	}
	if err := file.Sync(); err != nil || !fresh {
		return err
	}
	return syncFolder(filepath.Dir(f.path))
}

// settle ends the turn of a transaction. Where it committed, the old key is
// overwritten; where it did not, the new one. reached says whether the disk has a
// transaction that failed.
func (f *epochFile) settle(committed bool, reached func(txn uint64) bool) error {
	t := f.turn
	f.turn = nil
	switch {
	case t == nil && f.owed > 0:
		return f.erase(f.owed)
	case t == nil:
		return nil
	case committed:
		t.keys.drop(t.from.number)
		if t.from.number == 0 {
			return nil
		}
		return f.erase(t.from.number)
	case reached(t.txn):
		f.stuck = true
		return nil
	}
	t.keys.drop(t.to.number)
	return f.erase(t.to.number)
}

// epochOf is the epoch of a bbolt file, 0 for one that is not set up.
func epochOf(tx *bolt.Tx) (uint64, error) {
	b := tx.Bucket([]byte(bucketMeta)).Get(keyEpoch)
	switch len(b) {
	case 0:
		return 0, nil
	case 8:
		return binary.BigEndian.Uint64(b), nil
	}
	return 0, damaged("the number of the epoch")
}

// turn seals what remains in the epochal buckets under the key of the next epoch,
// where something was destroyed in this transaction. Once is enough: nothing of a
// transaction is on the disk before it commits.
func (t txn) turn() error {
	if !t.marks.due || t.marks.turned {
		return nil
	}
	f, from := t.store.epochs, t.marks.epoch
	next, err := f.begin(t.keys, from.number+1)
	if err != nil {
		return err
	}
	t.keys.add(next)
	f.turn = &turn{keys: t.keys, txn: uint64(t.ID()), from: from, to: next}
	for bucket := range epochal {
		if err := t.reseal(bucket, from.aead[bucket], next.aead[bucket]); err != nil {
			return err
		}
	}
	t.marks.epoch, t.marks.turned = next, true
	return t.bucket(bucketMeta).Put(keyEpoch, uint64Bytes(next.number))
}

// reseal seals every value of a bucket under another key. What does not open stays
// as it is, and goes on being reported as damaged: it must not keep others from
// being destroyed.
func (t txn) reseal(bucket string, from, to cipher.AEAD) error {
	type value struct{ key, sealed []byte }
	var values []value // collected first: bbolt does not allow changes under a running cursor
	err := t.bucket(bucket).ForEach(func(key, sealed []byte) error {
		plain, err := unseal(from, bucket, key, sealed)
		if err == nil {
			values = append(values, value{bytes.Clone(key), seal(to, bucket, key, plain)})
			clear(plain)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, v := range values {
		if err := t.replace(bucket, v.key, v.sealed); err != nil {
			return err
		}
	}
	return nil
}
