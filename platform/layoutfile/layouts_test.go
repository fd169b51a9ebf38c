package layoutfile

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func builtIn(t testing.TB) []hotlist.Layout {
	t.Helper()
	all, err := BuiltIn()
	require.NoError(t, err)
	return all
}

func layout(t testing.TB, id string) hotlist.Layout {
	t.Helper()
	for _, l := range builtIn(t) {
		if l.ID == id {
			return l
		}
	}
	t.Fatalf("there is no layout %q", id)
	return hotlist.Layout{}
}

func options() hotlist.Options { return hotlist.Options{Now: noon, Zone: time.UTC} }

// synth returns a synthetic list and its entries.
func synth(t testing.TB, l hotlist.Layout, n int, seed uint64) ([]byte, []hotlist.Entry) {
	t.Helper()
	var file bytes.Buffer
	var entries []hotlist.Entry
	require.NoError(t, hotlist.Synth(&file, l, hotlist.SynthOptions{N: n, Seed: seed, Made: noon.Add(-time.Hour)},
		func(e hotlist.Entry) { entries = append(entries, e) }))
	require.Len(t, entries, n)
	return file.Bytes(), entries
}

// plain is an entry that prints, so that a failed test shows it.
type plain struct {
	Plate, Jurisdiction, Category, Source, Agency, Contact, Reference, Make, Model, Colour, Note string
	Expires                                                                                      time.Time
	Year                                                                                         int
	Driver                                                                                       string
	Lenses                                                                                       bool
}

func shown(entries []hotlist.Entry) []plain {
	var out []plain
	for _, e := range entries {
		out = append(out, plain{string(e.Plate), string(e.Jurisdiction), e.Category, e.Source, e.Agency, e.Contact, e.Reference, e.Make, e.Model, e.Colour, e.Note, e.Expires, e.Year, e.Driver.Name, e.Driver.Lenses})
	}
	return out
}

func TestRequirement52_EveryLayoutReadsBackWhatItWrites(t *testing.T) {
	for _, l := range builtIn(t) {
		t.Run(l.ID, func(t *testing.T) {
			file, want := synth(t, l, 300, 7)
			o := options()
			o.Format = l.ID
			list, report, err := hotlist.Read(bytes.NewReader(file), builtIn(t), o)
			require.NoError(t, err)
			require.Empty(t, report.Refused)
			require.Equal(t, shown(want), shown(list.Entries))
		})
	}
}

func TestRequirement52_LayoutsAreRecognised(t *testing.T) {
	byName := map[string]string{"california-svs": "SVS.TBL", "california-sfr": "sfr.tbl", "california-slr": "slr.tbl"}
	for _, l := range builtIn(t) {
		t.Run(l.ID, func(t *testing.T) {
			for _, n := range []int{1, 200} {
				file, want := synth(t, l, n, 3)
				o := options()
				o.FileName = byName[l.ID]
				list, report, err := hotlist.Read(bytes.NewReader(file), builtIn(t), o)
				require.NoError(t, err)
				require.Equal(t, l.ID, report.Layout)
				require.Equal(t, shown(want), shown(list.Entries))
			}
		})
	}
}
