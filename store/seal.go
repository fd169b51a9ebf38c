package store

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"sync"

	bolt "go.etcd.io/bbolt"
)

// The buckets of the file; the package comment draws them.
const (
	bucketMeta        = "meta"
	bucketSlots       = "slots"
	bucketAttempts    = "attempts"
	bucketPeople      = "people"
	bucketSettings    = "settings"
	bucketLists       = "lists"
	bucketEntries     = "entries"
	bucketDeployments = "deployments"
	bucketAudit       = "audit"
	bucketHead        = "audit-head"
	bucketHitKeys     = "hit-keys"
	bucketHits        = "hits"
	bucketPictures    = "pictures"
	bucketReports     = "reports"
	bucketHolds       = "holds"
	bucketDisclosures = "disclosures"
	bucketRequests    = "access-requests"
	bucketBreaches    = "breaches"
	bucketOrders      = "preservation-orders"
	bucketPreserved   = "preserved"
	bucketInbox       = "inbox"
	bucketInboxKey    = "inbox-key"
	bucketStandby     = "standby"
	bucketStandbyKey  = "standby-key"
	bucketRekeying    = "rekeying"
	bucketDrafts      = "drafts"
)

var buckets = []string{
	bucketMeta, bucketSlots, bucketAttempts, bucketPeople, bucketSettings, bucketLists,
	bucketEntries, bucketDeployments, bucketAudit, bucketHead, bucketHitKeys, bucketHits, bucketPictures,
}

// laterBuckets came when stores of this format were in use; [Open] makes them where
// they are missing. One that was taken away does not fit the audit head.
var laterBuckets = []string{
	bucketReports, bucketHolds, bucketDisclosures, bucketRequests, bucketBreaches, bucketOrders, bucketPreserved,
	bucketInbox, bucketInboxKey, bucketStandby, bucketStandbyKey, bucketRekeying, bucketDrafts,
}

var (
	keyFormat   = []byte("format")
	keySalt     = []byte("salt")
	keyRounds   = []byte("rounds")
	keyEpoch    = []byte("epoch")
	keySole     = []byte("sole")
	keySettings = []byte("settings")
	keyPolicy   = []byte("policy")
	keyHead     = []byte("head")
	keySigner   = []byte("signer")
)

// labels says under which derived key a bucket's values are sealed. Hits, pictures,
// preserved non-hits and the standby record are missing: they have keys of their own.
var labels = map[string]string{
	bucketPeople:      "people",
	bucketSettings:    "settings",
	bucketLists:       "lists",
	bucketEntries:     "entries",
	bucketDeployments: "deployments",
	bucketAudit:       "audit",
	bucketHead:        "audit",
	bucketHitKeys:     "hit-keys",
	bucketReports:     "reports",
	bucketHolds:       "holds",
	bucketDisclosures: "disclosures",
	bucketRequests:    "access-requests",
	bucketBreaches:    "breaches",
	bucketOrders:      "preservation-orders",
	bucketInboxKey:    "inbox-key",
	bucketStandbyKey:  "standby-key",
	bucketRekeying:    "rekeying",
	bucketDrafts:      "drafts",
}

const (
	keySize     = 32 // AES-256
	sealVersion = 1  // first byte of each sealed value
)

// keys are what a sign-in unlocks.
type keys struct {
	file [keySize]byte
	// name makes bucket keys of ids and list names.
	name [keySize]byte
	// anchor is the key of the digests in the audit head.
	anchor [keySize]byte
	// wrap seals the keys in the epoch file.
	wrap cipher.AEAD
	// aead has one cipher for each bucket in labels that is not epochal.
	aead map[string]cipher.AEAD

	mu sync.Mutex
	// epochs are those that were opened: the one in force, and during a turn both.
	epochs map[uint64]*epoch
}

// deriveKeys makes every key of the store from the file key.
func deriveKeys(file []byte) (*keys, error) {
	k := &keys{aead: map[string]cipher.AEAD{}, epochs: map[uint64]*epoch{}}
	copy(k.file[:], file)
	for label, into := range map[string]*[keySize]byte{"name": &k.name, "anchor": &k.anchor} {
		key, err := derive(file, label)
		if err != nil {
			return nil, err
		}
		copy(into[:], key)
		clear(key)
	}
	var err error
	if k.wrap, err = cipherOf(file, "epoch"); err != nil {
		return nil, err
	}
	for bucket, label := range labels {
		if epochal[bucket] {
			continue
		}
		if k.aead[bucket], err = cipherOf(file, label); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// cipherOf is the cipher of the key that is derived for a label.
func cipherOf(key []byte, label string) (cipher.AEAD, error) {
	own, err := derive(key, label)
	if err != nil {
		return nil, err
	}
	defer clear(own)
	return newAEAD(own)
}

// epoch returns an epoch's key, from the epoch file where it is not open yet.
func (k *keys) epoch(number uint64, f *epochFile) (*epoch, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e := k.epochs[number]; e != nil {
		return e, nil
	}
	var e *epoch
	var err error
	if number == 0 {
		e, err = k.before()
	} else {
		e, err = f.open(k, number)
	}
	if err == nil {
		k.epochs[number] = e
	}
	return e, err
}

// before is the epoch 0: before the first one, and of files of format 1.
func (k *keys) before() (e *epoch, err error) {
	e = &epoch{aead: map[string]cipher.AEAD{}}
	for bucket := range epochal {
		if e.aead[bucket], err = cipherOf(k.file[:], labels[bucket]); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func (k *keys) add(e *epoch) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.epochs[e.number] = e
}

// drop forgets an epoch. What reads at this moment from a state of that epoch has
// its own reference and goes on.
func (k *keys) drop(number uint64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if e := k.epochs[number]; e != nil {
		clear(e.key[:])
		delete(k.epochs, number)
	}
}

// derive is HKDF-SHA256 without salt: the file key is uniformly random already
// (RFC 5869, 3.1).
func derive(file []byte, label string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, file, nil, "secondlook store v1 "+label, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive key %s: %w", label, err)
	}
	return key, nil
}

// forget overwrites the keys. The ciphers' own expanded keys are out of reach in
// Go and go with the garbage collector.
func (k *keys) forget() {
	clear(k.file[:])
	clear(k.name[:])
	clear(k.anchor[:])
	clear(k.aead)
	k.mu.Lock()
	defer k.mu.Unlock()
	for number, e := range k.epochs {
		clear(e.key[:])
		delete(k.epochs, number)
	}
}

// nameOf is the bucket key of an id: the first 16 bytes of HMAC-SHA256.
func (k *keys) nameOf(bucket, id string) []byte {
	h := hmac.New(sha256.New, k.name[:])
	h.Write([]byte(bucket))
	h.Write([]byte{0})
	h.Write([]byte(id))
	return h.Sum(nil)[:16]
}

// newAEAD is AES-256-GCM that puts a random 96-bit nonce before each value.
func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// placeVersion is the version of associated: it changes where the same bytes in the
// same place come to mean something else.
const placeVersion = 1

// associated binds a value to its place: version, bucket and key. The bucket's
// length comes first so that no two places have the same bytes.
func associated(bucket string, key []byte) []byte {
	ad := make([]byte, 0, 16+len(bucket)+len(key))
	ad = append(ad, "secondlook"...)
	ad = binary.BigEndian.AppendUint32(ad, placeVersion)
	ad = append(ad, byte(len(bucket)))
	ad = append(ad, bucket...)
	return append(ad, key...)
}

// seal encrypts a value for its place.
func seal(a cipher.AEAD, bucket string, key, plain []byte) []byte {
	out := make([]byte, 1, 1+len(plain)+a.Overhead())
	out[0] = sealVersion
	return a.Seal(out, nil, plain, associated(bucket, key))
}

// unseal decrypts a value. It returns [ErrDamaged] for anything that was not
// sealed by this key for this place. The plain value shares no memory with the
// sealed one, so it outlives the transaction.
func unseal(a cipher.AEAD, bucket string, key, sealed []byte) ([]byte, error) {
	if len(sealed) < 1+a.Overhead() || sealed[0] != sealVersion {
		return nil, fmt.Errorf("value in %s: %w", bucket, ErrDamaged)
	}
	plain, err := a.Open(nil, nil, sealed[1:], associated(bucket, key))
	if err != nil {
		return nil, fmt.Errorf("value in %s: %w", bucket, ErrDamaged)
	}
	return plain, nil
}

func (t txn) bucket(name string) *bolt.Bucket { return t.Bucket([]byte(name)) }

// cipher is the one of a bucket's values that have no key of their own.
func (t txn) cipher(bucket string) cipher.AEAD {
	if epochal[bucket] {
		return t.marks.epoch.aead[bucket]
	}
	return t.keys.aead[bucket]
}

// put seals v as JSON under the bucket's derived key.
func (t txn) put(bucket string, key []byte, v any) error {
	return t.putUnder(t.cipher(bucket), bucket, key, v)
}

func (t txn) putUnder(a cipher.AEAD, bucket string, key []byte, v any) error {
	plain, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode value for %s: %w", bucket, err)
	}
	defer clear(plain)
	return t.replace(bucket, key, seal(a, bucket, key, plain))
}

// get opens a value into v and reports whether it is there.
func (t txn) get(bucket string, key []byte, v any) (bool, error) {
	sealed := t.bucket(bucket).Get(key)
	if sealed == nil {
		return false, nil
	}
	return true, t.decode(t.cipher(bucket), bucket, key, sealed, v)
}

func (t txn) decode(a cipher.AEAD, bucket string, key, sealed []byte, v any) error {
	plain, err := unseal(a, bucket, key, sealed)
	if err != nil {
		return err
	}
	defer clear(plain)
	if err := json.Unmarshal(plain, v); err != nil {
		// The JSON error may quote the value, which is personal.
		return fmt.Errorf("decode value in %s: %w", bucket, ErrDamaged)
	}
	return nil
}

// all opens every value of an anchored bucket.
func all[V any](t txn, bucket string) ([]V, error) {
	var out []V
	err := t.eachAnchored(bucket, func(key, sealed []byte) error {
		var v V
		if err := t.decode(t.cipher(bucket), bucket, key, sealed, &v); err != nil {
			return err
		}
		out = append(out, v)
		return nil
	})
	return out, err
}

// one opens the value of one key of an anchored bucket; the zero V where it has none.
func one[V any](t txn, bucket string, key []byte) (V, error) {
	var v V
	err := t.eachAnchored(bucket, func(k, sealed []byte) error {
		if !bytes.Equal(k, key) {
			return nil
		}
		return t.decode(t.cipher(bucket), bucket, key, sealed, &v)
	})
	return v, err
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: the program ends where there is no randomness
	return b
}

func uint32Bytes(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func uint64Bytes(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
