package forms

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/words"
)

func TestRequirement38_AnAdministratorConfirmsTheClock(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	settings := func() { term.open(NewSettings(term.Cruiser, term)) }
	settings()
	require.False(t, term.reads(words.T("clock.confirm")))

	term.pass(-48 * time.Hour)
	require.NoError(t, term.LockIfDue(t.Context()))
	settings()
	term.mustRead(words.Problem(cruiser.ProblemClockBehind), words.T("clock.shows", "Time", words.Moment(term.at().Local())))
	term.tap(words.T("clock.confirm"))
	require.Eventually(t, func() bool { return term.Problem() == "" }, time.Minute, time.Millisecond)
	require.Equal(t, term.at(), term.Now())

	// Where everybody's training seems to have lapsed, the administrator still can.
	term.pass(20 * 365 * 24 * time.Hour)
	require.NoError(t, term.SignOut(t.Context()))
	term.signIn(adminBadge, adminPIN)
	s, _ := term.Session()
	require.NotEqual(t, access.NeedNothing, s.Need)
	term.open(NewNeeds(term.Cruiser, term))
	term.mustRead(words.Problem(cruiser.ProblemClockAhead), words.T("clock.confirm"))
	term.signIn(officerBadge, officerPIN)
	term.open(NewNeeds(term.Cruiser, term))
	require.False(t, term.reads(words.T("clock.confirm")))
}
