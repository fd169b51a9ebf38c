package store

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/cruiser"
	"secondlook/app/disclosure"
	"secondlook/app/draft"
	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/app/preserve"
	"secondlook/app/search"
	"secondlook/app/shift"
)

// kept puts one record of each kind into the store.
func (f *fixture) kept() {
	f.t.Helper()
	h, p := sampleHit("h-1")
	require.NoError(f.t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	require.NoError(f.t, f.PutHold(ctx, hit.Hold{ID: "h-1", Authority: "R. v. Quackenbush", At: start}, event(audit.HitHeld)))
	require.NoError(f.t, f.AddDisclosure(ctx, disclosure.Record{ID: "d-1", Made: start, Recipient: "Durham Regional Police",
		Plates: []plate.Text{"CKXR417"}}, event(audit.DisclosureRecorded)))
	require.NoError(f.t, f.PutRequest(ctx, search.Request{ID: "r-1", Made: start, Requester: "Robin Quill"}, event(audit.RequestAssembled)))
	require.NoError(f.t, f.PutBreach(ctx, breach.Report{ID: "b-1", Made: start, What: "the tablet was taken"}, event(audit.BreachReported)))
	require.NoError(f.t, f.PutDraft(ctx, draft.Draft{ID: "9f6d1c52/search", At: start, Fields: map[string]string{"plate": "CKXR417"}}))
	require.NoError(f.t, f.PutOrder(ctx, preserve.Order{ID: "o-1", Given: start, Case: "26-118830"}, event(audit.PreservationOrdered)))
	require.NoError(f.t, f.Keep(ctx, "o-1", []preserve.NonHit{{Text: "NQNHIT1"}, {Text: "NQNHIT2"}}, event(audit.PreservationKept)))
}

func TestRequirement34_CasesAreSealedAndTheirKeysSayNothing(t *testing.T) {
	f := setUpFixture(t)
	f.kept()
	require.NoError(t, f.Close())
	raw, err := os.ReadFile(f.path)
	require.NoError(t, err)
	for _, secret := range []string{"Quackenbush", "Durham", "Robin", "tablet", "NQNHIT1", "26-118830", "d-1\"", "CKXR417"} {
		require.NotContains(t, string(raw), secret)
	}
	f.Store = nil
	f.reopen()
	_, err = f.Disclosures(ctx)
	require.ErrorIs(t, err, ErrLocked)
	f.signIn()
	holds, err := f.Holds(ctx)
	require.NoError(t, err)
	require.Equal(t, "R. v. Quackenbush", holds[0].Authority)
	requests, err := f.Requests(ctx)
	require.NoError(t, err)
	require.Equal(t, "Robin Quill", string(requests[0].Requester))
}

func TestRequirement31_TheStoreItselfKeepsAHeldHit(t *testing.T) {
	f := setUpFixture(t)
	f.kept()
	n := len(f.records())
	require.ErrorIs(t, f.Destroy(ctx, "h-1", event(audit.HitDelivered)), hit.ErrHeld)
	require.ErrorIs(t, f.PutHold(ctx, hit.Hold{ID: "none"}, event(audit.HitHeld)), hit.ErrNotFound)
	require.Len(t, f.records(), n, "no record without its act")
	require.NoError(t, f.Purge(ctx, cruiser.Purge{Hits: []string{"h-1"}, Disclosures: []string{"d-1"}, Requests: []string{"r-1"},
		Breaches: []string{"b-1"}}, event(audit.RetentionPurged)))
	hits, err := f.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 1)
	for _, bucket := range []string{bucketDisclosures, bucketRequests, bucketBreaches} {
		require.Zero(t, f.count(bucket), bucket)
	}
	require.NoError(t, f.DropHold(ctx, "h-1", true, event(audit.HitReleased)))
	require.Zero(t, f.count(bucketHitKeys)+f.count(bucketHits)+f.count(bucketPictures)+f.count(bucketHolds))
	require.ErrorIs(t, f.DropHold(ctx, "h-1", true, event(audit.HitReleased)), hit.ErrNotHeld)
}

func TestRequirement26_TheStoreOnlyAddsToTheDisclosureLog(t *testing.T) {
	f := setUpFixture(t)
	f.kept()
	n := len(f.records())
	require.ErrorIs(t, f.AddDisclosure(ctx, disclosure.Record{ID: "d-1", Recipient: "nobody"}, event(audit.DisclosureRecorded)), disclosure.ErrExists)
	require.ErrorIs(t, f.AddDisclosure(ctx, disclosure.Record{ID: "d-2", Corrects: "d-0"}, event(audit.DisclosureRecorded)), disclosure.ErrCorrects)
	require.NoError(t, f.acknowledge(shift.Ref{Kind: shift.DisclosureParcel, ID: "d-0"}))
	require.Len(t, f.records(), n)
	f.clock.add(time.Hour)
	require.NoError(t, f.acknowledge(shift.Ref{Kind: shift.DisclosureParcel, ID: "d-1"}))
	log, err := f.Disclosures(ctx)
	require.NoError(t, err)
	require.Equal(t, "Durham Regional Police", log[0].Recipient)
	require.Equal(t, start.Add(time.Hour), log[0].Delivered.UTC())
}

func TestRequirement33_EndingAnOrderDestroysItsKeyAndWhatItKept(t *testing.T) {
	f := setUpFixture(t)
	f.kept()
	require.NoError(t, f.PutOrder(ctx, preserve.Order{ID: "o-2", Given: start}, event(audit.PreservationOrdered)))
	require.NoError(t, f.Keep(ctx, "o-2", []preserve.NonHit{{Text: "NQNHIT3"}}, event(audit.PreservationKept)))
	kept, err := f.Kept(ctx, "o-1", event(audit.PreservationOpened))
	require.NoError(t, err)
	require.Len(t, kept, 2)
	var n int
	require.NoError(t, f.EndOrder(ctx, "o-1", func(count int) audit.Event { n = count; return event(audit.PreservationEnded) }))
	require.Equal(t, 2, n)
	require.Equal(t, 1, f.count(bucketOrders))
	require.Equal(t, 1, f.count(bucketPreserved), "the other order keeps its own")
	require.ErrorIs(t, f.Keep(ctx, "o-1", nil, event(audit.PreservationKept)), preserve.ErrNotFound)
	require.ErrorIs(t, f.EndOrder(ctx, "o-1", func(int) audit.Event { return event(audit.PreservationEnded) }), preserve.ErrNotFound)
	_, err = f.Kept(ctx, "o-1", event(audit.PreservationOpened))
	require.ErrorIs(t, err, preserve.ErrNotFound)
	require.Equal(t, audit.PreservationEnded, f.acts()[len(f.acts())-1], "what was refused left no record")
	f.tamper(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(bucketPreserved))
		k, _ := b.Cursor().First()
		return b.Delete(k)
	})
	_, err = f.Kept(ctx, "o-2", event(audit.PreservationOpened))
	require.ErrorIs(t, err, ErrDamaged)
}

func TestAFileFromBeforeTheCasesOpens(t *testing.T) {
	f := setUpFixture(t)
	f.tamper(func(tx *bolt.Tx) error {
		for _, name := range laterBuckets {
			if name == bucketInboxKey { // it has a value in every store that is set up
				continue
			}
			if err := tx.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		return nil
	})
	f.reopen()
	f.signIn()
	f.kept()
	f.tamper(func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte(bucketHolds)) })
	f.reopen()
	f.signIn()
	_, err := f.Holds(ctx)
	require.ErrorIs(t, err, ErrDamaged, "a bucket that was taken away is missed")
}
