package cruiser

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/shift"
)

// ReportBreach reports a suspected breach in the name of the person signed in,
// whatever their role. It goes to the station before anything else at the next
// sync. It returns [breach.ErrIncomplete] or [breach.ErrNoticed].
func (c *Cruiser) ReportBreach(ctx context.Context, r breach.Report) (breach.Report, error) {
	by, err := c.permit(ctx, access.ActReportBreach)
	if err != nil {
		return breach.Report{}, err
	}
	now := c.now()
	r.ID, r.Made, r.By, r.Terminal, r.What = newID(now), now, by, c.Settings().Terminal, strings.TrimSpace(r.What)
	if err := r.Validate(now); err != nil {
		return breach.Report{}, err
	}
	e := c.event(audit.BreachReported, r.ID)
	e.Detail = map[string]string{"kind": string(r.Kind)}
	if err := c.store.PutBreach(ctx, r, e); err != nil {
		return breach.Report{}, fmt.Errorf("keep the report: %w", err)
	}
	c.tell(QueueChanged) // one record more waits for the station
	return r, nil
}

// breachesOut are the reports that the station does not have: the first to go.
func (c *Cruiser) breachesOut(ctx context.Context) (out []outgoing, err error) {
	reports, err := c.store.Breaches(ctx)
	if err != nil {
		return nil, fmt.Errorf("read reports to deliver: %w", err)
	}
	for _, r := range reports {
		out = append(out, outgoing{
			Ref:  shift.Ref{Kind: shift.BreachParcel, ID: r.ID},
			rank: -1,
			pack: func(context.Context) (shift.Parcel, error) {
				body, err := json.Marshal(r)
				return shift.Parcel{ID: r.ID, Kind: shift.BreachParcel, Body: body, Captured: r.Made}, err
			},
		})
	}
	return out, nil
}
