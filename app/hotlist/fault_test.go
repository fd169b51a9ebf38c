package hotlist

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What an error says in English stands in the report for other languages.
func TestRequirement52_AReportSaysWhyAFileIsNotTakenIn(t *testing.T) {
	shrunk := options()
	shrunk.Previous, shrunk.MaxShrink = 9, 10
	few := options()
	few.MaxEntries = 1
	for _, test := range []struct {
		text    string
		layouts []Layout
		o       Options
		want    []Fault
	}{
		{"", nil, options(), []Fault{{Code: FaultEmpty}}},
		{"a\x00b", nil, options(), []Fault{{Code: FaultNotText}}},
		{"\nname\n", nil, options(), []Fault{{FaultColumnMissing, []any{2, "plate"}}}},
		{"plate,plate,category\n", nil, options(), []Fault{{FaultColumnTwice, []any{1, "plate"}}}},
		{"plate,\"category\n", nil, options(), []Fault{{FaultHeaderQuote, []any{1}}}},
		{"plate,category\nAB12,stolen-plate\nAB13,stolen-plate\n", nil, few, []Fault{{FaultEntries, []any{1}}}},
		{"plate,category\nAB12,stolen-plate\n", nil, shrunk, []Fault{{FaultShrunk, []any{1, 9, 10}}}},
		{"???\n", []Layout{counted(), listed()}, options(), []Fault{{Code: FaultUnknownLayout}}},
		{strings.Replace(countedFile, "0002", "0003", 1), []Layout{counted()}, options(), []Fault{{FaultFooterCount, []any{3, 2}}}},
		{countedFile[:strings.Index(countedFile, "AB13")+4], []Layout{counted()}, options(), []Fault{{Code: FaultFooterMissing}, {Code: FaultLastRow}}},
		{countedFile[strings.Index(countedFile, "AB12"):], []Layout{counted()}, options(), []Fault{{Code: FaultHeaderMissing}}},
		{"plate,category\nAB12,stolen-plate\n", nil, options(), nil},
	} {
		_, report, err := readText(t, test.text, test.layouts, test.o)
		require.Equal(t, test.want, report.Faults, "%q: %v", test.text, err)
		require.Equal(t, len(test.want) > 0, errors.Is(err, ErrUnusable) || errors.Is(err, ErrHeldBack))
		for _, f := range report.Faults {
			require.Contains(t, FaultCodes, f.Code)
		}
	}
}
