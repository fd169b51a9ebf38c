package cruiser

import (
	"context"
	"fmt"
	"time"

	"secondlook/app/access"
	"secondlook/app/policy"
)

// origin is where an installed pack in force is from; zero for one that is part of
// the program.
type origin struct {
	digest, key string
	installed   time.Time
}

// PolicyState is which pack is in force, and whose word it is.
type PolicyState struct {
	Pack *policy.Pack
	// Digest is the pack's SHA-256, see [policy.Digest]; empty where only its
	// reader knew it.
	Digest string
	// KeyID is the key that signed the pack, and Installed when it was installed:
	// both are zero for a pack that is part of the program.
	KeyID     string
	Installed time.Time
	// Next is the pack that is in force from the next sign-in, where that is another.
	Next *policy.Pack
	// Fault is why an installed pack cannot be used, from the next sign-in at the latest.
	Fault error
	// Keys are those whose packs this terminal takes.
	Keys []PolicyKey
	// Fixed is set where no pack can be installed, as in demo mode.
	Fixed bool
}

// PolicyState returns which pack is in force.
func (c *Cruiser) PolicyState(ctx context.Context) (PolicyState, error) {
	if _, err := c.looker(access.ActSettings); err != nil {
		return PolicyState{}, c.refused(ctx, string(access.ActSettings), "", err)
	}
	kept, err := c.store.Policy(ctx)
	if err != nil {
		return PolicyState{}, fmt.Errorf("read the installed policy pack: %w", err)
	}
	c.mu.Lock()
	from := c.packFrom
	c.mu.Unlock()
	s := PolicyState{Pack: c.Pack(), Digest: from.digest, KeyID: from.key, Installed: from.installed,
		Keys: c.trusted(kept, c.Settings()), Fixed: c.fixed()}
	if s.Fixed {
		return s, nil
	}
	if _, text := c.builtIn(s.Pack.ID); s.KeyID == "" && text != nil {
		s.Digest = policy.Digest(text)
	}
	if len(kept.Pack) > 0 {
		next, _, err := c.openKept(kept, c.Settings())
		switch {
		case err != nil:
			s.Fault = err
		case policy.Digest(kept.Pack) != from.digest:
			s.Next = next
		}
	}
	return s, nil
}
