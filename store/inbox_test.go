package store

import (
	"bufio"
	"bytes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/preserve"
)

func (f *fixture) raise(id string) {
	f.t.Helper()
	h, p := sampleHit(id)
	h.RaisedAt = f.clock.now()
	e := event(audit.HitRaised)
	e.Object = id
	require.NoError(f.t, f.Raise(ctx, h, p, e))
}

func (f *fixture) unlock() {
	f.t.Helper()
	_, err := f.Unlock(ctx, adminBadge, access.Proof{Secret: adminPIN})
	require.NoError(f.t, err)
}

func TestRequirement37_ALockedTerminalRecordsHitsThatItCannotOpen(t *testing.T) {
	f := setUpFixture(t)
	fill(t, f)
	before := len(f.records())
	lists, err := f.Lists(ctx)
	require.NoError(t, err)
	require.NoError(t, f.Lock(ctx))
	require.NoError(t, f.Lock(ctx), "twice is once")

	f.clock.add(time.Minute)
	f.raise("l-1")
	f.clock.add(time.Minute)
	later := hit.Pictures{Plate: []byte("plate"), Context: []byte("context")}
	pictures := event(audit.HitPictured)
	pictures.Object = "l-1"
	require.NoError(t, f.PutPictures(ctx, "l-1", later, pictures))
	f.clock.add(time.Minute)
	f.raise("l-2")
	require.NoError(t, f.Append(ctx, event(audit.Refused)))
	require.NoError(t, f.Sign(ctx, event(audit.SignedOut)))
	h, p := sampleHit("not an id")
	require.ErrorIs(t, f.Raise(ctx, h, p, event(audit.HitRaised)), ErrBadID)

	_, err = f.Hits(ctx)
	require.ErrorIs(t, err, ErrLocked)
	_, err = f.Pictures(ctx, "h-1")
	require.ErrorIs(t, err, ErrLocked)
	_, err = f.Records(ctx)
	require.ErrorIs(t, err, ErrLocked)
	require.ErrorIs(t, f.Destroy(ctx, "h-1", event(audit.HitDestroyed)), ErrLocked)
	_, err = f.fileKey(ctx)
	require.ErrorIs(t, err, ErrLocked)
	var found []hotlist.Entry
	for _, l := range lists { // what was open to match still matches
		for e, err := range l.All() {
			require.NoError(t, err)
			found = append(found, e)
		}
	}
	require.Len(t, found, 160)

	_, err = f.Unlock(ctx, adminBadge, access.Proof{Secret: "wrong-9911"})
	require.ErrorIs(t, err, access.ErrBadSignIn)
	f.clock.add(time.Hour)
	f.unlock()
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 4)
	require.Equal(t, "l-1", hits[2].ID)
	require.Equal(t, start.Add(time.Minute), hits[2].RaisedAt)
	require.Equal(t, plate.Text("CKXR417"), hits[3].Read.Text)
	got, err := f.Pictures(ctx, "l-1")
	require.NoError(t, err)
	require.Equal(t, later, got)
	require.Zero(t, f.count(bucketInbox))

	var acts []audit.Act
	var times []time.Duration
	for _, r := range f.records()[before:] {
		acts = append(acts, r.Event.Act)
		times = append(times, r.Event.At.Sub(start))
		require.NotEmpty(t, r.Event.Terminal)
	}
	require.Equal(t, []audit.Act{audit.HitRaised, audit.HitPictured, audit.HitRaised, audit.Refused, audit.SignedOut,
		audit.InboxFolded, audit.SignInFailed, audit.Unlocked}, acts)
	m := time.Minute
	require.Equal(t, []time.Duration{m, 2 * m, 3 * m, 3 * m, 3 * m, 63 * m, 3 * m, 63 * m}, times)
	folded := f.records()[before+5].Event
	require.Equal(t, map[string]string{"records": "5"}, folded.Detail)
	require.NoError(t, folded.Check())

	f.unlock()
	require.NotContains(t, f.acts()[before+8:], audit.InboxFolded, "once")
}

// What waits in the inbox when the program ends is there at the next sign-in.
func TestRequirement29_TheInboxOutlivesTheProgram(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, f.Lock(ctx))
	f.raise("l-1")
	f.reopen()
	h, p := sampleHit("l-2")
	require.ErrorIs(t, f.Raise(ctx, h, p, event(audit.HitRaised)), ErrLocked, "nobody has signed in")
	f.signIn()
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1)
}

// An order that keeps non-hits goes on keeping them; one that has ended does not.
func TestRequirement33_NonHitsUnderAnOrderAreKeptWhileLocked(t *testing.T) {
	f := setUpFixture(t)
	o := preserve.Order{ID: "o-1", Given: start}
	require.NoError(t, f.PutOrder(ctx, o, event(audit.PreservationOrdered)))
	require.NoError(t, f.Lock(ctx))
	kept := []preserve.NonHit{{At: start.Add(time.Second), Text: "CKXR417"}}
	require.NoError(t, f.Keep(ctx, "o-1", kept, event(audit.PreservationKept)))
	require.NoError(t, f.Keep(ctx, "o-2", kept, event(audit.PreservationKept)))
	f.unlock()
	got, err := f.Kept(ctx, "o-1", event(audit.PreservationOpened))
	require.NoError(t, err)
	require.Equal(t, kept, got)
}

// Whoever writes the file while the terminal is locked can keep nobody out, and not
// unnoticed.
func TestRequirement24_WhatWasDoneToTheInboxIsRecorded(t *testing.T) {
	f := setUpFixture(t)
	require.NoError(t, f.Lock(ctx))
	for i := range 6 {
		f.raise(fmt.Sprintf("l-%d", i+1))
	}
	f.tamper(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucketInbox))
		second, third := bytes.Clone(b.Get(uint64Bytes(2))), bytes.Clone(b.Get(uint64Bytes(3)))
		flipped := bytes.Clone(b.Get(uint64Bytes(5)))
		flipped[len(flipped)-1] ^= 1
		for _, do := range []error{
			b.Delete(uint64Bytes(1)), b.Put(uint64Bytes(2), third), b.Put(uint64Bytes(3), second), // swapped
			b.Put(uint64Bytes(5), flipped), b.Delete(uint64Bytes(6)), b.Put([]byte("short"), []byte("no act")),
		} {
			require.NoError(t, do)
		}
		return nil
	})
	f.unlock()
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1)
	require.Equal(t, "l-4", hits[0].ID)
	records := f.records()
	folded := records[len(records)-2].Event
	require.Equal(t, map[string]string{"records": "1", "damaged": "4", "missing": "2"}, folded.Detail)
	require.NotEqual(t, "ok", folded.Outcome)
	require.Zero(t, f.count(bucketInbox))

	// An act that was folded once is not folded again, should somebody put it back.
	require.NoError(t, f.Lock(ctx))
	f.raise("l-7")
	old := f.value(bucketInbox, string(uint64Bytes(7)))
	f.unlock()
	require.NoError(t, f.Destroy(ctx, "l-7", event(audit.HitDestroyed)))
	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketInbox)).Put(uint64Bytes(7), old) })
	f.unlock()
	hits, err = f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1)
}

// held collects all bytes that a value holds, however deep: what somebody has who
// takes a running terminal and reads its memory. The file itself is left out.
func held(v reflect.Value, seen map[uintptr]bool, out *[][]byte) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] || v.Type() == reflect.TypeFor[*bolt.DB]() {
			return
		}
		seen[v.Pointer()] = true
		held(v.Elem(), seen, out)
	case reflect.Interface:
		held(v.Elem(), seen, out)
	case reflect.Struct:
		for i := range v.NumField() {
			held(v.Field(i), seen, out)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			held(it.Key(), seen, out)
			held(it.Value(), seen, out)
		}
	case reflect.Slice, reflect.Array:
		var b []byte
		switch v.Type().Elem().Kind() {
		case reflect.Uint8:
			for i := range v.Len() {
				b = append(b, byte(v.Index(i).Uint()))
			}
		case reflect.Uint32: // a cipher's expanded key begins with the key
			for i := range v.Len() {
				b = binary.BigEndian.AppendUint32(b, uint32(v.Index(i).Uint()))
			}
		default:
			for i := range v.Len() {
				held(v.Index(i), seen, out)
			}
		}
		*out = append(*out, b)
	case reflect.String:
		*out = append(*out, []byte(v.String()))
	}
}

// opens reports whether something that a store holds in memory opens a hit, as the
// file key, as the key of any bucket, as a hit's own or as the inbox's private key.
func (f *fixture) opens() bool {
	f.t.Helper()
	var all [][]byte
	held(reflect.ValueOf(f.Store), map[uintptr]bool{}, &all)
	sealed := map[string][]byte{}
	for place, value := range f.all() {
		for _, bucket := range []string{bucketHits, bucketPictures, bucketHitKeys, bucketInbox, bucketPeople, bucketAudit} {
			if strings.HasPrefix(place, bucket+"/") {
				sealed[place] = value
			}
		}
	}
	tried := map[string]bool{}
	for _, b := range all {
		for ; len(b) >= keySize; b = b[4:] { // a key may stand behind a number, as in a slot
			key := string(b[:keySize])
			if len(b) > 4096 || tried[key] {
				break // an index of plates
			}
			tried[key] = true
			if f.opensWith([]byte(key), sealed) {
				return true
			}
		}
	}
	return false
}

func (f *fixture) opensWith(key []byte, sealed map[string][]byte) bool {
	var ciphers []cipher.AEAD
	if a, err := newAEAD(key); err == nil {
		ciphers = append(ciphers, a)
	}
	if k, err := deriveKeys(key); err == nil {
		for _, a := range k.aead {
			ciphers = append(ciphers, a)
		}
		for _, p := range must(f.epochs.places()) {
			if _, err := unseal(k.wrap, epochPlace, uint64Bytes(p.number), p.wrapped); err == nil {
				return true
			}
		}
	}
	private, err := kem().NewPrivateKey(key)
	for place, value := range sealed {
		bucket, name, _ := strings.Cut(place, "/")
		for _, a := range ciphers {
			if _, err := unseal(a, bucket, []byte(name), value); err == nil {
				return true
			}
		}
		if err == nil && bucket == bucketInbox {
			if _, err := openWith(private, "inbox "+name, value[32:]); err == nil {
				return true
			}
		}
	}
	return false
}

func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

func TestRequirement34_NothingThatALockedStoreHoldsOpensAHit(t *testing.T) {
	f := setUpFixture(t)
	fill(t, f)
	_, err := f.Lists(ctx)
	require.NoError(t, err)
	require.True(t, f.opens(), "the search finds the keys of an open store")
	require.NoError(t, f.Lock(ctx))
	f.raise("l-1")
	require.False(t, f.opens())
}

// inboxEnv names the store on which a copy of the test program works while locked
// until it is killed.
const inboxEnv = "SECONDLOOK_STORE_INBOX_TEST"

func init() {
	if path := os.Getenv(inboxEnv); path != "" {
		fmt.Println("error", workLockedUntilKilled(path))
		os.Exit(1)
	}
}

// workLockedUntilKilled signs in, which folds what the one before left, locks, and
// records hits and their pictures.
func workLockedUntilKilled(path string) error {
	s, err := Open(path, Options{Rounds: 8})
	if err != nil {
		return err
	}
	if _, err := s.SignIn(ctx, adminBadge, access.Proof{Secret: adminPIN}); err != nil {
		return err
	}
	if err := s.Lock(ctx); err != nil {
		return err
	}
	for i := 0; ; i++ {
		h, p := sampleHit(fmt.Sprintf("%d-%06d", os.Getpid(), i))
		e := event(audit.HitRaised)
		e.Object = h.ID
		if err := s.Raise(ctx, h, hit.Pictures{Plate: p.Plate}, e); err != nil {
			return err
		}
		fmt.Println("raised", h.ID)
		e.Act = audit.HitPictured
		if err := s.PutPictures(ctx, h.ID, p, e); err != nil {
			return err
		}
		fmt.Println("pictured", h.ID)
	}
}

func TestRequirement29_KilledWhileLockedLosesAndDoublesNothing(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	f := setUpFixture(t)
	require.NoError(t, f.Close())
	random := rand.New(rand.NewPCG(37, 29))
	said := map[string]string{}
	for i := range 12 {
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), inboxEnv+"="+f.path)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		kill := func(least int) {
			time.AfterFunc(time.Duration(least+random.IntN(60_000))*time.Microsecond, func() { cmd.Process.Kill() })
		}
		if i%2 == 1 {
			kill(10_000) // from its start on: it may be killed while it folds
		}
		first := i%2 == 0
		for lines := bufio.NewScanner(out); lines.Scan(); {
			verb, id, _ := strings.Cut(lines.Text(), " ")
			require.Contains(t, []string{"raised", "pictured"}, verb, lines.Text())
			said[id] = verb
			if first {
				first = false
				kill(0) // while it records
			}
		}
		require.ErrorContains(t, cmd.Wait(), "killed")
	}
	require.NotEmpty(t, said)
	f.Store = nil
	f.reopen()
	f.signIn()
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	have := map[string]bool{}
	for _, h := range hits {
		require.False(t, have[h.ID])
		have[h.ID] = true
	}
	times := map[audit.Act]map[string]int{audit.HitRaised: {}, audit.HitPictured: {}}
	for _, r := range f.records() {
		if of := times[r.Event.Act]; of != nil {
			of[r.Event.Object]++
		}
		require.Empty(t, r.Event.Detail["damaged"]+r.Event.Detail["missing"])
	}
	for id, verb := range said {
		require.True(t, have[id])
		require.Equal(t, 1, times[audit.HitRaised][id])
		p, err := f.Pictures(ctx, id)
		require.NoError(t, err)
		if verb == "pictured" {
			require.Equal(t, 1, times[audit.HitPictured][id])
			require.NotEmpty(t, p.Context)
		}
	}
	for id := range have {
		require.Equal(t, 1, times[audit.HitRaised][id], "every hit has its record")
	}
}

func FuzzDecodeDelivery(f *testing.F) {
	h, p := sampleHit("l-1")
	b, err := delivery{Kind: raised, Event: event(audit.HitRaised), Hit: &h, pictures: p}.encode()
	require.NoError(f, err)
	f.Add(b)
	f.Add(b[:40])
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0})
	f.Add([]byte("\x00\x00\x00\x02{}\x00\x00\x00\x09ab"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := decodeDelivery(b)
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
			return
		}
		_, err = d.encode()
		require.NoError(t, err)
	})
}
