package search

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/disclosure"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

var (
	// ErrRequest is returned for an access request that lacks something; the error
	// names it.
	ErrRequest = errors.New("is needed before an access request is answered")
	// ErrAnswered is returned for a change of a request that was answered.
	ErrAnswered = errors.New("this request was answered already")
	// ErrNoRequest is returned for a request that is not in the store.
	ErrNoRequest = errors.New("no such access request")
)

// Request is an individual's request to know what is recorded of their plate, and
// the answer as the coordinator makes it (IPC, Access to information requests; FL 2g).
type Request struct {
	// ID is random; it sorts by the time at which the request was taken up.
	ID   string
	Made time.Time
	By   access.Officer
	// Received is when the service got the request, Due by when it is to be answered;
	// zero where the law names no number of days.
	Received, Due time.Time
	FileNumber    string
	Requester     access.Name
	// Entitled says how the requester showed that the plate is theirs.
	Entitled     string
	Plate        plate.Text
	Jurisdiction plate.Jurisdiction
	Items        []Item
	// Withheld are sections that are withheld whole, each with the policy's code of
	// the ground: the answer then looks the same whether there is a record or not.
	Withheld map[Section]string
	// Answered is when the coordinator finished the answer; zero while it is open.
	Answered time.Time
	// Delivered is when the station acknowledged it; zero before.
	Delivered time.Time
}

// Format prints the id for every verb: the rest is personal.
func (r Request) Format(f fmt.State, _ rune) { io.WriteString(f, "[access request "+r.ID+"]") }

// LogValue is what slog records of a request.
func (r Request) LogValue() slog.Value { return slog.StringValue(r.ID) }

// Section is a part of the answer.
type Section string

const (
	ListedNow    Section = "listed-now"    // on a hotlist in force
	ListedBefore Section = "listed-before" // was on a hotlist, as manual entries and hits show
	HitsKept     Section = "hits"
	Searches     Section = "searches" // manual searches of the plate
	Disclosures  Section = "disclosures"
)

// Sections are all of them in the order of the answer.
var Sections = []Section{ListedNow, ListedBefore, HitsKept, Searches, Disclosures}

// Item is one record that is about the plate.
type Item struct {
	Section Section
	At      time.Time // when the record was made; zero where unknown
	Facts   []Fact
	// Exempt is the policy's code of the ground on which it is withheld; empty for
	// what is given.
	Exempt string
}

// Fact is one thing that a record says. Its key is a word of the answer's own:
// "list", "category", "agency"; see [Compose].
type Fact struct{ Key, Value string }

// Format prints "[item]" for every verb.
func (Item) Format(f fmt.State, _ rune) { io.WriteString(f, "[item]") }

// LogValue is what slog records of an item.
func (Item) LogValue() slog.Value { return slog.StringValue("[item]") }

// Validate reports what is missing as [ErrRequest], or [plate.ErrNotPlate].
func (r Request) Validate(now time.Time) error {
	for _, f := range []struct{ name, value string }{
		{"plate", string(r.Plate)}, {"file number", r.FileNumber}, {"requester", string(r.Requester)},
		{"proof that the plate is theirs", r.Entitled},
	} {
		if strings.TrimSpace(f.value) == "" {
			return fmt.Errorf("%s %w", f.name, ErrRequest)
		}
	}
	if r.Received.IsZero() || r.Received.After(now) {
		return fmt.Errorf("day of receipt %w", ErrRequest)
	}
	return r.Plate.Check()
}

// Sources are the records in which an answer is looked for.
type Sources struct {
	Matches     []hotlist.Match
	Entries     []entry.Entry
	Hits        []hit.Hit
	Audit       []audit.Record
	Disclosures []disclosure.Record
}

// Assemble fills in the items from what the terminal has, oldest first within each
// section. Only the very plate counts: what merely looks like it is somebody else's.
func (r *Request) Assemble(s Sources, now time.Time) {
	r.Items = nil
	for _, m := range s.Matches {
		if m.Kind == hotlist.Exact && m.Jurisdiction != plate.Different {
			r.add(ListedNow, time.Time{}, listed(m)...)
		}
	}
	for _, e := range s.Entries {
		if e.Plate == r.Plate && r.same(e.Jurisdiction) && e.State != entry.Proposed && e.State != entry.Refused && !e.OnHotlist(now) {
			r.add(ListedBefore, e.Decided, Fact{"list", hotlist.ManualList}, Fact{"category", e.Category},
				Fact{"agency", e.Service}, Fact{"until", day(e.Expires)})
		}
	}
	for _, h := range s.Hits {
		if of(h, r.Plate) && r.same(h.Read.Jurisdiction) {
			r.addHit(h)
		}
	}
	for _, a := range s.Audit {
		if e := a.Event; e.Act == audit.Searched && e.Detail[audit.DetailPlate] == string(r.Plate) {
			r.add(Searches, e.At, Fact{"purpose", e.Detail["purpose"]}, Fact{"file", e.Detail["file"]})
		}
	}
	for _, d := range disclosure.Of(s.Disclosures, r.Plate) {
		r.add(Disclosures, d.Disclosed, Fact{"recipient", d.Recipient}, Fact{"authority", d.Authority},
			Fact{"information", d.Information}, Fact{"after-use", string(d.AfterUse)})
	}
	slices.SortStableFunc(r.Items, func(a, b Item) int {
		if a.Section != b.Section {
			return slices.Index(Sections, a.Section) - slices.Index(Sections, b.Section)
		}
		return a.At.Compare(b.At)
	})
}

// addHit adds a hit, and that the plate was listed then.
func (r *Request) addHit(h hit.Hit) {
	for _, m := range h.Matches {
		if m.Entry.Plate == r.Plate {
			r.add(ListedBefore, h.RaisedAt, listed(m)...)
		}
	}
	facts := []Fact{{"seen", h.Read.At.Format(time.RFC3339)}, {"camera", h.Read.Camera}, {"category", h.Matches[0].Entry.Category},
		{"state", string(h.State)}}
	if h.Place != nil {
		facts = append(facts, Fact{"place", h.Place.Degrees()})
	}
	if h.Outcome != nil {
		facts = append(facts, Fact{"outcome", h.Outcome.Code})
	}
	r.add(HitsKept, h.RaisedAt, facts...)
}

func listed(m hotlist.Match) []Fact {
	driver, lenses := m.Entry.SuspendedDriver(), ""
	if driver.Lenses {
		lenses = "yes"
	}
	return []Fact{{"list", m.List}, {"category", m.Entry.Category}, {"driver", driver.Name}, {"lenses", lenses},
		{"agency", m.Entry.Agency}, {"contact", m.Entry.Contact}, {"until", day(m.Entry.Expires)}}
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// add adds an item with the facts that say something.
func (r *Request) add(s Section, at time.Time, facts ...Fact) {
	facts = slices.DeleteFunc(facts, func(f Fact) bool { return strings.TrimSpace(f.Value) == "" })
	r.Items = append(r.Items, Item{Section: s, At: at, Facts: facts})
}

// same reports whether a jurisdiction may be that of the request.
func (r Request) same(j plate.Jurisdiction) bool {
	return j == "" || r.Jurisdiction == "" || j == r.Jurisdiction
}

// Exemptions are the grounds on which a coordinator withholds parts of an answer, as
// codes of the policy.
type Exemptions struct {
	// Items by their position, Sections whole.
	Items    map[int]string
	Sections map[Section]string
}

// Finish marks what is withheld and finishes the answer; everything else is given.
// It returns [ErrAnswered] or [policy.ErrUnknownCode].
func (r *Request) Finish(x Exemptions, grounds []policy.Choice, now time.Time) error {
	if !r.Answered.IsZero() {
		return ErrAnswered
	}
	items := slices.Clone(r.Items)
	for i, code := range x.Items {
		if i < 0 || i >= len(items) || policy.CheckCode(grounds, code) != nil {
			return fmt.Errorf("exemption of item %d: %w", i+1, policy.ErrUnknownCode)
		}
		items[i].Exempt = code
	}
	for s, code := range x.Sections {
		if !slices.Contains(Sections, s) || policy.CheckCode(grounds, code) != nil {
			return fmt.Errorf("exemption of section %s: %w", s, policy.ErrUnknownCode)
		}
	}
	r.Items, r.Withheld, r.Answered = items, maps.Clone(x.Sections), now
	return nil
}

// Withholds reports whether anything is not given.
func (r Request) Withholds() bool {
	return len(r.Withheld) > 0 || slices.ContainsFunc(r.Items, func(i Item) bool { return i.Exempt != "" })
}

// RequestStore keeps access requests, sealed. Package store satisfies it. Every
// change comes with its audit event and is durable when the method returns.
type RequestStore interface {
	// PutRequest adds or replaces a request.
	PutRequest(ctx context.Context, r Request, e audit.Event) error
	// Requests returns every request, oldest first.
	Requests(ctx context.Context) ([]Request, error)
}

// Count is how many items a section has.
func (r Request) Count(s Section) (n int) {
	for _, i := range r.Items {
		if i.Section == s {
			n++
		}
	}
	return n
}
