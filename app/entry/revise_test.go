package entry_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/entry"
	"secondlook/app/policy"
)

func TestRequirement19_AuthorAmendsBeforeTheDecision(t *testing.T) {
	p := ontario(t)
	c, _ := p.Category("criminal-activity")
	for _, test := range []struct {
		name   string
		by     access.Officer
		change func(*entry.Entry)
		want   error
	}{
		{"its author, the reason", author, func(e *entry.Entry) { e.Reason = "seen twice" }, nil},
		{"its author, another plate", author, func(e *entry.Entry) { e.Plate = "CKLM805" }, entry.ErrOtherPlate},
		{"its author, beyond the limit", author, func(e *entry.Entry) { e.Expires = e.Expires.Add(time.Hour) }, entry.ErrExpiry},
		{"its author, without a reason", author, func(e *entry.Entry) { e.Reason = "" }, entry.ErrIncomplete},
		{"its author, a category of lists", author, func(e *entry.Entry) { e.Category = "stolen-vehicle" }, entry.ErrCategory},
		{"its author, nothing", author, func(*entry.Entry) {}, entry.ErrUnchanged},
		{"somebody else", other, func(e *entry.Entry) { e.Reason = "seen twice" }, access.ErrNotAllowed},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := proposal(c)
			to := e
			test.change(&to)
			before := e
			require.ErrorIs(t, e.Amend(test.by, to, p, noon), test.want)
			if test.want != nil {
				require.Equal(t, before, e, "refused and unchanged")
				return
			}
			require.Equal(t, to.Reason, e.Reason)
			require.Equal(t, entry.Proposed, e.State, "it still waits")
			require.Equal(t, []entry.Field{entry.FieldReason}, e.Amended)
			require.Equal(t, 2, e.Revision)
			require.NoError(t, e.Approve(supervisor, p, noon))
			require.ErrorIs(t, e.Amend(author, before, p, noon), entry.ErrWrongState, "not once it is decided")
		})
	}
}

func TestRequirement19_SupervisorAmendsAndApproves(t *testing.T) {
	p := ontario(t)
	c, _ := p.Category("criminal-activity")
	shorter := func(e *entry.Entry) { e.Expires = noon.AddDate(0, 0, 7) }
	for _, test := range []struct {
		name   string
		by     access.Officer
		why    string
		change func(*entry.Entry)
		want   error
	}{
		{"shorter", supervisor, "the warrant ends", shorter, nil},
		{"shorter, without saying why", supervisor, " ", shorter, entry.ErrIncomplete},
		{"longer", supervisor, "needed", func(e *entry.Entry) { e.Expires = e.Expires.Add(time.Second) }, entry.ErrWider},
		{"wider", supervisor, "needed", func(e *entry.Entry) { e.Distribution = policy.Shared }, entry.ErrWider},
		{"another plate", supervisor, "needed", func(e *entry.Entry) { e.Plate = "CKLM805" }, entry.ErrOtherPlate},
		{"not a supervisor", other, "needed", shorter, access.ErrNotAllowed},
		{"its author", access.Officer{ID: author.ID, Badge: author.Badge, Roles: supervisor.Roles}, "needed", shorter, entry.ErrOwnEntry},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := proposal(c)
			to := e
			test.change(&to)
			require.ErrorIs(t, e.ApproveAmended(test.by, to, test.why, p, noon), test.want)
			require.Equal(t, test.want == nil, e.OnHotlist(noon))
			if test.want == nil {
				require.Equal(t, to.Expires, e.Expires)
				require.Equal(t, test.why, e.Decision)
				require.Equal(t, []entry.Field{entry.FieldExpiry}, e.Amended)
				require.Equal(t, supervisor, *e.Decider)
			}
		})
	}
}

func TestRequirement17_RenewalIsDecidedLikeAnyProposal(t *testing.T) {
	p := ontario(t)
	c, _ := p.Category("criminal-activity")
	old := proposal(c)
	to := old
	later := noon.AddDate(0, 0, 50)
	to.Expires = later.AddDate(0, 0, c.MaxDays)
	_, err := old.Renewal(author, to, "e2", p, later)
	require.ErrorIs(t, err, entry.ErrWrongState, "a proposal is amended, not renewed")
	require.NoError(t, old.Approve(supervisor, p, noon))

	_, err = old.Renewal(other, to, "e2", p, later)
	require.ErrorIs(t, err, access.ErrNotAllowed)
	far := to
	far.Expires = far.Expires.Add(time.Second)
	_, err = old.Renewal(author, far, "e2", p, later)
	require.ErrorIs(t, err, entry.ErrExpiry)
	elsewhere := to
	elsewhere.Plate = "CKLM805"
	_, err = old.Renewal(author, elsewhere, "e2", p, later)
	require.ErrorIs(t, err, entry.ErrOtherPlate)

	next, err := old.Renewal(supervisor, to, "e2", p, later)
	require.NoError(t, err)
	require.False(t, next.OnHotlist(later), "it waits for a supervisor")
	require.False(t, old.Retire(next, later), "until then the old one stays")
	require.ErrorIs(t, next.Approve(supervisor, p, later), entry.ErrOwnEntry, "who asked for it does not decide")
	second := access.Officer{ID: "o7", Name: "Second", Badge: "2002", Roles: supervisor.Roles}
	require.NoError(t, next.Approve(second, p, later))
	require.True(t, old.Retire(next, later))
	require.False(t, old.OnHotlist(later))
	require.Equal(t, "e2", old.ReplacedBy)
	require.False(t, old.Retire(next, later), "once")
	require.True(t, next.OnHotlist(later.AddDate(0, 0, c.MaxDays-1)))

	// Only the renewal of the same plate takes an entry's place.
	stranger := next
	stranger.Plate = "CKLM805"
	again := proposal(c)
	require.NoError(t, again.Approve(supervisor, p, noon))
	require.False(t, again.Retire(stranger, later))
}
