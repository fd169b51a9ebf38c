package store

import (
	"bytes"
	"crypto/cipher"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/shift"
)

// found is a value that a search of bytes opened.
type found struct{ bucket, key string }

// dig looks at every byte of a bbolt file, pages in use and free ones alike, for
// leaf pages and small buckets, and tries every cipher on each of their values. Where
// a hit's key opens, it tries it on the hit and its pictures too. A hit's key is also
// looked for behind its id alone, in case a page was half overwritten.
func dig(file []byte, ciphers []map[string]cipher.AEAD, hitIDs [][]byte) map[found]bool {
	out := map[found]bool{}
	own := map[string]cipher.AEAD{}
	try := func(key, sealed []byte) {
		for _, of := range ciphers {
			for bucket, a := range of {
				plain, err := unseal(a, bucket, key, sealed)
				if err != nil {
					continue
				}
				out[found{bucket, string(key)}] = true
				if bucket == bucketHitKeys {
					own[string(key)], _ = newAEAD(plain)
				}
			}
		}
	}
	tryOwn := func(key, sealed []byte) {
		for _, bucket := range []string{bucketHits, bucketPictures} {
			if a := own[string(key)]; a != nil {
				if _, err := unseal(a, bucket, key, sealed); err == nil {
					out[found{bucket, string(key)}] = true
				}
			}
		}
	}
	for _, id := range hitIDs {
		for from := 0; ; {
			at := bytes.Index(file[from:], id)
			if at < 0 {
				break
			}
			from += at + len(id)
			try(id, file[from:min(from+wrappedSize, len(file))])
		}
	}
	eachLeaf(file, try)
	eachLeaf(file, tryOwn)
	return out
}

// eachLeaf calls do for each element of whatever could be a leaf page.
func eachLeaf(file []byte, do func(key, value []byte)) {
	for at := 0; at+pageHeader+pageElement <= len(file); at++ {
		count := int(native.Uint16(file[at+10:]))
		if native.Uint16(file[at+8:]) != leafFlag || count == 0 || count > 1000 {
			continue
		}
		for i := range count {
			e := at + pageHeader + i*pageElement
			if e+pageElement > len(file) {
				break
			}
			from := e + int(native.Uint32(file[e+4:]))
			keyEnd := from + int(native.Uint32(file[e+8:]))
			end := keyEnd + int(native.Uint32(file[e+12:]))
			if from <= len(file) && keyEnd >= from && end >= keyEnd && end <= len(file) && keyEnd-from <= 64 {
				do(file[from:keyEnd], file[keyEnd:end])
			}
		}
	}
}

// derivable are the ciphers of whoever has a copy of both files and the file key.
func derivable(t testing.TB, epochs string, fileKey []byte) []map[string]cipher.AEAD {
	k, err := deriveKeys(fileKey)
	require.NoError(t, err)
	all := []map[string]cipher.AEAD{k.aead, {}}
	for bucket, label := range labels { // as if an epochal bucket had been sealed without one
		all[1][bucket], err = cipherOf(fileKey, label)
		require.NoError(t, err)
	}
	f := &epochFile{path: epochs}
	places, err := f.places()
	require.NoError(t, err)
	for number := range places {
		e, err := f.open(k, number)
		require.NoError(t, err)
		all = append(all, e.aead)
	}
	return all
}

// copyTo copies the store's two files.
func (f *fixture) copyTo(path string) {
	for from, to := range map[string]string{f.path: path, epochPath(f.path): epochPath(path)} {
		b, err := os.ReadFile(from)
		require.NoError(f.t, err)
		require.NoError(f.t, os.WriteFile(to, b, 0o600))
	}
}

// searchCopy copies the files and searches the copy with every key.
func (f *fixture) searchCopy(ids [][]byte) map[found]bool {
	path := filepath.Join(f.t.TempDir(), "copy.db")
	f.copyTo(path)
	file, err := os.ReadFile(path)
	require.NoError(f.t, err)
	return dig(file, derivable(f.t, epochPath(path), f.keys.file[:]), ids)
}

// withoutTurn destroys hits as a store would that keeps its epoch.
func (f *fixture) withoutTurn(ids ...string) {
	require.NoError(f.t, f.alter(f.keys, func(t txn) error {
		t.marks.turned = true
		for _, id := range ids {
			if err := t.destroyHit(id); err != nil {
				return err
			}
		}
		return t.appendEvent(f.stamp(event(audit.HitDestroyed)))
	}))
}

func TestRequirement36_NoEarlierPageOpensADestroyedHit(t *testing.T) {
	f := setUpFixture(t)
	const destroyed, kept = 500, 40
	var ids [][]byte
	for i := range destroyed + kept {
		h, p := sampleHit(fmt.Sprintf("h-%06d", i))
		require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
		ids = append(ids, []byte(h.ID))
	}
	of := func(all map[found]bool, ids [][]byte) (n int) {
		for _, id := range ids {
			for _, bucket := range []string{bucketHitKeys, bucketHits, bucketPictures} {
				if all[found{bucket, string(id)}] {
					n++
				}
			}
		}
		return n
	}
	// That the search finds what is there: a store that does not turn its epoch.
	f.withoutTurn(string(ids[0]), string(ids[1]), string(ids[2]))
	require.GreaterOrEqual(t, of(f.searchCopy(ids), ids[:3]), 3, "without a turn a destroyed hit opens")

	for i := 3; i < 100; i++ { // one by one, as an officer does
		require.NoError(t, f.Destroy(ctx, string(ids[i]), event(audit.HitDestroyed)))
	}
	var p cruiser.Purge
	for _, id := range ids[100:destroyed] { // and at once, as the purge does
		p.Hits = append(p.Hits, string(id))
	}
	require.NoError(t, f.Purge(ctx, p, event(audit.HitDestroyed)))
	all := f.searchCopy(ids)
	require.Zero(t, of(all, ids[:destroyed]), "what was destroyed opens")
	require.Equal(t, 3*kept, of(all, ids[destroyed:]), "what is kept is found")
}

// dropAll destroys the one value that kept and fill's like put into each epochal
// bucket.
func (f *fixture) dropAll() {
	drop := event(audit.HitDelivered)
	require.NoError(f.t, f.DropHold(ctx, "h-1", true, drop))
	f.recoveryCode() // gives a re-keying up that waits
	require.NoError(f.t, f.EndOrder(ctx, "o-1", func(int) audit.Event { return drop }))
	require.NoError(f.t, f.acknowledge(shift.Ref{Kind: shift.BreachParcel, ID: "b-1"}, shift.Ref{Kind: shift.ReportParcel, ID: "h-1"},
		shift.Ref{Kind: shift.DeploymentParcel, ID: "h-1"}))
	require.NoError(f.t, f.DropList(ctx, "stolen", drop))
	require.NoError(f.t, f.EndStandby(ctx, drop))
	require.NoError(f.t, f.DropDrafts(ctx, "9f6d1c52/search"))
	require.NoError(f.t, f.Purge(ctx, cruiser.Purge{Disclosures: []string{"d-1"}, Requests: []string{"r-1"}}, drop))
}

func TestRequirement36_NothingDestroyedOpensOfAnyBucket(t *testing.T) {
	f := setUpFixture(t)
	f.kept()
	require.NoError(t, f.PutReport(ctx, report("h-1"), event(audit.EntryReported)))
	require.NoError(t, f.PutDeployment(ctx, deployment("h-1"), event(audit.PatrolStarted)))
	require.NoError(t, f.PutEntry(ctx, manualEntry("e-1"), event(audit.EntryProposed)))
	require.NoError(t, putList(f.Store, list("stolen", 20), event(audit.HotlistImported)))
	require.NoError(t, f.keepStandby(1))
	_, err := f.nextKey(rekeyed())
	require.NoError(t, err)
	was := f.searchCopy([][]byte{[]byte("h-1")})
	for bucket := range epochal {
		if bucket == bucketInboxKey { // see TestRequirement36_NothingOfTheInboxOpensOnceItIsFolded
			continue
		}
		n := 0
		for name := range was {
			if name.bucket == bucket {
				n++
			}
		}
		require.Positive(t, n, "the search finds what is in %s", bucket)
	}
	f.dropAll()
	for name := range f.searchCopy([][]byte{[]byte("h-1")}) {
		require.False(t, epochal[name.bucket] && name.bucket != bucketEntries && name.bucket != bucketInboxKey, "a value of %s opens", name.bucket)
	}
}

// What a locked terminal recorded lies in the inbox until it is folded: no page of that
// time opens afterwards either.
func TestRequirement36_NothingOfTheInboxOpensOnceItIsFolded(t *testing.T) {
	f := setUpFixture(t)
	var before inbox
	require.NoError(t, f.look(f.keys, func(x txn) (err error) { before, _, err = x.inbox(); return err }))
	require.NoError(t, f.foldOne("l-1"))
	file, err := os.ReadFile(f.path)
	require.NoError(t, err)
	keys := 0
	try := func(ciphers []map[string]cipher.AEAD) {
		eachLeaf(file, func(key, sealed []byte) {
			for _, of := range ciphers {
				for bucket, a := range of {
					if plain, err := unseal(a, bucket, key, sealed); err == nil && bytes.Equal(key, keyInbox) {
						keys++
						require.NotContains(t, string(plain), base64.StdEncoding.EncodeToString(before.Private))
					}
				}
			}
		})
	}
	try(derivable(t, epochPath(f.path), f.keys.file[:]))
	require.Positive(t, keys, "the new one is found")
	require.NoError(t, f.foldOne("l-2"))
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 2)
}

// A list's file has its only key in a head that a new list replaces.
func TestRequirement36_AReplacedListsKeyIsDestroyed(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, putList(f.Store, list("stolen", 20), event(audit.HotlistImported)))
	before := f.value(bucketLists, string(f.keys.nameOf(bucketLists, "stolen")))
	a := f.cipher(bucketLists)
	require.NoError(t, putList(f.Store, list("stolen", 30), event(audit.HotlistImported)))
	_, err := unseal(a, bucketLists, f.keys.nameOf(bucketLists, "stolen"), before)
	require.NoError(t, err)
	for _, of := range derivable(t, epochPath(f.path), f.keys.file[:]) {
		for _, a := range of {
			_, err := unseal(a, bucketLists, f.keys.nameOf(bucketLists, "stolen"), before)
			require.ErrorIs(t, err, ErrDamaged)
		}
	}
}

// crashing runs an act that destroys h-1 and keeps the two files as they lie on the
// disk at each of its steps.
func crashing(t *testing.T, f *fixture) (before, during, after string) {
	folder := t.TempDir()
	before, during, after = filepath.Join(folder, "before.db"), filepath.Join(folder, "during.db"), filepath.Join(folder, "after.db")
	f.copyTo(before)
	require.NoError(t, f.alter(f.keys, func(x txn) error {
		if err := x.destroyHit("h-1"); err != nil {
			return err
		}
		if err := x.appendEvent(f.stamp(event(audit.HitDestroyed))); err != nil {
			return err
		}
		f.copyTo(during)
		return nil
	}))
	f.copyTo(after)
	return before, during, after
}

func TestRequirement36_ACrashLeavesTheRightKeyAndNoOther(t *testing.T) {
	f := setUpFixture(t)
	for _, id := range []string{"h-1", "h-2"} {
		h, p := sampleHit(id)
		require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	}
	before, during, after := crashing(t, f)
	torn := filepath.Join(t.TempDir(), "torn")
	b, err := os.ReadFile(epochPath(during))
	require.NoError(t, err)
	copy(b[40:60], randomBytes(20)) // the new key's place, 2%2
	require.NoError(t, os.WriteFile(torn, b, 0o600))
	for name, c := range map[string]struct {
		bolt, epochs string
		hits         int
		fails        bool
	}{
		"before anything":               {bolt: before, epochs: epochPath(before), hits: 2},
		"the key is written in part":    {bolt: before, epochs: torn, hits: 2},
		"the key is written":            {bolt: before, epochs: epochPath(during), hits: 2},
		"committed, nothing erased":     {bolt: after, epochs: epochPath(during), hits: 1},
		"committed and erased":          {bolt: after, epochs: epochPath(after), hits: 1},
		"bbolt file rolled back":        {bolt: before, epochs: epochPath(after), fails: true},
		"epoch file rolled back":        {bolt: after, epochs: epochPath(before), fails: true},
		"epoch file torn after all":     {bolt: after, epochs: torn, fails: true},
		"epoch file gone":               {bolt: after, fails: true},
		"epoch file, but no bbolt file": {epochs: epochPath(after), fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			g := &fixture{t: t, path: filepath.Join(t.TempDir(), "store.db"), clock: f.clock}
			for from, to := range map[string]string{c.bolt: g.path, c.epochs: epochPath(g.path)} {
				if from != "" {
					b, err := os.ReadFile(from)
					require.NoError(t, err)
					require.NoError(t, os.WriteFile(to, b, 0o600))
				}
			}
			if c.fails {
				left, err := os.ReadDir(filepath.Dir(g.path))
				require.NoError(t, err)
				_, err = Check(g.path)
				require.ErrorIs(t, err, ErrRolledBack)
				_, err = Open(g.path, g.options())
				require.ErrorIs(t, err, ErrRolledBack)
				require.ErrorIs(t, err, ErrDamaged)
				now, err := os.ReadDir(filepath.Dir(g.path))
				require.NoError(t, err)
				require.Len(t, now, len(left), "nothing is made anew")
				return
			}
			g.reopen()
			t.Cleanup(func() { g.Close() })
			places, err := g.epochs.places()
			require.NoError(t, err)
			require.Len(t, places, 1)
			g.signIn()
			hits, err := g.Hits(ctx)
			require.NoError(t, err)
			require.Len(t, hits, c.hits)
			g.records()
			require.NoError(t, g.Destroy(ctx, "h-2", event(audit.HitDestroyed)))
		})
	}
}

func TestRequirement36_WhatIsNotErasedYetIsNotAcknowledged(t *testing.T) {
	f := setUpFixture(t)
	for _, id := range []string{"h-1", "h-2"} {
		h, p := sampleHit(id)
		require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	}
	path := f.epochs.path
	err := f.alter(f.keys, func(x txn) error {
		if err := x.destroyHit("h-1"); err != nil {
			return err
		}
		err := x.appendEvent(f.stamp(event(audit.HitDestroyed)))
		f.epochs.path = filepath.Join(path, "nowhere")
		return err
	})
	require.ErrorIs(t, err, audit.ErrNotErased)
	f.epochs.path = path
	places, err := f.epochs.places()
	require.NoError(t, err)
	require.Len(t, places, 2, "the old key is still there")
	require.NoError(t, f.Append(ctx, event(audit.Searched)))
	places, err = f.epochs.places()
	require.NoError(t, err)
	require.Len(t, places, 1, "the next write overwrites it")
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1)
}

// An act that fails after its epoch turned leaves the epoch before, with everything.
func TestRequirement36_AFailedActKeepsItsEpoch(t *testing.T) {
	f := setUpFixture(t)
	h, p := sampleHit("h-1")
	require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	for name, end := range map[string]func() error{
		"act fails":    func() error { return hit.ErrHeld },
		"nothing done": func() error { return errNothing },
		"panic":        func() error { panic("damaged page") },
	} {
		f.alter(f.keys, func(x txn) error {
			require.NoError(t, x.destroyHit(h.ID))
			require.NoError(t, x.appendEvent(f.stamp(event(audit.HitDestroyed))))
			return end()
		})
		places, err := f.epochs.places()
		require.NoError(t, err)
		require.Len(t, places, 1, name)
		_, err = f.Pictures(ctx, h.ID)
		require.NoError(t, err, name)
	}
	require.NoError(t, f.Destroy(ctx, h.ID, event(audit.HitDestroyed)))
}

// Readers go on while epochs turn.
func TestReadersSeeOneEpochEach(t *testing.T) {
	f := setUpFixture(t)
	for i := range 60 {
		h, p := sampleHit(fmt.Sprintf("h-%02d", i))
		require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	}
	done := make(chan error)
	for range 3 {
		go func() {
			for {
				hits, err := f.Hits(ctx)
				if err != nil || len(hits) == 10 {
					done <- err
					return
				}
			}
		}()
	}
	for i := range 50 {
		require.NoError(t, f.Destroy(ctx, fmt.Sprintf("h-%02d", i), event(audit.HitDestroyed)))
	}
	for range 3 {
		require.NoError(t, <-done)
	}
}

// One value that is damaged does not keep the others from being destroyed.
func TestRequirement36_ADamagedKeyKeepsNothingFromBeingDestroyed(t *testing.T) {
	f := setUpFixture(t)
	for _, id := range []string{"h-1", "h-2", "h-3"} {
		h, p := sampleHit(id)
		require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	}
	f.tamper(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucketHitKeys))
		v := bytes.Clone(b.Get([]byte("h-2")))
		v[20] ^= 1
		return b.Put([]byte("h-2"), v)
	})
	require.NoError(t, f.Destroy(ctx, "h-1", event(audit.HitDestroyed)))
	_, err := f.Pictures(ctx, "h-3")
	require.NoError(t, err)
	_, err = f.Pictures(ctx, "h-2")
	require.ErrorIs(t, err, ErrDamaged)
	require.NoError(t, f.Destroy(ctx, "h-2", event(audit.HitDestroyed)))
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1)
}

// Each bucket is epochal that a record is ever dropped from or that has its key.
func TestRequirement36_EveryDroppedBucketIsEpochal(t *testing.T) {
	longOrForever := map[string]bool{
		bucketPeople: true, bucketSettings: true, bucketAudit: true, bucketHead: true, // never dropped
	}
	for bucket := range labels {
		require.NotEqual(t, longOrForever[bucket], epochal[bucket], bucket)
	}
}
