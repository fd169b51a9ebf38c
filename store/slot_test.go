package store

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// earlierFixture is a store of which every slot wraps the file key by the secret
// itself: a file that SecondLook wrote before slots had key pairs.
func earlierFixture(t *testing.T) *fixture {
	t.Helper()
	packed, err := os.Open("testdata/slots-kind-1.db.gz")
	require.NoError(t, err)
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	require.NoError(t, err)
	file, err := io.ReadAll(z)
	require.NoError(t, err)
	f := newFixture(t)
	require.NoError(t, f.Close())
	require.NoError(t, os.WriteFile(f.path, file, 0o600))
	f.Store = nil
	f.reopen()
	return f
}

// slotOf is a badge's slot as it stands in the file.
func (f *fixture) slotOf(badge access.Badge) (id []byte, sl slot) {
	f.t.Helper()
	st, err := f.stretching()
	require.NoError(f.t, err)
	id, err = st.slotID(badge)
	require.NoError(f.t, err)
	sl, err = decodeSlot(f.value(bucketSlots, string(id)))
	require.NoError(f.t, err)
	return id, sl
}

func TestRequirement34_SlotsOfEarlierFilesOpenAndAreRenewed(t *testing.T) {
	f := earlierFixture(t)
	_, theirs := f.slotOf(patrolID)
	_, mine := f.slotOf(adminBadge)
	require.EqualValues(t, []byte{slotSecret, slotSecret}, []byte{theirs.kind, mine.kind})
	_, err := f.SignIn(ctx, adminBadge, "wrong-9911")
	require.ErrorIs(t, err, access.ErrBadSignIn)
	_, err = f.Verify(ctx, adminBadge, adminPIN)
	require.NoError(t, err)

	f.signIn()
	_, mine = f.slotOf(adminBadge)
	_, after := f.slotOf(patrolID)
	require.EqualValues(t, slotPair, mine.kind, "renewed at the person's own sign-in")
	require.Equal(t, theirs, after, "nobody else's")
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1)
	f.records()

	f.SignOut()
	f.signIn()
	_, again := f.slotOf(adminBadge)
	require.Equal(t, mine, again, "once")
	f.SignOut()
	_, err = f.SignIn(ctx, patrolID, patrolPIN)
	require.NoError(t, err)
	_, after = f.slotOf(patrolID)
	require.EqualValues(t, slotPair, after.kind)
}

// A change of a secret writes that person's slot and record and the audit record,
// and no other value.
func TestRequirement34_ChangeOfPINWritesOneSlot(t *testing.T) {
	f := twoPeople(t)
	fillMore := []func() error{
		func() error { h, p := sampleHit("h-7"); return f.Raise(ctx, h, p, event(audit.HitRaised)) },
		func() error { return f.PutEntry(ctx, manualEntry("e-7"), event(audit.EntryProposed)) },
	}
	for _, do := range fillMore {
		require.NoError(t, do())
	}
	id, _ := f.slotOf(patrolID)
	before := f.all()
	require.NoError(t, f.ChangeSecret(ctx, patrolID, patrolPIN, "cedar-1187", event(audit.SecretChanged)))
	var k *keys
	require.NoError(t, f.unlocked(ctx, func(held *keys) error { k = held; return nil }))
	changed := map[string]bool{}
	after := f.all()
	for place, value := range after {
		if !bytes.Equal(before[place], value) {
			changed[place] = true
		}
	}
	require.Len(t, after, len(before)+1, "one audit record more")
	require.Equal(t, map[string]bool{
		bucketSlots + "/" + string(id):                                    true,
		bucketPeople + "/" + string(k.nameOf(bucketPeople, officer().ID)): true,
		bucketHead + "/" + string(keyHead):                                true,
		bucketAudit + "/" + string(uint64Bytes(uint64(len(f.records())))): true,
	}, changed)
}

// all is every value of the file by bucket and key.
func (f *fixture) all() map[string][]byte {
	found := map[string][]byte{}
	require.NoError(f.t, f.view(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			return b.ForEach(func(key, value []byte) error {
				found[string(name)+"/"+string(key)] = bytes.Clone(value)
				return nil
			})
		})
	}))
	return found
}

// Who knows a secret that was changed, and can write the file, does not get back in
// by putting the slot back that it opened.
func TestRequirement34_AnOlderSlotPutBackIsRefused(t *testing.T) {
	f := twoPeople(t)
	id, old := f.slotOf(patrolID)
	require.NoError(t, f.ChangeSecret(ctx, patrolID, patrolPIN, "cedar-1187", event(audit.SecretChanged)))
	f.SignOut()
	f.tamper(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucketSlots)).Put(id, old.encode()) })
	_, err := f.SignIn(ctx, patrolID, patrolPIN)
	require.ErrorIs(t, err, ErrDamaged)
}

// A file key that is given to a slot opens with the secret of before, and only there.
func TestSlotTakesAnotherFileKey(t *testing.T) {
	id, file, next := []byte("slot id"), randomBytes(keySize), randomBytes(keySize)
	sl, public, err := newSlot(id, adminPIN, 8, file, "9f6d1c52")
	require.NoError(t, err)
	given, err := sl.give(id, public, next)
	require.NoError(t, err)
	decoded, err := decodeSlot(given.encode())
	require.NoError(t, err)
	o, err := decoded.open(id, adminPIN)
	require.NoError(t, err)
	require.Equal(t, next, o.file)
	require.Equal(t, "9f6d1c52", o.owner)
	require.Equal(t, public, o.public())
	_, err = decoded.open([]byte("another slot"), adminPIN)
	require.ErrorIs(t, err, errWrongSecret)

	// Another's private key in the clear part of the slot gets nothing.
	theirs, _, err := newSlot(id, patrolPIN, 8, randomBytes(keySize), "9f6d1c52")
	require.NoError(t, err)
	given, err = theirs.give(id, public, next)
	require.NoError(t, err)
	_, err = given.open(id, patrolPIN)
	require.ErrorIs(t, err, errWrongSecret)
	_, err = given.give(id, []byte("no point on the curve"), next)
	require.ErrorIs(t, err, ErrDamaged)
}
