package cruiser_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/policy"
	"secondlook/app/speech"
)

// speaker is signals that also speak.
type speaker struct{ *signals }

var _ cruiser.Speaker = speaker{}

func (s speaker) Notify(t policy.Tier)                { s.call("shown " + string(t)) }
func (s speaker) Say(t policy.Tier, said speech.Said) { s.call(string(t) + ": " + said.Text) }
func (s speaker) Hush()                               { s.call("hush") }
func (s speaker) ReadAloud(_ context.Context, said speech.Said) error {
	s.call(said.Language + ": " + said.Text)
	return nil
}

// heard returns what was called since the last time.
func (s speaker) heard() (calls []string, sounds []policy.Tier) {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls, sounds = s.calls, s.alerts
	s.calls, s.alerts = nil, nil
	return calls, sounds
}

func TestRequirement42_AlertsSpeakAndGraveOnesCannotBeMuted(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil)
	s := speaker{c.calls}
	require.NoError(t, c.Close())
	c.parts.Signals = s
	c.start()
	c.setUp()
	_, err := c.ImportList(ctx, "MTO", c.clock(), strings.NewReader("plate,category\nBDAX112,expired-plate\nBDAX113,expired-plate\nBDAX114,expired-plate\nCWTR415,stolen-vehicle\n"))
	require.NoError(t, err)
	require.True(t, c.CanSpeak())
	s.heard()

	c.read("CKLM804")
	calls, sounds := s.heard()
	require.Equal(t, []policy.Tier{policy.Grave}, sounds)
	require.Len(t, calls, 1)
	require.Contains(t, calls[0], "grave: Stolen vehicle. ")
	require.Contains(t, calls[0], "Charlie Kilo Lima Mike, eight zero four.")
	c.read("BDAX112")
	calls, sounds = s.heard()
	require.Equal(t, []policy.Tier{policy.Routine}, sounds)
	require.Contains(t, calls[0], "Bravo Delta Alpha X-ray, one one two.")

	require.NoError(t, c.Mute(ctx, true))
	require.True(t, c.Muted())
	require.Equal(t, 1, c.recorded(audit.SoundMuted))
	c.read("BDAX113")
	calls, sounds = s.heard()
	require.Empty(t, sounds)
	require.Equal(t, []string{"shown routine"}, calls, "it is still shown")
	settings := c.Settings()
	settings.Sounds = cruiser.Sounds{MuteHigh: true, MuteRoutine: true}
	require.NoError(t, c.ChangeSettings(ctx, settings, "a quiet car"))
	c.read("CWTR415")
	calls, sounds = s.heard()
	require.Equal(t, []policy.Tier{policy.Grave}, sounds, "no key and no setting mutes a grave alert")
	require.Len(t, calls, 1)
	require.NoError(t, c.Mute(ctx, false))
	require.Equal(t, 1, c.recorded(audit.SoundUnmuted))

	settings.Sounds = cruiser.Sounds{Wordless: true}
	require.NoError(t, c.ChangeSettings(ctx, settings, "sounds without words"))
	c.read("BDAX114")
	calls, sounds = s.heard()
	require.Equal(t, []policy.Tier{policy.Routine}, sounds)
	require.Empty(t, calls)

	for _, h := range c.Queue() {
		if h.Read.Text != "CKLM804" {
			require.NoError(t, c.Reject(ctx, h.ID, hit.Misread, 0))
		}
	}
	id := c.Queue()[0].ID
	require.ErrorIs(t, c.ReadNotice(ctx, id, "fr"), hit.ErrWrongState, "not before the verdict")
	_, err = c.Confirm(ctx, id, c.Pack().Compare())
	require.NoError(t, err)
	require.NoError(t, c.ReadNotice(ctx, id, "fr"))
	calls, _ = s.heard()
	require.Contains(t, calls[0], "fr: "+c.Pack().Notice.Say.FR)
	require.NotContains(t, calls[0], "{", "every part is filled in")

	require.NoError(t, c.Mute(ctx, true))
	require.NoError(t, c.SignOut(ctx))
	require.False(t, c.Muted(), "it ends with the shift")
}
