package dock

import (
	"context"
	"fmt"

	"secondlook/app/access"
	"secondlook/platform/dock/protocol"
)

// Roster returns the station's roster where its version is newer than have, nil
// where it is not, and where there is none. It returns [shift.ErrUntrusted] for one
// that the station did not sign and for an older one in the newer one's place, else
// [shift.ErrNoAnswer] or [shift.ErrRefused].
func (l *link) Roster(ctx context.Context, have int) (*access.Roster, error) {
	ctx, done := l.call(ctx)
	defer done()
	s, ok, err := l.last(ctx, protocol.RosterStream, protocol.RosterSubject)
	if err != nil {
		return nil, l.failure(ctx, "fetch the roster", err)
	}
	if !ok {
		return nil, nil
	}
	r, err := protocol.OpenRoster(l.id.Fleet, l.id.Publishing, s.data)
	switch {
	case err != nil:
		return nil, fmt.Errorf("roster: %w", err)
	case r.Version < have:
		return nil, fmt.Errorf("roster: version %d is older than version %d in this car: %w", r.Version, have, errOlder)
	case r.Version == have:
		return nil, nil
	}
	return &r, nil
}
