package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"secondlook/app/cruiser"
	"secondlook/app/policy"
	"secondlook/app/speech"
	"secondlook/platform/doctor"
	"secondlook/platform/notify"
	"secondlook/platform/sound"
	"secondlook/platform/voice"
)

var (
	_ cruiser.Speaker = (*signals)(nil)
	_ cruiser.Voiced  = (*signals)(nil)
)

// signals joins sounds and notifications.
type signals struct {
	sound   *sound.Player
	notify  *notify.Notifier
	log     *slog.Logger
	focused atomic.Pointer[func() bool]

	ctx      context.Context // ends what is about to be spoken
	cancel   context.CancelFunc
	speaking sync.WaitGroup
}

func newSignals(log *slog.Logger, language string, training bool) *signals {
	s := &signals{sound: sound.Open(), notify: notify.New(language, training), log: log}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

func (s *signals) Alert(t policy.Tier) { s.call("alert-"+string(t), notify.Alert) }
func (s *signals) CameraLost()         { s.call("camera-lost", notify.CameraLost) }
func (s *signals) CameraBack()         { s.call("camera-back", notify.CameraBack) }

func (s *signals) PositionLost() { s.call("camera-lost", notify.PositionLost) }
func (s *signals) PositionBack() { s.call("camera-back", notify.PositionBack) }

// call sounds, and notifies.
func (s *signals) call(name string, event notify.Event) {
	if err := s.sound.Play(name); err != nil {
		s.log.Warn("sound", "error", err)
	}
	s.show(event)
}

// show notifies while the window is not in front.
func (s *signals) show(event notify.Event) {
	if front := s.focused.Load(); front != nil && (*front)() {
		return
	}
	if err := s.notify.Show(event); err != nil {
		s.log.Warn("notification", "error", err)
	}
}

// Close ends what sounds, what is spoken and what is shown.
func (s *signals) Close() error {
	s.cancel()
	s.speaking.Wait()
	return errors.Join(s.sound.Close(), s.notify.Close())
}

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
