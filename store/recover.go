package store

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/preserve"
)

// Returned by [Recover] and [ToRecover].
var (
	// ErrStorePresent is returned where another store is there already.
	ErrStorePresent = errors.New("there is a store in this place already")
	// ErrNothingDamaged is returned where no store needs to be recovered.
	ErrNothingDamaged = errors.New("no store here is damaged, as far as it can be seen without a key")
)

const (
	// damagedMark comes between a store's name and the time when it was set aside.
	damagedMark = ".damaged-"
	recovering  = ".recovering"
)

// ToRecover finds the store that [Recover] is for: path itself where it is damaged, or
// the newest that was set aside where none is in place. It returns [ErrNothingDamaged].
func ToRecover(path string) (string, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		set, err := SetAsideStores(path)
		if err == nil && len(set) == 0 {
			err = ErrNothingDamaged
		}
		if err != nil {
			return "", wrap("look for a store to recover", err)
		}
		return set[len(set)-1], nil
	}
	switch _, err := Check(path); {
	case err == nil:
		return "", ErrNothingDamaged
	case !errors.Is(err, ErrDamaged):
		return "", err
	}
	return path, nil
}

// absent says why there is no file at path: [ErrDamaged] unless there never was a
// store.
func absent(path string) error {
	if err := (&epochFile{path: epochPath(path)}).alone(); err != nil {
		return err
	}
	set, err := SetAsideStores(path)
	if err == nil && len(set) > 0 {
		err = damaged("it was set aside, and nothing was recovered of it yet")
	}
	return err
}

// SetAside renames a store that cannot be opened, with all that belongs to it, and
// returns the new name of its file. Nothing is deleted.
func SetAside(path string, now time.Time) (string, error) {
	to := path + damagedMark + now.UTC().Format("20060102T150405Z")
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			break
		}
		to = fmt.Sprintf("%s%s%s-%d", path, damagedMark, now.UTC().Format("20060102T150405Z"), n)
	}
	moved := false
	for _, suffix := range []string{"", epochSuffix, listsSuffix} {
		err := os.Rename(path+suffix, to+suffix)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("set the store aside: %w", err)
		}
		moved = moved || err == nil
	}
	if !moved {
		return "", fmt.Errorf("set the store aside: %w", fs.ErrNotExist)
	}
	return to, syncFolder(filepath.Dir(path))
}

// SetAsideStores are the files of stores that were set aside from a place, oldest
// first.
func SetAsideStores(path string) ([]string, error) {
	all, err := filepath.Glob(escapeGlob(path) + damagedMark + "*")
	return slices.DeleteFunc(all, func(name string) bool {
		return strings.HasSuffix(name, epochSuffix) || strings.HasSuffix(name, listsSuffix)
	}), err
}

func escapeGlob(path string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(path)
}

// Recovery says what [Recover] brought over. Nothing in it is personal.
type Recovery struct {
	// SetAside is the file of the damaged store, which is kept.
	SetAside string `json:"set_aside"`
	// Pages were looked at, Leaves of them had values.
	Pages  int `json:"pages"`
	Leaves int `json:"leaves"`
	// Kept are the values that were brought over, by bucket.
	Kept map[string]int `json:"kept"`
	// Doubtful are the buckets of which it is not proven that all is there and newest.
	Doubtful []string `json:"doubtful"`
	// Lost are hits, and Pictures those of recovered hits, that do not open any more.
	Lost     int `json:"lost_hits"`
	Pictures int `json:"lost_pictures"`
	// Records of the audit chain were carried on, from the first; Gap says which were
	// not, empty for none.
	Records uint64 `json:"records"`
	Gap     string `json:"gap,omitempty"`
	// Missing records are known not to be carried on; with More there may be others.
	Missing uint64 `json:"missing_records"`
	More    bool   `json:"perhaps_more_records"`
}

// Recover makes a new store at path of what verifies in a damaged one at from, which is
// path itself or one that was set aside. The person must be an administrator of it,
// whose own record and key slot are whole. The damaged one stays as it is; it is set
// aside once it is known who asks, and until there is a new one [Open] says that it is
// damaged. tell, which may be nil, is told how much of the work is done. It returns
// [ErrStorePresent], [ErrNothingDamaged], [ErrInUse], [access.ErrBadSignIn], [access.ErrCodeNeeded], [access.ErrBadCode]
// or [access.ErrNotAllowed].
func Recover(ctx context.Context, from, path string, badge access.Badge, proof access.Proof, o Options, tell func(done, total int64)) (r Recovery, err error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if tell == nil {
		tell = func(int64, int64) {}
	}
	// A recovery that was cut left them.
	left := []string{path + recovering}
	if from == path {
		switch _, err := Check(path); {
		case err == nil:
			return r, ErrNothingDamaged
		case !errors.Is(err, ErrDamaged):
			return r, err
		}
	} else {
		if _, err := os.Lstat(path); err == nil {
			return r, ErrStorePresent
		}
		left = append(left, epochPath(path))
	}
	for _, name := range left {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return r, err
		}
	}
	err = guard(func() error {
		r, err = recoverStore(ctx, from, path, badge, proof, o, tell)
		return err
	})
	return r, wrap("recover the store", err)
}

func recoverStore(ctx context.Context, from, path string, badge access.Badge, proof access.Proof, o Options, tell func(done, total int64)) (r Recovery, err error) {
	file, err := os.Open(from)
	if err != nil {
		return r, err
	}
	defer func() { file.Close() }()
	left, err := newSalvage(ctx, file, tell)
	if err != nil {
		return r, err
	}
	way, st, err := left.unlock(badge, proof.Secret)
	if err != nil {
		return r, err
	}
	defer clear(way.file)
	k, err := deriveKeys(way.file)
	if err != nil {
		return r, err
	}
	defer k.forget()
	if err := left.open(k, &epochFile{path: epochPath(from)}); err != nil {
		return r, err
	}
	s := &Store{path: path, options: o, batch: batchSize, shelf: newShelf(path), epochs: &epochFile{path: epochPath(path)}}
	w := &recovered{salvage: left, store: s, from: from, stretching: st,
		Recovery: Recovery{Pages: left.pages, Leaves: left.leaves, Kept: map[string]int{}, Doubtful: []string{}}}
	if w.by, err = w.administrator(way, proof, o.Now()); err != nil {
		return r, err
	}
	if err := ctx.Err(); err != nil {
		return r, err
	}
	if from == path {
		if err := file.Close(); err != nil { // Windows renames no open file
			return r, err
		}
		if w.from, err = SetAside(path, o.Now()); err != nil {
			return r, err
		}
		if file, err = os.Open(w.from); err != nil {
			return r, err
		}
		w.file = file
	}
	w.Recovery.SetAside = w.from
	err = w.write()
	return w.Recovery, err
}

// recovered writes the new store.
type recovered struct {
	*salvage
	Recovery
	store      *Store
	from       string
	by         person
	stretching stretching
	m          *migration
	newest     head
	records    []audit.Record
}

// administrator finds the record of who asks for it.
func (w *recovered) administrator(way opened, proof access.Proof, now time.Time) (person, error) {
	var p person
	v, ok := w.values[bucketPeople][string(w.keys.nameOf(bucketPeople, way.owner))]
	if !ok || json.Unmarshal(v.plain, &p) != nil || !p.Has(access.Administrator) {
		return p, access.ErrNotAllowed
	}
	if !bytes.Equal(p.Public, way.public()) { // a slot of an earlier secret
		return p, access.ErrBadSignIn
	}
	if p.Factor.Enrolled() {
		var err error
		if p.Factor, err = p.Factor.Check(proof.Code, now); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (w *recovered) write() (err error) {
	w.store.epochs.mu.Lock()
	defer w.store.epochs.mu.Unlock()
	first, err := w.store.epochs.begin(w.keys, 1)
	if err != nil {
		return err
	}
	next := w.store.path + recovering
	db, err := bolt.Open(next, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return err
	}
	w.m = &migration{db: db, store: w.store, keys: w.keys, epoch: first, batch: w.store.batch, marks: &marks{changes: map[string]digest{}, epoch: first}}
	err = w.m.whole(func() error {
		steps := []func() error{w.clearBuckets, w.chain, w.derived, w.hits, w.preserved, w.inbox}
		for i, do := range steps {
			if err := do(); err != nil {
				return err
			}
			w.told(2, i+1, len(steps))
		}
		return nil
	}, w.event)
	if err := errors.Join(err, db.Close()); err != nil {
		return errors.Join(err, os.Remove(next))
	}
	return errors.Join(os.Rename(next, w.store.path), syncFolder(filepath.Dir(w.store.path)))
}

// clearBuckets writes what is in the clear: the terminal's salt and rounds, and the
// slots of people whose record is there.
func (w *recovered) clearBuckets() error {
	meta := map[string][]byte{string(keySalt): w.stretching.salt, string(keyRounds): uint32Bytes(w.stretching.rounds)}
	if l := w.clear(keyLockout, 0); len(l) > 0 {
		var limits access.Lockout
		if json.Unmarshal(l[0], &limits) == nil && limits.Validate() == nil {
			meta[string(keyLockout)] = l[0]
		}
	}
	for key, v := range meta {
		if err := w.m.put(bucketMeta, []byte(key), v); err != nil {
			return err
		}
	}
	var slots [][]byte
	for _, v := range w.values[bucketPeople] {
		var p person
		if json.Unmarshal(v.plain, &p) == nil && p.Slot != nil {
			slots = append(slots, p.Slot)
		}
	}
	if code := w.clear(recoveryID, 0); len(code) > 0 {
		if err := w.m.put(bucketMeta, recoveryID, code[0]); err != nil {
			return err
		}
	}
	for _, id := range slots {
		for _, b := range w.clear(id, 0) {
			if _, err := decodeSlot(b); err == nil {
				if err := w.m.put(bucketSlots, id, b); err != nil {
					return err
				}
				w.Kept[bucketSlots]++
				break
			}
		}
	}
	return nil
}

// inbox carries on what a locked terminal recorded and nobody has taken in yet, and the
// numbers after it.
func (w *recovered) inbox() error {
	var in inbox
	if v, ok := w.values[bucketInboxKey][string(keyInbox)]; !ok || json.Unmarshal(v.plain, &in) != nil || len(in.Tag) != keySize {
		return nil
	}
	defer in.forget()
	last := in.Folded
	for _, c := range w.found {
		if len(c.key) != 8 || binary.BigEndian.Uint64(c.key) <= in.Folded || c.size < sha256.Size {
			continue
		}
		sealed := w.read(c)
		if len(sealed) == 0 || !hmac.Equal(sealed[:sha256.Size], inboxTag(in.Tag, c.key, sealed[sha256.Size:])) {
			continue
		}
		last = max(last, binary.BigEndian.Uint64(c.key))
		if w.m.txn().bucket(bucketInbox).Get(c.key) == nil {
			w.Kept[bucketInbox]++
		}
		if err := w.m.put(bucketInbox, c.key, sealed); err != nil {
			return err
		}
	}
	return w.m.txn().bucket(bucketInbox).SetSequence(last)
}

// chain carries the audit chain on as far as it is whole, from its first record.
func (w *recovered) chain() error {
	v, ok := w.values[bucketHead][string(keyHead)]
	if ok {
		if err := json.Unmarshal(v.plain, &w.newest); err != nil {
			return damaged("the audit head")
		}
	}
	if !v.live { // an earlier one: it says nothing of what is there now
		w.newest.Anchors = nil
	}
	last := w.newest.Sequence
	for key := range w.values[bucketAudit] {
		if len(key) == 8 {
			last = max(last, binary.BigEndian.Uint64([]byte(key)))
		}
	}
	for n := uint64(1); n <= last; n++ {
		var r audit.Record
		v, ok := w.values[bucketAudit][string(uint64Bytes(n))]
		if !ok || json.Unmarshal(v.plain, &r) != nil {
			break
		}
		w.records = append(w.records, r)
	}
	for len(w.records) > 0 {
		report, err := audit.Examine(w.records, nil)
		if err == nil {
			break
		}
		w.records = w.records[:report.Count]
	}
	w.Records = uint64(len(w.records))
	w.Missing, w.More = last-w.Records, !v.live || !w.twoMetas
	switch {
	case w.Records < last:
		w.Gap = fmt.Sprintf("%d to %d", w.Records+1, last)
		if w.More {
			w.Gap += ", perhaps more"
		}
	case w.More:
		w.Gap = fmt.Sprintf("perhaps some after %d", last)
	}
	for _, r := range w.records {
		key := uint64Bytes(r.Sequence)
		if err := w.m.put(bucketAudit, key, w.values[bucketAudit][string(key)].sealed); err != nil {
			return err
		}
	}
	w.Kept[bucketAudit] = len(w.records)
	h := head{Epoch: w.m.epoch.number}
	if len(w.records) > 0 {
		end := w.records[len(w.records)-1]
		h.Sequence, h.Hash = end.Sequence, end.Hash
	}
	if v, ok := w.values[bucketHead][string(keySigner)]; ok && len(w.newest.Key) > 0 {
		h.Key = w.newest.Key
		if err := w.m.put(bucketHead, keySigner, v.sealed); err != nil {
			return err
		}
	}
	return w.m.txn().put(bucketHead, keyHead, h)
}

// derived writes the values that have no key of their own; a list comes with its files.
func (w *recovered) derived() error {
	for bucket := range labels {
		switch bucket {
		case bucketAudit, bucketHead, bucketHitKeys, bucketOrders: // written elsewhere
			continue
		case bucketRekeying, bucketStandbyKey: // another one begins anew, or with the next patrol
			continue
		}
		if !w.all(bucket, w.newest) {
			w.Doubtful = append(w.Doubtful, bucket)
		}
		for key, v := range w.values[bucket] {
			sealed := v.sealed
			if bucket == bucketLists && !w.files(v.plain) {
				w.Doubtful = append(w.Doubtful, bucket)
				continue
			}
			if epochal[bucket] {
				sealed = seal(w.m.epoch.aead[bucket], bucket, []byte(key), v.plain)
			}
			if err := w.m.put(bucket, []byte(key), sealed); err != nil {
				return err
			}
			w.Kept[bucket]++
		}
	}
	return nil
}

// files puts a list's files where the new store looks for them; it reports whether
// all are there.
func (w *recovered) files(plain []byte) bool {
	var h listHead
	if json.Unmarshal(plain, &h) != nil || os.MkdirAll(w.store.shelf.folder, 0o700) != nil {
		return false
	}
	for _, ref := range h.Segments {
		to := filepath.Join(w.store.shelf.folder, ref.ID.file())
		if err := copyFile(filepath.Join(w.from+listsSuffix, ref.ID.file()), to); err != nil {
			return false
		}
	}
	return true
}

// copyFile copies a file and makes the copy durable.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// hits writes the hits of which record and key open. Pictures that do not are empty.
func (w *recovered) hits() error {
	if !w.all(bucketHits, w.newest) {
		w.Doubtful = append(w.Doubtful, bucketHits)
	}
	w.Lost = w.unopened()
	for id, v := range w.values[bucketHits] {
		var h keptHit
		key := w.values[bucketHitKeys][id]
		if json.Unmarshal(v.plain, &h) != nil {
			return damaged("a hit")
		}
		own, err := newAEAD(key.plain)
		if err != nil {
			return err
		}
		picture := w.values[bucketPictures][id].sealed
		if string(nonceOf(picture)) != string(h.Pictured) || picture == nil {
			w.Pictures++
			picture = seal(own, bucketPictures, []byte(id), make([]byte, 4))
		}
		h.Pictured = nonceOf(picture)
		sealedKey := seal(w.m.epoch.aead[bucketHitKeys], bucketHitKeys, []byte(id), key.plain)
		err = errors.Join(w.m.put(bucketHitKeys, []byte(id), sealedKey), w.m.put(bucketPictures, []byte(id), picture))
		if err != nil {
			return err
		}
		if err := w.m.txn().putUnder(own, bucketHits, []byte(id), h); err != nil {
			return err
		}
		w.Kept[bucketHits]++
	}
	return nil
}

// unopened counts keys of hits of which nothing opens, and places in the tree that
// look like a hit's and have no key.
func (w *recovered) unopened() int {
	lost := map[string]bool{}
	for id := range w.values[bucketHitKeys] {
		if _, ok := w.values[bucketHits][id]; !ok {
			lost[id] = true
		}
	}
	for _, c := range w.found {
		id := string(c.key)
		_, key := w.values[bucketHitKeys][id]
		if c.live && !key && c.size == wrappedSize && validID(id) {
			lost[id] = true
		}
	}
	return len(lost)
}

// preserved writes orders with what they keep. Where parts are missing the order says
// so by its count, and the others close up.
func (w *recovered) preserved() error {
	if !w.all(bucketOrders, w.newest) {
		w.Doubtful = append(w.Doubtful, bucketOrders)
	}
	parts := slices.Sorted(maps.Keys(w.values[bucketPreserved]))
	for name, v := range w.values[bucketOrders] {
		var o order
		if json.Unmarshal(v.plain, &o) != nil || len(o.Key) != keySize {
			return damaged("an order")
		}
		own, err := newAEAD(o.Key)
		if err != nil {
			return err
		}
		before := o.Parts
		o.Parts, o.Kept = 0, 0
		for _, key := range parts {
			if !strings.HasPrefix(key, name) {
				continue
			}
			plain := w.values[bucketPreserved][key].plain
			var part []preserve.NonHit
			if json.Unmarshal(plain, &part) != nil {
				return damaged("preserved non-hits")
			}
			o.Parts++
			o.Kept += len(part)
			to := append([]byte(name), uint64Bytes(o.Parts)...)
			if err := w.m.put(bucketPreserved, to, seal(own, bucketPreserved, to, plain)); err != nil {
				return err
			}
			w.Kept[bucketPreserved]++
		}
		if o.Parts != before {
			w.Doubtful = append(w.Doubtful, bucketPreserved)
		}
		if err := w.m.txn().put(bucketOrders, []byte(name), o); err != nil {
			return err
		}
		w.Kept[bucketOrders]++
		clear(o.Key)
	}
	slices.Sort(w.Doubtful)
	w.Doubtful = slices.Compact(w.Doubtful)
	return nil
}

// event records the recovery and what it could not bring over.
func (w *recovered) event() audit.Event {
	p := w.by
	return audit.Event{Name: string(p.Name), Badge: string(p.Badge), Role: string(access.Administrator), Act: audit.StoreRecovered,
		Detail: map[string]string{
			"hits": strconv.Itoa(w.Kept[bucketHits]), "lost-hits": strconv.Itoa(w.Lost), "lost-pictures": strconv.Itoa(w.Pictures),
			"records": strconv.FormatUint(w.Records, 10), "gap": w.Gap, "doubtful": strings.Join(w.Doubtful, ", "),
		}}
}
