package scenes

import (
	"errors"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/disclosure"
	"secondlook/app/entry"
	"secondlook/app/plate"
	"secondlook/app/search"
	"secondlook/app/training"
	"secondlook/platform/scenariofile"
	"secondlook/ui/gallery/props"
)

func (s *Stage) importList() {
	_, err := s.Car.ImportList(ctx, "CPIC", s.now().Add(-3*time.Hour), strings.NewReader(props.List))
	s.fail(err)
}

// StartPatrol signs the officer in and starts the cameras.
func (s *Stage) StartPatrol() {
	s.SignIn(officer)
	if s.err == nil {
		s.fail(s.Car.StartPatrol(ctx))
		s.settle()
	}
}

// car is a car of demo mode's street.
func (s *Stage) car() training.Car {
	street, err := scenariofile.BuiltIn(scenariofile.Standard)
	if err != nil {
		s.fail(err)
		return training.Car{}
	}
	return street.Cars[0]
}

// Drive gives every camera a picture of now.
func (s *Stage) Drive() {
	car := s.car()
	if s.err == nil {
		s.cars.Show(car, s.now())
		s.fail(s.Beat())
	}
}

// Lose loses a camera.
func (s *Stage) Lose(i int) {
	if s.err == nil {
		s.cars.Lose(i)
		s.Changed(cruiser.CamerasChanged)
		s.Pass(time.Second)
		s.Pass(time.Second)
	}
}

// Regain gives a camera back.
func (s *Stage) Regain(i int) {
	if s.err == nil {
		s.cars.Regain(i)
		s.Changed(cruiser.CamerasChanged)
		s.Drive()
		s.Pass(time.Second)
		s.Pass(time.Second)
	}
}

// Go has the car go at a speed for some seconds.
func (s *Stage) Go(kmh float64, seconds int) {
	for range seconds {
		if s.Pass(time.Second); s.err != nil {
			return
		}
		s.speed.Say(kmh)
		s.settle()
	}
}

// See hands in the read of a plate, as the cameras would, and waits for its hit.
func (s *Stage) See(text plate.Text, camera string) { s.see(text, camera, plate.BasisRead) }

// see is [Stage.See] of a plate whose province is known in a way.
func (s *Stage) see(text plate.Text, camera string, basis plate.Basis) {
	car := s.car()
	if s.err != nil {
		return
	}
	read := props.Read(text, camera, s.now(), car)
	read.Basis = basis
	s.cars.OnRead(read)
	select {
	case <-s.raised: // hits are raised, and their pictures redacted, beside the reading
	case <-time.After(time.Minute):
		s.fail(errors.New("the hit was not raised"))
	}
	s.settle()
}

// raise puts hits in every state into the store; whoever signs in next sees them.
func (s *Stage) raise() {
	s.SignIn(administrator) // a locked store takes none
	if s.err != nil {
		return
	}
	for _, h := range props.Hits(access.Officer{ID: "x", Name: officer.name, Badge: officer.badge, Roles: officer.roles}) {
		raised := event(audit.HitRaised, h.ID)
		raised.At = h.RaisedAt
		s.fail(s.store.Raise(ctx, h, props.Pictures(h), raised))
	}
}

// propose puts up a manual entry by who is signed in.
func (s *Stage) propose(text, category string, days int) entry.Entry {
	if s.err != nil {
		return entry.Entry{}
	}
	k, _ := s.Car.Pack().Category(category)
	e := entry.Entry{Plate: plate.Text(text), Jurisdiction: "CA-ON", Category: category, Reason: "Seen leaving a break-in on King Street",
		FileNumber: "26-118203", Expires: s.now().AddDate(0, 0, days), Distribution: k.Distribution[0], Make: "Honda", Model: "Civic", Colour: "Grey"}
	if k.Descriptors {
		e.Descriptors = "Tall, red beard, glasses"
	}
	made, err := s.Car.Propose(ctx, e)
	s.fail(err)
	s.Pass(time.Minute) // entries of one millisecond have no order
	return made
}

// entries are an approved entry, a refused one and two proposals, one of them by the
// supervisor, who is signed in.
func (s *Stage) entries() {
	s.SignIn(officer)
	first := s.propose("CKLM804", "criminal-activity", 60)
	second := s.propose("BTXV117", "missing-person", 7)
	s.propose("AVKR455", "suspended-driver-in-use", 30)
	s.SignIn(supervisor)
	if s.err == nil {
		s.fail(s.Car.Approve(ctx, first.ID))
		s.fail(s.Car.Refuse(ctx, second.ID, "Found this afternoon"))
		s.propose("CHPN630", "amber-alert", 1)
	}
}

// search runs a search by who is signed in.
func (s *Stage) search() {
	if s.err == nil {
		_, err := s.Car.Search(ctx, search.Query{Plate: "CKLM804", Jurisdiction: "CA-ON", Purpose: s.Car.Pack().Purposes[0].Code,
			Reason: "Witness named this plate", FileNumber: "26-118203"})
		s.fail(err)
	}
}

// counted is half a year of shifts.
func (s *Stage) counted() {
	s.SignIn(administrator)
	for _, d := range props.HalfYear(s.Car.Pack()) {
		if s.err == nil {
			s.fail(s.store.PutDeployment(ctx, d, event(audit.DeploymentRecorded, d.ID)))
		}
	}
}

// cases are a disclosure and a request; the supervisor is signed in.
func (s *Stage) cases() {
	s.raise()
	s.SignIn(supervisor)
	if s.err != nil {
		return
	}
	_, err := s.Car.Disclose(ctx, disclosure.Record{Disclosed: s.now().Add(-time.Minute), Authority: "investigation",
		Circumstances: "Joint investigation of thefts at the harbour", AuthorisedBy: supervisor.name, AuthorisedBadge: supervisor.badge,
		Collected: s.now().Add(-2 * time.Hour), Place: "King Street", Linked: "26-118204", Recipient: "Durham Regional Police", RecipientName: "R. Poe",
		RecipientTitle: "Detective", OurFile: "26-118203", Plates: []plate.Text{"CKLM804"}, Categories: []string{"stolen-vehicle"},
		Information: "One hit with its pictures", Means: "Encrypted mail", Conditions: "This investigation only", AfterUse: disclosure.Destroyed})
	s.fail(err)
	_, err = s.Car.TakeRequest(ctx, search.Request{Received: s.now().AddDate(0, 0, -2), FileNumber: "FOI-26-17", Requester: "Robin Quill",
		Entitled: "Ownership permit", Plate: "CKLM804", Jurisdiction: "CA-ON"})
	s.fail(err)
}
