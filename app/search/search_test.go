package search_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/search"
)

var (
	purposes = []policy.Choice{{Code: "criminal-investigation"}}
	strict   = policy.Search{Required: []string{policy.SearchReason, policy.SearchFileNumber}}
	now      = time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)
)

func TestRequirement20_PurposeReasonAndFileNumberComeFirst(t *testing.T) {
	whole := search.Query{Plate: "CKLM804", Purpose: "criminal-investigation", Reason: "witness named the plate", FileNumber: "26-1"}
	require.NoError(t, whole.Validate(strict, purposes))
	for name, change := range map[string]func(*search.Query){
		"plate":       func(q *search.Query) { q.Plate = "" },
		"purpose":     func(q *search.Query) { q.Purpose = "" },
		"reason":      func(q *search.Query) { q.Reason = " \n" },
		"file number": func(q *search.Query) { q.FileNumber = "\t" },
	} {
		q := whole
		change(&q)
		err := q.Validate(strict, purposes)
		require.ErrorIs(t, err, search.ErrIncomplete)
		require.ErrorContains(t, err, name)
		require.NotContains(t, err.Error(), "CKLM804")
	}
	whole.FileNumber = ""
	require.NoError(t, whole.Validate(policy.Search{Required: []string{policy.SearchReason}}, purposes), "the policy says what is stated")
	whole.Purpose = "curiosity"
	require.ErrorIs(t, whole.Validate(policy.Search{}, purposes), policy.ErrUnknownCode)
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		require.NotContains(t, fmt.Sprintf(verb, []search.Query{whole}), "CKLM804")
		require.NotContains(t, fmt.Sprintf(verb, &whole), "witness")
	}
}

func TestRequirement20_OnlyAWholePlateIsSearched(t *testing.T) {
	for _, pattern := range []plate.Text{"CKLM80?", "CKL*", "%", "CKLM_04", ".*", "cklm804", "CKLM 804", "ABCDEFGHIJK"} {
		q := search.Query{Plate: pattern, Purpose: "criminal-investigation", Reason: "r", FileNumber: "26-1"}
		require.ErrorIs(t, q.Validate(strict, purposes), plate.ErrNotPlate, "%q", string(pattern))
	}
}

func confirmed(text plate.Text, listed plate.Text, age time.Duration) hit.Hit {
	return hit.Hit{ID: "h", State: hit.Closed, Read: plate.Read{Text: text, At: now.Add(-age)},
		Matches: []hotlist.Match{{Entry: hotlist.Entry{Plate: listed, Category: "stolen-vehicle"}}}}
}

func TestRequirement20_OnlyConfirmedHitsOfThePlateAreFound(t *testing.T) {
	q := search.Query{Plate: "CKLM804"}
	require.True(t, q.Finds(confirmed("CKLM804", "CKLM804", time.Hour), policy.Retention{}, now))
	require.True(t, q.Finds(confirmed("CKLM8O4", "CKLM804", time.Hour), policy.Retention{}, now), "by the list's text")
	require.False(t, q.Finds(confirmed("CKLM80", "CKLM80", time.Hour), policy.Retention{}, now), "not by a part")
	for _, s := range []hit.State{hit.Raised, hit.NotReviewed} {
		h := confirmed("CKLM804", "CKLM804", time.Hour)
		h.State = s
		require.False(t, q.Finds(h, policy.Retention{}, now), "nobody has confirmed it")
	}
}

func TestRequirement32_ACaseIsNeededBeyondTacticalAccess(t *testing.T) {
	florida := policy.Retention{TacticalDays: 30, CaseBeyondTactical: true}
	fresh, old := confirmed("CKLM804", "CKLM804", 29*24*time.Hour), confirmed("CKLM804", "CKLM804", 31*24*time.Hour)
	q := search.Query{Plate: "CKLM804"}
	require.True(t, q.Finds(fresh, florida, now))
	require.False(t, q.Finds(old, florida, now))
	require.True(t, q.TacticalOnly(florida))
	require.True(t, q.Finds(old, policy.Retention{}, now), "no such rule")
	require.False(t, q.TacticalOnly(policy.Retention{}))
	q.FileNumber = "State v. Doe"
	require.True(t, q.Finds(old, florida, now))
	require.False(t, q.TacticalOnly(florida))
}

func TestNothingOfARequestPrints(t *testing.T) {
	r := search.Request{ID: "r1", Plate: "CKLM804", Requester: "Robin Quill", FileNumber: "FOI-1",
		Items: []search.Item{{Section: search.HitsKept, Facts: []search.Fact{{Key: "seen", Value: "Robin"}}}}}
	d := search.Document{Title: "Robin"}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("request", "request", r, "item", r.Items[0], "document", d)
	for _, v := range []any{r, &r, r.Items, d} {
		fmt.Fprintf(&logged, "%v %+v %#v %s", v, v, v, v)
	}
	for _, secret := range []string{"CKLM804", "Robin", "FOI"} {
		require.NotContains(t, logged.String(), secret)
	}
}
