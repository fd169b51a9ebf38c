package shift_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
)

func TestRequirement29_ReceiptNamesOnlyWhatWasAskedAbout(t *testing.T) {
	ref := func(id string) shift.Ref { return shift.Ref{Kind: shift.HitParcel, ID: id} }
	asked := []shift.Ref{ref("a"), ref("b"), ref("c")}
	for name, c := range map[string]struct {
		have []shift.Ref
		ok   bool
	}{
		"All":        {asked, true},
		"Some":       {[]shift.Ref{ref("a"), ref("c")}, true},
		"None":       {nil, true},
		"OtherOrder": {[]shift.Ref{ref("c"), ref("a")}, false},
		"Twice":      {[]shift.Ref{ref("a"), ref("a")}, false},
		"Another":    {[]shift.Ref{ref("d")}, false},
		"OtherKind":  {[]shift.Ref{{Kind: shift.AuditParcel, ID: "a"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var r shift.Receipt
			for _, ref := range c.have {
				r.Records = append(r.Records, shift.Received{Ref: ref})
			}
			require.Equal(t, c.have, append([]shift.Ref(nil), r.Refs()...))
			if c.ok {
				require.NoError(t, r.Within(asked))
			} else {
				require.ErrorIs(t, r.Within(asked), shift.ErrReceipt)
			}
		})
	}
	require.NotEqual(t, shift.Order(asked), shift.Order(asked[:2]))
	require.NotEqual(t, shift.Order(asked), shift.Order([]shift.Ref{ref("a"), ref("c"), ref("b")}))
}
