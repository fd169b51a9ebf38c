package hit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

var (
	noon    = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	officer = access.Officer{ID: "o1", Name: "Ann Example", Badge: "4127", Roles: []access.Role{access.Patrol}}
)

const needed = time.Second

// active and the like are complete answers.
var (
	active    = hit.Verification{Record: hit.Active, OwnerReminder: true, At: noon}
	notActive = hit.Verification{Record: hit.NotActive, At: noon}
	notYet    = hit.Verification{Record: hit.NotYet, OwnerReminder: true, At: noon}
	given     = hit.Notice{Given: true, Language: "fr", At: noon}
	outcome   = hit.Outcome{Code: "warned", At: noon}
)

// steps are every step of a hit's life, by name.
var steps = map[string]func(h *hit.Hit) error{
	"confirm":            func(h *hit.Hit) error { return h.Confirm(officer, noon, needed, needed) },
	"misread":            func(h *hit.Hit) error { return h.Reject(hit.Misread, officer, noon, 0) },
	"wrong-jurisdiction": func(h *hit.Hit) error { return h.Reject(hit.WrongJurisdiction, officer, noon, 0) },
	"leave":              func(h *hit.Hit) error { return h.Leave() },
	"verify active":      func(h *hit.Hit) error { return h.Verify(active) },
	"verify not active":  func(h *hit.Hit) error { return h.Verify(notActive) },
	"verify not yet":     func(h *hit.Hit) error { return h.Verify(notYet) },
	"notify":             func(h *hit.Hit) error { return h.Notify(given) },
	"close":              func(h *hit.Hit) error { return h.Close(outcome) },
}

// in makes a hit in a state, by the steps that lead there.
func in(t *testing.T, s string) hit.Hit {
	t.Helper()
	h := hit.Hit{ID: "h1", State: hit.Raised, Read: plate.Read{Text: "CKLM804"}, Matches: []hotlist.Match{{}}}
	for _, step := range map[string][]string{
		"raised": nil, "not-reviewed": {"leave"}, "misread": {"misread"}, "wrong-jurisdiction": {"wrong-jurisdiction"},
		"confirmed": {"confirm"}, "verified": {"confirm", "verify active"}, "verified, not yet": {"confirm", "verify not yet"},
		"not-actionable": {"confirm", "verify not active"}, "noticed": {"confirm", "verify active", "notify"},
		"closed": {"confirm", "verify active", "notify", "close"},
	}[s] {
		require.NoError(t, steps[step](&h))
	}
	return h
}

// Every state with every step. What is not named here is refused.
func TestRequirement10_OnlyTheNextStepIsOpen(t *testing.T) {
	allowed := map[string]map[string]hit.State{
		"raised":       {"confirm": hit.Confirmed, "misread": hit.Misread, "wrong-jurisdiction": hit.WrongJurisdiction, "leave": hit.NotReviewed},
		"not-reviewed": {"confirm": hit.Confirmed, "misread": hit.Misread, "wrong-jurisdiction": hit.WrongJurisdiction},
		"confirmed":    {"verify active": hit.Verified, "verify not active": hit.NotActionable, "verify not yet": hit.Verified},
		"verified":     {"notify": hit.Noticed},
		"verified, not yet": {"verify active": hit.Verified, "verify not active": hit.NotActionable, "verify not yet": hit.Verified,
			"notify": hit.Noticed},
		"noticed": {"close": hit.Closed},
		"misread": {}, "wrong-jurisdiction": {}, "not-actionable": {}, "closed": {},
	}
	for state, next := range allowed {
		for step, do := range steps {
			t.Run(state+"/"+step, func(t *testing.T) {
				h := in(t, state)
				before := h
				err := do(&h)
				if want, ok := next[step]; ok {
					require.NoError(t, err)
					require.Equal(t, want, h.State)
					return
				}
				require.ErrorIs(t, err, hit.ErrWrongState)
				require.Equal(t, before, h, "a refused step changed the hit")
			})
		}
	}
}

func TestRequirement10_CompareBeforeConfirming(t *testing.T) {
	h := in(t, "raised")
	require.ErrorIs(t, h.Confirm(officer, noon, needed-1, needed), hit.ErrTooSoon)
	require.Equal(t, hit.Raised, h.State)
	require.Nil(t, h.Verdict)
	require.NoError(t, h.Confirm(officer, noon, needed, needed))
	require.Equal(t, &hit.Verdict{By: officer, At: noon, Seen: needed}, h.Verdict)
}

func TestRequirement11_EveryAnswerIsNeeded(t *testing.T) {
	for name, v := range map[string]hit.Verification{
		"nothing":          {},
		"no record check":  {OwnerReminder: true},
		"unknown activity": {Record: "perhaps", OwnerReminder: true},
		"no reminder":      {Record: hit.Active},
		"no reminder, yet": {Record: hit.NotYet},
	} {
		t.Run(name, func(t *testing.T) {
			h := in(t, "confirmed")
			require.ErrorIs(t, h.Verify(v), hit.ErrIncomplete)
			require.Equal(t, hit.Confirmed, h.State)
			require.Nil(t, h.Verification)
		})
	}
	h := in(t, "verified, not yet")
	require.NoError(t, h.Verify(active))
	require.Equal(t, hit.Active, h.Verification.Record)
}

func TestRequirement13_RejectedHitsAreToBeDestroyed(t *testing.T) {
	for _, s := range []string{"misread", "wrong-jurisdiction", "not-actionable"} {
		require.True(t, in(t, s).State.Destroyed(), s)
		require.False(t, in(t, s).State.Waiting(), s)
	}
	for _, s := range []string{"raised", "not-reviewed", "confirmed", "verified", "noticed", "closed"} {
		h := in(t, s)
		require.False(t, h.State.Destroyed(), s)
		require.Equal(t, s == "raised" || s == "not-reviewed", h.State.Waiting(), s)
	}
	h := in(t, "raised")
	for _, s := range []hit.State{hit.Confirmed, hit.Closed, hit.NotActionable, hit.NotReviewed, "", "other"} {
		require.ErrorIs(t, h.Reject(s, officer, noon, 0), hit.ErrWrongState, "rejecting is misread or wrong jurisdiction")
	}
	require.Equal(t, hit.Raised, h.State)
}

func TestRequirement14_NoticeGivenOrWithAReason(t *testing.T) {
	for _, test := range []struct {
		name   string
		notice hit.Notice
		ok     bool
	}{
		{"given in English", hit.Notice{Given: true, Language: "en"}, true},
		{"given in French", hit.Notice{Given: true, Language: "fr"}, true},
		{"not given for a reason", hit.Notice{Reason: "officer-safety"}, true},
		{"no stop", hit.Notice{NoStop: true}, true},
		{"nothing", hit.Notice{}, false},
		{"not given, language only", hit.Notice{Language: "en"}, false},
		{"given in no language", hit.Notice{Given: true}, false},
		{"given and not", hit.Notice{Given: true, Language: "en", Reason: "officer-safety"}, false},
		{"given without a stop", hit.Notice{Given: true, Language: "en", NoStop: true}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := in(t, "verified")
			err := h.Notify(test.notice)
			if test.ok {
				require.NoError(t, err)
				require.Equal(t, test.notice, *h.Notice)
				return
			}
			require.ErrorIs(t, err, hit.ErrIncomplete)
			require.Equal(t, hit.Verified, h.State)
			require.Nil(t, h.Notice)
		})
	}
	h := in(t, "noticed")
	require.ErrorIs(t, h.Close(hit.Outcome{Note: "spoke to the driver"}), hit.ErrIncomplete)
	require.Equal(t, hit.Noticed, h.State)
}

func TestHitsDoNotPrint(t *testing.T) {
	h := in(t, "closed")
	h.Outcome.Note = "CKLM804 was sold last week"
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, v := range []any{h, &h, []hit.Hit{h}, struct{ Hit hit.Hit }{h}} {
			s := fmt.Sprintf(verb, v)
			for _, trace := range []string{"CKLM804", "Ann", "4127", "sold"} {
				require.NotContains(t, s, trace, verb)
			}
		}
	}
}
