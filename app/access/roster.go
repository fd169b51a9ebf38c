package access

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Roster is who works with the system, as the service's station says and signs. It
// carries no secret: a way into a terminal takes the terminal's own file key and the
// person's secret together, so somebody new is known on a terminal when the roster
// arrives, and an administrator there, who sees who stands before them (CJIS IA-5),
// gives them a first secret. What the roster takes away needs nobody: the key slot of
// who is not on it any more is destroyed.
type Roster struct {
	// Version grows by one with each roster of a station.
	Version int
	Made    time.Time
	People  []Listed
}

// Listed is one person on a roster.
type Listed struct {
	// ID is the person's at the service, whatever their badge.
	ID    string
	Name  Name
	Badge Badge
	Roles []Role
	// TrainedOn and Course are the last training on record; zero for none.
	TrainedOn time.Time `json:",omitzero"`
	Course    string    `json:",omitempty"`
	// SecondFactor is set where this person needs one, whatever the policy asks.
	SecondFactor bool `json:",omitempty"`
}

// MaxListed is how many people a roster has at most.
const MaxListed = 20_000

// Validate returns an error that names the row (from 1) and what is wrong with it.
func (r Roster) Validate() error {
	if len(r.People) == 0 || len(r.People) > MaxListed {
		return fmt.Errorf("a roster has 1 to %d people: %w", MaxListed, ErrIncomplete)
	}
	ids, badges := map[string]bool{}, map[string]bool{}
	for i, p := range r.People {
		row := i + 1
		o := Officer{Name: p.Name, Badge: p.Badge, Roles: p.Roles}
		badge := strings.ToUpper(strings.TrimSpace(string(p.Badge)))
		switch {
		case strings.TrimSpace(p.ID) == "" || len(p.ID) > 64:
			return fmt.Errorf("person %d: id of 1 to 64 characters: %w", row, ErrIncomplete)
		case ids[p.ID]:
			return fmt.Errorf("person %d: the id stands twice: %w", row, ErrIncomplete)
		case badges[badge]:
			return fmt.Errorf("person %d: %w", row, ErrBadgeTaken)
		case len(p.Name) > 256 || len(p.Badge) > 64 || len(p.Course) > 256 || len(p.Roles) > len(Roles):
			return fmt.Errorf("person %d: a text is too long: %w", row, ErrIncomplete)
		case p.TrainedOn.IsZero() != (strings.TrimSpace(p.Course) == ""):
			return fmt.Errorf("person %d: %w", row, ErrBadTraining)
		}
		if err := o.Validate(); err != nil {
			return fmt.Errorf("person %d: %w", row, err)
		}
		ids[p.ID], badges[badge] = true, true
	}
	return nil
}

// RosterChange counts what a roster changed on a terminal.
type RosterChange struct {
	Added, Changed, Removed int
	// Kept is who stays, against the roster, since no administrator who can sign in
	// would remain.
	Kept int
}

// Apply brings a person's record up to date with the roster's. Training that is on
// record here and newer stays. It reports whether anything changed.
func (p Listed) Apply(to *Person) (changed bool) {
	before := *to
	to.Name, to.Badge, to.Roles = p.Name, p.Badge, slices.Clone(p.Roles)
	to.RosterID, to.FactorRequired = p.ID, p.SecondFactor
	if p.TrainedOn.After(to.Trained.On) {
		to.Trained = Training{On: p.TrainedOn, Course: p.Course}
	}
	return before.Name != to.Name || before.Badge != to.Badge || !slices.Equal(before.Roles, to.Roles) ||
		before.RosterID != to.RosterID || before.FactorRequired != to.FactorRequired || before.Trained != to.Trained
}
