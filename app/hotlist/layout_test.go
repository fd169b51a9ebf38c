package hotlist

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// counted is a fixed layout with header, footer and dates.
func counted() Layout {
	return Layout{ID: "counted", Name: "Counted", Kind: Fixed, Length: []int{10, 28}, Files: []string{"counted*"},
		Header: Header{Begins: "DATE", Date: "YYYY-MM-DD hh:mm"}, Footer: Footer{Begins: "TOTAL"},
		Constant: map[string]string{"source": "TEST", "jurisdiction": "CA-ON"},
		Fields: []Field{
			{Name: "plate", At: []int{0, 8}, To: "plate"},
			{Name: "code", At: []int{8, 9}, To: "category", Codes: map[string]string{"s": "stolen-vehicle", "P": "stolen-plate"}},
			{Name: "owner", At: []int{9, 12}, Personal: true},
			{Name: "day", At: []int{12, 20}, To: "since", Dates: []string{"YYYYMMDD"}, Label: "since"},
			{Name: "until", At: []int{20, 28}, To: "expires", Dates: []string{"YYYYMMDD"}},
		}}
}

// listed is a delimited layout without names.
func listed() Layout {
	return Layout{ID: "listed", Name: "Listed", Kind: Delimited, Separator: ",", Columns: []int{4, 5}, Skip: []string{"# "}, ZeroForO: true,
		Fields: []Field{
			{Name: "number", At: []int{0}, To: "reference"},
			{Name: "number", At: []int{0}, Part: []int{1, 2}, To: "category", Codes: map[string]string{"V": "stolen-vehicle", "X": "sex-offender"}},
			{Name: "plate", At: []int{1}, To: "plate"},
			{Name: "issuer", At: []int{2}, To: "jurisdiction", Unknown: []string{"xx"}, Required: true},
			{Name: "ORI", At: []int{3}, To: "agency"},
			{Name: "from", At: []int{4}, To: "effective", Dates: []string{"YYYYMMDD", "M/D/YYYY h:mm PM"}},
		}}
}

func readText(t *testing.T, text string, layouts []Layout, o Options) ([]Entry, Report, error) {
	t.Helper()
	list, report, err := Read(strings.NewReader(text), layouts, o)
	return list.Entries, report, err
}

const countedFile = "DATE2026-11-22 06:00\nAB12    S   20260101\nAB13    p            \nTOTAL RECORDS: 0002\n"

func TestAFileWithHeaderAndFooter(t *testing.T) {
	o := options()
	o.ListAge = 24 * time.Hour
	entries, report, err := readText(t, countedFile, []Layout{counted()}, o)
	require.NoError(t, err)
	require.Len(t, entries, 2)
	e := entries[0]
	require.Equal(t, []string{"AB12", "CA-ON", "stolen-vehicle", "TEST", "since 2026-01-01"}, []string{string(e.Plate), string(e.Jurisdiction), e.Category, e.Source, e.Note})
	require.Equal(t, Complete, report.Complete)
	require.Equal(t, time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), report.Made)
	require.False(t, report.Old)
	require.Equal(t, []Dropped{{"owner", true}}, report.Dropped)
	require.Equal(t, report.Made, report.MadeOr(noon))
	require.Equal(t, noon, Report{}.MadeOr(noon))
}

func TestRequirement52_TheListsOwnDate(t *testing.T) {
	o := options()
	o.ListAge = 24 * time.Hour
	for _, test := range []struct {
		date        string
		old, future bool
		bad         bool
	}{
		{"2026-11-21 11:59", true, false, false},
		{"2026-11-21 12:01", false, false, false},
		{"2026-11-23 12:01", false, true, false},
		{"2026-13-40 12:01", false, false, true},
		{"", false, false, true},
	} {
		_, report, err := readText(t, strings.Replace(countedFile, "2026-11-22 06:00", test.date, 1), []Layout{counted()}, o)
		require.NoError(t, err, test.date)
		require.Equal(t, test.old, report.Old, test.date)
		require.Equal(t, test.future, report.FromFuture, test.date)
		require.Equal(t, test.bad, report.BadHeader != nil, test.date)
	}
}

func TestRequirement52_WhatLooksCutOffIsHeldBack(t *testing.T) {
	padded := "N1,AB12,ON,A\n"
	for _, test := range []struct{ name, text, says string }{
		{"footer counts more", strings.Replace(countedFile, "0002", "0003", 1), "footer counts 3 records, and it has 2"},
		{"footer counts fewer", strings.Replace(countedFile, "0002", "1", 1), "footer counts 1 records"},
		{"footer without a number", strings.Replace(countedFile, "0002", "", 1), "footer counts 0"},
		{"no footer", strings.Split(countedFile, "TOTAL")[0], "footer is missing"},
		{"no header", countedFile[strings.Index(countedFile, "AB12"):], "header is missing"},
		{"cut in a row", countedFile[:strings.Index(countedFile, "AB13")+4], "footer is missing; its last row is cut off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			entries, report, err := readText(t, test.text, []Layout{counted()}, options())
			require.ErrorIs(t, err, ErrHeldBack)
			require.ErrorContains(t, err, test.says)
			require.NotContains(t, err.Error(), "AB1")
			require.Equal(t, Truncated, report.Complete)
			require.Empty(t, entries)
		})
	}
	t.Run("columns missing in the last row", func(t *testing.T) {
		_, _, err := readText(t, "1V,AB12,ON,A\n1V,AB13,O", []Layout{listed()}, options())
		require.ErrorIs(t, err, ErrHeldBack)
		_, report, err := readText(t, "1V,AB12,ON,A\n1V,AB13,O\n", []Layout{listed()}, options())
		require.NoError(t, err, "a bad row with its line end is not cut off")
		require.Equal(t, 1, report.Refused[WrongColumns].Count)
		_, _, err = readText(t, padded+"1V,AB13,ON,", []Layout{listed()}, options())
		require.NoError(t, err, "a whole row without a line end is no sign")
	})
	t.Run("fixed rows of one length", func(t *testing.T) {
		l := counted()
		l.Header, l.Footer = Header{}, Footer{}
		row := "AB1%d    S   20260101        "
		text := ""
		for i := range 5 {
			text += fmt.Sprintf(row, i) + "\n"
		}
		_, _, err := readText(t, text+"AB19    S   202601", []Layout{l}, options())
		require.ErrorIs(t, err, ErrHeldBack)
		_, _, err = readText(t, text+strings.TrimRight(fmt.Sprintf(row, 9), " ")+"\n", []Layout{l}, options())
		require.NoError(t, err)
	})
	t.Run("open quote", func(t *testing.T) {
		_, _, err := ReadCSV(strings.NewReader("plate,category,note\nAB12,stolen-plate,x\nAA11,stolen-plate,\"cut o"), options())
		require.ErrorIs(t, err, ErrHeldBack)
	})
}

func TestRequirement8_AListThatShrinksIsHeldBack(t *testing.T) {
	text := numbered(80)
	for _, test := range []struct {
		previous, most int
		held           bool
	}{{100, 20, false}, {101, 20, true}, {100, 0, false}, {0, 20, false}, {70, 20, false}, {8000, 99, false}, {8001, 99, true}} {
		o := options()
		o.Previous, o.MaxShrink = test.previous, test.most
		_, report, err := ReadCSV(strings.NewReader(text), o)
		require.Equal(t, test.held, errors.Is(err, ErrHeldBack), "%+v", test)
		require.Equal(t, test.held, report.Shrunk)
		require.Equal(t, 80, report.Accepted)
	}
}

func TestRequirement7_RowsOfLayoutsAreRefusedSingly(t *testing.T) {
	o := options()
	o.Agency = "on"
	for _, test := range []struct {
		name, bad string
		why       Reason
		column    string
	}{
		{"code", "1Q,AB13,ON,ON1", UnknownCategory, "number"},
		{"category outside the pack", "1X,AB13,ON,ON1", UnknownCategory, "number"},
		{"no code", ",AB13,ON,ON1", UnknownCategory, "number"},
		{"plate", "1V,AB+13,ON,ON1", MalformedPlate, "plate"},
		{"junk", "1V,000,ON,ON1", JunkPlate, "plate"},
		{"issuer", "1V,AB13,Q9,ON1", UnknownJurisdiction, "issuer"},
		{"no issuer", "1V,AB13,XX,ON1", MissingField, "issuer"},
		{"another agency", "1V,AB13,ON,QC1", WrongAgency, "ORI"},
		{"no agency", "1V,AB13,ON,", WrongAgency, "ORI"},
		{"day that is none", "1V,AB13,ON,ON1,20260230", MalformedDate, "from"},
		{"not in force yet", "1V,AB13,ON,ON1,20261123", NotYet, "from"},
		{"not in force yet, by the minute", "1V,AB13,ON,ON1,11/22/2026 12:01 PM", NotYet, "from"},
		{"columns", "1V,AB13", WrongColumns, ""},
		{"duplicate", "1V,AB-12,ON,ON1", Duplicate, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			entries, report, err := readText(t, "# a remark\n1V,AB12,0N,ON1,20261122\n"+test.bad+"\n", []Layout{listed()}, o)
			require.NoError(t, err)
			require.Len(t, entries, 1)
			require.Equal(t, 2, report.Rows)
			require.Equal(t, map[Reason]Refusal{test.why: {1, []Place{{Row: 3, Column: test.column}}}}, report.Refused)
		})
	}
	for _, test := range []struct {
		bad string
		why Reason
	}{
		{"AB14    S", ShortRow}, {"AB14    S   2026010120270101longer", RowTooLong},
		{"AB14    S   20991231", MalformedDate}, {"AB14    S   20260101" + "20260301", Expired}, {"AB14    S   20260101" + "20261301", MalformedDate},
	} {
		text := strings.Replace(countedFile, "TOTAL RECORDS: 0002", test.bad+"\nTOTAL 3", 1)
		_, report, err := readText(t, text, []Layout{counted()}, options())
		require.NoError(t, err)
		require.Equal(t, 1, report.Refused[test.why].Count, test.bad)
	}
}

func TestLayoutOfAnUnknownFile(t *testing.T) {
	twin := counted()
	twin.ID, twin.Files = "twin", []string{"twin*"}
	all := []Layout{counted(), twin, listed(), Generic()}
	_, report, err := readText(t, "1V,AB12,ON,A\n", all, options())
	require.NoError(t, err)
	require.Equal(t, "listed", report.Layout)

	_, _, err = readText(t, countedFile, all, options())
	require.ErrorIs(t, err, ErrUnusable)
	require.ErrorContains(t, err, "counted, twin: name the format")
	o := options()
	o.FileName = "TWIN-3.txt"
	_, report, err = readText(t, countedFile, all, o)
	require.NoError(t, err)
	require.Equal(t, "twin", report.Layout)
	o = options()
	o.Format = "counted"
	_, report, err = readText(t, countedFile, all, o)
	require.NoError(t, err)
	require.Equal(t, "counted", report.Layout)
	o.Format = "nothing"
	_, _, err = readText(t, countedFile, all, o)
	require.ErrorContains(t, err, `no layout "nothing"`)

	_, _, err = readText(t, "once upon a time\nthere was a plate\n", all, options())
	require.ErrorIs(t, err, ErrUnusable)
	require.ErrorContains(t, err, "no layout that is known")
}

func TestRepeatedRowsReplaceTheirEntry(t *testing.T) {
	var got []string
	report, err := Import(strings.NewReader("plate,category,expires\nAB12,stolen-plate,2026-12-01\nAB13,stolen-plate,\nAB12,stolen-plate,2026-12-05\nAB12,stolen-plate,2026-12-02\n"),
		[]Layout{Generic()}, options(), func(e Entry) error { got = append(got, e.ID+e.Expires.Format("0102")); return nil })
	require.NoError(t, err)
	require.Equal(t, 2, report.Accepted)
	require.Len(t, got, 3)
	require.Equal(t, got[0][:32], got[2][:32], "the same entry")
	require.Equal(t, "1206", got[2][32:])
}

func TestKeepEndsTheImport(t *testing.T) {
	full := errors.New("the disk is full")
	text := numbered(50_000)
	for _, after := range []int{0, 1, batchRows, 3000} {
		n := 0
		_, err := Import(strings.NewReader(text), []Layout{Generic()}, options(), func(Entry) error {
			if n++; n > after {
				return full
			}
			return nil
		})
		require.ErrorIs(t, err, full)
		require.Equal(t, after+1, n, "nothing is handed over after an error")
	}
}

func TestValidateNamesTheKey(t *testing.T) {
	require.NoError(t, new(counted()).Validate())
	require.NoError(t, new(listed()).Validate())
	for _, test := range []struct {
		key    string
		field  int
		change func(*Layout)
	}{
		{"id", 0, func(l *Layout) { l.ID = "Big One" }},
		{"kind", 0, func(l *Layout) { l.Kind = "xml" }},
		{"separator", 0, func(l *Layout) { l.Separator = ";" }},
		{"length", 0, func(l *Layout) { l.Length = nil }},
		{"length", 0, func(l *Layout) { l.Length = []int{9, 3} }},
		{"columns", 0, func(l *Layout) { l.Columns = []int{3} }},
		{"header.names", 0, func(l *Layout) { l.Header.Names = true }},
		{"header.date", 0, func(l *Layout) { l.Header.Date = "yesterday" }},
		{"skip", 0, func(l *Layout) { l.Skip = []string{""} }},
		{"constant.plate", 0, func(l *Layout) { l.Constant["plate"] = "AB12" }},
		{"constant.jurisdiction", 0, func(l *Layout) { l.Constant["jurisdiction"] = "Atlantis" }},
		{"field", 0, func(l *Layout) { l.Fields = l.Fields[1:] }},
		{"field", 0, func(l *Layout) { l.Fields = l.Fields[:1] }},
		{"name", 2, func(l *Layout) { l.Fields[1].Name = "" }},
		{"at", 2, func(l *Layout) { l.Fields[1].At = []int{9, 8} }},
		{"at", 2, func(l *Layout) { l.Fields[1].At = []int{99} }},
		{"at", 2, func(l *Layout) { l.Fields[1].At = nil }},
		{"tag", 2, func(l *Layout) { l.Fields[1].Tag = "X/" }},
		{"names", 2, func(l *Layout) { l.Fields[1].Names = []string{"x"} }},
		{"part", 2, func(l *Layout) { l.Fields[1].Part = []int{3, 3} }},
		{"word", 2, func(l *Layout) { l.Fields[1].Word = -1 }},
		{"to", 2, func(l *Layout) { l.Fields[1].To = "owner" }},
		{"personal", 2, func(l *Layout) { l.Fields[1].Personal = true }},
		{"label", 2, func(l *Layout) { l.Fields[1].Label = "x" }},
		{"codes", 2, func(l *Layout) { l.Fields[1].Codes[""] = "x" }},
		{"codes", 2, func(l *Layout) { l.Fields[1].Codes = nil; l.Fields[1].Prefix = true }},
		{"codes", 1, func(l *Layout) { l.Fields[0].Codes = map[string]string{"A": "B"} }},
		{"dates", 4, func(l *Layout) { l.Fields[3].Dates = nil }},
		{"dates", 4, func(l *Layout) { l.Fields[3].Dates = []string{"soon"} }},
		{"dates", 2, func(l *Layout) { l.Fields[1].Dates = []string{"YYYY"} }},
	} {
		l := counted()
		test.change(&l)
		var fault *LayoutFault
		err := l.Validate()
		require.ErrorIs(t, err, ErrLayout, test.key)
		require.ErrorAs(t, err, &fault)
		require.Equal(t, test.key, fault.Key)
		require.Equal(t, test.field, fault.Field, test.key)
		_, _, err = Read(strings.NewReader(""), []Layout{l}, options())
		require.ErrorIs(t, err, ErrLayout)
		_, err = NewEncoder(&bytes.Buffer{}, l, noon)
		require.ErrorIs(t, err, ErrLayout)
	}
}

func TestForms(t *testing.T) {
	for form, want := range map[string]string{
		"YYYY-MM-DD": "2006-01-02", "MM/DD/YYYY hh:mm": "01/02/2006 15:04", "M/D/YYYY h:mm:ss PM": "1/2/2006 3:04:05 PM", "MMDDYY": "010206",
	} {
		f, ok := parseForm(form)
		require.True(t, ok)
		require.Equal(t, want, f.layout)
		require.Equal(t, !strings.Contains(form, "h"), f.day)
	}
	for _, form := range []string{"", "tomorrow", "YYYY_MM"} {
		require.False(t, validForm(form), form)
	}
}

// The whole engine, with every kind of layout.
func FuzzImport(f *testing.F) {
	layouts := []Layout{counted(), listed(), Generic()}
	f.Add([]byte(countedFile), byte(0))
	f.Add([]byte("1V,AB12,ON,A,20260101\n# x\n1V,AB13"), byte(1))
	f.Add([]byte("\xff\xfe1\x00V\x00,\x00"), byte(3))
	f.Add([]byte("plate,category\nvol\xe9,x\n\"A\"\"1\",stolen-plate\n"), byte(2))
	f.Add(zipOf(f, "a.txt", countedFile, "counted", countedFile), byte(3))
	f.Add(gzipOf(f, countedFile), byte(0))
	f.Add([]byte(driverHead+"A1B,suspended-driver,Sam Sample,yes,\nA2B,stolen-plate,Sam Sample,yes,x\n"), byte(2))
	f.Fuzz(func(t *testing.T, text []byte, pick byte) {
		chosen := layouts
		if pick < 3 {
			chosen = layouts[pick : pick+1]
		}
		handed := map[string]bool{}
		o := options()
		o.Allowed = nil
		report, err := Import(bytes.NewReader(text), chosen, o, func(e Entry) error {
			require.NotEmpty(t, e.Plate)
			require.NotEmpty(t, e.Category)
			require.False(t, e.ExpiredAt(noon))
			require.Equal(t, e.SuspendedDriver(), e.Driver)
			require.LessOrEqual(t, utf8.RuneCountInString(e.Driver.Name), columns[colDriver].max)
			handed[e.ID] = true
			return nil
		})
		if err != nil {
			require.True(t, errors.Is(err, ErrUnusable) || errors.Is(err, ErrHeldBack), err)
			require.NotEmpty(t, report.Faults)
			return
		}
		sum := report.Accepted
		for _, r := range report.Refused {
			sum += r.Count
		}
		require.Equal(t, report.Rows, sum)
		require.Len(t, handed, report.Accepted)
	})
}
