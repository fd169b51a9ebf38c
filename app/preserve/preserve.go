// Package preserve is the order of a supervisor to keep a narrow part of the
// non-hits until it is settled whether the law allows their use (IPC, Managing hit
// and non-hit information). It exists where the policy pack turns it on, and no
// pack that ships does: with it off, no order can be given, and nothing that an
// order could have kept survives.
//
// Of a non-hit an order keeps the text, the camera and the time; pictures never.
package preserve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/plate"
	"secondlook/app/policy"
)

var (
	// ErrOff is returned for every act while the policy does not allow orders.
	ErrOff = errors.New("the policy in force does not allow non-hits to be preserved")
	// ErrIncomplete is returned for an order that lacks a part; the error names it.
	ErrIncomplete = errors.New("is needed in a preservation order")
	// ErrWindow is returned for a window or an end of authority beyond the policy's
	// limits, or one that is over.
	ErrWindow = errors.New("the order's times are outside of the policy's limits")
	// ErrNotFound is returned for an order that is not in force.
	ErrNotFound = errors.New("no such preservation order")
)

// Order is one supervisor's order.
type Order struct {
	// ID is random; it sorts by the time at which the order was given.
	ID    string
	By    access.Officer
	Given time.Time
	// Authority is who or what allows it, Case the investigation.
	Authority, Case string
	// Area is the area of deployment in which it holds: a terminal that is deployed
	// elsewhere keeps nothing.
	Area string
	// From and Until are the window in which non-hits are kept.
	From, Until time.Time
	// Settled is by when the legal authority must be settled: what was kept is
	// erased then.
	Settled time.Time
}

// Format prints the id for every verb: the rest is personal.
func (o Order) Format(f fmt.State, _ rune) { io.WriteString(f, "[preservation order "+o.ID+"]") }

// LogValue is what slog records of an order.
func (o Order) LogValue() slog.Value { return slog.StringValue(o.ID) }

// Validate checks an order against the policy at the time now. It returns [ErrOff],
// [ErrIncomplete] or [ErrWindow].
func (o Order) Validate(p policy.Preservation, now time.Time) error {
	if !p.Enabled {
		return ErrOff
	}
	for _, f := range []struct{ name, value string }{
		{"authority", o.Authority}, {"case", o.Case}, {"area", o.Area}, {"name", string(o.By.Name)}, {"badge", string(o.By.Badge)},
	} {
		if strings.TrimSpace(f.value) == "" {
			return fmt.Errorf("%s %w", f.name, ErrIncomplete)
		}
	}
	window := time.Duration(p.WindowHours) * time.Hour
	switch {
	case o.From.IsZero(), !o.Until.After(o.From), o.Until.Sub(o.From) > window, !o.Until.After(now):
		return fmt.Errorf("window: %w", ErrWindow)
	case o.Settled.Before(o.Until), o.Settled.After(o.Until.AddDate(0, 0, p.HoldDays)):
		return fmt.Errorf("end of authority: %w", ErrWindow)
	}
	return nil
}

// Covers reports whether the order keeps a non-hit that was read at a time by a
// terminal deployed in an area. It fails closed: no area is no area.
func (o Order) Covers(at time.Time, area string) bool {
	area = strings.TrimSpace(area)
	return area != "" && strings.EqualFold(area, strings.TrimSpace(o.Area)) &&
		!at.Before(o.From) && at.Before(o.Until)
}

// Over reports whether everything that the order kept must be gone.
func (o Order) Over(now time.Time) bool { return !now.Before(o.Settled) }

// NonHit is what is kept of one.
type NonHit struct {
	Text         plate.Text
	Jurisdiction plate.Jurisdiction
	Camera       string
	At           time.Time
}

// Format prints "[non-hit]" for every verb.
func (NonHit) Format(f fmt.State, _ rune) { io.WriteString(f, "[non-hit]") }

// LogValue is what slog records of a non-hit.
func (NonHit) LogValue() slog.Value { return slog.StringValue("[non-hit]") }

// Store keeps orders, and what they keep, each order's under a key of its own.
// Package store satisfies it.
type Store interface {
	// PutOrder adds an order, with its key.
	PutOrder(ctx context.Context, o Order, e audit.Event) error
	// Orders returns every order whose data may still be here, oldest first, and how
	// many non-hits each keeps.
	Orders(ctx context.Context) ([]Order, map[string]int, error)
	// Keep adds non-hits to an order. It returns [ErrNotFound] where it has ended.
	Keep(ctx context.Context, order string, kept []NonHit, e audit.Event) error
	// Kept returns what an order keeps. It returns [ErrNotFound].
	Kept(ctx context.Context, order string, e audit.Event) ([]NonHit, error)
	// EndOrder destroys the order, its key and everything it keeps. event is given
	// how many non-hits that was. It returns [ErrNotFound].
	EndOrder(ctx context.Context, order string, event func(n int) audit.Event) error
}
