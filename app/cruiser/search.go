package cruiser

import (
	"context"
	"errors"
	"fmt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/plate"
	"secondlook/app/search"
)

// Search runs a manual search: in the hotlists in force and in the car's confirmed
// hits. It is recorded whatever its result, and what cannot be recorded shows
// nothing. It returns [search.ErrIncomplete], [policy.ErrUnknownCode] or
// [plate.ErrNotPlate].
func (c *Cruiser) Search(ctx context.Context, q search.Query) (search.Result, error) {
	if _, err := c.permit(ctx, access.ActSearch); err != nil {
		return search.Result{}, err
	}
	if err := q.Validate(c.Pack().Search, c.Pack().Purposes); err != nil {
		return search.Result{}, c.refused(ctx, string(audit.Searched), "", err)
	}
	r, err := c.lookUp(ctx, q)
	e := c.event(audit.Searched, newID(r.At))
	e.At, e.Reason = r.At, q.Reason
	e.Detail = map[string]string{"purpose": q.Purpose, "file": q.FileNumber, audit.DetailPlate: string(q.Plate),
		"matches": fmt.Sprint(len(r.Matches)), "hits": fmt.Sprint(len(r.Hits))}
	if err != nil {
		e.Outcome = audit.OutcomeFailed
	}
	if aerr := c.store.Append(ctx, e); aerr != nil {
		return search.Result{}, errors.Join(fmt.Errorf("record the search: %w", aerr), err)
	}
	c.count(e)
	if err != nil {
		return search.Result{}, err
	}
	return r, nil
}

func (c *Cruiser) lookUp(ctx context.Context, q search.Query) (search.Result, error) {
	now := c.now()
	r := search.Result{At: now, TacticalOnly: q.TacticalOnly(c.Pack().Retention),
		Matches: c.index.Match(plate.Read{Text: q.Plate, Jurisdiction: q.Jurisdiction, Basis: plate.BasisRead}, now)}
	hits, err := c.store.Hits(ctx)
	if err != nil {
		return r, fmt.Errorf("search the hits: %w", err)
	}
	for _, h := range hits {
		if q.Finds(h, c.Pack().Retention, now) {
			r.Hits = append(r.Hits, h.ID)
		}
	}
	return r, nil
}
