// Package policy is the policy pack: what may be on a hotlist and for how long,
// what officers must be told and must tell, and the limits that differ from one
// jurisdiction to the next. Every such difference is data in a [Pack]; no code
// asks which jurisdiction it runs in (requirements row 5).
package policy

import (
	"errors"
	"slices"
	"time"
)

// Tier is how urgent a category is.
type Tier string

const (
	Grave   Tier = "grave"
	High    Tier = "high"
	Routine Tier = "routine"
)

// Rank orders tiers: 0 is the gravest.
func (t Tier) Rank() int {
	switch t {
	case Grave:
		return 0
	case High:
		return 1
	}
	return 2
}

// Text is a text in the two languages of the screens.
type Text struct {
	EN string `toml:"en"`
	FR string `toml:"fr"`
}

// In returns the text in a language, "en" or "fr".
func (t Text) In(language string) string {
	if language == "fr" && t.FR != "" {
		return t.FR
	}
	return t.EN
}

// Distribution says how far a manual entry may travel.
type Distribution string

const (
	// Internal: this police service's own hotlist only.
	Internal Distribution = "internal"
	// Shared: other services too.
	Shared Distribution = "shared"
)

// Category is one kind of reason for which a plate may be on a hotlist.
type Category struct {
	// ID is the identifier in files: "stolen-vehicle".
	ID   string `toml:"id"`
	Name Text   `toml:"name"`
	Tier Tier   `toml:"tier"`
	// Source cites the guidance that allows the category.
	Source string `toml:"source"`
	// OwnerBased is set where the list is about the registered owner, who may
	// not be the one driving.
	OwnerBased bool `toml:"owner_based"`
	// Manual is set where officers may propose entries by hand.
	Manual bool `toml:"manual"`
	// MaxDays is the longest life of a manual entry, in days.
	MaxDays int `toml:"max_days"`
	// Distribution lists how far a manual entry may travel; the first is the default.
	Distribution []Distribution `toml:"distribution"`
	// Descriptors is set where the driver's physical descriptors are mandatory.
	Descriptors bool `toml:"descriptors"`
	// AddBy are the roles that may propose an entry by hand, as in [Roles].
	AddBy []string `toml:"add_by"`
	// EndsWith is [Suspension] where an entry must say when the suspension that it
	// rests on ends, and expire no later; empty elsewhere.
	EndsWith string `toml:"ends_with"`
}

// Suspension is the end of a driver's licence suspension, see [Category.EndsWith].
const Suspension = "suspension"

// AddedBy reports whether a role may propose an entry of the category by hand.
func (c Category) AddedBy(role string) bool { return c.Manual && slices.Contains(c.AddBy, role) }

// Choice is a code with its text: a reason, a purpose, an outcome.
type Choice struct {
	Code string `toml:"code"`
	Text Text   `toml:"text"`
}

// Contact answers the public's questions (MFIPPA 29(2)(c), FIPPA 39(2)(c)).
type Contact struct {
	Title     Text   `toml:"title"`
	Address   string `toml:"address"`
	Telephone string `toml:"telephone"`
}

// Notice is what a driver is told after a stop that followed a hit (IPC, Notice).
type Notice struct {
	Say       Text    `toml:"say"`
	Then      Text    `toml:"then"` // with {authority} {purpose} {title} {address} {telephone}
	Authority Text    `toml:"authority"`
	Purpose   Text    `toml:"purpose"`
	Complaint Text    `toml:"complaint"`
	Contact   Contact `toml:"contact"`
	// NotGiven are the allowed reasons for not telling the driver.
	NotGiven []Choice `toml:"not_given"`
}

// Pack is one jurisdiction's policy.
type Pack struct {
	ID      string `toml:"id"`
	Version int    `toml:"version"`
	Name    Text   `toml:"name"`
	// Region is assumed for plates that do not say who issued them.
	Region string `toml:"region"`

	// ListAgeHours is the age from which a list counts as old.
	ListAgeHours int `toml:"list_age_hours"`
	// ListShrinkPercent is by how many per cent a list may be shorter than the one
	// in force before it is held back for an administrator; 0 is no limit.
	ListShrinkPercent int `toml:"list_shrink_percent"`
	// CompareMillis is how long an alert must have been visible before
	// "correct read" takes effect, in milliseconds.
	CompareMillis int `toml:"compare_millis"`
	// QuietMinutes is how long a plate stays quiet after a verdict.
	QuietMinutes int `toml:"quiet_minutes"`
	// MovingKMH is the speed from which the screens show the moving layout, in
	// kilometres an hour.
	MovingKMH int `toml:"moving_kmh"`
	// PassengerMinutes is for how long the car must have stood until a passenger who was
	// declared counts as gone; 0 is the end of the shift.
	PassengerMinutes int `toml:"passenger_minutes"`
	// HitPosition is set where a hit carries the place at which it was raised.
	HitPosition bool `toml:"hit_position"`
	// NoContactDays is after how many days without contact with the station the
	// terminal destroys its keys; 0 is never.
	NoContactDays int `toml:"no_contact_days"`

	Session       Session       `toml:"session"`
	Lists         []ListRule    `toml:"list"`
	Categories    []Category    `toml:"category"`
	Notice        Notice        `toml:"notice"`
	Search        Search        `toml:"search"`
	Purposes      []Choice      `toml:"purpose"` // of manual searches
	Outcomes      []Choice      `toml:"outcome"` // of stops
	Retention     Retention     `toml:"retention"`
	Disclosure    Disclosure    `toml:"disclosure"`
	AccessRequest AccessRequest `toml:"access_request"`
	Preservation  Preservation  `toml:"preservation"`
	Agreement     Agreement     `toml:"agreement"`
	Training      Training      `toml:"training"`
	Deployment    Deployment    `toml:"deployment"`
	Review        Review        `toml:"review"`
	Public        Public        `toml:"public"`
	UseNotice     Text          `toml:"use_notice"`
}

// Category finds a category by its identifier.
func (p *Pack) Category(id string) (Category, bool) {
	i := slices.IndexFunc(p.Categories, func(c Category) bool { return c.ID == id })
	if i < 0 {
		return Category{}, false
	}
	return p.Categories[i], true
}

// Listed reports whether a list file may have entries of a category. Those that
// describe a driver come from this service's own officers only (IPC, Appendix B,
// last item: internal hotlist only).
func (p *Pack) Listed(id string) bool {
	c, ok := p.Category(id)
	return ok && !c.Descriptors
}

// ErrUnknownCode is returned for a code that the pack does not list.
var ErrUnknownCode = errors.New("choose one of the policy's own answers")

// CheckCode returns [ErrUnknownCode] unless one of the choices has the code.
func CheckCode(choices []Choice, code string) error {
	if slices.ContainsFunc(choices, func(c Choice) bool { return c.Code == code }) {
		return nil
	}
	return ErrUnknownCode
}

// Manual returns the categories that officers may propose by hand.
func (p *Pack) Manual() []Category {
	return slices.DeleteFunc(slices.Clone(p.Categories), func(c Category) bool { return !c.Manual })
}

// Tier returns a category's tier, [Routine] for an unknown one.
func (p *Pack) Tier(id string) Tier {
	c, ok := p.Category(id)
	if !ok {
		return Routine
	}
	return c.Tier
}

// ListAge is the age from which the list of a name counts as old: its own rule's,
// else the pack's.
func (p *Pack) ListAge(name string) time.Duration {
	hours := p.ListAgeHours
	for _, l := range p.Lists {
		if l.Name == name {
			hours = l.AgeHours
		}
	}
	return time.Duration(hours) * time.Hour
}

// Compare is how long an alert must have been visible before it can be confirmed.
func (p *Pack) Compare() time.Duration { return time.Duration(p.CompareMillis) * time.Millisecond }

// PassengerEnds is for how long the car must have stood until a declared passenger counts
// as gone; 0 is the end of the shift.
func (p *Pack) PassengerEnds() time.Duration {
	return time.Duration(p.PassengerMinutes) * time.Minute
}

// Quiet is how long a plate stays quiet after a verdict.
func (p *Pack) Quiet() time.Duration { return time.Duration(p.QuietMinutes) * time.Minute }
