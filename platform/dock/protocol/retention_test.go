package protocol

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
)

func TestRequirement31_HeadersSayDaysAndHoldOnly(t *testing.T) {
	received := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	p := shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: []byte("plate CKLM804"), Held: true,
		Captured: time.Date(2026, 11, 22, 21, 47, 8, 0, time.UTC), Used: time.Date(2026, 11, 22, 22, 10, 0, 0, time.UTC)}
	h := RetentionHeader(p)
	require.Equal(t, map[string][]string{HeaderCaptured: {"2026-11-22"}, HeaderUsed: {"2026-11-22"}, HeaderHold: {"1"}}, h)
	k := ParseRetention(h, received)
	require.Equal(t, Keeping{Captured: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Used: time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC), Held: true}, k)
	require.Empty(t, RetentionHeader(shift.Parcel{}))
	require.Zero(t, ParseRetention(nil, received))
	require.Zero(t, ParseRetention(map[string][]string{HeaderCaptured: {"2026-11-24"}, HeaderUsed: {"tomorrow"}}, received), "what cannot be is missing")
}
