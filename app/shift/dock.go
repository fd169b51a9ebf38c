package shift

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"time"

	"secondlook/app/access"
	"secondlook/app/entry"
)

var (
	// ErrNotEnrolled is returned while the terminal has no station bundle.
	ErrNotEnrolled = errors.New("this terminal is not enrolled at a station")
	// ErrNoAnswer is returned when the station cannot be reached or does not answer.
	ErrNoAnswer = errors.New("the station did not answer")
	// ErrRefused is returned when the station does not accept this car's credential.
	ErrRefused = errors.New("the station refused this terminal's credential")
	// ErrUntrusted is returned for a list or entry whose signature does not verify.
	ErrUntrusted = errors.New("what arrived is not signed by the station")
)

// Kind is what a parcel holds.
type Kind string

const (
	HitParcel        Kind = "hit"
	DeploymentParcel Kind = "deployment"
	AuditParcel      Kind = "audit"
	// ReportParcel holds a [hit.Report]: an entry of a hotlist that looks wrong.
	ReportParcel     Kind = "entry-report"
	DisclosureParcel Kind = "disclosure"
	RequestParcel    Kind = "request"
	BreachParcel     Kind = "breach"
)

// Parcel is one record on its way to the station. The dock seals Body to the
// service's records key before it leaves the car.
type Parcel struct {
	// ID is the record's id and becomes the message id: a parcel sent twice is
	// kept once.
	ID   string
	Kind Kind
	Body []byte // JSON
	// What follows travels beside the sealed body in the clear, because retention at
	// the station goes by it. It says nothing about anybody.

	// Captured is the day of the record, Used that of its last use; zero where
	// retention may count from the delivery.
	Captured, Used time.Time
	// Held is set for a hit on legal hold.
	Held bool

	// Stored, where it is set, is called from [Link.Deliver] with how many bytes of the
	// body the station has so far, and at last with all of them.
	Stored func(bytes int)
}

// ListFile is a hotlist as the station distributes it, its signature verified.
type ListFile struct {
	Name    string
	Version int
	Made    time.Time
	// Withdrawn is set for a list that is no longer in force; Data is then empty.
	Withdrawn bool
	Data      []byte // the file, see package hotlist
	// Deltas, where there are any, come instead of Data: what makes the list of the
	// version that the car has the one of this Version, in order.
	Deltas []ListDelta
}

// ListDelta is what makes one version of a list the next, its signature verified.
type ListDelta struct {
	Name string
	// From is the version that it changes, Version the one that it makes.
	From, Version int
	Made          time.Time
	// Source publishes the list, Contact is how to reach it; empty where unknown.
	Source, Contact string
	// Reading is how the station read the list, see hotlist.Reading.
	Reading string
	Data    []byte // see hotlist.ReadDelta
}

// KeptList is what a car has of a list.
type KeptList struct {
	Version int
	// Whole is set where no delta fits what the car has.
	Whole bool
}

// PackFile is a policy pack as the station distributes it, the station's signature
// verified. The pack's own signature is not.
type PackFile struct {
	// Version counts what the station published, from 1; the pack has its own.
	Version         int
	Made            time.Time
	Pack, Signature []byte
}

// KeptPack is what a car knows of the packs that a station published.
type KeptPack struct {
	// Version is the newest that came, Refused whether the car refused it: then it is
	// offered once more, since a key may be trusted meanwhile.
	Version int
	Refused bool
}

// News says of what the station has stored something.
type News struct{ Lists, Entries, Roster, Policy bool }

// Everything is news of all there is.
var Everything = News{Lists: true, Entries: true, Roster: true, Policy: true}

// And is both.
func (n News) And(m News) News {
	return News{n.Lists || m.Lists, n.Entries || m.Entries, n.Roster || m.Roster, n.Policy || m.Policy}
}

// Dock reaches the station. Package platform/dock satisfies it.
type Dock interface {
	// Station names the station this terminal is enrolled at, "" if at none.
	Station() string
	// Car is the car's name at the station.
	Car() string
	// Publisher is the key with which the station signs what it distributes, nil
	// if enrolled at none.
	Publisher() ed25519.PublicKey
	// Medium begins a file of sealed records for the station, where there is no network.
	// The receipt for it answers to the request's number.
	Medium(w io.Writer, request string, made time.Time) (Medium, error)
	// ReceiptOf says which request a receipt that came back on a medium answers, before
	// anything of it is verified; OpenReceipt verifies it. Both return [ErrReceipt].
	ReceiptOf(raw []byte) (request string, err error)
	OpenReceipt(raw []byte, request string) (Receipt, error)
	// Connect opens a link. It returns [ErrNotEnrolled], [ErrNoAnswer] or [ErrRefused].
	Connect(ctx context.Context) (Link, error)
}

// Medium takes records for the station to a file.
type Medium interface {
	// Put seals a parcel and adds it.
	Put(p Parcel) error
	// Close ends the file; without it the station takes it for cut short.
	Close() error
}

// Link is one open connection to the station.
type Link interface {
	// Deliver seals and sends parcels in their order; when it returns nil, the station has
	// all of them on disk, and of each one when it calls its [Parcel.Stored] with the whole
	// size. Delivering the same id again is not an error and keeps one record. Of a large
	// one that was cut, only what is missing travels again.
	Deliver(ctx context.Context, parcels ...Parcel) error
	// Receipt returns the station's receipt for those of the records that it has, in
	// their order, verified. It returns [ErrReceipt] for anything else.
	Receipt(ctx context.Context, of []Ref) (Receipt, error)
	// Lists returns the lists whose version is newer than have's, by name: as deltas
	// where the station has every one since, else whole.
	Lists(ctx context.Context, have map[string]KeptList) ([]ListFile, error)
	// PublishEntry sends an entry for other terminals of the service and its station.
	PublishEntry(ctx context.Context, e entry.Entry) error
	// Entries returns the newest revision of every entry of other terminals that was
	// stored since the link's last Entries; of all the first time.
	Entries(ctx context.Context) ([]entry.Entry, error)
	// Roster returns the station's roster where its version is newer than have, nil
	// where it is not. It returns [ErrUntrusted] for one that the station did not sign,
	// and for one that is older than have.
	Roster(ctx context.Context, have int) (*access.Roster, error)
	// Policy returns the station's policy pack where it is newer than have, or was
	// refused; nil where there is none such. It returns [ErrUntrusted] for one that the
	// station did not sign, and for one that is older than have.
	Policy(ctx context.Context, have KeptPack) (*PackFile, error)
	// Time is what the station's clock shows.
	Time(ctx context.Context) (time.Time, error)
	// Await waits until the station has stored something for cars that this link has not
	// read, and says of what. The first time it returns [Everything], as soon as nothing
	// that is stored from then on is missed. It returns the context's error, or why the
	// link ended: [ErrNoAnswer] or [ErrRefused].
	Await(ctx context.Context) (News, error)
	// Complain tells the station what of its own this car refused, and why, for the
	// station's log. Nothing depends on whether it hears that.
	Complain(ctx context.Context, refused string) error
	// Close ends the link.
	Close() error
}
