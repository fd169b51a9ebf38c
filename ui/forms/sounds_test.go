package forms

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/policy"
	"secondlook/app/position"
	"secondlook/app/shift"
	"secondlook/app/speech"
	"secondlook/ui/gallery/props"
	"secondlook/ui/widgets"
)

// loudspeaker is signals that are heard.
type loudspeaker struct {
	props.Silence
	heard []string
	mute  bool // it has no voice
}

var (
	_ cruiser.Speaker = (*loudspeaker)(nil)
	_ cruiser.Voiced  = (*loudspeaker)(nil)
)

func (l *loudspeaker) Alert(t policy.Tier)             { l.heard = append(l.heard, string(t)) }
func (l *loudspeaker) Notify(policy.Tier)              {}
func (l *loudspeaker) Say(policy.Tier, speech.Said)    {}
func (l *loudspeaker) Hush()                           {}
func (l *loudspeaker) Voice(ctx context.Context) error { return l.ReadAloud(ctx, speech.Said{}) }
func (l *loudspeaker) ReadAloud(_ context.Context, said speech.Said) error {
	if l.mute {
		return cruiser.ErrNoVoice
	}
	l.heard = append(l.heard, said.Text)
	return nil
}

func loud(l *loudspeaker) func(*terminalOptions) {
	return func(o *terminalOptions) { o.signals = l }
}

// all returns the buttons with a text, in their order.
func (t *terminal) all(text string) []*widgets.Button {
	return find(t, func(b *widgets.Button) bool { return b.Text == text })
}

// says reports whether a text is on screen, on one line or several.
func (t *terminal) says(text string) bool {
	return strings.Contains(strings.Join(t.texts(), " "), text)
}

func TestRequirement42_SoundsAreSetByTierAndHeard(t *testing.T) {
	l := &loudspeaker{}
	term := inSettings(t, "Sounds", loud(l))
	for _, b := range term.all("Hear it") {
		test.Tap(b)
	}
	term.tap("Hear the voice")
	require.Equal(t, []string{"grave", "high", "routine", "This is a test. Alerts are spoken with this voice."}, l.heard)
	require.True(t, term.says("Always heard: nothing mutes it."))
	require.Len(t, term.all("Muted"), 2, "there is none for grave alerts")

	test.Tap(term.all("Muted")[1])
	term.tap("Sounded only")
	term.tap("Save the change")
	require.Zero(t, term.Settings().Sounds, "not without a reason")
	term.field("Reason for the change").SetText("the loudspeaker is shared")
	term.tap("Save the change")
	require.Equal(t, cruiser.Sounds{MuteRoutine: true, Wordless: true}, term.Settings().Sounds)

	l.mute = true
	term.tap("Hear the voice")
	require.True(t, term.says("This terminal has no voice."))

	// The checklist says whether alerts are spoken; nobody has to acknowledge it.
	term.signIn(officerBadge, officerPIN)
	voice := func() (found string) {
		checks, err := term.Checklist(t.Context())
		require.NoError(t, err)
		for _, c := range checks {
			if c.Item == shift.ItemVoice {
				require.NotEqual(t, shift.NotWell, c.State)
				found += c.Found
			}
		}
		return found
	}
	require.Equal(t, "wordless", voice())
	term.signIn(adminBadge, adminPIN)
	s := term.Settings()
	s.Sounds, s.Language = cruiser.Sounds{}, "fr"
	require.NoError(t, term.ChangeSettings(t.Context(), s, "again"))
	term.signIn(officerBadge, officerPIN)
	require.Equal(t, "none", voice())
	l.mute = false
	require.Equal(t, "fr", voice())
	require.False(t, strings.Contains(strings.Join(l.heard[4:], ""), "essai"), "looking is not speaking")
}

// A hit says where the car was when the policy pack has it carry that, and nothing
// where it does not.
func TestRequirement1_AHitSaysWhereItWas(t *testing.T) {
	term := newTerminal(t)
	h := hit.Hit{RaisedAt: start}
	shown := func() bool {
		page := widgets.NewColumn(0.5, historyFacts(term.Pack(), h)...)
		term.open(page)
		return term.says("Place of the car")
	}
	require.False(t, shown())
	h.Place = &position.Place{Latitude: 43.65321, Longitude: -79.38318, At: start.Add(-time.Second)}
	require.True(t, shown())
	require.True(t, term.says("43.65321, -79.38318"))
}
