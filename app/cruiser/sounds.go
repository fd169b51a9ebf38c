package cruiser

import (
	"context"

	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/app/speech"
)

// Voiced is a [Speaker] that knows whether it has a voice.
type Voiced interface {
	// Voice returns nil where alerts can be spoken, an error that is ErrNoVoice where
	// they sound without words.
	Voice(ctx context.Context) error
}

// TrySound has whoever sets a terminal up hear the sound of a tier, muted or not.
func (c *Cruiser) TrySound(_ context.Context, t policy.Tier) error {
	c.parts.Signals.Alert(t)
	return nil
}

// TryVoice has them hear the voice, in the terminal's language. It says that it is a
// test, and no plate: nobody in the car may take it for an alert. It returns
// ErrNoVoice.
func (c *Cruiser) TryVoice(ctx context.Context) error {
	speaker, ok := c.parts.Signals.(Speaker)
	if !ok {
		return ErrNoVoice
	}
	return speaker.ReadAloud(ctx, speech.Test(c.Settings().Language))
}

// checkVoice says whether alerts are spoken, and in which language; nothing on a
// terminal without loudspeakers. A terminal without a voice may go on patrol.
func (c *Cruiser) checkVoice(ctx context.Context) []shift.Check {
	voiced, ok := c.parts.Signals.(Voiced)
	if !ok {
		return nil
	}
	s := c.Settings()
	check := shift.Check{Item: shift.ItemVoice, State: shift.Well, Found: speech.Test(s.Language).Language}
	switch {
	case s.Sounds.Wordless:
		check.State, check.Found = shift.NotFitted, "wordless"
	case voiced.Voice(ctx) != nil:
		check.State, check.Found = shift.NotFitted, "none"
	}
	return []shift.Check{check}
}
