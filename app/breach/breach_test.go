package breach_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/breach"
)

func TestRequirement57_AReportSaysWhatAndWhen(t *testing.T) {
	now := time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)
	whole := breach.Report{ID: "b1", Kind: breach.Lost, What: "the tablet was taken from the car", Noticed: now.Add(-time.Hour)}
	require.NoError(t, whole.Validate(now))
	for _, k := range breach.Kinds {
		whole.Kind = k
		require.NoError(t, whole.Validate(now))
	}
	for name, c := range map[string]struct {
		change func(*breach.Report)
		err    error
	}{
		"what":    {func(r *breach.Report) { r.What = " \n" }, breach.ErrIncomplete},
		"kind":    {func(r *breach.Report) { r.Kind = "" }, breach.ErrIncomplete},
		"unknown": {func(r *breach.Report) { r.Kind = "weather" }, breach.ErrIncomplete},
		"when":    {func(r *breach.Report) { r.Noticed = time.Time{} }, breach.ErrNoticed},
		"future":  {func(r *breach.Report) { r.Noticed = now.Add(time.Second) }, breach.ErrNoticed},
	} {
		r := whole
		c.change(&r)
		require.ErrorIs(t, r.Validate(now), c.err, name)
	}
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", whole, &whole, []breach.Report{whole}), "tablet")
}
