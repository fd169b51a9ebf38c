package hotlist

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

const driverHead = "plate,category,driver,lenses,note\n"

// drivers is what a file's entries say of their drivers, by plate.
func drivers(t testing.TB, text string, layouts []Layout) (map[plate.Text]Driver, Report) {
	t.Helper()
	list, report, err := Read(strings.NewReader(text), layouts, Options{Now: noon})
	require.NoError(t, err)
	all := map[plate.Text]Driver{}
	for _, e := range list.Entries {
		all[e.Plate] = e.Driver
	}
	return all, report
}

func TestRequirement12_OnlyASuspendedDriverIsNamed(t *testing.T) {
	got, report := drivers(t, driverHead+
		"AAAA111,suspended-driver,  Zoé  Testcase ,YES,stays\n"+
		"BBBB222,Suspended-Driver,,yes,\n"+
		"CCCC333,suspended-driver,Pat Placeholder,no,\n"+
		"DDDD444,suspended-driver,,,\n"+
		"EEEE555,stolen-vehicle,Owner Nobody,yes,stays\n"+
		"FFFF666,suspended-driver-in-use,Owner Nobody,yes,\n"+
		"GGGG777,expired-plate,Owner Nobody,yes,\n", nil)
	require.Empty(t, report.Refused)
	require.Equal(t, map[plate.Text]Driver{"AAAA111": {"Zoé  Testcase", true}, "BBBB222": {Lenses: true}, "CCCC333": {Name: "Pat Placeholder"},
		"DDDD444": {}, "EEEE555": {}, "FFFF666": {}, "GGGG777": {}}, got)
}

func TestRequirement12_ABadRowNamesItsFieldAndNotTheDriver(t *testing.T) {
	long := strings.Repeat("x", columns[colDriver].max+1)
	_, report := drivers(t, driverHead+
		"AAAA111,suspended-driver,"+long+",,\n"+
		"BBBB222,suspended-driver,Sam \u202eelpmaS,,\n"+
		"CCCC333,suspended-driver,Sam Sample,perhaps,\n"+
		"DDDD444,suspended-driver,Sam Sample,yes,\n"+
		"EEEE555,stolen-vehicle,"+long+",perhaps,\n", nil)
	require.Equal(t, map[Reason]Refusal{
		FieldTooLong:    {1, []Place{{Row: 2, Column: "driver"}}},
		InvalidText:     {1, []Place{{Row: 3, Column: "driver"}}},
		MalformedLenses: {1, []Place{{Row: 4, Column: "lenses"}}},
	}, report.Refused)
	require.Equal(t, 2, report.Accepted, "what is dropped at the door refuses no row")
	require.NotContains(t, strings.ToLower(fmt.Sprintf("%+v", report)), "sample")
}

func TestRequirement12_ANameInPartsAndLensesByCodes(t *testing.T) {
	l := Layout{ID: "parts", Name: "Parts", Kind: Delimited, Separator: ",", Columns: []int{4}, Constant: map[string]string{"category": SuspendedDriver},
		Fields: []Field{{Name: "plate", To: "plate", At: []int{0}}, {Name: "given", To: "driver", At: []int{2}}, {Name: "surname", To: "driver", At: []int{1}},
			{Name: "conditions", To: "lenses", At: []int{3}, Codes: map[string]string{"X": "yes", "N": "no"}}}}
	got, report := drivers(t, "AAAA111,Sample,Sam,x\nBBBB222,Sample,,N\nCCCC333,,,J\n", []Layout{l})
	require.Empty(t, report.Refused)
	require.Equal(t, map[plate.Text]Driver{"AAAA111": {"Sam Sample", true}, "BBBB222": {Name: "Sample"}, "CCCC333": {}}, got)

	half := strings.Repeat("x", columns[colDriver].max/2)
	_, report = drivers(t, "AAAA111,"+half+","+half+",\n", []Layout{l})
	require.Equal(t, []Place{{Row: 1, Column: "surname"}}, report.Refused[FieldTooLong].First, "both parts together are too long")

	for _, wrong := range []func(*Layout){
		func(l *Layout) { l.Fields[3].Codes = map[string]string{"X": "sometimes"} },
		func(l *Layout) { l.Fields[1].Codes = map[string]string{"X": "Sam"} },
		func(l *Layout) { l.Fields[1].Required = true },
		func(l *Layout) { l.Constant["driver"] = "Sam" },
		func(l *Layout) { l.Fields[1].Personal = true },
	} {
		bad := l
		bad.Fields = append([]Field(nil), l.Fields...)
		bad.Constant = map[string]string{"category": SuspendedDriver}
		wrong(&bad)
		require.ErrorIs(t, bad.Validate(), ErrLayout)
	}
}

func TestRequirement12_ADeltaCarriesTheDriver(t *testing.T) {
	before := driverHead +
		"AAAA111,suspended-driver,Sam Sample,,\n" +
		"BBBB222,suspended-driver,Pat Placeholder,,\n" +
		"CCCC333,suspended-driver,Lee Letters,yes,\n" +
		"DDDD444,stolen-vehicle,Owner Nobody,,\n"
	after := driverHead +
		"AAAA111,suspended-driver,Sam Sample-Roy,,\n" +
		"BBBB222,suspended-driver,Pat Placeholder,yes,\n" +
		"CCCC333,suspended-driver,,,\n" +
		"DDDD444,stolen-vehicle,Another Nobody,yes,\n"
	data, c := compared(t, before, after, noon)
	require.Equal(t, Comparison{Changed: 3}, c, "the owner of a stolen vehicle is in no list, and in no delta")
	o := Options{Now: noon, Zone: toronto}
	list := taken(t, before, o)
	change(t, list, data, o)
	require.Equal(t, taken(t, after, o), list)
	for _, name := range []string{"Nobody", "Lee Letters"} {
		require.NotContains(t, string(unpacked(t, data)), name)
	}
}

func TestRequirement12_ADeltaNamesNobodyElse(t *testing.T) {
	o := Options{Now: noon}
	for e, err := range ReadDelta(packed(t, `{"plate":"AB12","category":"stolen-plate","driver":"Sam Sample","lenses":true}`), o).Added {
		require.NoError(t, err)
		require.Zero(t, e.Driver)
	}
	for _, name := range []string{strings.Repeat("x", 129), `Sam\u202eelpmaS`, ` Sam`} {
		for _, err := range ReadDelta(packed(t, `{"plate":"AB12","category":"suspended-driver","driver":"`+name+`"}`), o).Added {
			require.ErrorIs(t, err, ErrUnusable)
			require.ErrorContains(t, err, "row 1 of the delta: its driver's name")
			require.NotContains(t, err.Error(), "Sam")
		}
	}
}

func TestRequirement12_AMatchNamesASuspendedDriverOnly(t *testing.T) {
	x := NewIndex()
	sam := Driver{Name: "Sam Sample", Lenses: true}
	x.Replace([]List{{Name: "MTO", Entries: []Entry{
		{ID: "1", Plate: "CKLM804", Category: SuspendedDriver, Driver: sam},
		{ID: "2", Plate: "CKLM804", Category: "unlicensed-driver", Driver: sam},
	}}})
	matches := x.Match(read("CKLM804", 0.999), noon)
	require.Len(t, matches, 2)
	for _, m := range matches {
		if m.Entry.Category == SuspendedDriver {
			require.Equal(t, sam, m.Entry.Driver)
		} else {
			require.Zero(t, m.Entry.Driver)
		}
	}
}

func TestRequirement12_ADriverDoesNotPrint(t *testing.T) {
	d := Driver{Name: "Sam Sample"}
	for _, verb := range []string{"%v", "%+v", "%s", "%q", "%#v"} {
		for _, v := range []any{d, &d, Entry{Driver: d}, []Driver{d}} {
			require.NotContains(t, fmt.Sprintf(verb, v), "Sample", verb)
		}
	}
	require.NotContains(t, d.LogValue().String(), "Sample")
}

func TestRequirement12_SyntheticListsNameSuspendedDriversOnly(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, Synth(&b, Generic(), SynthOptions{N: 200, Seed: 7, Made: noon}, nil))
	list, _, err := ReadCSV(&b, Options{Now: noon})
	require.NoError(t, err)
	named, lenses := 0, 0
	for _, e := range list.Entries {
		if e.Driver.Name != "" {
			require.Equal(t, SuspendedDriver, e.Category)
			named++
		}
		if e.Driver.Lenses {
			lenses++
		}
	}
	require.Positive(t, named)
	require.Less(t, named, 200)
	require.Positive(t, lenses)
	require.Less(t, lenses, named)
}
