package plate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

func TestEveryProvinceAndStateHasSeries(t *testing.T) {
	for _, j := range plate.Jurisdictions() {
		series := plate.SeriesOf(j)
		require.NotEmpty(t, series, "%s", string(j))
		for _, s := range series {
			require.NotEmpty(t, s.Use)
			require.True(t, strings.ContainsAny(s.Pattern, "D0123456789"), "%s: letters alone are a personalised plate", s.Pattern)
			require.Contains(t, plate.Jurisdictions(), s.Jurisdiction)
		}
	}
	require.Empty(t, plate.SeriesOf(""))
	require.Empty(t, plate.SeriesOf("XX"))
	for _, s := range plate.SeriesOf(plate.Europe) {
		require.True(t, s.Jurisdiction.European(), string(s.Jurisdiction))
	}
	require.Greater(t, len(plate.SeriesOf("US")), len(plate.SeriesOf("US-NY")))
	require.True(t, plate.Jurisdiction("DE").European())
	for _, j := range []plate.Jurisdiction{"BR", "CA", "US", "US-DE", plate.Europe, "", "XX"} {
		require.False(t, j.European(), string(j))
	}
}

func TestSeriesOfRealPlates(t *testing.T) {
	for _, test := range []struct {
		j         plate.Jurisdiction
		fit, none string
	}{
		{"CA-ON", "CKLM804 ABC123 123ABC GVAA123 AT12345 VE3ABC", "CKIM804 CKLM8O4 CKL804Z B0NES 1234567 CQLM804"},
		{"CA-QC", "E12ABC 123ABC FLA1234", "EI2ABC CKLM804"},
		{"CA-BC", "AB123C ABC123 123ABC", "A0123C"},
		{"CA-NU", "001234 12345N", "12345A"},
		{"US-CA", "8ABC123 ABC123 12A3456", "8A8C123 ABCD123"},
		{"US-TX", "BKV1234 BB1B123 ABC123", "BKA1234 BKVI234"},
		{"US-AZ", "A1B2CD 1AB2C3 ABC1234", "A1BZCD"},
		{"US-DE", "12345 C12345 PC12345", "A1234"},
		{"US-MA", "1ABC23 12AB34", "ABCDEF"},
		{"DE", "BAB1234 MA1 HHXY123E KIOL12H", "B1234 BABC1234A"},
		{"FR", "AB123CD 1234AB75", "AB123C0 AO123CD"},
		{"GB", "AB12ODE A123BCD ABC123D", "AB1ZCDE"},
		{"HR", "ZG1234AB RI123A", "BA3020Z"},
		{"CH", "ZH123456 SO1", "S01 XX123"},
		{"PL", "WA56660 PO1234A", "WA5666O"},
		{"SK", "BA302OZ BB135BO", "BA3020Z BB135B0"},
		{"BG", "CB1234AB", "XX1234AB CB1234DQ"},
		{"BR", "ABC1234 ABC1D23", "ABCD123 A8C1234"},
		{plate.Europe, "AB123CD WA56660 BAB1234", "PP587A0"},
		{"US", "ABC1234 8ABC123", "ABCDEFG"},
	} {
		for text := range strings.FieldsSeq(test.fit) {
			require.True(t, test.j.Fits(plate.Text(text)), "%s %s", string(test.j), text)
		}
		for text := range strings.FieldsSeq(test.none) {
			require.False(t, test.j.Fits(plate.Text(text)), "%s %s", string(test.j), text)
		}
		require.False(t, test.j.Fits(""))
	}
}

func TestParseSeries(t *testing.T) {
	for _, test := range []struct{ pattern, without, fit, none string }{
		{"LLD", "O", "AB1", "OB1 AO1 A11 AB AB12 AB1A"},
		{"ALD", "O", "OB1", "BO1"},
		{"XD", "I", "11 A1", "I1"},
		{"gvD9", "", "GV19", "GV18 AV19"},
		{"LD?D?", "", "A A1 A12", "A123 1"},
		{"{A,AB}bD", "", "AB1 ABB1", "A1 AAB1"},
	} {
		s, err := plate.ParseSeries("CA-ON", "test", test.pattern, test.without)
		require.NoError(t, err)
		for text := range strings.FieldsSeq(test.fit) {
			require.True(t, s.Fits(plate.Text(text)), "%s %s", test.pattern, text)
		}
		for text := range strings.FieldsSeq(test.none) {
			require.False(t, s.Fits(plate.Text(text)), "%s %s", test.pattern, text)
		}
	}
	for _, bad := range [][2]string{{"", ""}, {"?", ""}, {"L?", ""}, {"LL*DD", ""}, {"L L", ""}, {"{AB", ""}, {"{}D", ""}, {"{A,}D", ""}, {"{ab}D", ""},
		{"{A}?D", ""}, {"LLLLLLDDDDD", ""}, {"LD?D?D?D?D?D?D?D?D?D?D?D?", ""}, {"LD", "1"}, {"LD", "o"}, {"LÉ", ""}} {
		_, err := plate.ParseSeries("CA-ON", "test", bad[0], bad[1])
		require.ErrorIs(t, err, plate.ErrSeries, "%q", bad)
	}
}

func FuzzParseSeries(f *testing.F) {
	f.Add("LLLLDDD", "IOQU", "CKLM804")
	f.Add("AA?A?LL?DD?D?e", "", "BAB123E")
	f.Add("{AB,C}D9", "", "AB19")
	f.Add("{", "", "")
	f.Fuzz(func(t *testing.T, pattern, without, text string) {
		s, err := plate.ParseSeries("DE", "test", pattern, without)
		if err != nil {
			if !errors.Is(err, plate.ErrSeries) || s.Pattern != "" {
				t.Fatal(err)
			}
			return
		}
		if s.Fits(plate.Text(text)) {
			if _, err := plate.Parse(text); err != nil && len(text) <= plate.MaxLength {
				t.Fatalf("%q fits %q", text, pattern)
			}
		}
	})
}
