package audit_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
)

// terminalKey signs in these tests.
func terminalKey(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte(name))
	return ed25519.NewKeyFromSeed(seed[:])
}

var car = terminalKey("car")

func carKey() ed25519.PublicKey { return car.Public().(ed25519.PublicKey) }

// add appends an event to a chain.
func add(t testing.TB, records []audit.Record, e audit.Event) []audit.Record {
	t.Helper()
	var last audit.Record
	if len(records) > 0 {
		last = records[len(records)-1]
	}
	r, err := audit.Next(last, e)
	require.NoError(t, err)
	return append(records, r)
}

// sign appends the terminal's signature.
func sign(t testing.TB, records []audit.Record, key ed25519.PrivateKey) []audit.Record {
	t.Helper()
	return add(t, records, audit.Event{At: noon, Terminal: "Car 4127", Act: audit.Signed, Outcome: "ok",
		Detail: audit.SignatureOf(records[len(records)-1], key)})
}

// awkward is a chain with all that a format may trip over.
func awkward(t testing.TB) []audit.Record {
	t.Helper()
	r := add(t, nil, audit.Event{At: noon, Terminal: "Car 4127", Name: "Ann Example", Badge: "4127", Role: "administrator",
		Act: audit.SetUp, Outcome: "ok", Detail: map[string]string{audit.DetailKey: audit.KeyText(carKey())}})
	for i, reason := range []string{"=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "\t=1", "'=1", "''", "＝1", " =1",
		"two\nlines, \"quoted\"\r\n", `back\slash\n`, "é <b> & \u2028 😀", "bad \xff byte", `\.`, ""} {
		r = add(t, r, audit.Event{At: noon.Add(time.Duration(i) * time.Second), Terminal: "Car 4127", Name: "=Émile", Badge: "-12",
			Role: "officer", Act: audit.Searched, Object: "@1", Reason: reason, Outcome: "ok",
			Detail: map[string]string{"file": reason, "=x": "a\\\"b", "plate": "AB<12"}})
	}
	return sign(t, r, car)
}

func copyOf(t testing.TB, records []audit.Record, key ed25519.PrivateKey, f audit.Format) []byte {
	t.Helper()
	c, err := audit.NewCopy(records, "=Car, 4127\n", noon, key)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, c.Write(&out, f))
	return out.Bytes()
}

var formats = []audit.Format{audit.JSONLines, audit.CSV}

func TestRequirement24_CopyIsVerifiedWithoutStoreOrSecret(t *testing.T) {
	whole := awkward(t)
	require.NoError(t, audit.Verify(whole))
	for _, f := range formats {
		for _, records := range [][]audit.Record{whole, whole[:1], whole[3:9], whole[len(whole)-1:]} {
			report, err := audit.Check(bytes.NewReader(copyOf(t, records, car, f)), carKey())
			require.NoError(t, err, f)
			require.Equal(t, len(records), report.Count)
			require.Equal(t, records[0].Sequence, report.Header.First)
			require.Equal(t, "=Car, 4127\n", report.Header.Terminal)
			require.True(t, report.Proven)
			if len(records) == len(whole) {
				require.Equal(t, 1, report.Signatures)
				require.EqualValues(t, len(whole)-1, report.Signed)
			}
		}
	}
	_, err := audit.NewCopy(nil, "", noon, car)
	require.ErrorIs(t, err, audit.ErrNoRecords)
}

func TestRequirement24_SpreadsheetsComputeNothing(t *testing.T) {
	lines := strings.Split(string(copyOf(t, awkward(t), car, audit.CSV)), "\n")
	require.Len(t, lines, 2+17+1, "a line a record, whatever is in it")
	for _, line := range lines[2 : len(lines)-1] {
		for _, cell := range strings.Split(line, ",") {
			cell = strings.TrimPrefix(cell, `"`)
			require.False(t, cell != "" && strings.ContainsAny(cell[:1], "=+-@\t"), "%s", line)
		}
	}
}

// place is the line that a fault names.
func place(t testing.TB, err error) *audit.Fault {
	t.Helper()
	require.ErrorIs(t, err, audit.ErrBroken)
	var f *audit.Fault
	require.ErrorAs(t, err, &f)
	require.Contains(t, f.Error(), "line ")
	return f
}

// Each byte of a copy: changed, removed, and something put before it.
func TestRequirement24_AnyByteOfACopyIsFoundWithItsPlace(t *testing.T) {
	records := awkward(t)[:2]
	records = sign(t, records, car)
	for _, f := range formats {
		good := copyOf(t, records, car, f)
		ahead := 1 // lines before the first record
		if f == audit.CSV {
			ahead = 2
		}
		for i := range good {
			line := 1 + bytes.Count(good[:i], []byte("\n"))
			for name, bad := range map[string][]byte{
				"bit 0":   slices.Concat(good[:i], []byte{good[i] ^ 1}, good[i+1:]),
				"bit 5":   slices.Concat(good[:i], []byte{good[i] ^ 0x20}, good[i+1:]),
				"removed": slices.Concat(good[:i], good[i+1:]),
				"doubled": slices.Concat(good[:i], []byte{good[i]}, good[i:]),
				"cut off": good[:i],
			} {
				_, err := audit.Check(bytes.NewReader(bad), carKey())
				if bytes.Equal(good, bad) {
					continue
				}
				fault := place(t, err)
				want := line
				if good[i] == '\n' && name == "doubled" {
					want++ // the empty line after it is the one too many
				}
				require.Equal(t, want, fault.Line, "%s: byte %d %s: %v", f, i, name, err)
				if want > ahead {
					require.EqualValues(t, want-ahead, fault.Number, "%s: byte %d %s", f, i, name)
				}
			}
		}
		_, err := audit.Check(strings.NewReader(string(good)+"x"), carKey())
		require.Equal(t, ahead+len(records)+1, place(t, err).Line)
	}
}

func TestRequirement24_MovedRecordsAreFoundWithTheirPlace(t *testing.T) {
	records := awkward(t)
	for _, f := range formats {
		good := bytes.SplitAfter(copyOf(t, records, car, f), []byte("\n"))
		good = good[:len(good)-1]
		ahead := len(good) - len(records)
		at := ahead + 5 // the line with record 6
		for name, bad := range map[string][][]byte{
			"removed":  slices.Concat(good[:at], good[at+1:]),
			"doubled":  slices.Concat(good[:at], good[at-1:]),
			"swapped":  slices.Concat(good[:at], [][]byte{good[at+1], good[at]}, good[at+2:]),
			"inserted": slices.Concat(good[:at], [][]byte{good[at+3]}, good[at:]),
			"cut off":  good[:at],
		} {
			_, err := audit.Check(bytes.NewReader(slices.Concat(bad...)), carKey())
			fault := place(t, err)
			require.Equal(t, at+1, fault.Line, "%s %s", f, name)
			require.EqualValues(t, 6, fault.Number, "%s %s", f, name)
		}
		_, err := audit.Check(bytes.NewReader(slices.Concat(slices.Concat(good[:ahead], good[ahead+1:])...)), carKey())
		require.EqualValues(t, 1, place(t, err).Number, "the first record taken off")
	}
}

// Whoever makes the whole chain anew must sign with another key.
func TestRequirement24_ForgedCopyNeedsTheTerminalsKey(t *testing.T) {
	forger := terminalKey("forger")
	forged := add(t, nil, audit.Event{At: noon, Terminal: "Car 4127", Act: audit.AuditRead, Outcome: "ok"})
	forged = sign(t, forged, forger)
	for _, f := range formats {
		text := copyOf(t, forged, forger, f)
		report, err := audit.Check(bytes.NewReader(text), nil)
		require.NoError(t, err)
		require.False(t, report.Proven, "it says that nothing proves the key")
		_, err = audit.Check(bytes.NewReader(text), carKey())
		require.Equal(t, 1, place(t, err).Line)
	}
	// A signature by another key inside of the terminal's own chain.
	mixed := sign(t, awkward(t), forger)
	require.ErrorContains(t, audit.Verify(mixed), "record 18:")
	_, err := audit.Check(bytes.NewReader(copyOf(t, mixed, car, audit.JSONLines)), carKey())
	require.EqualValues(t, 18, place(t, err).Number)
	// One that covers another record, and one that was made up.
	for name, change := range map[string]func(d map[string]string){
		"through":   func(d map[string]string) { d[audit.DetailThrough] = "16" },
		"head":      func(d map[string]string) { d[audit.DetailHead] = strings.Repeat("0", 64) },
		"signature": func(d map[string]string) { d[audit.DetailSignature] = strings.Repeat("0", 128) },
		"key":       func(d map[string]string) { delete(d, audit.DetailKey) },
	} {
		r := awkward(t)[1:2]
		r[0].Sequence, r[0].Previous = 1, [32]byte{}
		d := audit.SignatureOf(r[0], car)
		change(d)
		first := add(t, nil, r[0].Event)
		require.ErrorIs(t, audit.Verify(add(t, first, audit.Event{At: noon, Act: audit.Signed, Detail: d})), audit.ErrBroken, name)
	}
}

func TestCheckSaysWhatIsNoCopy(t *testing.T) {
	for _, text := range []string{"", "\n", "Dear all\n", "[]", "\uFEFFnumber,at\n"} {
		_, err := audit.Check(strings.NewReader(text), nil)
		require.ErrorIs(t, err, audit.ErrNotCopy, "%q", text)
		require.Equal(t, 1, place(t, err).Line)
	}
	long := append(copyOf(t, awkward(t), car, audit.JSONLines), bytes.Repeat([]byte("x"), 2<<20)...)
	_, err := audit.Check(bytes.NewReader(long), carKey())
	require.EqualValues(t, 18, place(t, err).Number)
	_, err = audit.Check(failing{}, nil)
	require.ErrorIs(t, err, errDisk)
	require.NotErrorIs(t, err, audit.ErrBroken)
}

var errDisk = errors.New("disk")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errDisk }

func TestParseKey(t *testing.T) {
	key, err := audit.ParseKey(" " + strings.ToUpper(audit.KeyText(carKey())) + "\n")
	require.NoError(t, err)
	require.Equal(t, carKey(), key)
	for _, bad := range []string{"", "12", strings.Repeat("x", 64), strings.Repeat("0", 66)} {
		_, err := audit.ParseKey(bad)
		require.Error(t, err)
	}
}

// FuzzCheck: nothing panics, and only what the terminal wrote is accepted.
func FuzzCheck(f *testing.F) {
	good := map[string]bool{}
	for _, format := range formats {
		text := copyOf(f, awkward(f)[:3], car, format)
		good[string(text)] = true
		f.Add(text)
		f.Add(text[:len(text)/2])
		f.Add(bytes.Replace(text, []byte("4127"), []byte("4128"), 1))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, err := audit.Check(bytes.NewReader(text), carKey()); err == nil && !good[string(text)] {
			t.Fatal("a copy that the terminal did not write is accepted")
		}
	})
}
