package cruiser

import (
	"context"
	"errors"
	"fmt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/policy"
	"secondlook/app/speech"
)

// ErrNoVoice is returned where this terminal has nothing that speaks.
var ErrNoVoice = errors.New("this terminal has no voice: show the notice on the screen")

// Speaker is a [Signals] that can speak, and that can call without a sound.
type Speaker interface {
	// Notify shows what Alert shows, without its sound.
	Notify(t policy.Tier)
	// Say speaks what is said of an alert of a tier, after its sound; a graver alert
	// cuts it short. It returns at once.
	Say(t policy.Tier, s speech.Said)
	// ReadAloud speaks what somebody asked for, until it is over, an alert comes, or
	// something else is read aloud. It returns when it begins, an error that is
	// ErrNoVoice where nothing speaks.
	ReadAloud(ctx context.Context, s speech.Said) error
	// Hush ends what is read aloud.
	Hush()
}

// Sounds are which alerts are heard on a terminal. Those of the grave tier always are:
// nothing here, and no key, can mute them (requirements row 42).
type Sounds struct {
	// MuteHigh and MuteRoutine mute a tier's sounds and words.
	MuteHigh, MuteRoutine bool
	// Wordless leaves the sounds and says nothing.
	Wordless bool
}

// Muted reports whether a tier is.
func (s Sounds) Muted(t policy.Tier) bool {
	switch t {
	case policy.High:
		return s.MuteHigh
	case policy.Routine:
		return s.MuteRoutine
	}
	return false
}

// callFor calls the officer's attention to a hit: by its tier's sound, then in words,
// in the terminal's language. While the screen is locked nothing is said: a plate is
// not for everybody in earshot.
func (c *Cruiser) callFor(h hit.Hit) {
	tier := c.tier(h)
	c.mu.Lock()
	heard := tier == policy.Grave || !c.muted && !c.settings.Sounds.Muted(tier)
	says := heard && !c.settings.Sounds.Wordless && c.session != nil && !c.session.Locked
	language, side := c.settings.Language, ""
	for _, cam := range c.settings.Cameras {
		if cam.Name == h.Read.Camera {
			side = cam.Side
		}
	}
	c.mu.Unlock()
	speaker, speaks := c.parts.Signals.(Speaker)
	if !heard {
		if speaks {
			speaker.Notify(tier)
		}
		return
	}
	c.parts.Signals.Alert(tier)
	if speaks && says {
		m := h.Matches[0]
		category := m.Entry.Category
		if known, ok := c.Pack().Category(category); ok {
			category = known.Name.In(language)
		}
		speaker.Say(tier, speech.Alert(language, category, side, h.Read.Camera, h.Read.Text, m.Kind == hotlist.LookAlike))
	}
}

// CanSpeak reports whether this terminal speaks, and can be muted.
func (c *Cruiser) CanSpeak() bool {
	_, ok := c.parts.Signals.(Speaker)
	return ok
}

// Muted reports whether alerts of a lower tier than grave are muted for this shift.
func (c *Cruiser) Muted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.muted
}

// Mute mutes all alerts but grave ones, or ends that: until whoever is signed in signs
// out or ends the shift.
func (c *Cruiser) Mute(ctx context.Context, on bool) error {
	if _, err := c.permit(ctx, access.ActPatrol); err != nil {
		return err
	}
	act := audit.SoundMuted
	if !on {
		act = audit.SoundUnmuted
	}
	if err := c.store.Append(ctx, c.event(act, "")); err != nil {
		return fmt.Errorf("record the muting: %w", err)
	}
	c.mu.Lock()
	c.muted = on
	c.mu.Unlock()
	c.tell(SoundChanged)
	return nil
}

// ReadNotice reads the notice of a hit aloud to its driver, in a language (requirements
// rows 14 and 42).
func (c *Cruiser) ReadNotice(ctx context.Context, id, language string) error {
	n, err := c.DriverNotice(id, language)
	if err != nil {
		return err
	}
	speaker, ok := c.parts.Signals.(Speaker)
	if !ok {
		return ErrNoVoice
	}
	return speaker.ReadAloud(ctx, speech.Said{Language: language, Text: n.Say + "\n" + n.Then})
}

// Hush ends what is read aloud.
func (c *Cruiser) Hush() {
	if speaker, ok := c.parts.Signals.(Speaker); ok {
		speaker.Hush()
	}
}
