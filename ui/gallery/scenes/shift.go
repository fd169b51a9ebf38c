package scenes

import (
	"context"

	"secondlook/app/shift"
	"secondlook/ui/forms"
)

// shiftScenes are the end of a shift.
var shiftScenes = []Scene{
	{Name: "end-shift", Play: func(s *Stage) {
		s.raise()
		s.SignIn(officer)
		s.Open(forms.ScreenEndShift)
		s.Shoot("end-shift")
		s.dock.Delivering = func(context.Context, int) error {
			s.dock.Delivering = nil
			s.Shoot("end-shift-syncing")
			return context.Canceled // as whoever stops it has it
		}
		s.Tap("End shift and sync")
		s.Shoot("end-shift-stopped")
		s.Tap("Sync now")
		s.Shoot("end-shift-done")
		s.dock.Absent = shift.ErrNoAnswer
		s.Tap("Sync again")
		s.Shoot("end-shift-no-answer")
	}},
}
