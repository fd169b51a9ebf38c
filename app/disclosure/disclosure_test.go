package disclosure_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/disclosure"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

var now = time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)

func rules() policy.Disclosure {
	return policy.Disclosure{Required: policy.DisclosureFields, Authorities: []policy.Choice{{Code: "warrant"}}}
}

func record() disclosure.Record {
	return disclosure.Record{ID: "d1", Made: now, Disclosed: now.Add(-time.Hour),
		Authority: "warrant", Circumstances: "production order 26-77", AuthorisedBy: "Morgan Lafleur", AuthorisedBadge: "31007",
		Collected: now.Add(-50 * time.Hour), Place: "King Street", Linked: "none",
		Recipient: "Durham Regional Police", RecipientName: "Sam Poe", RecipientTitle: "Detective", OurFile: "26-1", TheirFile: "D-9",
		Plates: []plate.Text{"CKLM804"}, Categories: []string{"stolen-vehicle"}, Information: "one hit with its pictures",
		Means: "encrypted mail", Conditions: "this investigation only", AfterUse: disclosure.Destroyed}
}

// The nine fields that the guidance lists, each by itself.
func TestRequirement26_EveryFieldOfTheGuidanceIsAskedFor(t *testing.T) {
	require.Len(t, policy.DisclosureFields, 9)
	require.NoError(t, record().Validate(rules(), now))
	empty := map[string][]func(*disclosure.Record){
		"legal-authority": {func(r *disclosure.Record) { r.Authority = "" }, func(r *disclosure.Record) { r.Circumstances = " " }},
		"authorised-by":   {func(r *disclosure.Record) { r.AuthorisedBy = "" }, func(r *disclosure.Record) { r.AuthorisedBadge = "" }},
		"collection":      {func(r *disclosure.Record) { r.Collected = time.Time{} }, func(r *disclosure.Record) { r.Place = "" }},
		"linked-records":  {func(r *disclosure.Record) { r.Linked = "" }},
		"recipient": {func(r *disclosure.Record) { r.Recipient = "" }, func(r *disclosure.Record) { r.RecipientName = "" },
			func(r *disclosure.Record) { r.RecipientTitle = "" }},
		"information": {func(r *disclosure.Record) { r.Plates = nil }, func(r *disclosure.Record) { r.Categories = nil },
			func(r *disclosure.Record) { r.Information = "" }},
		"means":      {func(r *disclosure.Record) { r.Means = "" }},
		"conditions": {func(r *disclosure.Record) { r.Conditions = "" }},
		"after-use":  {func(r *disclosure.Record) { r.AfterUse = "" }},
	}
	for _, field := range policy.DisclosureFields {
		require.NotEmpty(t, empty[field])
		for _, change := range empty[field] {
			r := record()
			change(&r)
			require.Equal(t, []string{field}, r.Missing(rules()))
			err := r.Validate(rules(), now)
			require.ErrorIs(t, err, disclosure.ErrIncomplete)
			require.ErrorContains(t, err, field)
		}
	}
}

func TestRequirement26_ThePolicySaysWhichFieldsAndGrounds(t *testing.T) {
	few := policy.Disclosure{Required: []string{"legal-authority", "means"}, Authorities: rules().Authorities}
	r := record()
	r.Conditions, r.AfterUse, r.Collected, r.Place = "", "", time.Time{}, ""
	require.NoError(t, r.Validate(few, now))
	r.Authority = "curiosity"
	require.ErrorIs(t, r.Validate(few, now), disclosure.ErrAuthority)
}

func TestRequirement26_TimesFitTogether(t *testing.T) {
	for name, change := range map[string]func(*disclosure.Record){
		"not disclosed":             func(r *disclosure.Record) { r.Disclosed = time.Time{} },
		"in the future":             func(r *disclosure.Record) { r.Disclosed = now.Add(time.Minute) },
		"before it was collected":   func(r *disclosure.Record) { r.Collected = now.Add(-30 * time.Minute) },
		"collected until later":     func(r *disclosure.Record) { r.CollectedUntil = now.Add(-time.Minute) },
		"collection ends too early": func(r *disclosure.Record) { r.CollectedUntil = r.Collected.Add(-time.Minute) },
	} {
		r := record()
		change(&r)
		require.ErrorIs(t, r.Validate(rules(), now), disclosure.ErrTime, name)
	}
	r := record()
	r.Plates = append(r.Plates, "CKL*")
	require.ErrorIs(t, r.Validate(rules(), now), plate.ErrNotPlate)
	r = record()
	r.Corrects = "d0"
	require.ErrorIs(t, r.Validate(rules(), now), disclosure.ErrIncomplete, "a correction says why")
}

func TestRequirement26_ACorrectionTakesThePlaceOfTheOldRecord(t *testing.T) {
	old, corrected := record(), record()
	corrected.ID, corrected.Corrects, corrected.Why = "d2", "d1", "wrong recipient"
	log := []disclosure.Record{old, corrected}
	require.Equal(t, []disclosure.Record{corrected}, disclosure.Of(log, "CKLM804"))
	require.Empty(t, disclosure.Of(log, "BTXV117"))
	require.Equal(t, map[string]string{"d1": "d2"}, disclosure.Corrected(log))
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", old, &old, log), "Poe")
}
