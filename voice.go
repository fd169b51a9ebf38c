package main

import (
	"context"
	"errors"
	"fmt"

	"secondlook/app/cruiser"
	"secondlook/app/policy"
	"secondlook/app/speech"
	"secondlook/platform/doctor"
	"secondlook/platform/notify"
	"secondlook/platform/voice"
)

var (
	_ cruiser.Speaker = (*signals)(nil)
	_ cruiser.Voiced  = (*signals)(nil)
)

// Notify shows a notification, without a sound.
func (s *signals) Notify(policy.Tier) { s.show(notify.Alert) }

// Say speaks what is said of an alert. Making the sound takes a moment, while the
// alert's own plays.
func (s *signals) Say(t policy.Tier, said speech.Said) {
	s.speaking.Go(func() {
		samples, err := voice.Speak(s.ctx, said)
		if err == nil {
			err = s.sound.Speak(t, samples)
		}
		if err != nil && s.ctx.Err() == nil {
			s.log.Warn("speech", "error", err)
		}
	})
}

// ReadAloud speaks what somebody asked for.
func (s *signals) ReadAloud(ctx context.Context, said speech.Said) error {
	samples, err := voice.Speak(ctx, said)
	if errors.Is(err, voice.ErrNoVoice) {
		return cruiser.ErrNoVoice
	}
	if err == nil {
		err = s.sound.ReadAloud(samples)
	}
	if err != nil {
		return fmt.Errorf("read aloud: %w", err)
	}
	return nil
}

// Voice reports whether something speaks.
func (s *signals) Voice(ctx context.Context) error {
	if _, err := voice.Ready(ctx); err != nil {
		return cruiser.ErrNoVoice
	}
	return nil
}

// Hush ends what is read aloud.
func (s *signals) Hush() { s.sound.Hush() }

// voiceCheck checks that alerts can be spoken. A terminal without a voice works, with
// the alerts' sounds alone.
func voiceCheck() doctor.Check {
	return doctor.Check{Name: "Voice", Run: func(ctx context.Context) (string, string, bool) {
		name, err := voice.Ready(ctx)
		if err != nil {
			return err.Error(), "alerts sound without words; install espeak-ng", false
		}
		return name + ", English and French", "", true
	}}
}
