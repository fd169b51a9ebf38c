package scenes

import (
	"context"
	"time"

	"secondlook/app/access"
	"secondlook/ui"
	"secondlook/ui/words"
)

// patrolScenes are the screens of people who patrol.
var patrolScenes = []Scene{
	{Name: "patrol", Play: func(s *Stage) {
		s.SignIn(officer)
		s.Shoot("patrol-off")
		s.Tap("Start patrol")
		s.Drive()
		s.Shoot("patrol")
		s.Lose(1)
		s.Shoot("patrol-camera-lost")
		s.Regain(1)
		s.Shoot("patrol-camera-back")
		s.Key('?')
		s.Shoot("keys")
		s.Escape()
		s.Tap("My account")
		s.Shoot("account")
	}},
	{Name: "many-cameras", Setup: Setup{Cameras: []string{"Front left", "Front right", "Rear", "Left", "Right", "Front"}}, Play: func(s *Stage) {
		s.StartPatrol()
		s.Drive()
		s.Shoot("patrol-six-cameras")
	}},
	{Name: "alerts", Play: func(s *Stage) {
		s.StartPatrol()
		s.Drive()
		s.See("CBDA112", "Front left")
		s.Shoot("alert-routine")
		s.See("CBDA113", "Front left")
		s.See("CWTR415", "Front right")
		s.See("CKLM804", "Front left")
		s.Pass(2 * time.Second)
		s.Shoot("alert-high")
		s.openFirst()
		s.Shoot("alert-wait")
		s.Pass(settling)
		s.Shoot("alert-look-alike")
		s.Tap("This entry looks wrong")
		s.Shoot("report")
		s.Key('2')
		s.Quiet()
		s.openFirst()
		s.Pass(settling)
		s.Shoot("alert-entry-reported")
		s.Tap(words.T("queue.quieted", "N", 1))
		s.Shoot("quieted")
		s.Home()
		s.Pass(settling)
	}},
	{Name: "steps", Play: func(s *Stage) {
		s.StartPatrol()
		s.Drive()
		s.See("CWTR415", "Front right")
		s.Pass(settling)
		s.Shoot("alert")
		s.Key('1')
		s.Shoot("check")
		s.Key('0')
		s.Shoot("check-reminded")
		s.Key('1')
		s.Shoot("notice")
		s.Tap("Show to the driver")
		s.Shoot("driver-show")
		s.Tap("Back")
		s.Tap("QR code")
		s.Shoot("driver-code")
		s.Tap("Back")
		s.Tap("Print")
		s.Shoot("driver-save")
		s.Escape()
		s.Key('1')
		s.Shoot("outcome")
		s.Key('1')
		s.Shoot("patrol-toast")
		s.Quiet()
		s.Tap("Stop patrol")
		s.Shoot("patrol-stopped")
	}},
	{Name: "moving", Setup: Setup{Receiver: true}, Play: func(s *Stage) {
		s.StartPatrol()
		s.Drive()
		s.Go(50, 2)
		s.Drive()
		s.Shoot("moving-road")
		s.See("CBDA112", "Front left")
		s.See("CKLM804", "Front left")
		s.Pass(settling)
		s.Shoot("moving")
		s.Tap("A passenger is using this")
		s.Shoot("moving-passenger")
	}},
	{Name: "damaged", Setup: Setup{Bare: true}, Play: func(s *Stage) {
		got := ui.Recovered{Kept: map[string]int{"audit": 412, "hits": 37, "people": 6, "lists": 3, "entries": 4, "deployments": 1},
			Doubtful: []string{"hits", "lists"}, Hits: 2, Pictures: 1, Missing: 8, More: true, SetAside: "terminal.db.damaged-20261122T214708Z"}
		d := ui.NewDamaged(s.app, s.look.Language, func(context.Context, access.Badge, access.Proof, func(done, total int64)) (ui.Recovered, error) {
			return got, nil
		}, func() {})
		s.window = d.Window()
		s.dressed()
		s.Shoot("damaged")
		s.Tap("Recover what is whole")
		s.Shoot("damaged-ask")
		s.Tap("Recover now")
		s.Shoot("damaged-faults")
		s.Write("Badge", string(administrator.badge))
		s.Write("PIN or passphrase", administrator.pin)
		s.Tap("Recover now")
		d.Stop()
		s.Shoot("recovered")
		s.window.Close()
		s.window = nil
	}},
}

// openFirst opens the gravest hit in the queue.
func (s *Stage) openFirst() {
	if s.err == nil {
		s.Open("hit:" + s.Car.Queue()[0].ID)
	}
}
