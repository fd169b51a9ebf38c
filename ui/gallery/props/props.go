package props

import (
	"context"
	"errors"

	"secondlook/app/cruiser"
	"secondlook/app/patrol"
	"secondlook/app/policy"
	"secondlook/app/position"
	"secondlook/app/speech"
	"secondlook/app/training"
	"secondlook/assets"
	"secondlook/platform/scenariofile"
)

// Silence is a terminal without loudspeakers.
type Silence struct{}

func (Silence) Alert(policy.Tier) {}
func (Silence) CameraLost()       {}
func (Silence) CameraBack()       {}
func (Silence) PositionLost()     {}
func (Silence) PositionBack()     {}

// Voice is a terminal that can speak, and says nothing.
type Voice struct{ Silence }

func (Voice) Notify(policy.Tier)                           {}
func (Voice) Say(policy.Tier, speech.Said)                 {}
func (Voice) Hush()                                        {}
func (Voice) Voice(context.Context) error                  { return nil }
func (Voice) ReadAloud(context.Context, speech.Said) error { return nil }

// KeyStore is a machine's key store with at most one secret.
type KeyStore struct{ secret []byte }

func (*KeyStore) Ready(context.Context) error { return nil }
func (k *KeyStore) Keep(_ context.Context, s []byte) error {
	k.secret = append([]byte(nil), s...)
	return nil
}
func (k *KeyStore) Forget(context.Context) error { k.secret = nil; return nil }
func (k *KeyStore) Get(context.Context) (s []byte, err error) {
	if k.secret == nil {
		err = errors.New("nothing is kept")
	}
	return append(s, k.secret...), err
}

// Receiver is one that somebody speaks for; the car stands when it is opened.
type Receiver struct {
	speeds chan float64
	taken  chan struct{}
}

// NewReceiver returns a receiver.
func NewReceiver() Receiver { return Receiver{make(chan float64), make(chan struct{})} }

// Say has the receiver say a speed in km/h, and waits until it was heard.
func (r Receiver) Say(kmh float64) {
	r.speeds <- kmh
	<-r.taken
}

// Follow implements [cruiser.Locator].
func (r Receiver) Follow(ctx context.Context, _ string, heard func(position.Fix)) {
	at := func(kmh float64) {
		heard(position.Fix{Place: position.Place{Latitude: 43.65, Longitude: -77.8}, KMH: kmh})
	}
	at(0)
	for {
		select {
		case kmh := <-r.speeds:
			at(kmh)
			r.taken <- struct{}{}
		case <-ctx.Done():
			return
		}
	}
}

// Training is what demo mode plays on: the scenario that it begins with, the library, and
// a printer that takes debriefs.
func Training(play *training.Play, print func(training.Debrief)) (*cruiser.Stage, error) {
	library := map[string]*training.Scenario{}
	for _, name := range assets.Scenarios() {
		var err error
		if library[name], err = scenariofile.BuiltIn(name); err != nil {
			return nil, err
		}
	}
	return &cruiser.Stage{Play: play, Library: library, Read: scenariofile.Open,
		Cameras: func() (all []patrol.CameraSetting) {
			play.Begin()
			for _, k := range play.Script().Cameras {
				all = append(all, patrol.CameraSetting{Name: k.Name, Source: "scene:" + k.Name, Side: k.Side})
			}
			return all
		},
		Print: func(_ context.Context, d training.Debrief, folder string) (string, error) {
			print(d)
			return folder + "/TRAINING-FORMATION-debrief.pdf", nil
		}}, nil
}
