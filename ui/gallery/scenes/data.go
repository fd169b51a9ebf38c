package scenes

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/disclosure"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/search"
	"secondlook/app/shift"
	"secondlook/app/training"
	"secondlook/platform/scenariofile"
	"secondlook/vision/scene"
)

// list is what the terminals look out for.
const list = `plate,jurisdiction,category,source,agency,contact,reference,make,model,year,colour,note
CKLM8O4,CA-ON,stolen-vehicle,CPIC,Peel Regional Police,"Hotlist desk, 905-555-0118",24-118203,Honda,Civic,2019,Grey,
CKLM8O4,CA-ON,expired-plate,MTO,Ministry of Transportation,,,,,,,
CWTR415,CA-ON,suspended-driver,MTO,Ministry of Transportation,"Registrar, 416-555-0177",S-7741,Toyota,Corolla,2016,Blue,
CBDA112,CA-ON,expired-plate,MTO,Ministry of Transportation,,,Ford,Escape,2014,White,
CBDA113,CA-ON,expired-plate,MTO,Ministry of Transportation,,,Mazda,3,2011,Red,
`

func (s *Stage) importList() {
	_, err := s.Car.ImportList(ctx, "CPIC", s.now().Add(-3*time.Hour), strings.NewReader(list))
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
		s.cars.fresh(s.now(), scene.Context(car, training.Dusk))
		s.fail(s.Beat())
	}
}

// Lose loses a camera.
func (s *Stage) Lose(i int) {
	if s.err == nil {
		s.cars.lose(i)
		s.Changed(cruiser.CamerasChanged)
		s.Pass(time.Second)
		s.Pass(time.Second)
	}
}

// Regain gives a camera back.
func (s *Stage) Regain(i int) {
	if s.err == nil {
		s.cars.regain(i)
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
		s.speed.speeds <- kmh
		<-s.speed.taken
		s.settle()
	}
}

// centres is where the seven characters of an Ontario plate stand, as scene draws it.
var centres = []float64{0.083, 0.217, 0.335, 0.446, 0.681, 0.802, 0.921}

// See hands in the read of a plate, as the cameras would, and waits for its hit.
func (s *Stage) See(text plate.Text, camera string) {
	car := s.car()
	if s.err != nil {
		return
	}
	r := plate.Read{Camera: camera, At: s.now(), Text: text, Confidence: 0.964, Jurisdiction: "CA-ON", Basis: plate.BasisRead,
		Frames: 9, Second: plate.Opinion{Verdict: plate.Agrees, Text: text}}
	for i := range text {
		r.Characters = append(r.Characters, plate.Character{Char: text[i], Confidence: 0.98, Centre: centres[i]})
	}
	car.Plate, car.Jurisdiction = text, "CA-ON"
	r.Evidence = evidence{scene.Plate(text, "CA-ON", 640), scene.Context(car, training.Dusk)}
	s.cars.onRead(r)
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
	by := access.Officer{ID: "x", Name: officer.name, Badge: officer.badge, Roles: officer.roles}
	for i, h := range []hit.Hit{
		{ID: "a1", State: hit.Closed, Matches: match("CKLM804", "stolen-vehicle", "CPIC", 3*time.Hour, hotlist.LookAlike)},
		{ID: "a2", State: hit.Noticed, Matches: match("BTXV117", "suspended-driver", "MTO", 26*time.Hour, hotlist.Exact)},
		{ID: "a3", State: hit.Confirmed, Matches: match("AVKR455", "wanted-person", "CPIC", 3*time.Hour, hotlist.Exact)},
		{ID: "a4", State: hit.NotReviewed, Matches: match("CDWS291", "expired-plate", "MTO", 26*time.Hour, hotlist.Exact)},
		{ID: "a5", State: hit.Raised, Matches: match("CHPN630", "stolen-plate", "CPIC", 3*time.Hour, hotlist.Exact)},
	} {
		at := evening.Add(time.Duration(i-6) * 17 * time.Minute)
		h.RaisedAt = at
		h.Read = plate.Read{Camera: []string{"Front left", "Rear"}[i%2], At: at, Text: h.Matches[0].Entry.Plate, Confidence: 0.9699,
			Second: plate.Opinion{Verdict: plate.Agrees}, Jurisdiction: "CA-ON", Basis: plate.BasisAssumed}
		if h.ID == "a1" {
			h.Read.Text, h.Matches[0].Doubtful = "CKLM8O4", []int{5}
		}
		if !h.State.Waiting() {
			h.Verdict = &hit.Verdict{By: by, At: at.Add(4 * time.Second), Seen: 3 * time.Second}
		}
		if h.State == hit.Noticed || h.State == hit.Closed {
			h.Verification = &hit.Verification{Record: hit.Active, OwnerReminder: true, At: at.Add(time.Minute)}
			h.Notice = &hit.Notice{Given: true, Language: "fr", At: at.Add(3 * time.Minute)}
		}
		if h.State == hit.Closed {
			h.Outcome = &hit.Outcome{Code: "vehicle-recovered", Note: "26-118203", At: at.Add(20 * time.Minute)}
		}
		raised := event(audit.HitRaised, h.ID)
		raised.At = at
		s.fail(s.store.Raise(ctx, h, hit.Pictures{Plate: photo(320, 110), Context: photo(320, 240)}, raised))
	}
}

func match(text, category, list string, age time.Duration, kind hotlist.Kind) []hotlist.Match {
	return []hotlist.Match{{List: list, ListMade: evening.Add(-age), Kind: kind, Jurisdiction: plate.Same,
		Entry: hotlist.Entry{ID: text, Plate: plate.Text(text), Jurisdiction: "CA-ON", Category: category, Source: list, Agency: "Toronto Police",
			Contact: "416-555-0117", Reference: "24-118 203", Make: "Honda", Model: "Civic", Year: 2019, Colour: "Grey"}}}
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

// counted is half a year of shifts: a month without a verdict, and a list past its limit.
func (s *Stage) counted() {
	s.SignIn(administrator)
	for i, wrong := range []uint64{4, 3, 0, 5, 2, 1} {
		if s.err != nil {
			return
		}
		begun := evening.AddDate(0, i-5, -1)
		d := shift.Deployment{ID: fmt.Sprintf("d%d", i), Terminal: "Car 4127", Start: begun, End: begun.Add(8 * time.Hour)}
		d.Statistics.Reads = 2400
		for _, c := range s.Car.Pack().Categories {
			d.Statistics.CountHit(c.ID, uint64(1+len(c.ID)%7))
		}
		if i != 2 {
			d.Statistics.CountVerdict(hit.Confirmed, 20)
			d.Statistics.CountVerdict(hit.Misread, wrong)
			d.Statistics.CountVerdict(hit.WrongJurisdiction, 1)
			d.Statistics.CountVerdict(hit.NotReviewed, 2)
		}
		d.Statistics.Lists = []shift.ListAge{{Name: "MTO", Age: 20 * time.Hour}, {Name: "CPIC", Age: time.Duration(i) * 9 * time.Hour, Old: i > 3}}
		s.fail(s.store.PutDeployment(ctx, d, event(audit.DeploymentRecorded, d.ID)))
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
