package ui

import (
	"context"

	"secondlook/app/access"
	"secondlook/ui/theme"
	"secondlook/ui/words"
)

// fillSound shows whether lesser alerts are muted; a tap changes it. Grave ones always
// sound.
func (s *status) fillSound() {
	show(s.sound, s.u.c.CanSpeak() && s.u.may(access.ActPatrol))
	if !s.u.c.Muted() {
		s.sound.Set("sound", "", theme.ColorMuted)
		return
	}
	s.sound.Set("sound-off", words.T("status.sound.muted"), theme.ColorHigh)
}

// mute mutes all alerts but grave ones for the shift, or has them heard again.
func (u *UI) mute() {
	if !u.c.CanSpeak() || !u.may(access.ActPatrol) {
		return
	}
	on := !u.c.Muted()
	u.work(func(ctx context.Context) error { return u.c.Mute(ctx, on) }, func(err error) {
		switch {
		case err != nil:
			u.Toast(words.Error(err))
		case on:
			u.Toast(words.T("sound.muted"))
		default:
			u.Toast(words.T("sound.heard"))
		}
	})
}

// readNotice reads the notice aloud to the driver.
func (u *UI) readNotice(id, language string) {
	u.work(func(ctx context.Context) error { return u.c.ReadNotice(ctx, id, language) }, func(err error) {
		if err != nil {
			u.Toast(words.Error(err))
			return
		}
		u.Toast(words.T("driver.read.begun"))
	})
}
