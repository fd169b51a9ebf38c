package scenes

import (
	"time"

	"secondlook/app/cruiser"
	"secondlook/app/plate"
	"secondlook/app/training"
	"secondlook/platform/scenariofile"
	"secondlook/ui/gallery/props"
)

// play is what demo mode plays on, by the scene's clock.
func (s *Stage) play() (*cruiser.Stage, error) {
	street, err := scenariofile.BuiltIn(scenariofile.Standard)
	if err != nil {
		return nil, err
	}
	play, err := training.NewPlay(street, s.now)
	if err != nil {
		return nil, err
	}
	return props.Training(play, func(training.Debrief) {})
}

// train begins the standard scenario.
func (s *Stage) train() {
	s.SignIn(officer)
	if s.err == nil {
		s.fail(s.Car.BeginTraining(ctx, s.Car.Stage().Library[scenariofile.Standard]))
		s.settle()
	}
}

// trainingScenes are the screens of demo mode, of the trainee's and of the trainer.
var trainingScenes = []Scene{
	{Name: "training", Setup: Setup{Training: true}, Play: func(s *Stage) {
		s.train()
		s.Shoot("training-patrol-off")
		s.StartPatrol()
		s.Drive()
		s.Pass(2 * time.Second)
		s.Shoot("training-patrol")
		s.Key('t')
		s.Shoot("trainer-console")
		s.Key('7')
		s.Key('9')
		s.Shoot("trainer-console-acted")
		s.Tap("Back, keep paused")
		s.Quiet()
		s.Shoot("training-paused")
		s.Key('p')
		s.See("WKLM804", "Front left")
		s.Pass(settling)
		s.Shoot("training-alert")
		s.Key('1')
		s.Shoot("training-check")
		s.Key('0')
		s.Key('1')
		s.Shoot("training-notice")
		s.Key('1')
		s.Key('1')
		s.Shoot("training-answered")
		s.Quiet()
		s.Key('t')
		s.Key('d')
		s.Shoot("training-debrief")
		s.Tap("Print")
		s.Shoot("training-debrief-save")
	}},
	{Name: "training-assumed", Setup: Setup{Training: true}, Play: func(s *Stage) {
		s.train()
		s.StartPatrol()
		s.Drive()
		s.see("WKLM804", "Front left", plate.BasisAssumed)
		s.Pass(settling)
		s.Shoot("training-alert-assumed")
	}},
}
