package entry_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/entry"
	"secondlook/app/policy"
	"secondlook/assets"
	"secondlook/platform/packfile"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

var (
	author     = access.Officer{ID: "o1", Name: "Ann Example", Badge: "4127", Roles: []access.Role{access.Patrol}}
	supervisor = access.Officer{ID: "o2", Name: "Sam Example", Badge: "2001", Roles: []access.Role{access.Supervisor}}
	other      = access.Officer{ID: "o3", Name: "Bo Example", Badge: "4128", Roles: []access.Role{access.Patrol}}
)

func ontario(t testing.TB) *policy.Pack {
	t.Helper()
	text, err := assets.Policy("ontario")
	require.NoError(t, err)
	p, err := packfile.Decode(text)
	require.NoError(t, err)
	return p
}

// proposal is a complete entry of a category, as far as it may go.
func proposal(c policy.Category) entry.Entry {
	e := entry.Entry{ID: "e1", State: entry.Proposed, Plate: "CKLM804", Category: c.ID, Reason: "seen leaving the scene",
		FileNumber: "26-1", Descriptors: "tall, red beard", Distribution: policy.Internal, Author: author, Service: "Example Police",
		Proposed: noon, Expires: noon.AddDate(0, 0, max(c.MaxDays, 1)), Revision: 1}
	if c.EndsWith != "" {
		e.Ends = e.Expires
	}
	return e
}

func TestRequirement17_EveryMandatoryField(t *testing.T) {
	p := ontario(t)
	for _, c := range p.Manual() {
		for _, test := range []struct {
			name   string
			change func(*entry.Entry)
			want   error
			says   string
		}{
			{"complete", func(*entry.Entry) {}, nil, ""},
			{"plate", func(e *entry.Entry) { e.Plate = "" }, entry.ErrIncomplete, "plate"},
			{"reason", func(e *entry.Entry) { e.Reason = " \t" }, entry.ErrIncomplete, "reason"},
			{"name", func(e *entry.Entry) { e.Author.Name = " " }, entry.ErrIncomplete, "name"},
			{"badge", func(e *entry.Entry) { e.Author.Badge = "" }, entry.ErrIncomplete, "badge"},
			{"expiry", func(e *entry.Entry) { e.Expires = time.Time{} }, entry.ErrIncomplete, "expiry"},
			{"expiry past", func(e *entry.Entry) { e.Expires = noon }, entry.ErrExpiry, ""},
			{"expiry beyond", func(e *entry.Entry) { e.Expires = e.Expires.Add(time.Second) }, entry.ErrExpiry, fmt.Sprint(c.MaxDays)},
			{"distribution", func(e *entry.Entry) { e.Distribution = "everybody" }, entry.ErrDistribution, ""},
			{"no distribution", func(e *entry.Entry) { e.Distribution = "" }, entry.ErrDistribution, ""},
		} {
			t.Run(c.ID+"/"+test.name, func(t *testing.T) {
				e := proposal(c)
				test.change(&e)
				err := e.Validate(p, noon)
				if test.want == nil {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, test.want)
				require.ErrorContains(t, err, test.says)
				require.Error(t, e.Approve(supervisor, p, noon))
				require.False(t, e.OnHotlist(noon))
			})
		}
	}
}

func TestRequirement17_OnlyManualCategories(t *testing.T) {
	p := ontario(t)
	for _, id := range []string{"stolen-vehicle", "expired-plate", "", "neighbour"} {
		e := proposal(policy.Category{ID: id, MaxDays: 1})
		require.ErrorIs(t, e.Validate(p, noon), entry.ErrCategory, id)
	}
}

func TestRequirement17_WaitingForApprovalDoesNotLengthenTheLimit(t *testing.T) {
	p := ontario(t)
	c, _ := p.Category("amber-alert")
	e := proposal(c)
	later := noon.AddDate(0, 0, 3)
	e.Expires = later.AddDate(0, 0, c.MaxDays)
	require.ErrorIs(t, e.Approve(supervisor, p, later), entry.ErrExpiry)
	require.Equal(t, entry.Proposed, e.State)
}

// A short-term suspension's entry ends with the suspension (IPC, Appendix B).
func TestRequirement17_EntryEndsWithTheSuspension(t *testing.T) {
	p := ontario(t)
	c, ok := p.Category("short-term-suspension")
	require.True(t, ok)
	e := proposal(c)
	e.Ends, e.Expires = noon.AddDate(0, 0, 3), noon.AddDate(0, 0, 3)
	require.NoError(t, e.Validate(p, noon))
	e.Expires = e.Ends.Add(time.Second)
	require.ErrorIs(t, e.Validate(p, noon), entry.ErrEnds)
	e.Ends = time.Time{}
	require.ErrorIs(t, e.Validate(p, noon), entry.ErrIncomplete)
	require.ErrorContains(t, e.Validate(p, noon), "suspension")
}

func TestRequirement17_OnlyThePacksRolesPropose(t *testing.T) {
	p := ontario(t)
	c, _ := p.Category("amber-alert")
	e := proposal(c)
	e.Author.Roles = []access.Role{access.Administrator, access.Auditor, access.Trainer}
	require.ErrorIs(t, e.Validate(p, noon), access.ErrNotAllowed)
}

func TestRequirement18_SuspendedDriverInUse(t *testing.T) {
	p := ontario(t)
	c, ok := p.Category(policy.SuspendedDriverInUse)
	require.True(t, ok)
	e := proposal(c)
	require.NoError(t, e.Validate(p, noon))

	e.Distribution = policy.Shared
	require.ErrorIs(t, e.Validate(p, noon), entry.ErrDistribution, "internal hotlist only")
	e = proposal(c)
	e.Descriptors = "  "
	require.ErrorIs(t, e.Validate(p, noon), entry.ErrIncomplete, "descriptors are mandatory")
	e = proposal(c)
	e.Expires = noon.AddDate(0, 0, 30).Add(time.Nanosecond)
	require.ErrorIs(t, e.Validate(p, noon), entry.ErrExpiry, "thirty days at most")

	e = proposal(c)
	require.NoError(t, e.Approve(supervisor, p, noon))
	require.True(t, e.OnHotlist(noon.AddDate(0, 0, 30).Add(-time.Second)))
	require.False(t, e.OnHotlist(noon.AddDate(0, 0, 30)))
	require.Equal(t, e.Descriptors, e.Listed().Note, "the descriptors reach the officer with the alert")
	require.Equal(t, e.Expires, e.Listed().Expires)
}

func TestRequirement19_AnotherSupervisorDecides(t *testing.T) {
	p := ontario(t)
	c, _ := p.Category("criminal-activity")
	both := supervisor
	for _, test := range []struct {
		name   string
		author access.Officer
		by     access.Officer
		want   error
	}{
		{"a supervisor", author, supervisor, nil},
		{"another officer", author, other, access.ErrNotAllowed},
		{"its author", author, author, access.ErrNotAllowed},
		{"its author, a supervisor", both, both, entry.ErrOwnEntry},
		{"its author, registered again elsewhere", both, access.Officer{ID: "o9", Name: both.Name, Badge: " 2001", Roles: both.Roles}, entry.ErrOwnEntry},
		{"an administrator", author, access.Officer{ID: "o4", Roles: []access.Role{access.Administrator}}, access.ErrNotAllowed},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := proposal(c)
			e.Author = test.author
			refused := e
			require.ErrorIs(t, e.Approve(test.by, p, noon), test.want)
			require.ErrorIs(t, refused.Refuse(test.by, "too vague", noon), test.want)
			require.Equal(t, test.want == nil, e.OnHotlist(noon))
			require.False(t, refused.OnHotlist(noon))
			if test.want == nil {
				require.Equal(t, test.by, *e.Decider)
				require.Equal(t, 2, e.Revision)
				require.Equal(t, "too vague", refused.Decision)
				require.ErrorIs(t, e.Approve(test.by, p, noon), entry.ErrWrongState, "decided once")
				require.ErrorIs(t, refused.Approve(test.by, p, noon), entry.ErrWrongState, "refused stays refused")
			}
		})
	}
	e := proposal(c)
	require.ErrorIs(t, e.Refuse(supervisor, " ", noon), entry.ErrIncomplete, "a refusal needs its reason")
}

func TestWithdrawAndExpire(t *testing.T) {
	p := ontario(t)
	c, _ := p.Category("missing-person")
	e := proposal(c)
	require.ErrorIs(t, e.Withdraw(other, "found", noon), access.ErrNotAllowed)
	require.NoError(t, e.Withdraw(author, "found", noon))
	require.ErrorIs(t, e.Withdraw(author, "found", noon), entry.ErrWrongState)
	require.False(t, e.Expire(e.Expires), "it is over already")

	e = proposal(c)
	require.NoError(t, e.Approve(supervisor, p, noon))
	require.NoError(t, e.Withdraw(supervisor, "found", noon))
	require.False(t, e.OnHotlist(noon))

	e = proposal(c)
	require.NoError(t, e.Approve(supervisor, p, noon))
	require.False(t, e.Expire(e.Expires.Add(-1)))
	require.True(t, e.Expire(e.Expires))
	require.Equal(t, entry.Expired, e.State)
	require.Equal(t, 3, e.Revision)
}

// Whatever people try in whatever order, only what another supervisor approved,
// within the category's limits, is ever on the hotlist.
func TestRequirement17_18_19_NoSequenceGetsPastTheRules(t *testing.T) {
	p := ontario(t)
	rng := rand.New(rand.NewPCG(17, 19))
	people := []access.Officer{author, supervisor, other, {ID: "o5", Name: "Both", Badge: "5", Roles: []access.Role{access.Patrol, access.Supervisor}},
		{ID: "o6", Name: "Root", Badge: "6", Roles: []access.Role{access.Administrator}}}
	live := 0
	for range 5000 {
		c := p.Categories[rng.IntN(len(p.Categories))]
		e := proposal(c)
		e.State = entry.Proposed
		e.Author = people[rng.IntN(len(people))]
		e.Distribution = []policy.Distribution{policy.Internal, policy.Shared, ""}[rng.IntN(3)]
		e.Expires = noon.AddDate(0, 0, rng.IntN(70)-2)
		if rng.IntN(4) == 0 {
			e.Descriptors, e.Reason = "", strings.Repeat("x", rng.IntN(2))
		}
		proposed := e
		now, approved := noon, false
		for range 8 {
			now = now.Add(time.Duration(rng.IntN(24*10)) * time.Hour)
			by := people[rng.IntN(len(people))]
			switch rng.IntN(5) {
			case 0, 1:
				if err := e.Approve(by, p, now); err == nil {
					approved = true
					require.NotEqual(t, e.Author.ID, by.ID)
					require.True(t, by.May(access.ActApproveEntry))
				}
			case 2:
				if e.Refuse(by, "no", now) == nil {
					approved = false
				}
			case 3:
				if rng.IntN(3) == 0 && e.Withdraw(by, "over", now) == nil {
					approved = false
				}
			case 4:
				e.Expire(now)
			}
			if !e.OnHotlist(now) {
				continue
			}
			live++
			require.True(t, approved)
			require.True(t, c.Manual)
			require.True(t, now.Before(e.Expires))
			require.False(t, e.Expires.After(noon.AddDate(0, 0, c.MaxDays)))
			require.Equal(t, proposed.Distribution, e.Distribution)
			require.Contains(t, c.Distribution, e.Distribution)
			require.NotEmpty(t, e.Reason)
			if c.ID == policy.SuspendedDriverInUse {
				require.Equal(t, policy.Internal, e.Distribution)
				require.NotEmpty(t, e.Descriptors)
				require.False(t, e.Expires.After(noon.AddDate(0, 0, 30)))
			}
		}
	}
	require.Greater(t, live, 200)
}

func TestEntriesDoNotPrint(t *testing.T) {
	e := proposal(policy.Category{ID: "amber-alert"})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, v := range []any{e, &e, []entry.Entry{e}, struct{ Entry entry.Entry }{e}} {
			s := fmt.Sprintf(verb, v)
			for _, trace := range []string{"CKLM804", "Ann", "4127", "beard", "scene", "26-1"} {
				require.NotContains(t, s, trace, verb)
			}
		}
	}
}
