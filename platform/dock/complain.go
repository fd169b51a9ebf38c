package dock

import (
	"context"

	"secondlook/platform/dock/protocol"
)

// Complain tells the station what of its own this car refused: at most the first
// [protocol.MaxComplaint] bytes. It returns [shift.ErrNoAnswer] or [shift.ErrRefused].
func (l *link) Complain(ctx context.Context, refused string) error {
	ctx, done := l.call(ctx)
	defer done()
	err := l.nc.Publish(protocol.ComplaintSubject(l.id.Car), []byte(refused[:min(len(refused), protocol.MaxComplaint)]))
	if err == nil {
		err = l.nc.FlushWithContext(ctx)
	}
	return l.failure(ctx, "say what was refused", err)
}
