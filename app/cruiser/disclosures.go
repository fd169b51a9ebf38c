package cruiser

import (
	"context"
	"encoding/json"
	"fmt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/disclosure"
	"secondlook/app/shift"
)

// Disclose writes a disclosure into the log, in the name of the person signed in. A
// record with Corrects set takes the place of an earlier one, which stays. It
// returns what [disclosure.Record.Validate] does, and [disclosure.ErrCorrects].
func (c *Cruiser) Disclose(ctx context.Context, r disclosure.Record) (disclosure.Record, error) {
	by, err := c.permit(ctx, access.ActDisclose)
	if err != nil {
		return disclosure.Record{}, err
	}
	now := c.now()
	r.ID, r.Made, r.By = newID(now), now, by
	if err := r.Validate(c.Pack().Disclosure, now); err != nil {
		return disclosure.Record{}, c.refused(ctx, string(audit.DisclosureRecorded), "", err)
	}
	e := c.event(audit.DisclosureRecorded, r.ID)
	e.Reason = r.Authority
	e.Detail = map[string]string{"plates": fmt.Sprint(len(r.Plates)), "after-use": string(r.AfterUse)}
	if r.Corrects != "" {
		e.Detail["corrects"] = r.Corrects
	}
	if err := c.store.AddDisclosure(ctx, r, e); err != nil {
		return disclosure.Record{}, fmt.Errorf("keep the disclosure: %w", err)
	}
	c.tell(CasesChanged)
	return r, nil
}

// Disclosures returns the log, newest first, and records that it was read.
func (c *Cruiser) Disclosures(ctx context.Context) ([]disclosure.Record, error) {
	if _, err := c.permit(ctx, access.ActSeeDisclosures); err != nil {
		return nil, err
	}
	log, err := c.store.Disclosures(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the disclosure log: %w", err)
	}
	e := c.event(audit.DisclosuresRead, "")
	e.Detail = map[string]string{"records": fmt.Sprint(len(log))}
	if err := c.store.Append(ctx, e); err != nil {
		return nil, fmt.Errorf("record the look at the disclosures: %w", err)
	}
	return newestFirst(log), nil
}

func newestFirst[T any](all []T) []T {
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// disclosuresOut are the disclosures that the station does not have. They stay in
// the car, whose log can be asked for as long as the pack says.
func (c *Cruiser) disclosuresOut(ctx context.Context) (out []outgoing, err error) {
	log, err := c.store.Disclosures(ctx)
	if err != nil {
		return nil, fmt.Errorf("read disclosures to deliver: %w", err)
	}
	for _, r := range log {
		if !r.Delivered.IsZero() {
			continue
		}
		out = append(out, outgoing{
			Ref:  shift.Ref{Kind: shift.DisclosureParcel, ID: r.ID},
			rank: 8,
			pack: func(context.Context) (shift.Parcel, error) {
				body, err := json.Marshal(r)
				return shift.Parcel{ID: r.ID, Kind: shift.DisclosureParcel, Body: body, Captured: r.Made}, err
			},
		})
	}
	return out, nil
}
