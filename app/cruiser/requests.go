package cruiser

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/plate"
	"secondlook/app/search"
	"secondlook/app/shift"
)

// TakeRequest takes up an individual's access request and assembles what this
// terminal has of the plate, for the coordinator to mark. It returns
// [search.ErrRequest] or [plate.ErrNotPlate].
func (c *Cruiser) TakeRequest(ctx context.Context, r search.Request) (search.Request, error) {
	by, err := c.permit(ctx, access.ActAnswerRequest)
	if err != nil {
		return search.Request{}, err
	}
	now := c.now()
	if err := r.Validate(now); err != nil {
		return search.Request{}, err
	}
	r = search.Request{ID: newID(now), Made: now, By: by, Received: r.Received, FileNumber: r.FileNumber, Requester: r.Requester,
		Entitled: r.Entitled, Plate: r.Plate, Jurisdiction: r.Jurisdiction}
	if days := c.Pack().AccessRequest.AnswerDays; days > 0 {
		r.Due = r.Received.AddDate(0, 0, days)
	}
	s, err := c.sources(ctx, r)
	if err != nil {
		return search.Request{}, err
	}
	r.Assemble(s, now)
	e := c.event(audit.RequestAssembled, r.ID)
	e.Reason = r.FileNumber
	e.Detail = map[string]string{}
	for _, section := range search.Sections {
		e.Detail[string(section)] = fmt.Sprint(r.Count(section))
	}
	if err := c.store.PutRequest(ctx, r, e); err != nil {
		return search.Request{}, fmt.Errorf("keep the access request: %w", err)
	}
	c.tell(CasesChanged)
	return r, nil
}

func (c *Cruiser) sources(ctx context.Context, r search.Request) (s search.Sources, err error) {
	s.Matches = c.index.Match(plate.Read{Text: r.Plate, Jurisdiction: r.Jurisdiction, Basis: plate.BasisRead}, r.Made)
	if s.Entries, err = c.store.Entries(ctx); err != nil {
		return s, fmt.Errorf("read manual entries: %w", err)
	}
	if s.Hits, err = c.store.Hits(ctx); err != nil {
		return s, fmt.Errorf("read hits: %w", err)
	}
	if s.Audit, err = c.store.Records(ctx); err != nil {
		return s, fmt.Errorf("read the audit record: %w", err)
	}
	if s.Disclosures, err = c.store.Disclosures(ctx); err != nil {
		return s, fmt.Errorf("read the disclosure log: %w", err)
	}
	return s, nil
}

// FinishRequest marks what is withheld and finishes the answer. It returns
// [search.ErrAnswered], [search.ErrNoRequest] or [policy.ErrUnknownCode].
func (c *Cruiser) FinishRequest(ctx context.Context, id string, x search.Exemptions) (search.Request, error) {
	if _, err := c.permit(ctx, access.ActAnswerRequest); err != nil {
		return search.Request{}, err
	}
	r, err := c.request(ctx, id)
	if err != nil {
		return search.Request{}, err
	}
	if err := r.Finish(x, c.Pack().AccessRequest.Exemptions, c.now()); err != nil {
		return search.Request{}, c.refused(ctx, string(audit.RequestAnswered), id, err)
	}
	e := c.event(audit.RequestAnswered, id)
	e.Reason = r.FileNumber
	e.Detail = map[string]string{"items": fmt.Sprint(len(r.Items)), "withheld": fmt.Sprint(len(x.Items)),
		"sections-withheld": fmt.Sprint(len(x.Sections))}
	if err := c.store.PutRequest(ctx, r, e); err != nil {
		return search.Request{}, fmt.Errorf("keep the answer: %w", err)
	}
	c.tell(CasesChanged)
	return r, nil
}

// Request returns one access request and records that it was opened. It returns
// [search.ErrNoRequest].
func (c *Cruiser) Request(ctx context.Context, id string) (search.Request, error) {
	if _, err := c.permit(ctx, access.ActAnswerRequest); err != nil {
		return search.Request{}, err
	}
	r, err := c.request(ctx, id)
	if err != nil {
		return r, err
	}
	if err := c.store.Append(ctx, c.event(audit.RequestOpened, id)); err != nil {
		return search.Request{}, fmt.Errorf("record the look at a request: %w", err)
	}
	return r, nil
}

func (c *Cruiser) request(ctx context.Context, id string) (search.Request, error) {
	all, err := c.store.Requests(ctx)
	if err != nil {
		return search.Request{}, fmt.Errorf("read access requests: %w", err)
	}
	for _, r := range all {
		if r.ID == id {
			return r, nil
		}
	}
	return search.Request{}, search.ErrNoRequest
}

// RequestHead is what the list of access requests shows: no plate, no name.
type RequestHead struct {
	ID, FileNumber          string
	Received, Due, Answered time.Time // zero where there is none
}

// Requests returns the access requests, newest first, without what is in them.
func (c *Cruiser) Requests(ctx context.Context) ([]RequestHead, error) {
	if _, err := c.permit(ctx, access.ActAnswerRequest); err != nil {
		return nil, err
	}
	all, err := c.store.Requests(ctx)
	if err != nil {
		return nil, fmt.Errorf("read access requests: %w", err)
	}
	heads := make([]RequestHead, 0, len(all))
	for _, r := range newestFirst(all) {
		heads = append(heads, RequestHead{ID: r.ID, FileNumber: r.FileNumber, Received: r.Received, Due: r.Due, Answered: r.Answered})
	}
	return heads, nil
}

// ExportRequest returns an answered request for the file that the coordinator saves,
// and records it; form is the file's, such as "json". It returns
// [search.ErrNoRequest].
func (c *Cruiser) ExportRequest(ctx context.Context, id, form string) (search.Request, error) {
	if _, err := c.permit(ctx, access.ActAnswerRequest); err != nil {
		return search.Request{}, err
	}
	r, err := c.request(ctx, id)
	if err != nil {
		return r, err
	}
	e := c.event(audit.RequestExported, id)
	e.Reason, e.Detail = r.FileNumber, map[string]string{"form": form}
	if err := c.store.Append(ctx, e); err != nil {
		return search.Request{}, fmt.Errorf("record the export: %w", err)
	}
	return r, nil
}

// requestsOut are the answered requests that the station does not have.
func (c *Cruiser) requestsOut(ctx context.Context) (out []outgoing, err error) {
	all, err := c.store.Requests(ctx)
	if err != nil {
		return nil, fmt.Errorf("read access requests to deliver: %w", err)
	}
	for _, r := range all {
		if r.Answered.IsZero() || !r.Delivered.IsZero() {
			continue
		}
		out = append(out, outgoing{
			Ref:  shift.Ref{Kind: shift.RequestParcel, ID: r.ID},
			rank: 8,
			pack: func(context.Context) (shift.Parcel, error) {
				body, err := json.Marshal(r)
				return shift.Parcel{ID: r.ID, Kind: shift.RequestParcel, Body: body, Captured: r.Answered}, err
			},
		})
	}
	return out, nil
}
