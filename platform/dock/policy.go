package dock

import (
	"context"
	"fmt"

	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// Policy returns the policy pack that the station published last where it is newer
// than have, or the one that was refused; nil where there is none such. It returns
// [shift.ErrUntrusted] for one that the station did not sign and for an older one in
// the newer one's place, else [shift.ErrNoAnswer] or [shift.ErrRefused].
func (l *link) Policy(ctx context.Context, have shift.KeptPack) (*shift.PackFile, error) {
	ctx, done := l.call(ctx)
	defer done()
	s, ok, err := l.last(ctx, protocol.PolicyStream, protocol.PolicySubject)
	if err != nil {
		return nil, l.failure(ctx, "fetch the policy pack", err)
	}
	if !ok {
		return nil, nil
	}
	p, err := protocol.OpenPack(l.id.Fleet, l.id.Publishing, s.data)
	switch {
	case err != nil:
		return nil, fmt.Errorf("policy pack: %w", err)
	case p.Version < have.Version:
		return nil, fmt.Errorf("policy pack: %w", &policy.Fault{Code: policy.FaultReplayed, Values: []any{p.Version, have.Version}, Err: errOlder})
	case p.Version == have.Version && !have.Refused:
		return nil, nil
	}
	return &p, nil
}
