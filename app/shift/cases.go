package shift

import (
	"encoding/json"
	"fmt"
	"time"
)

// CaseKind is a kind of [Case]. The values are stable.
type CaseKind string

const (
	CaseDisclosure CaseKind = "disclosure"     // of: the policy's code of the legal ground
	CaseRequest    CaseKind = "access-request" // taken up
	CaseAnswer     CaseKind = "access-answer"  // finished
	CaseBreach     CaseKind = "breach"         // of: the kind of breach
)

// Case is an act that a report counts besides the deployments (IPC, Reviews and
// audits): what kind and when, nothing of whom.
type Case struct {
	// ID keeps one that was delivered twice from counting twice.
	ID   string
	Kind CaseKind
	Of   string
	At   time.Time
}

// Cases counts them.
type Cases struct {
	Disclosures, Requests, Answers, Breaches uint64
	// DisclosuresBy counts by the code of the legal ground, BreachesBy by kind.
	DisclosuresBy, BreachesBy map[string]uint64
}

func (s *Cases) add(c Case) {
	switch c.Kind {
	case CaseDisclosure:
		s.Disclosures++
		count(&s.DisclosuresBy, c.Of, 1)
	case CaseRequest:
		s.Requests++
	case CaseAnswer:
		s.Answers++
	case CaseBreach:
		s.Breaches++
		count(&s.BreachesBy, c.Of, 1)
	}
}

// CasesIn returns what a delivered parcel counts as, nothing for most kinds. It reads
// no personal information out of the body. A record that corrects a disclosure is no
// further one.
func CasesIn(kind Kind, body []byte) ([]Case, error) {
	switch kind {
	case DisclosureParcel, RequestParcel, BreachParcel:
	default:
		return nil, nil
	}
	var r struct {
		ID, Authority, Corrects, Kind string
		Made, Answered                time.Time
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("read a %s", kind) // the decoder's error may quote a name
	}
	switch {
	case kind == BreachParcel:
		return []Case{{r.ID, CaseBreach, r.Kind, r.Made}}, nil
	case kind == DisclosureParcel && r.Corrects == "":
		return []Case{{r.ID, CaseDisclosure, r.Authority, r.Made}}, nil
	case kind == RequestParcel && r.Answered.IsZero():
		return []Case{{r.ID, CaseRequest, "", r.Made}}, nil
	case kind == RequestParcel:
		return []Case{{r.ID, CaseRequest, "", r.Made}, {r.ID, CaseAnswer, "", r.Answered}}, nil
	}
	return nil, nil
}
