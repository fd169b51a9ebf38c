package hotlist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func options() Options {
	return Options{Now: noon, Zone: time.UTC, Allowed: func(c string) bool {
		return c == "stolen-vehicle" || c == "stolen-plate" || c == "expired-plate"
	}}
}

const full = "plate,jurisdiction,category,source,agency,contact,reference,expires,make,model,year,colour,note\n"

func TestReadCSV(t *testing.T) {
	list, report, err := ReadCSV(strings.NewReader(full+
		`ckl m-804,ON,Stolen-Vehicle,CPIC,Lakeshore Police,555-0101,24-1,2026-12-01,Honda,Civic,2019,grey,"left rear light, broken ""badly"""`+"\n"), options())
	require.NoError(t, err)
	require.Len(t, list.Entries, 1)
	e := list.Entries[0]
	require.Len(t, e.ID, 32)
	e.ID = ""
	require.Equal(t, Entry{Plate: "CKLM804", Jurisdiction: "CA-ON", Category: "stolen-vehicle", Source: "CPIC", Agency: "Lakeshore Police",
		Contact: "555-0101", Reference: "24-1", Expires: time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC), Make: "Honda", Model: "Civic",
		Year: 2019, Colour: "grey", Note: `left rear light, broken "badly"`}, e)
	require.Equal(t, Report{Layout: "generic", Encoding: UTF8, Files: 1, Rows: 1, Accepted: 1, ByCategory: map[string]int{"stolen-vehicle": 1}}, report)
}

func TestReadCSVForms(t *testing.T) {
	for _, test := range []struct {
		name, text string
		plates     []plate.Text
	}{
		{"least", "plate,category\nAB12,stolen-plate\n", []plate.Text{"AB12"}},
		{"any order and case", "CATEGORY,Color,PLATE\nstolen-plate,red,AB12\n", []plate.Text{"AB12"}},
		{"byte order mark", "\ufeffplate,category\nAB12,stolen-plate\n", []plate.Text{"AB12"}},
		{"semicolon", "plate;category;note\nAB12;stolen-plate;a, b\n", []plate.Text{"AB12"}},
		{"CR LF, no last line end", "plate,category\r\nAB12,stolen-plate\r\nAB13,stolen-plate", []plate.Text{"AB12", "AB13"}},
		{"blank lines", "\n\nplate,category\n\nAB12,stolen-plate\n,\n   \n", []plate.Text{"AB12"}},
		{"quotes", "\"plate\",\"category\"\n\"AB12\",\"stolen-plate\"\n", []plate.Text{"AB12"}},
		{"line end in quotes", "plate,note,category\nAB12,\"one\ntwo\",stolen-plate\nAB13,x,stolen-plate\n", []plate.Text{"AB12", "AB13"}},
		{"quote within a field", "plate,category,note\nAB12,stolen-plate,5\" lift\n", []plate.Text{"AB12"}},
		{"unknown columns", "plate,owner name,category\nAB12,J. Doe,stolen-plate\n", []plate.Text{"AB12"}},
		{"short personalised plates", "plate,category\nGO,stolen-plate\nX1,stolen-plate\n", []plate.Text{"GO", "X1"}},
		{"no rows", "plate,category\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{"whole": strings.NewReader(test.text), "byte by byte": iotest.OneByteReader(strings.NewReader(test.text))} {
				list, report, err := ReadCSV(r, options())
				require.NoError(t, err, name)
				var got []plate.Text
				for _, e := range list.Entries {
					got = append(got, e.Plate)
					require.NotContains(t, e.Note, "\n")
				}
				require.Equal(t, test.plates, got, name)
				require.Zero(t, report.RefusedRows(), name)
			}
		})
	}
}

func TestRequirement7_BadRowsAreRefusedSingly(t *testing.T) {
	for _, test := range []struct {
		name, bad string // the row, in the columns of good
		why       Reason
		column    string
	}{
		{"category", "AB99,,joyride,,,,", UnknownCategory, "category"},
		{"no category", "AB99,,,,,,", UnknownCategory, "category"},
		{"plate", "AB/99,,stolen-plate,,,,", MalformedPlate, "plate"},
		{"no plate", ",,stolen-plate,,,,", MalformedPlate, "plate"},
		{"long plate", "ABCDEFGHIJK,,stolen-plate,,,,", MalformedPlate, "plate"},
		{"junk 0", "0,,stolen-plate,,,,", JunkPlate, "plate"},
		{"junk 000", "0-00,,stolen-plate,,,,", JunkPlate, "plate"},
		{"junk word", "no plate,,stolen-plate,,,,", JunkPlate, "plate"},
		{"junk X", "xxxx,,stolen-plate,,,,", JunkPlate, "plate"},
		{"jurisdiction", "AB99,Atlantis,stolen-plate,,,,", UnknownJurisdiction, "jurisdiction"},
		{"region as jurisdiction", "AB99,EU,stolen-plate,,,,", UnknownJurisdiction, "jurisdiction"},
		{"date", "AB99,,stolen-plate,22.11.2026,,,", MalformedDate, "expires"},
		{"day that is none", "AB99,,stolen-plate,2027-02-30,,,", MalformedDate, "expires"},
		{"expired", "AB99,,stolen-plate,2026-11-21,,,", Expired, "expires"},
		{"expired to the minute", "AB99,,stolen-plate,2026-11-22T07:00:00-05:00,,,", Expired, "expires"},
		{"year", "AB99,,stolen-plate,,19,,", MalformedYear, "year"},
		{"year to come", "AB99,,stolen-plate,,2040,,", MalformedYear, "year"},
		{"too many columns", "AB99,,stolen-plate,,,,,x", WrongColumns, ""},
		{"too few columns", "AB99,,stolen-plate", WrongColumns, ""},
		{"long field", "AB99,,stolen-plate,,,," + strings.Repeat("é", 1001), FieldTooLong, "note"},
		{"long line", "AB99,,stolen-plate,,,," + strings.Repeat("x", 3*maxLine), RowTooLong, ""},
		{"open quote", `AB99,,stolen-plate,,,,"open`, OpenQuote, ""},
		{"text after quote", `AB99,,stolen-plate,,,,"a" b`, OpenQuote, ""},
		{"Latin-1", "AB99,,stolen-plate,,,,volé\xe9", InvalidText, "note"},
		{"control character", "AB99,,stolen-plate,,,,a\x1b[2Jb", InvalidText, "note"},
		{"turned writing", "AB99,,stolen-plate,,,,a\u202eb", InvalidText, "note"},
		{"duplicate", "AB-12,,stolen-plate,,,,again", Duplicate, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "plate,jurisdiction,category,expires,year,colour,note\nAB12,,stolen-plate,,,,\n" + test.bad +
				"\nAB13,ON,expired-plate,2026-11-22,2019,,last day\n"
			list, report, err := ReadCSV(strings.NewReader(text), options())
			require.NoError(t, err)
			require.Len(t, list.Entries, 2)
			require.Equal(t, plate.Text("AB12"), list.Entries[0].Plate)
			require.Equal(t, plate.Text("AB13"), list.Entries[1].Plate)
			require.Equal(t, Report{Layout: "generic", Encoding: UTF8, Files: 1, Rows: 3, Accepted: 2, ByCategory: map[string]int{"stolen-plate": 1, "expired-plate": 1},
				Refused: map[Reason]Refusal{test.why: {Count: 1, First: []Place{{Row: 3, Column: test.column}}}}}, report)
			require.NotContains(t, fmt.Sprintf("%+v", report), "AB99")
		})
	}
}

func TestReadCSVDamage(t *testing.T) {
	t.Run("an open quote does not swallow the rows after it", func(t *testing.T) {
		text := "plate,category,note\nAA11,stolen-plate,\"open\nAA12,stolen-plate,\"fine\"\n"
		for i := range 40 {
			text += fmt.Sprintf("BB%02d,stolen-plate,x\n", i)
		}
		list, report, err := ReadCSV(strings.NewReader(text), options())
		require.NoError(t, err)
		require.Len(t, list.Entries, 41)
		require.Equal(t, []Place{{Row: 2}}, report.Refused[OpenQuote].First)
	})
	t.Run("an open quote on the last line", func(t *testing.T) {
		_, report, err := ReadCSV(strings.NewReader("plate,category\nAA11,\"stolen-plate\n"), options())
		require.NoError(t, err)
		require.Equal(t, 1, report.Refused[OpenQuote].Count)
	})
	t.Run("row numbers stay those of the file", func(t *testing.T) {
		_, report, err := ReadCSV(strings.NewReader("plate,note,category\n\nAA11,\"1\n2\n3\",stolen-plate\nAA12,,nothing\n"), options())
		require.NoError(t, err)
		require.Equal(t, []Place{{Row: 6, Column: "category"}}, report.Refused[UnknownCategory].First)
	})
	t.Run("only the first rows are named", func(t *testing.T) {
		_, report, err := ReadCSV(strings.NewReader("plate,category\n"+strings.Repeat("0,stolen-plate\n", 100)), options())
		require.NoError(t, err)
		require.Equal(t, 100, report.Refused[JunkPlate].Count)
		require.Len(t, report.Refused[JunkPlate].First, maxPlaces)
		require.Equal(t, []Reason{JunkPlate}, report.Reasons())
	})
	t.Run("the reader's own error", func(t *testing.T) {
		broken := errors.New("the disk was pulled")
		for _, before := range []string{"", "plate,category\n", "plate,category\nAB12,stolen-plate\n"} {
			list, _, err := ReadCSV(io.MultiReader(strings.NewReader(before), iotest.ErrReader(broken)), options())
			require.ErrorIs(t, err, broken)
			require.Empty(t, list.Entries)
		}
	})
}

func TestReadCSVUnusable(t *testing.T) {
	for _, test := range []struct{ name, text, says string }{
		{"empty", "", "empty"},
		{"blank", "\n \n\n", "empty"},
		{"no header", "AB12,stolen-plate\nAB13,stolen-plate\n", "no column named plate"},
		{"no category", "plate,colour\nAB12,red\n", "no column named category"},
		{"tabs", "plate\tcategory\nAB12\tstolen-plate\n", "commas or semicolons"},
		{"column twice", "plate,category,colour,color\n", "colour twice"},
		{"binary", "plate,\x00\x01category\n", "not text"},
		{"damaged zip", "PK\x03\x04\x14\x00", "damaged or cut off"},
		{"picture", "\x89PNG\r\n\x1a\n\x00\x00", "not text"},
		{"damaged gzip", "\x1f\x8b\x08", "damaged or cut off"},
		{"one long line", strings.Repeat("plate,", maxLine), "too long for a header"},
		{"open quote", "\"plate,category\n", "quote that is not closed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, _, err := ReadCSV(strings.NewReader(test.text), options())
			require.ErrorIs(t, err, ErrUnusable)
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), "AB12")
			require.Empty(t, list.Entries)
		})
	}
	o := options()
	o.MaxEntries = 2
	_, _, err := ReadCSV(strings.NewReader("plate,category\nAA11,stolen-plate\nAA12,stolen-plate\nAA13,stolen-plate\n"), o)
	require.ErrorIs(t, err, ErrUnusable)
	require.ErrorContains(t, err, "more than 2")
}

func TestRequirement8_DuplicatesKeepTheLongerLife(t *testing.T) {
	const head = "plate,category,expires,reference\n"
	list, report, err := ReadCSV(strings.NewReader(head+
		"AB12,stolen-plate,2026-12-01,1\nAB12,stolen-plate,2026-12-05,1\nAB12,stolen-plate,2026-12-03,1\n"+
		"AB12,stolen-plate,,2\nAB12,stolen-plate,2026-12-03,2\n"+
		"AB12,stolen-vehicle,,1\n"), options())
	require.NoError(t, err)
	require.Len(t, list.Entries, 3, "another category or reference is another reason")
	require.Equal(t, 3, report.Duplicates())
	require.Equal(t, time.Date(2026, 12, 6, 0, 0, 0, 0, time.UTC), list.Entries[0].Expires)
	require.True(t, list.Entries[1].Expires.IsZero())

	again, _, err := ReadCSV(strings.NewReader("expires;reference;plate;category\n2027-01-01;1;ab 12;stolen-plate\n"), options())
	require.NoError(t, err)
	require.Equal(t, list.Entries[0].ID, again.Entries[0].ID, "the same row has the same id in the next file")
	require.NotEqual(t, list.Entries[0].ID, list.Entries[1].ID)
}

func TestReadCSVExpiresAtTheEndOfTheDayInItsZone(t *testing.T) {
	o := options()
	o.Zone = time.FixedZone("EST", -5*3600)
	o.Now = time.Date(2026, 11, 23, 4, 59, 0, 0, time.UTC) // 23:59 on the 22nd
	const text = "plate,category,expires\nAB12,stolen-plate,2026-11-22\n"
	list, _, err := ReadCSV(strings.NewReader(text), o)
	require.NoError(t, err)
	require.Len(t, list.Entries, 1)
	o.Now = o.Now.Add(time.Minute)
	_, report, err := ReadCSV(strings.NewReader(text), o)
	require.NoError(t, err)
	require.Equal(t, 1, report.Expired())
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{full, full + "AB12,ON,stolen-plate,,,,,2026-12-01,,,2019,red,x\n", "\ufeffplate;category\r\nA1;stolen-plate",
		"plate,category,note\nA12,stolen-plate,\"a\nb\"\n\"\"\"\n", "", "\x00", "plate,category\n0,x\n,\n\"", "plate,category\nA1,stolen-plate,\"\"\"\"\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		list, report, err := ReadCSV(bytes.NewReader(text), options())
		if err != nil {
			require.True(t, errors.Is(err, ErrUnusable) || errors.Is(err, ErrHeldBack))
			require.NotEmpty(t, report.Faults)
			require.Empty(t, list.Entries)
			return
		}
		sum := report.Accepted
		for why, r := range report.Refused {
			sum += r.Count
			require.NotEmpty(t, why)
			require.LessOrEqual(t, len(r.First), maxPlaces)
			require.NotZero(t, len(r.First))
			require.Greater(t, r.First[0].Row, 1)
		}
		require.Equal(t, report.Rows, sum)
		require.Len(t, list.Entries, report.Accepted)
		seen := map[string]bool{}
		for _, e := range list.Entries {
			parsed, err := plate.Parse(string(e.Plate))
			require.NoError(t, err)
			require.Equal(t, e.Plate, parsed)
			require.True(t, options().Allowed(e.Category))
			require.False(t, e.ExpiredAt(noon))
			require.False(t, seen[e.ID])
			seen[e.ID] = true
		}
	})
}
