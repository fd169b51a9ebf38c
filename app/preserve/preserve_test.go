package preserve_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/policy"
	"secondlook/app/preserve"
	"secondlook/assets"
	"secondlook/platform/packfile"
)

var now = time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)

func order() preserve.Order {
	return preserve.Order{ID: "o1", By: access.Officer{Name: "Morgan Lafleur", Badge: "31007"}, Given: now, Authority: "production order applied for",
		Case: "26-118203", Area: "Harbour", From: now, Until: now.Add(4 * time.Hour), Settled: now.AddDate(0, 0, 3)}
}

var on = policy.Preservation{Enabled: true, WindowHours: 6, HoldDays: 5}

func TestRequirement33_NoPackThatShipsAllowsAnOrder(t *testing.T) {
	for _, id := range []string{"ontario", "florida"} {
		text, err := assets.Policy(id)
		require.NoError(t, err)
		p, err := packfile.Decode(text)
		require.NoError(t, err)
		require.ErrorIs(t, order().Validate(p.Preservation, now), preserve.ErrOff, id)
	}
}

func TestRequirement33_AnOrderIsNarrow(t *testing.T) {
	require.NoError(t, order().Validate(on, now))
	for name, c := range map[string]struct {
		change func(*preserve.Order)
		err    error
	}{
		"authority":         {func(o *preserve.Order) { o.Authority = " " }, preserve.ErrIncomplete},
		"case":              {func(o *preserve.Order) { o.Case = "" }, preserve.ErrIncomplete},
		"area":              {func(o *preserve.Order) { o.Area = "" }, preserve.ErrIncomplete},
		"who":               {func(o *preserve.Order) { o.By.Badge = "" }, preserve.ErrIncomplete},
		"no window":         {func(o *preserve.Order) { o.From = time.Time{} }, preserve.ErrWindow},
		"backwards":         {func(o *preserve.Order) { o.Until = o.From }, preserve.ErrWindow},
		"too long":          {func(o *preserve.Order) { o.Until = o.From.Add(6*time.Hour + time.Second) }, preserve.ErrWindow},
		"over":              {func(o *preserve.Order) { o.From, o.Until = now.Add(-2*time.Hour), now.Add(-time.Hour) }, preserve.ErrWindow},
		"no end":            {func(o *preserve.Order) { o.Settled = time.Time{} }, preserve.ErrWindow},
		"ends in window":    {func(o *preserve.Order) { o.Settled = now.Add(time.Hour) }, preserve.ErrWindow},
		"ends far too late": {func(o *preserve.Order) { o.Settled = o.Until.AddDate(0, 0, 5).Add(time.Second) }, preserve.ErrWindow},
	} {
		o := order()
		c.change(&o)
		require.ErrorIs(t, o.Validate(on, now), c.err, name)
	}
}

func TestRequirement33_OnlyTheAreaAndTheWindowAreCovered(t *testing.T) {
	o := order()
	require.True(t, o.Covers(now, " harbour"))
	require.True(t, o.Covers(o.Until.Add(-time.Nanosecond), "Harbour"))
	require.False(t, o.Covers(o.Until, "Harbour"))
	require.False(t, o.Covers(now.Add(-time.Nanosecond), "Harbour"))
	require.False(t, o.Covers(now, "Harbour East"))
	require.False(t, o.Covers(now, ""), "a terminal that does not say where it is keeps nothing")
	o.Area = ""
	require.False(t, o.Covers(now, ""))
	require.False(t, o.Over(o.Settled.Add(-time.Second)))
	require.True(t, o.Over(o.Settled))
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", o, &o, []preserve.NonHit{{Text: "CKLM804"}}), "CKLM804")
	require.NotContains(t, fmt.Sprintf("%+v", o), "Morgan")
}
