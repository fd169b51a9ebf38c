package cruiser

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"secondlook/app/audit"
	"secondlook/app/policy"
	"secondlook/app/shift"
)

// ErrPackRefused is returned by a sync beside the reason, where the station's policy
// pack was refused. The pack in force stays, and all else of the sync was done.
var ErrPackRefused = errors.New("the station's policy pack was refused")

// ProblemPackRefused is what [Cruiser.Problem] says after that, until a sync brings a
// pack that is taken.
const ProblemPackRefused = "The station's policy pack was refused on this terminal: the one in force stays. The audit record says why. Tell your administrator."

// receivePolicy installs the pack that the station published, by the rules of
// [Cruiser.InstallPack]: it takes the station's signature on the publication and the
// pack's own by a key that is trusted here. One that is refused leaves everything as it
// is, and comes again with the next sync.
func (c *Cruiser) receivePolicy(ctx context.Context, dock shift.Dock, link shift.Link, in *intake) error {
	if c.parts.Packs.Decode == nil {
		return nil
	}
	c.installing.Lock()
	defer c.installing.Unlock()
	kept, err := c.store.Policy(ctx)
	if err != nil {
		return fmt.Errorf("read the installed policy pack: %w", err)
	}
	station := policy.KeyID(dock.Publisher())
	have := kept.Published[station]
	have.Refused = have.Refused && !in.retried // once
	in.retried = true
	file, err := link.Policy(ctx, have)
	if errors.Is(err, shift.ErrUntrusted) && !in.isNew(err) {
		return fmt.Errorf("%w: %w", ErrPackRefused, err)
	}
	if errors.Is(err, shift.ErrUntrusted) {
		e := c.event(audit.PolicyRefused, "")
		e.Outcome, e.Detail = audit.OutcomeRefused, whyRefused(err)
		c.setPackRefused(true)
		return errors.Join(fmt.Errorf("%w: %w", ErrPackRefused, err), c.store.Append(ctx, e))
	}
	if err != nil {
		return fmt.Errorf("receive the policy pack: %w", err)
	}
	if file == nil {
		return nil
	}
	note := func(refused bool) KeptPolicy {
		next := kept
		next.Published = maps.Clone(kept.Published)
		if next.Published == nil {
			next.Published = map[string]shift.KeptPack{}
		}
		next.Published[station] = shift.KeptPack{Version: file.Version, Refused: refused}
		return next
	}
	reason := fmt.Sprintf("publication %d of the station", file.Version)
	refused := false
	_, err = c.takePack(ctx, note(false), file.Pack, file.Signature, reason, func(ctx context.Context, e audit.Event) error {
		refused = true
		// The refusal and the publication's number, so that no older one comes in its place.
		return c.store.PutPolicy(ctx, note(true), e)
	})
	if refused {
		err = fmt.Errorf("%w: %w", ErrPackRefused, err)
	}
	if refused || err == nil {
		c.setPackRefused(refused)
	}
	return err
}

// setPackRefused notes whether the station's pack was refused, which
// [Cruiser.Problem] says.
func (c *Cruiser) setPackRefused(on bool) {
	c.mu.Lock()
	changed := c.packRefused != on
	c.packRefused = on
	c.mu.Unlock()
	if changed {
		c.tell(ProblemChanged)
	}
}
