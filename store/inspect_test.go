package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/cruiser"
	"secondlook/app/disclosure"
	"secondlook/app/draft"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/preserve"
	"secondlook/app/search"
	"secondlook/app/shift"
)

// copied is a copy of a closed store's folder, signed in.
func copied(t *testing.T, from string) *fixture {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.CopyFS(folder, os.DirFS(from)))
	f := &fixture{t: t, path: filepath.Join(folder, "second.db"), clock: &clock{t: start}}
	f.reopen()
	t.Cleanup(func() { f.Close() })
	f.signIn()
	return f
}

// fillAll makes a store with at least two values in each bucket.
func fillAll(t *testing.T) *fixture {
	t.Helper()
	f := setUpFixture(t)
	fill(t, f)
	act := event(audit.HitHeld)
	h, p := sampleHit("h-3")
	require.NoError(t, f.Raise(ctx, h, p, act))
	for _, id := range []string{"h-1", "h-2"} {
		require.NoError(t, f.PutHold(ctx, hit.Hold{ID: id, Authority: "R. v. Quackenbush", At: start}, act))
		require.NoError(t, f.AddDisclosure(ctx, disclosure.Record{ID: id, Made: start}, act))
		require.NoError(t, f.PutRequest(ctx, search.Request{ID: id, Made: start}, act))
		require.NoError(t, f.PutBreach(ctx, breach.Report{ID: id, Made: start}, act))
		require.NoError(t, f.PutDraft(ctx, draft.Draft{ID: id, At: start, Fields: map[string]string{"plate": "CKXR417"}}))
		require.NoError(t, f.PutOrder(ctx, preserve.Order{ID: id, Given: start}, act))
		require.NoError(t, f.Keep(ctx, id, []preserve.NonHit{{Text: "NQNHIT1"}}, act))
	}
	require.NoError(t, f.PutPolicy(ctx, cruiser.KeptPolicy{ID: "ontario"}, act))
	require.NoError(t, f.keepStandby(1))
	_, err := f.nextKey(rekeyed())
	require.NoError(t, err)
	return f
}

// bucketCase is how a bucket's values come to be older ones, and who reads them.
type bucketCase struct {
	// again replaces a value; nil where a value of the bucket never changes.
	again func(f *fixture) error
	read  func(f *fixture) error
}

func bucketCases() map[string]bucketCase {
	act := event(audit.HitHeld)
	pictures := func(f *fixture) error {
		var errs []error
		for _, id := range []string{"h-1", "h-2"} {
			_, err := f.Pictures(ctx, id)
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	}
	return map[string]bucketCase{
		bucketPeople: {
			func(f *fixture) error {
				_, err := f.ChangePerson(ctx, officer().ID, act, func(p *access.Person) error { p.Name = "A. F."; return nil })
				return err
			},
			func(f *fixture) error { _, err := f.People(ctx); return err },
		},
		bucketSettings: {
			func(f *fixture) error {
				s := settings()
				s.Language = "en"
				return errors.Join(f.PutSettings(ctx, s, act), f.PutPolicy(ctx, cruiser.KeptPolicy{ID: "ontario"}, act))
			},
			func(f *fixture) error { _, err := f.Settings(ctx); return err },
		},
		bucketLists: {
			func(f *fixture) error {
				for _, name := range []string{"stolen", "wanted"} {
					d := delta([]hotlist.Entry{listEntry(900)}, nil)
					d.Head.Name = name
					if _, err := f.ChangeList(ctx, d, yes(audit.HotlistChanged)); err != nil {
						return err
					}
				}
				return nil
			},
			func(f *fixture) error { _, err := readLists(f.Store); return err },
		},
		bucketEntries: {
			func(f *fixture) error {
				return twice(func(id string) error { return f.PutEntry(ctx, manualEntry(id), act) })
			},
			func(f *fixture) error { _, err := f.Entries(ctx); return err },
		},
		bucketDeployments: {
			func(f *fixture) error {
				return twice(func(id string) error { return f.PutDeployment(ctx, deployment(id), act) })
			},
			func(f *fixture) error { _, err := f.Deployments(ctx); return err },
		},
		bucketAudit: {nil, func(f *fixture) error { _, err := f.Records(ctx); return err }},
		bucketHead: {
			func(f *fixture) error { return f.Append(ctx, act) },
			func(f *fixture) error { _, err := f.Records(ctx); return err },
		},
		bucketHitKeys: { // they change with the epoch
			func(f *fixture) error { return f.Destroy(ctx, "h-3", act) },
			pictures,
		},
		bucketHits: {
			func(f *fixture) error {
				return twice(func(id string) error { h, _ := sampleHit(id); h.State = hit.Confirmed; return f.Update(ctx, h, act) })
			},
			func(f *fixture) error { _, err := f.Hits(ctx); return err },
		},
		bucketPictures: {
			func(f *fixture) error {
				return twice(func(id string) error { return f.PutPictures(ctx, id, hit.Pictures{Plate: []byte("redacted")}, act) })
			},
			pictures,
		},
		bucketReports: {
			func(f *fixture) error {
				return twice(func(id string) error { return f.PutReport(ctx, report(id), act) })
			},
			func(f *fixture) error { _, err := f.Reports(ctx); return err },
		},
		bucketHolds: {
			func(f *fixture) error {
				return twice(func(id string) error { return f.PutHold(ctx, hit.Hold{ID: id, Authority: "nobody", At: start}, act) })
			},
			func(f *fixture) error { _, err := f.Holds(ctx); return err },
		},
		bucketDisclosures: {
			func(f *fixture) error {
				return twice(func(id string) error { return f.acknowledge(shift.Ref{Kind: shift.DisclosureParcel, ID: id}) })
			},
			func(f *fixture) error { _, err := f.Disclosures(ctx); return err },
		},
		bucketRequests: {
			func(f *fixture) error {
				return twice(func(id string) error {
					return f.PutRequest(ctx, search.Request{ID: id, Made: start, Requester: "x"}, act)
				})
			},
			func(f *fixture) error { _, err := f.Requests(ctx); return err },
		},
		bucketBreaches: {
			func(f *fixture) error {
				return twice(func(id string) error { return f.PutBreach(ctx, breach.Report{ID: id, Made: start, What: "x"}, act) })
			},
			func(f *fixture) error { _, err := f.Breaches(ctx); return err },
		},
		bucketOrders: {
			func(f *fixture) error {
				return twice(func(id string) error { return f.Keep(ctx, id, []preserve.NonHit{{Text: "NQNHIT2"}}, act) })
			},
			func(f *fixture) error { _, _, err := f.Orders(ctx); return err },
		},
		bucketDrafts: {
			func(f *fixture) error {
				return twice(func(id string) error {
					return f.PutDraft(ctx, draft.Draft{ID: id, At: start, Fields: map[string]string{"plate": "x"}})
				})
			},
			func(f *fixture) error { _, err := f.Drafts(ctx); return err },
		},
		bucketInboxKey: {
			func(f *fixture) error { return f.foldOne("l-1") },
			func(f *fixture) error { return f.Lock(ctx) },
		},
		bucketStandbyKey: {
			func(f *fixture) error { return f.keepStandby(2) },
			func(f *fixture) error { _, err := f.HasStandby(ctx); return err },
		},
		bucketRekeying: { // it changes with the epoch
			func(f *fixture) error { return f.Destroy(ctx, "h-3", act) },
			func(f *fixture) error { _, err := f.Rekeying(ctx); return err },
		},
		bucketPreserved: {nil, func(f *fixture) error {
			return twice(func(id string) error { _, err := f.Kept(ctx, id, act); return err })
		}},
	}
}

func twice(do func(id string) error) error { return errors.Join(do("h-1"), do("h-2")) }

// foldOne raises a hit on the locked terminal and takes it in.
func (f *fixture) foldOne(id string) error {
	h, p := sampleHit(id)
	if err := errors.Join(f.Lock(ctx), f.Raise(ctx, h, p, event(audit.HitRaised))); err != nil {
		return err
	}
	_, err := f.Store.Unlock(ctx, adminBadge, access.Proof{Secret: adminPIN})
	return err
}

// valuesOf are the keys and values of a bucket, in order.
func (f *fixture) valuesOf(bucket string) (keys, values [][]byte) {
	require.NoError(f.t, f.view(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error {
			keys, values = append(keys, bytes.Clone(k)), append(values, bytes.Clone(v))
			return nil
		})
	}))
	return keys, values
}

// Two values that change places, an older value that comes back and one that is taken
// away: each is found when the store is verified and when the values are read, in
// every bucket that has anything sealed.
func TestRequirement34_NoValueCanBeMovedTakenAwayOrPutBack(t *testing.T) {
	cases := bucketCases()
	made := fillAll(t)
	require.NoError(t, made.Close())
	once := filepath.Dir(made.path)
	for _, bucket := range append(append([]string{}, buckets...), laterBuckets...) {
		if bucket == bucketMeta || bucket == bucketSlots || bucket == bucketAttempts {
			continue // in the clear
		}
		if bucket == bucketInbox {
			continue // empty while there are keys: see the inbox's own tests
		}
		if bucket == bucketStandby {
			continue // nobody reads it who has the keys: see its own tests
		}
		c, ok := cases[bucket]
		require.True(t, ok, "bucket %s is not tested", bucket)
		for name, tamper := range map[string]func(t *testing.T, f *fixture) map[string][]byte{
			"swapped": func(t *testing.T, f *fixture) map[string][]byte {
				k, v := f.valuesOf(bucket)
				if len(k) < 2 {
					return nil
				}
				return map[string][]byte{string(k[0]): v[1], string(k[1]): v[0]}
			},
			"put back": func(t *testing.T, f *fixture) map[string][]byte {
				if c.again == nil {
					return nil
				}
				k, v := f.valuesOf(bucket)
				require.NoError(t, c.again(f))
				now, _ := f.valuesOf(bucket)
				require.NotEmpty(t, now)
				for i := range k {
					if after := f.value(bucket, string(k[i])); after != nil && !bytes.Equal(after, v[i]) {
						return map[string][]byte{string(k[i]): v[i]}
					}
				}
				t.Fatal("nothing changed")
				return nil
			},
			"taken away": func(t *testing.T, f *fixture) map[string][]byte {
				k, _ := f.valuesOf(bucket)
				return map[string][]byte{string(k[0]): nil}
			},
		} {
			t.Run(bucket+" "+name, func(t *testing.T) {
				f := copied(t, once)
				in, err := f.Inspect(ctx)
				require.NoError(t, err)
				require.Empty(t, in.Faults)
				puts := tamper(t, f)
				if puts == nil {
					return
				}
				f.tamper(func(tx *bolt.Tx) error {
					b := tx.Bucket([]byte(bucket))
					for key, value := range puts {
						if value == nil {
							require.NoError(t, b.Delete([]byte(key)))
						} else {
							require.NoError(t, b.Put([]byte(key), value))
						}
					}
					return nil
				})
				in, err = f.Inspect(ctx)
				require.NoError(t, err)
				require.False(t, in.Whole(), "verify does not find it")
				require.ErrorIs(t, c.read(f), ErrDamaged, "reading does not find it")
			})
		}
	}
}

func TestRequirement29_InspectionCountsAWholeStoreAndWritesNothing(t *testing.T) {
	f := fillAll(t)
	require.NoError(t, f.Sign(ctx, event(audit.SignedOut)))
	before, err := os.ReadFile(f.path)
	require.NoError(t, err)
	in, err := f.Inspect(ctx)
	require.NoError(t, err)
	require.True(t, in.Whole())
	require.EqualValues(t, Format, in.Format)
	require.EqualValues(t, 1, in.Epoch)
	require.Equal(t, 3, in.Values[bucketHits])
	require.Equal(t, 3, in.Values[bucketPictures])
	require.Equal(t, 2, in.Values[bucketPreserved])
	require.Equal(t, len(f.records()), in.Records)
	require.Equal(t, 1, in.Signatures)
	require.Positive(t, in.Pieces)
	require.Contains(t, in.String(), "faults: 0")
	after, err := os.ReadFile(f.path)
	require.NoError(t, err)
	require.Equal(t, before, after)
	for _, bucket := range in.Buckets() {
		require.Positive(t, in.Values[bucket], bucket)
	}

	names := f.listFiles()
	path := filepath.Join(f.path+".lists", names[0])
	piece, err := os.ReadFile(path)
	require.NoError(t, err)
	piece[len(piece)/3] ^= 1
	require.NoError(t, os.WriteFile(path, piece, 0o600))
	in, err = f.Inspect(ctx)
	require.NoError(t, err)
	require.Len(t, in.Faults, 1)
	require.Equal(t, "lists", in.Faults[0].Where)
	f.SignOut()
	_, err = f.Inspect(ctx)
	require.ErrorIs(t, err, ErrLocked)
}
