package cruiser

import (
	"context"
	"errors"
	"maps"

	"secondlook/app/entry"
	"secondlook/app/shift"
)

// intake is what was taken in of one station: in one sync, or over a lasting connection,
// where it holds until the connection is to another station. It knows nothing personal.
type intake struct {
	summary Summary // Lists and Entries count what arrived
	// lists is what was offered of each list, whether or not it was taken.
	lists map[string]shift.KeptList
	// refused is what was refused and is on record.
	refused map[string]bool
	// retried is set when a pack that was refused before was offered again.
	retried bool
	// stands is what the station has of the entries, once it has offered them: no more
	// than their order needs.
	offered bool
	stands  map[string]entry.Entry
}

func newIntake() *intake {
	return &intake{refused: map[string]bool{}, stands: map[string]entry.Entry{}}
}

// wanted is what the station need not send: what is kept, and what was offered before
// and refused or held back.
func (in *intake) wanted(kept map[string]shift.KeptList) map[string]shift.KeptList {
	have := maps.Clone(kept)
	for name, offered := range in.lists {
		if offered.Version > have[name].Version && !offered.Whole {
			have[name] = offered
		}
	}
	return have
}

// isNew reports whether a refusal is not on record yet.
func (in *intake) isNew(refusal error) bool {
	why := refusal.Error()
	if in.refused[why] {
		return false
	}
	in.refused[why] = true
	return true
}

// there notes what the station has of an entry.
func (in *intake) there(e entry.Entry) {
	if in.follows(e) {
		in.stands[e.ID] = entry.Entry{ID: e.ID, State: e.State, Revision: e.Revision, Decided: e.Decided}
	}
}

// follows reports whether an entry is newer than what the station has of it.
func (in *intake) follows(e entry.Entry) bool {
	there, ok := in.stands[e.ID]
	return !ok || e.Follows(there)
}

// receive takes in newer lists, other terminals' entries, the roster and the policy
// pack, as far as there is news of them, and sends this terminal's own entries. What is
// not signed is refused by itself; the rest is taken in, and the refusal is told at the
// end. A sync and the lasting connection take turns.
func (c *Cruiser) receive(ctx context.Context, dock shift.Dock, link shift.Link, in *intake, of shift.News) error {
	c.receiving.Lock()
	defer c.receiving.Unlock()
	var told []error
	if of.Lists {
		refused, err := c.receiveLists(ctx, link, in)
		if err != nil {
			return err
		}
		told = append(told, refused)
	}
	if of.Entries {
		told = append(told, c.receiveEntries(ctx, link, in))
	}
	if in.offered {
		told = append(told, c.sendEntries(ctx, link, in))
	}
	if of.Roster {
		told = append(told, c.receiveRoster(ctx, link))
	}
	if of.Policy {
		told = append(told, c.receivePolicy(ctx, dock, link, in))
	}
	return errors.Join(told...)
}
