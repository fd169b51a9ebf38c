package forms

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/cruiser"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/ui/gallery/props"
)

func keyed(o *terminalOptions) { o.keys = &props.KeyStore{} }

// onStandby is a terminal that was restarted on patrol, has seen a car since, and that
// nobody has signed in to yet.
func onStandby(t *testing.T, o ...func(*terminalOptions)) *terminal {
	t.Helper()
	term := beforeShift(t, append(o, keyed)...)
	term.lens.health = []patrol.Health{{Name: "Front left", Connected: true}, {Name: "Rear"}}
	require.NoError(t, term.StartPatrolWith(t.Context(), cruiser.Start{Note: "seen"}))
	require.NoError(t, term.Close())
	term.start()
	resumed, err := term.Resume(t.Context())
	require.NoError(t, err)
	require.True(t, resumed)
	text := "CKLM804"
	r := plate.Read{Camera: "Front left", At: term.at(), Text: plate.Text(text), Confidence: 0.97, Jurisdiction: "CA-ON", Basis: plate.BasisAssumed}
	for i := range len(text) {
		r.Characters = append(r.Characters, plate.Character{Char: text[i], Confidence: 0.97})
	}
	term.lens.onRead(r)
	require.Eventually(t, func() bool { return len(term.WaitingCounts()) > 0 }, time.Minute, time.Millisecond)
	return term
}

func TestRequirement37_TheSignInScreenOnStandbyShowsNothingPersonal(t *testing.T) {
	term := onStandby(t)
	term.open(NewSignIn(term.Cruiser, term))
	term.mustRead("The patrol went on after a restart.", "Waiting alerts", "Grave", "Front left", "works", "Rear", "lost")
	for _, personal := range []string{"CKLM", "Stolen", "Tremblay", "Whitfield", officerBadge, "Car 4127"} {
		require.False(t, term.reads(personal), personal)
	}
	require.Equal(t, 1, term.WaitingCounts()[policy.Grave])
	signInByHand(term, officerBadge, officerPIN)
	_, in := term.Session()
	require.True(t, in)
	require.Len(t, term.Queue(), 1)
}

func TestKeysSayWhatARestartOnPatrolDoes(t *testing.T) {
	inSettings(t, "Keys").mustRead("This machine has no key store that SecondLook can use.")
	term := inSettings(t, "Keys", keyed)
	term.mustRead("While a patrol runs, the machine's key store has a key", "and no hit")
}
