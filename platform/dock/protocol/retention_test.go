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

func FuzzParseRetention(f *testing.F) {
	f.Add("2026-11-22", "2026-11-23", "1", int64(1763800000))
	f.Add("9999-12-31", "0000-00-00", "", int64(0))
	f.Fuzz(func(t *testing.T, captured, used, hold string, at int64) {
		received := time.Unix(at%(1<<36), 0).UTC()
		k := ParseRetention(map[string][]string{HeaderCaptured: {captured}, HeaderUsed: {used}, HeaderHold: {hold}}, received)
		require.False(t, k.Captured.After(received))
		require.False(t, k.Used.After(received.AddDate(0, 0, 1)), "the end of the day of receipt at most")
		require.Equal(t, hold != "", k.Held)
	})
}
