package props

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"time"

	"secondlook/app/access"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/app/training"
)

// List is what terminals look out for, BrokenList one with good rows and bad ones.
const (
	List = `plate,jurisdiction,category,source,agency,contact,reference,make,model,year,colour,driver,lenses,note
CKLM8O4,CA-ON,stolen-vehicle,CPIC,Peel Regional Police,"Hotlist desk, 905-555-0118",24-118203,Honda,Civic,2019,Grey,,,
CKLM8O4,CA-ON,expired-plate,MTO,Ministry of Transportation,,,,,,,,,
CWTR415,CA-ON,suspended-driver,MTO,Ministry of Transportation,"Registrar, 416-555-0177",S-7741,Toyota,Corolla,2016,Blue,Alphonse Wintergrove,yes,
CBDA112,CA-ON,expired-plate,MTO,Ministry of Transportation,,,Ford,Escape,2014,White,,,
CBDA113,CA-ON,expired-plate,MTO,Ministry of Transportation,,,Mazda,3,2011,Red,,,
`
	BrokenList = `plate,jurisdiction,category,expires,owner
CKLM804,ON,stolen-vehicle,,x
CKLM804,ON,stolen-vehicle,,x
BTXV117,ON,suspended-driver,2027-01-31,x
AVKR455,QC,wanted-person,,x
NONE,ON,stolen-plate,,x
CHPN630,ON,speeding,,x
CDWS291,ON,expired-plate,2020-01-01,x
C/*,ON,stolen-plate,,x
`
)

// Hits are hits of the hour before [Evening], one in each state, judged by somebody.
func Hits(by access.Officer) []hit.Hit {
	hits := []hit.Hit{
		{ID: "a1", State: hit.Closed, Matches: match("CKLM804", "stolen-vehicle", "CPIC", 3*time.Hour, hotlist.LookAlike)},
		{ID: "a2", State: hit.Noticed, Matches: match("BTXV117", "suspended-driver", "MTO", 26*time.Hour, hotlist.Exact)},
		{ID: "a3", State: hit.Confirmed, Matches: match("AVKR455", "wanted-person", "CPIC", 3*time.Hour, hotlist.Exact)},
		{ID: "a4", State: hit.NotReviewed, Matches: match("CDWS291", "expired-plate", "MTO", 26*time.Hour, hotlist.Exact)},
		{ID: "a5", State: hit.Raised, Matches: match("CHPN630", "stolen-plate", "CPIC", 3*time.Hour, hotlist.Exact)},
	}
	for i := range hits {
		h, at := &hits[i], Evening.Add(time.Duration(i-6)*17*time.Minute)
		h.RaisedAt = at
		h.Read = plate.Read{Camera: []string{"Front left", "Rear"}[i%2], At: at, Text: h.Matches[0].Entry.Plate, Confidence: 0.9699,
			Second: plate.Opinion{Verdict: plate.Agrees}, Jurisdiction: "CA-ON", Basis: plate.BasisAssumed}
		if h.ID == "a1" {
			h.Read.Text, h.Matches[0].Doubtful = "CKLM8O4", []int{5}
		}
		if h.ID == "a2" {
			h.Matches[0].Entry.Driver = hotlist.Driver{Name: "Alphonse Wintergrove", Lenses: true}
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
	}
	return hits
}

func match(text, category, list string, age time.Duration, kind hotlist.Kind) []hotlist.Match {
	return []hotlist.Match{{List: list, ListMade: Evening.Add(-age), Kind: kind, Jurisdiction: plate.Same,
		Entry: hotlist.Entry{ID: text, Plate: plate.Text(text), Jurisdiction: "CA-ON", Category: category, Source: list, Agency: "Toronto Police",
			Contact: "416-555-0117", Reference: "24-118 203", Make: "Honda", Model: "Civic", Year: 2019, Colour: "Grey"}}}
}

// Pictures are those of a hit that is put into a store.
func Pictures(h hit.Hit) hit.Pictures {
	read := Read(h.Read.Text, h.Read.Camera, h.Read.At, training.Car{Vehicle: training.Vehicle{Make: "Honda", Model: "Civic", Colour: "grey"}}).Evidence.(Evidence)
	return hit.Pictures{Plate: compressed(read.PlatePicture), Context: compressed(read.Street)}
}

func compressed(i image.Image) []byte {
	var b bytes.Buffer
	if jpeg.Encode(&b, i, nil) != nil {
		return nil
	}
	return b.Bytes()
}

// HalfYear is half a year of shifts under a policy: a month without a verdict, and a list
// past its limit.
func HalfYear(p *policy.Pack) (all []shift.Deployment) {
	for i, wrong := range []uint64{4, 3, 0, 5, 2, 1} {
		begun := Evening.AddDate(0, i-5, -1)
		d := shift.Deployment{ID: fmt.Sprintf("d%d", i), Terminal: "Car 4127", Start: begun, End: begun.Add(8 * time.Hour)}
		d.Statistics.Reads = 2400
		for _, c := range p.Categories {
			d.Statistics.CountHit(c.ID, uint64(1+len(c.ID)%7))
		}
		if i != 2 {
			d.Statistics.CountVerdict(hit.Confirmed, 20)
			d.Statistics.CountVerdict(hit.Misread, wrong)
			d.Statistics.CountVerdict(hit.WrongJurisdiction, 1)
			d.Statistics.CountVerdict(hit.NotReviewed, 2)
		}
		d.Statistics.Lists = []shift.ListAge{{Name: "MTO", Age: 20 * time.Hour}, {Name: "CPIC", Age: time.Duration(i) * 9 * time.Hour, Old: i > 3}}
		all = append(all, d)
	}
	return all
}
