package hotlist

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

// toronto is a car's zone that is unlikely to be the machine's.
var toronto = time.FixedZone("EST", -5*3600+900)

func compared(t testing.TB, before, after string, at time.Time) ([]byte, Comparison) {
	t.Helper()
	var delta bytes.Buffer
	c, err := Compare(&delta, nil, Version{File: []byte(before), Read: at}, Version{File: []byte(after), Read: at})
	require.NoError(t, err)
	return delta.Bytes(), c
}

// taken is what a car has of a file, by id.
func taken(t testing.TB, text string, o Options) map[string]Entry {
	t.Helper()
	list, _, err := ReadCSV(strings.NewReader(text), o)
	require.NoError(t, err)
	all := map[string]Entry{}
	for _, e := range list.Entries {
		all[e.ID] = e
	}
	return all
}

// change applies a delta as a store does: what is removed goes, and of what is
// added the longest-lasting of an id stays.
func change(t testing.TB, list map[string]Entry, data []byte, o Options) (d *DeltaReader) {
	t.Helper()
	d = ReadDelta(data, o)
	found := 0
	for e, err := range d.Removed {
		require.NoError(t, err)
		if was, ok := list[e.ID]; ok {
			require.Equal(t, was.Plate, e.Plate)
			found++
		}
		delete(list, e.ID)
	}
	require.GreaterOrEqual(t, found, d.Removals, "it takes away what is there")
	added := map[string]Entry{}
	for e, err := range d.Added {
		require.NoError(t, err)
		if was, ok := added[e.ID]; !ok || end(e.Expires) > end(was.Expires) {
			added[e.ID] = e
		}
	}
	maps.Copy(list, added)
	return d
}

func TestRequirement8_ADeltaMakesTheListThatTheWholeFileMakes(t *testing.T) {
	const head = "plate,category,agency,expires,note\n"
	before := head +
		"AAAA111,stolen-vehicle,OPP,,stays\n" +
		"BBBB222,stolen-vehicle,OPP,,goes\n" +
		"CCCC333,stolen-plate,OPP,,was\n" +
		"DDDD444,stolen-plate,OPP,2026-11-30,ends sooner now\n" +
		"EEEE555,amber-alert,OPP,,goes and was never in\n"
	after := head +
		"FFFF666,stolen-vehicle,OPP,2026-11-22,\"a, \"\"b\"\"; since ever\"\n" +
		"DDDD444,stolen-plate,OPP,2026-11-21,ended\n" +
		"CCCC333,stolen-plate,OPP,,is\n" +
		"GGGG777,amber-alert,OPP,,comes and is not let in\n" +
		"AAAA111,stolen-vehicle,OPP,,stays\n" +
		"HHHH888,expired-plate,OPP,2026-11-22T06:00:00-05:00,over\n"
	data, c := compared(t, before, after, noon)
	require.Equal(t, Comparison{Added: 3, Changed: 2, Removed: 2}, c)
	o := options()
	o.Zone = toronto
	list := taken(t, before, o)
	d := change(t, list, data, o)
	require.Equal(t, 1, d.Removals, "the other one is of a category that this car does not list")
	require.Equal(t, 3, d.Refused)
	require.Equal(t, taken(t, after, o), list)
	for _, e := range list {
		if e.Plate == "FFFF666" {
			require.Equal(t, time.Date(2026, 11, 23, 0, 0, 0, 0, toronto), e.Expires, "a day ends where the car is")
		}
	}
}

func TestCompareTellsSourceAndNothingOfEqualFiles(t *testing.T) {
	const file = "plate,category,source,contact\nAAAA111,stolen-vehicle,,\nBBBB222,stolen-vehicle,CPIC,555-0101\n"
	data, c := compared(t, file, file, noon)
	require.Equal(t, Comparison{Source: "CPIC", Contact: "555-0101"}, c)
	d := ReadDelta(data, options())
	for range d.Added {
		t.Error("added")
	}
	for range d.Removed {
		t.Error("removed")
	}
}

// randomFile has rows that repeat, end, and differ in what is no part of their id.
func randomFile(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("plate,category,reference,expires,note,year\n")
	for range r.IntN(40) {
		expires := ""
		if r.IntN(2) == 0 {
			expires = fmt.Sprintf("2026-11-%02d", 20+r.IntN(6))
		}
		fmt.Fprintf(&b, "AB%02d,%s,%d,%s,n%d,%d\n", r.IntN(12), []string{"stolen-vehicle", "stolen-plate", "amber-alert"}[r.IntN(3)],
			r.IntN(2), expires, r.IntN(2), 2000+r.IntN(2))
	}
	return b.String()
}

func TestRequirement8_DeltasFollowAnyHistory(t *testing.T) {
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		at := noon.Add(-48 * time.Hour)
		o := options()
		o.Zone, o.Now = toronto, at.Add(time.Hour)
		file := randomFile(r)
		list := taken(t, file, o)
		for version := range 4 {
			next := randomFile(r)
			at = at.Add(time.Duration(r.IntN(30)) * time.Hour)
			var data bytes.Buffer
			_, err := Compare(&data, nil, Version{File: []byte(file), Read: at}, Version{File: []byte(next), Read: at})
			require.NoError(t, err)
			if later := at.Add(time.Duration(r.IntN(30)) * time.Hour); later.After(o.Now) {
				o.Now = later
			}
			change(t, list, data.Bytes(), o)
			maps.DeleteFunc(list, func(_ string, e Entry) bool { return e.ExpiredAt(o.Now) })
			require.Equal(t, taken(t, next, o), list, "seed %d, version %d", seed, version)
			file = next
		}
	}
}

func TestRequirement8_DeltaCarriesEveryColumn(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Synth(&b, Generic(), SynthOptions{N: 2000, Seed: 7, Made: noon}, nil))
	o := Options{Now: noon, Zone: toronto}
	data, c := compared(t, full, b.String(), noon)
	list := map[string]Entry{}
	change(t, list, data, o)
	require.Equal(t, taken(t, b.String(), o), list)
	require.Equal(t, len(list), c.Added)
	require.Less(t, len(data), b.Len())
}

func TestRequirement9_ADeltaBringsTheListsOwnDate(t *testing.T) {
	l := Generic()
	l.Fields = append(l.Fields, Field{Name: "made", To: toMade, Dates: []string{"YYYY-MM-DD hh:mm"}})
	before, after := "plate,category,made\nAAAA111,stolen-plate,2026-11-21 06:30\n", "plate,category,made\nAAAA111,stolen-plate,2026-11-22 06:30\n"
	var data bytes.Buffer
	_, err := Compare(&data, []Layout{l}, Version{File: []byte(before), Read: noon}, Version{File: []byte(after), Read: noon})
	require.NoError(t, err)
	o := options()
	o.Zone = toronto
	require.Equal(t, time.Date(2026, 11, 22, 6, 30, 0, 0, toronto), change(t, map[string]Entry{}, data.Bytes(), o).Made)
}

func TestAChangeThatHadNotBegunComesLater(t *testing.T) {
	l := Generic()
	l.Fields = append(l.Fields, Field{Name: "from", To: toEffective, Dates: []string{rfc3339}})
	file := Version{File: []byte("plate,category,from\nAAAA111,stolen-plate,2026-11-22T13:00:00Z\n"), Read: noon}
	var data bytes.Buffer
	c, err := Compare(&data, []Layout{l}, file, Version{File: file.File, Read: noon.Add(2 * time.Hour)})
	require.NoError(t, err)
	require.Equal(t, 1, c.Added, "who took the first one in at noon does not have it")
}

func TestCompareGivesErrorsOfItsFilesAndWriter(t *testing.T) {
	good := Version{File: []byte("plate,category\nAAAA111,stolen-plate\n"), Read: noon}
	_, err := Compare(io.Discard, nil, good, Version{File: []byte("category\n"), Read: noon})
	require.ErrorIs(t, err, ErrUnusable)
	_, err = Compare(io.Discard, nil, Version{File: []byte("\x00"), Read: noon}, good)
	require.ErrorIs(t, err, ErrUnusable)
	full := errors.New("no room")
	_, err = Compare(failing{full}, nil, good, good)
	require.ErrorIs(t, err, full)
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestReadingFollowsLayoutsAndCategories(t *testing.T) {
	seen := map[string]bool{}
	changed := Generic()
	changed.ZeroForO = true
	for _, layouts := range [][]Layout{nil, {Generic()}, {changed}} {
		for _, categories := range [][]string{nil, {"a"}, {"a", "b"}} {
			one, err := Reading(layouts, categories...)
			require.NoError(t, err)
			two, err := Reading(layouts, categories...)
			require.NoError(t, err)
			require.Equal(t, one, two)
			require.False(t, seen[one])
			seen[one] = true
		}
	}
}

func TestCheckShrink(t *testing.T) {
	require.NoError(t, CheckShrink(Change{Before: 100, After: 90}, 10))
	require.ErrorIs(t, CheckShrink(Change{Before: 100, After: 89}, 10), ErrHeldBack)
	require.NoError(t, CheckShrink(Change{Before: 100, After: 0}, 0))
	require.NoError(t, CheckShrink(Change{After: 5}, 10))
}

func packed(t testing.TB, lines string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.WriteString(w, lines)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}

func unpacked(t testing.TB, data []byte) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(data))
	require.NoError(t, err)
	b, err := io.ReadAll(r)
	require.NoError(t, err)
	return b
}

func TestADeltaOutOfFormIsUnusableAndSaysNothingOfItsRows(t *testing.T) {
	good := `{"plate":"SECRET1","category":"stolen-plate"}` + "\n"
	for name, data := range map[string][]byte{
		"nothing":      nil,
		"plain":        []byte(good),
		"cut":          packed(t, strings.Repeat(good, 100))[:40],
		"no JSON":      packed(t, good+"SECRET1\n"),
		"no plate":     packed(t, `{"category":"stolen-plate"}`),
		"junk plate":   packed(t, `{"plate":"000","category":"stolen-plate"}`),
		"odd plate":    packed(t, `{"plate":"secret 1","category":"stolen-plate"}`),
		"no category":  packed(t, `{"plate":"SECRET1"}`),
		"jurisdiction": packed(t, `{"plate":"SECRET1","category":"stolen-plate","jurisdiction":"on"}`),
		"date":         packed(t, `{"made":"once"}`),
		"expiry":       packed(t, `{"plate":"SECRET1","category":"stolen-plate","expires":"soon"}`),
		"long row":     packed(t, `{"plate":"SECRET1","note":"`+strings.Repeat("x", maxDeltaRow)+`"}`),
		"bomb":         packed(t, strings.Repeat(strings.Repeat(" ", 1000)+"\n", 20_000)),
		"many":         packed(t, strings.Repeat(good, 101)),
	} {
		t.Run(name, func(t *testing.T) {
			o := options()
			o.MaxEntries = 100
			var failed error
			for _, err := range ReadDelta(data, o).Added {
				failed = err
			}
			require.ErrorIs(t, failed, ErrUnusable)
			require.NotContains(t, strings.ToUpper(failed.Error()), "SECRET")
		})
	}
}

func FuzzReadDelta(f *testing.F) {
	for _, lines := range []string{
		`{"plate":"ABCD123","category":"stolen-plate","expires":"2026-12-01T00:00:00"}` + "\n" + `{"removed":true,"plate":"AB12","category":"stolen-plate"}`,
		`{"plate":"ABCD123","category":"stolen-plate","jurisdiction":"CA-ON","expires":"2026-12-01T00:00:00-05:00","year":2019}`,
		`{"plate":"ABCD123","category":"suspended-driver","driver":"Sam Sample","lenses":true}`,
		`{"plate":"\ud800","category":null}`, `{"made":"2026-11-22T05:00:00"}`, `[]`, `{}`, "", "\n\n",
	} {
		f.Add([]byte(lines), true)
		f.Add(packed(f, lines), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, pack bool) {
		if pack {
			data = packed(t, string(data))
		}
		o := options()
		o.Allowed = nil
		d := ReadDelta(data, o)
		for _, rows := range []func(func(Entry, error) bool){d.Added, d.Removed} {
			for e, err := range rows {
				if err != nil {
					if !errors.Is(err, ErrUnusable) {
						t.Fatalf("not the documented error: %v", err)
					}
					continue
				}
				if p, err := plate.Parse(string(e.Plate)); err != nil || p != e.Plate || len(e.ID) != 32 || e.Category == "" {
					t.Fatal("an entry was let in that no import makes")
				}
				if e.Driver != e.SuspendedDriver() {
					t.Fatal("somebody else was named")
				}
			}
		}
	})
}
