package dock

import (
	"context"
	"fmt"
	"time"

	"secondlook/platform/dock/protocol"
)

// Time is what the station's clock shows. The link's TLS says that it is the
// station's. It returns [shift.ErrNoAnswer] or [shift.ErrRefused], the former also for
// a station that is too old to answer.
func (l *link) Time(ctx context.Context) (time.Time, error) {
	ctx, done := l.message(ctx, 0)
	defer done()
	m, err := l.nc.RequestWithContext(ctx, protocol.TimeSubject, nil)
	if err != nil {
		return time.Time{}, l.failure(ctx, "ask for the time", err)
	}
	t, err := time.Parse(time.RFC3339Nano, string(m.Data))
	if err != nil {
		return time.Time{}, fmt.Errorf("ask for the time: %w", err)
	}
	return t, nil
}
