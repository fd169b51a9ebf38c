package scenes

import (
	"context"
	"time"

	"secondlook/app/cruiser"
	"secondlook/app/patrol"
	"secondlook/app/training"
	"secondlook/assets"
	"secondlook/platform/scenariofile"
)

// play is what demo mode plays on, by the scene's clock.
func (s *Stage) play() (*cruiser.Stage, error) {
	library := map[string]*training.Scenario{}
	for _, name := range assets.Scenarios() {
		var err error
		if library[name], err = scenariofile.BuiltIn(name); err != nil {
			return nil, err
		}
	}
	play, err := training.NewPlay(library[scenariofile.Standard], s.now)
	if err != nil {
		return nil, err
	}
	return &cruiser.Stage{Play: play, Library: library, Read: scenariofile.Open,
		Cameras: func() (all []patrol.CameraSetting) {
			play.Begin()
			for _, k := range play.Script().Cameras {
				all = append(all, patrol.CameraSetting{Name: k.Name, Source: "scene:" + k.Name, Side: k.Side})
			}
			return all
		},
		Print: func(_ context.Context, _ training.Debrief, folder string) (string, error) {
			return folder + "/TRAINING-FORMATION-debrief.pdf", nil
		}}, nil
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
		s.Tap("Back, and stand still")
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
}
