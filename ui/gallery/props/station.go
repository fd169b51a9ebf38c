package props

import (
	"context"
	"crypto/ed25519"
	"io"
	"time"

	"secondlook/app/access"
	"secondlook/app/entry"
	"secondlook/app/shift"
)

// Station is a station that answers as it is told to, and keeps what it is given.
type Station struct {
	// Absent is why it does not answer, nil where it does.
	Absent error
	// Delivering is called before a parcel is kept, with how many are there already.
	Delivering func(ctx context.Context, n int) error
	// Parcels are what it was given.
	Parcels map[string]shift.Kind
	// Newer are the lists that it offers.
	Newer []shift.ListFile
	// Entered are the manual entries of other cars.
	Entered []entry.Entry
}

func (*Station) Publisher() ed25519.PublicKey            { return nil }
func (*Station) Station() string                         { return "Exampleville Central" }
func (*Station) Car() string                             { return "car-4127" }
func (*Station) Close() error                            { return nil }
func (*Station) Time(context.Context) (time.Time, error) { return time.Time{}, nil }
func (*Station) Complain(context.Context, string) error  { return nil }

// Connect implements [shift.Dock].
func (s *Station) Connect(context.Context) (shift.Link, error) {
	if s.Absent != nil {
		return nil, s.Absent
	}
	return s, nil
}

// Deliver implements [shift.Link].
func (s *Station) Deliver(ctx context.Context, parcels ...shift.Parcel) error {
	for _, p := range parcels {
		if s.Delivering != nil {
			if err := s.Delivering(ctx, len(s.Parcels)); err != nil {
				return err
			}
		}
		if s.Parcels == nil {
			s.Parcels = map[string]shift.Kind{}
		}
		s.Parcels[p.ID] = p.Kind
		if p.Stored != nil {
			p.Stored(len(p.Body))
		}
	}
	return nil
}

// Lists implements [shift.Link].
func (s *Station) Lists(_ context.Context, have map[string]shift.KeptList) (newer []shift.ListFile, err error) {
	for _, l := range s.Newer {
		if l.Version > have[l.Name].Version {
			newer = append(newer, l)
		}
	}
	return newer, nil
}

// Await implements [shift.Link].
func (*Station) Await(ctx context.Context) (shift.News, error) {
	<-ctx.Done()
	return shift.News{}, ctx.Err()
}

func (*Station) PublishEntry(context.Context, entry.Entry) error                 { return nil }
func (s *Station) Entries(context.Context) ([]entry.Entry, error)                { return s.Entered, nil }
func (*Station) Policy(context.Context, shift.KeptPack) (*shift.PackFile, error) { return nil, nil }
func (*Station) Roster(context.Context, int) (*access.Roster, error)             { return nil, nil }
func (*Station) Medium(io.Writer, string, time.Time) (shift.Medium, error) {
	return nil, shift.ErrNotEnrolled
}
func (*Station) ReceiptOf([]byte) (string, error) { return "", shift.ErrReceipt }
func (*Station) OpenReceipt([]byte, string) (shift.Receipt, error) {
	return shift.Receipt{}, shift.ErrReceipt
}

// Receipt implements [shift.Link].
func (s *Station) Receipt(_ context.Context, of []shift.Ref) (shift.Receipt, error) {
	r := shift.Receipt{Request: "r1", Digest: []byte{1}, Proof: []byte{2}}
	for _, ref := range of {
		if s.Parcels[ref.ID] == ref.Kind {
			r.Records = append(r.Records, shift.Received{Ref: ref, Digest: []byte{3}})
		}
	}
	return r, nil
}
