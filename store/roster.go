package store

import (
	"context"
	"errors"
	"slices"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
)

// ApplyRoster brings people up to date with a station's roster, in one transaction.
// Who is new becomes known, without a way in; who was registered here under a badge of
// the roster becomes its person; who came with an earlier roster and is not on this
// one loses their key slot, and so does somebody whose badge changed, since the slot
// is bound to it. People whom no roster knew stay. It returns [access.ErrOldRoster].
func (s *Store) ApplyRoster(ctx context.Context, r access.Roster, event func(access.RosterChange) audit.Event) (access.RosterChange, error) {
	var change access.RosterChange
	err := s.unlocked(ctx, func(k *keys) error {
		return s.alter(k, func(t txn) error {
			var settings cruiser.Settings
			if _, err := t.get(bucketSettings, keySettings, &settings); err != nil {
				return err
			}
			if r.Version <= settings.Roster {
				return access.ErrOldRoster
			}
			settings.Roster = r.Version
			var err error
			if change, err = t.applyRoster(r); err != nil {
				return err
			}
			if err := t.put(bucketSettings, keySettings, settings); err != nil {
				return err
			}
			return t.appendEvent(s.stamp(event(change)))
		})
	})
	return change, wrap("apply the roster", err)
}

func (t txn) applyRoster(r access.Roster) (change access.RosterChange, err error) {
	people, err := all[person](t, bucketPeople)
	if err != nil {
		return change, err
	}
	administrators, err := t.administrators()
	if err != nil {
		return change, err
	}
	kept := t.lastAdministrator(r, people, administrators)
	on := map[string]bool{}
	for _, listed := range r.People {
		on[listed.ID] = true
		i := slices.IndexFunc(people, func(p person) bool { return p.RosterID == listed.ID })
		if i < 0 {
			i = slices.IndexFunc(people, func(p person) bool { return isListed(p, listed) })
		}
		switch {
		case i < 0:
			if err := t.addListed(listed); err != nil {
				return change, err
			}
			change.Added++
		case people[i].ID == kept:
			change.Kept++
		default:
			changed, err := t.changeListed(people[i], listed)
			if err != nil {
				return change, err
			}
			if changed {
				change.Changed++
			}
		}
	}
	for _, p := range people {
		switch {
		case p.RosterID == "" || on[p.RosterID] || !p.Left.IsZero():
		case p.ID == kept:
			change.Kept++
		default:
			if err := t.deactivate(p); err != nil {
				return change, err
			}
			change.Removed++
		}
	}
	return change, t.noteSole()
}

// isListed reports whether somebody who was registered here is a roster's person.
func isListed(p person, listed access.Listed) bool {
	return p.RosterID == "" && p.Left.IsZero() && plainBadge(p.Badge) == plainBadge(listed.Badge)
}

// lastAdministrator is the id of the administrator whom the roster must leave as they
// are, since otherwise nobody would remain who can sign in as one; "" for nobody.
func (t txn) lastAdministrator(r access.Roster, people, administrators []person) string {
	for _, a := range administrators {
		if a.RosterID == "" && !slices.ContainsFunc(r.People, func(l access.Listed) bool { return isListed(a, l) }) {
			return "" // no roster knows them: they stay
		}
		for _, l := range r.People {
			same := l.ID == a.RosterID || isListed(a, l)
			if same && slices.Contains(l.Roles, access.Administrator) && plainBadge(l.Badge) == plainBadge(a.Badge) {
				return ""
			}
		}
	}
	if len(administrators) == 0 {
		return ""
	}
	first := slices.MinFunc(administrators, func(a, b person) int { return a.Registered.Compare(b.Registered) })
	return first.ID
}

// addListed makes somebody known. Their record's id is the roster's, where it is free.
func (t txn) addListed(l access.Listed) error {
	p := person{Person: access.Person{Officer: access.Officer{ID: l.ID, Registered: t.store.options.Now().UTC()}}}
	l.Apply(&p.Person)
	if t.bucket(bucketPeople).Get(t.keys.nameOf(bucketPeople, p.ID)) != nil {
		p.ID = "roster-" + l.ID
	}
	return t.keepPerson(p)
}

func (t txn) changeListed(p person, l access.Listed) (bool, error) {
	slot := p.Slot
	badge := plainBadge(p.Badge)
	if !l.Apply(&p.Person) {
		return false, nil
	}
	if slot != nil && plainBadge(p.Badge) != badge {
		p.Slot, p.Public, p.FirstSecret = nil, nil, false
		if err := errors.Join(t.forgetRekeying(), t.bucket(bucketSlots).Delete(slot)); err != nil {
			return false, err
		}
	}
	return true, t.keepPerson(p)
}
