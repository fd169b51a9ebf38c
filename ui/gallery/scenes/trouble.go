package scenes

import (
	"time"

	"secondlook/app/cruiser"
	"secondlook/app/shift"
)

// troubleScenes are what the officer sees of a terminal that is not well.
var troubleScenes = []Scene{
	{Name: "alone", Setup: Setup{Line: true, Receiver: true}, Play: func(s *Stage) {
		s.dock.Absent = shift.ErrRefused
		s.StartPatrol()
		s.Drive()
		s.until("the station's refusal", func() bool { return s.Car.Line() == cruiser.LineRefused })
		s.Shoot("trouble-station-refuses")
		s.Quiet()
		s.until("the loss of the receiver", func() bool { p, _ := s.Car.Position(); return p == cruiser.PositionLost })
		s.Lose(0)
		s.Lose(1)
		s.Shoot("trouble-all-lost")
	}},
	{Name: "full", Play: func(s *Stage) {
		s.StartPatrol()
		s.Drive()
		s.vault.full = true
		if s.err == nil {
			_ = s.Car.DeclarePassenger(ctx) // cannot be recorded, which is the trouble
			s.settle()
		}
		s.Shoot("trouble-disk-full")
		s.vault.full = false
	}},
	{Name: "clock", Play: func(s *Stage) {
		s.StartPatrol()
		s.Drive()
		s.passed.Add(int64(-2 * time.Hour))
		if s.err == nil {
			s.fail(s.Car.LockIfDue(ctx))
		}
		s.settle()
		s.Shoot("trouble-clock")
		s.SignIn(administrator)
		s.Open("settings")
		s.Shoot("settings-clock")
	}},
}
