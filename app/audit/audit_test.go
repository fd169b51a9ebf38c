package audit_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.FixedZone("EST", -5*3600))

// chain makes n records that differ.
func chain(t testing.TB, n int) []audit.Record {
	t.Helper()
	var records []audit.Record
	var last audit.Record
	for i := range n {
		e := audit.Event{At: noon.Add(time.Duration(i) * time.Second), Terminal: "Car 4127", Name: "Ann Example", Badge: "4127",
			Role: "officer", Act: audit.HitOpened, Object: fmt.Sprint("h", i), Reason: "patrol", Outcome: "ok",
			Detail: map[string]string{"before": "1", "after": fmt.Sprint(i)}}
		if i == 1 {
			e.Detail, e.Name, e.Badge, e.Role = nil, "", "", "" // by the system
		}
		var err error
		last, err = audit.Next(last, e)
		require.NoError(t, err)
		records = append(records, last)
	}
	return records
}

func TestNext(t *testing.T) {
	r := chain(t, 3)
	require.NoError(t, audit.Verify(r))
	require.NoError(t, audit.Verify(nil))
	require.Equal(t, uint64(1), r[0].Sequence)
	require.Equal(t, [32]byte{}, r[0].Previous)
	require.Equal(t, r[0].Hash, r[1].Previous)
	require.Equal(t, time.Date(2026, 11, 22, 17, 0, 0, 120_000_000, time.UTC), r[0].Event.At, "UTC, to the hundredth")
}

func TestRequirement24_ChainSurvivesTheDisk(t *testing.T) {
	r := chain(t, 5)
	b, err := json.Marshal(r)
	require.NoError(t, err)
	var back []audit.Record
	require.NoError(t, json.Unmarshal(b, &back))
	require.NoError(t, audit.Verify(back))
}

func TestRequirement24_AnyChangeIsFoundWithItsNumber(t *testing.T) {
	const n, at = 6, 3 // the record at index 3 is number 4
	for name, change := range map[string]func([]audit.Record) []audit.Record{
		"time": func(r []audit.Record) []audit.Record {
			r[at].Event.At = r[at].Event.At.Add(10 * time.Millisecond)
			return r
		},
		"terminal":    func(r []audit.Record) []audit.Record { r[at].Event.Terminal = "Car 4128"; return r },
		"name":        func(r []audit.Record) []audit.Record { r[at].Event.Name = "Bo Example"; return r },
		"badge":       func(r []audit.Record) []audit.Record { r[at].Event.Badge = ""; return r },
		"role":        func(r []audit.Record) []audit.Record { r[at].Event.Role = "auditor"; return r },
		"act":         func(r []audit.Record) []audit.Record { r[at].Event.Act = audit.SignedIn; return r },
		"object":      func(r []audit.Record) []audit.Record { r[at].Event.Object = "h9"; return r },
		"reason":      func(r []audit.Record) []audit.Record { r[at].Event.Reason += " "; return r },
		"outcome":     func(r []audit.Record) []audit.Record { r[at].Event.Outcome = "refused"; return r },
		"detail":      func(r []audit.Record) []audit.Record { r[at].Event.Detail["after"] = "4"; return r },
		"detail more": func(r []audit.Record) []audit.Record { r[at].Event.Detail["x"] = ""; return r },
		"detail gone": func(r []audit.Record) []audit.Record { r[at].Event.Detail = nil; return r },
		"moved text": func(r []audit.Record) []audit.Record {
			r[at].Event.Object, r[at].Event.Reason = "h3patrol", ""
			return r
		},
		"sequence":     func(r []audit.Record) []audit.Record { r[at].Sequence++; return r },
		"previous":     func(r []audit.Record) []audit.Record { r[at].Previous[31] ^= 1; return r },
		"hash":         func(r []audit.Record) []audit.Record { r[at].Hash[0] ^= 0x80; return r },
		"dropped":      func(r []audit.Record) []audit.Record { return slices.Delete(r, at, at+1) },
		"swapped":      func(r []audit.Record) []audit.Record { r[at], r[at+1] = r[at+1], r[at]; return r },
		"doubled":      func(r []audit.Record) []audit.Record { return slices.Insert(r, at, r[at-1]) },
		"put in empty": func(r []audit.Record) []audit.Record { return slices.Insert(r, at, audit.Record{}) },
		"put in, made to fit": func(r []audit.Record) []audit.Record {
			forged, err := audit.Next(r[at-1], audit.Event{Act: audit.AuditRead})
			require.NoError(t, err)
			return slices.Insert(r, at, forged) // fits where it stands: the one after it does not
		},
		"rewritten with its hash": func(r []audit.Record) []audit.Record {
			e := r[at].Event
			e.Reason = "another"
			forged, err := audit.Next(r[at-1], e)
			require.NoError(t, err)
			r[at] = forged
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := audit.Verify(change(chain(t, n)))
			require.ErrorIs(t, err, audit.ErrBroken)
			want := at + 1
			if name == "put in, made to fit" || name == "rewritten with its hash" {
				want++ // the forger must rewrite all that follows; the first that was not shows it
			}
			require.ErrorContains(t, err, fmt.Sprintf("record %d:", want))
		})
	}
	t.Run("first dropped", func(t *testing.T) {
		require.ErrorContains(t, audit.Verify(chain(t, n)[1:]), "record 1:")
	})
}

// Each byte of the chain as it stands on disk, changed one at a time.
func TestRequirement24_AnyChangedByteIsFound(t *testing.T) {
	whole := chain(t, 2)
	for i, r := range whole {
		b, err := json.Marshal(r)
		require.NoError(t, err)
		for k := range b {
			changed := slices.Clone(b)
			changed[k] ^= 1
			var back audit.Record
			if json.Unmarshal(changed, &back) != nil {
				continue // it cannot even be read
			}
			if again, err := json.Marshal(back); err == nil && string(again) == string(b) {
				continue // another spelling of the same record
			}
			records := slices.Clone(whole)
			records[i] = back
			require.ErrorIs(t, audit.Verify(records), audit.ErrBroken, "byte %d of record %d", k, i+1)
		}
	}
}

func FuzzVerify(f *testing.F) {
	b, err := json.Marshal(chain(f, 3))
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte("[]"))
	f.Add([]byte(`[{"sequence":1}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var records []audit.Record
		if json.Unmarshal(b, &records) != nil {
			return
		}
		if audit.Verify(records) != nil || len(records) == 0 {
			return
		}
		records[len(records)-1].Event.Object += "x"
		require.ErrorIs(t, audit.Verify(records), audit.ErrBroken)
	})
}

func TestEventsDoNotPrint(t *testing.T) {
	r := chain(t, 1)[0]
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%s", "%q", "%#v"} {
		fmt.Fprintf(&out, verb, r)
		fmt.Fprintf(&out, verb, &r.Event)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("recorded", "event", r.Event, "record", r)
	}
	require.NotContains(t, out.String(), "Ann")
	require.NotContains(t, out.String(), "4127")
}

func TestRequirement24_ExaminationSaysWhatIsSignedAndHoldsToAKey(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	other := ed25519.NewKeyFromSeed([]byte(strings.Repeat("x", ed25519.SeedSize)))
	r := chain(t, 4)
	signed, err := audit.Next(r[3], audit.Event{At: noon, Act: audit.Signed, Detail: audit.SignatureOf(r[3], key)})
	require.NoError(t, err)
	r = append(r, signed)
	report, err := audit.Examine(r, key.Public().(ed25519.PublicKey))
	require.NoError(t, err)
	require.Equal(t, audit.Report{Count: 5, Signatures: 1, Signed: 4, Proven: true}, report)

	_, err = audit.Examine(r, other.Public().(ed25519.PublicKey))
	var fault *audit.Fault
	require.ErrorAs(t, err, &fault)
	require.Equal(t, uint64(5), fault.Number)
	r[2].Event.Reason = "another"
	_, err = audit.Examine(r, nil)
	require.ErrorAs(t, err, &fault)
	require.Equal(t, uint64(3), fault.Number)
}

// earlierChain is one of which the first records were hashed as they were at first.
func earlierChain(t *testing.T, n, earlier int) []audit.Record {
	t.Helper()
	var records []audit.Record
	var before audit.Record
	for i := range n {
		r, err := audit.Next(before, audit.Event{At: noon, Terminal: "4127", Act: audit.Searched, Object: fmt.Sprint(i), Outcome: "ok"})
		require.NoError(t, err)
		if i < earlier {
			r.Hash = [32]byte{}
			plain, err := json.Marshal(r)
			require.NoError(t, err)
			r.Hash = sha256.Sum256(plain)
		}
		records, before = append(records, r), r
	}
	return records
}

func TestRequirement24_EarlierRecordsAreStillHeldToTheirHash(t *testing.T) {
	require.NoError(t, audit.Verify(earlierChain(t, 6, 3)))
	require.NoError(t, audit.Verify(earlierChain(t, 3, 3)))
	for i := range 6 {
		r := earlierChain(t, 6, 3)
		r[i].Event.Object += "x"
		var fault *audit.Fault
		require.ErrorAs(t, audit.Verify(r), &fault)
		require.EqualValues(t, i+1, fault.Number)
	}
	// A later record cannot pass as an earlier one.
	r := earlierChain(t, 6, 3)
	last := &r[5]
	last.Hash = [32]byte{}
	plain, err := json.Marshal(*last)
	require.NoError(t, err)
	last.Hash = sha256.Sum256(plain)
	require.ErrorIs(t, audit.Verify(r), audit.ErrBroken)
}
