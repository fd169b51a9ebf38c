package cruiser

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/review"
)

// Records returns the audit record and notes that it was read.
func (c *Cruiser) Records(ctx context.Context) ([]audit.Record, error) {
	if _, err := c.permit(ctx, access.ActSeeAudit); err != nil {
		return nil, err
	}
	return c.readRecords(ctx, c.event(audit.AuditRead, ""))
}

// readRecords notes a look at the audit record, then returns it.
func (c *Cruiser) readRecords(ctx context.Context, e audit.Event) ([]audit.Record, error) {
	if err := c.store.Append(ctx, e); err != nil {
		return nil, fmt.Errorf("record the look at the audit: %w", err)
	}
	return c.store.Records(ctx)
}

// ExportAudit returns a signed copy of the audit record from one time until before
// another, with a reason; zero times are no bounds. It returns
// [access.ErrIncomplete] without a reason, and [audit.ErrNoRecords].
func (c *Cruiser) ExportAudit(ctx context.Context, from, until time.Time, reason string) (audit.Copy, error) {
	if _, err := c.permit(ctx, access.ActExportAudit); err != nil {
		return audit.Copy{}, err
	}
	if strings.TrimSpace(reason) == "" {
		return audit.Copy{}, fmt.Errorf("reason for the copy: %w", access.ErrIncomplete)
	}
	e := c.event(audit.AuditExported, "")
	e.Reason, e.Detail = reason, review.Period(from, until)
	copied, err := c.store.Copy(ctx, e, from, until)
	c.watchRecord(err)
	return copied, err
}

// AuditKey is the public key that signs this terminal's audit record, for whoever
// enrols it. It is no secret, but it takes somebody who is signed in to ask.
func (c *Cruiser) AuditKey(ctx context.Context) (ed25519.PublicKey, error) {
	if s, ok := c.Session(); !ok || s.Locked {
		return nil, access.ErrNotSignedIn
	}
	return c.store.Key(ctx)
}

// DrawReview draws people and acts of theirs from a time, for a review; zero times
// are no bounds. The seed is random and recorded before anything is shown, so that
// the draw can be repeated and no reviewer can choose whom it hits. The reviewer is
// never drawn. It returns [review.ErrNobody].
func (c *Cruiser) DrawReview(ctx context.Context, from, until time.Time) (review.Draw, error) {
	by, err := c.permit(ctx, access.ActReview)
	if err != nil {
		return review.Draw{}, err
	}
	records, err := c.store.Records(ctx)
	if err != nil {
		return review.Draw{}, err
	}
	var seed [16]byte
	rand.Read(seed[:]) // never fails
	e := c.event(audit.ReviewDrawn, "")
	// Times as the record keeps them, so that the draw is the same when it is read.
	order := review.Order{ID: newID(c.now()), Seed: hex.EncodeToString(seed[:]), From: from.UTC(), Until: until.UTC(),
		Through: uint64(len(records)), Acts: c.Pack().Review.DrawActs,
		By: review.Person{Name: by.Name, Badge: by.Badge, Role: e.Role}, At: e.At.UTC().Truncate(10 * time.Millisecond)}
	order.People = c.Pack().Review.Draw(review.People(records, order))
	draw, err := review.Make(records, order)
	if err != nil {
		return review.Draw{}, err
	}
	order.Write(&e)
	if err := c.store.Append(ctx, e); err != nil {
		return review.Draw{}, fmt.Errorf("record the draw: %w", err)
	}
	return draw, nil
}

// Unusual returns the cases of unusual use that touch a time, newest first, each
// with the figures that raised it and without plates; zero times are no bounds.
// None is the reviewer's own.
func (c *Cruiser) Unusual(ctx context.Context, from, until time.Time) ([]review.Flag, error) {
	by, err := c.permit(ctx, access.ActReview)
	if err != nil {
		return nil, err
	}
	records, err := c.store.Records(ctx)
	if err != nil {
		return nil, err
	}
	flags := review.Unusual(records, c.reviewLimits(), from, until, by.Badge)
	e := c.event(audit.ReviewLooked, "")
	e.Detail = review.Period(from, until)
	e.Detail["flags"] = strconv.Itoa(len(flags))
	if err := c.store.Append(ctx, e); err != nil {
		return nil, fmt.Errorf("record the look at unusual use: %w", err)
	}
	return flags, nil
}

// Reviews returns every draw on this terminal, oldest first, with its findings,
// but not what the reader did themselves.
func (c *Cruiser) Reviews(ctx context.Context) ([]review.Draw, error) {
	by, err := c.permit(ctx, access.ActReview)
	if err != nil {
		return nil, err
	}
	records, err := c.readRecords(ctx, c.event(audit.ReviewRead, ""))
	if err != nil {
		return nil, err
	}
	return review.Without(review.Draws(records), by.Badge), nil
}

// RecordFinding records what the person signed in found about a draw or a flag,
// with the person whose acts they are. By and At are filled in here. It returns
// [review.ErrOwnActs], [review.ErrIncomplete] or [review.ErrNotFound].
func (c *Cruiser) RecordFinding(ctx context.Context, f review.Finding) error {
	by, err := c.permit(ctx, access.ActReview)
	if err != nil {
		return err
	}
	if f.Badge == by.Badge {
		return c.refused(ctx, string(audit.ReviewFinding), f.About, review.ErrOwnActs)
	}
	if err := f.Validate(); err != nil {
		return err
	}
	records, err := c.store.Records(ctx)
	if err != nil {
		return err
	}
	if !review.Known(records, c.reviewLimits(), f) {
		return review.ErrNotFound
	}
	e := c.event(audit.ReviewFinding, "")
	f.Write(&e)
	if err := c.store.Append(ctx, e); err != nil {
		return fmt.Errorf("record the finding: %w", err)
	}
	return nil
}

// reviewLimits are the policy's.
func (c *Cruiser) reviewLimits() review.Limits {
	r := c.Pack().Review
	hours := func(n int) time.Duration { return time.Duration(n) * time.Hour }
	return review.Limits{
		OffShiftActs: r.OffShiftActs, OffShiftGrace: time.Duration(r.OffShiftGraceMinutes) * time.Minute,
		SameSearches: r.SamePlateSearches, SameSearchesWithin: hours(r.SamePlateHours),
		FastVerdicts: r.FastVerdicts, FastVerdict: time.Duration(r.FastVerdictMillis) * time.Millisecond,
		Refusals: r.Refusals, RefusalsWithin: hours(r.RefusalHours),
		FailedSignIns: r.FailedSignIns, FailedSignInsWithin: hours(r.FailedSignInHours),
		Exports: r.Exports, ExportsWithin: hours(r.ExportHours),
	}
}
