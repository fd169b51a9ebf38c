package policy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ErrInvalid is returned by [Pack.Validate]; the error names the key at fault.
var ErrInvalid = errors.New("the policy pack is not valid")

const (
	// SuspendedDriverInUse is the category of a plate in use by a suspended
	// driver to whom it is not registered.
	SuspendedDriverInUse = "suspended-driver-in-use"
	// DescriptorMaxDays is the longest life, in days, of a manual entry that
	// describes a driver (IPC, Appendix B, last item).
	DescriptorMaxDays = 30
)

// Fault is a key of a pack that is missing or contradicts another. It wraps
// [ErrInvalid].
type Fault struct {
	// Key is the key's path: "notice.not_given", "category.max_days".
	Key string
	// ID is the category's id or the choice's code, where the key is in one.
	ID string
	// Why says what is wrong.
	Why string
}

// Error names the key and what is wrong with it.
func (f *Fault) Error() string {
	if f.ID == "" {
		return fmt.Sprintf("%s %s: %v", f.Key, f.Why, ErrInvalid)
	}
	return fmt.Sprintf("%s of %q %s: %v", f.Key, f.ID, f.Why, ErrInvalid)
}

// Unwrap returns [ErrInvalid].
func (f *Fault) Unwrap() error { return ErrInvalid }

// Validate reports the first key that is missing or contradicts another, as a
// [*Fault].
func (p *Pack) Validate() error {
	bad := func(key, why string) error { return &Fault{Key: key, Why: why} }
	switch {
	case !identifier.MatchString(p.ID):
		return bad("id", "must be small letters, digits and hyphens")
	case p.Version < 1:
		return bad("version", "must be 1 or more")
	case len(p.Categories) == 0:
		return bad("category", "is missing")
	}
	for _, check := range []func() error{p.validateNumbers, p.validateRetention, p.validateLists, p.validateNames,
		p.validateCategories, p.Notice.validate, p.validateChoices, p.validateTexts} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (p *Pack) validateCategories() error {
	seen := map[string]bool{}
	for _, c := range p.Categories {
		if seen[c.ID] {
			return &Fault{Key: "category.id", ID: c.ID, Why: "stands twice"}
		}
		seen[c.ID] = true
		if err := c.validate(); err != nil {
			return err
		}
	}
	return nil
}

// validateChoices checks the lists of codes.
func (p *Pack) validateChoices() error {
	for _, l := range []struct {
		key     string
		choices []Choice
	}{
		{"purpose", p.Purposes}, {"outcome", p.Outcomes},
		{"disclosure.authority", p.Disclosure.Authorities}, {"access_request.exemption", p.AccessRequest.Exemptions},
	} {
		if err := validateChoices(l.key, l.choices); err != nil {
			return err
		}
	}
	return nil
}

// identifier is what ids and codes look like: they stand in files and records.
var identifier = regexp.MustCompile(`^[a-z][a-z0-9-]{0,63}$`)

func (c Category) validate() error {
	bad := func(key, why string) error { return &Fault{Key: "category." + key, ID: c.ID, Why: why} }
	switch {
	case !identifier.MatchString(c.ID):
		return bad("id", "must be small letters, digits and hyphens")
	case c.Name.EN == "" || c.Name.FR == "":
		return bad("name", "is needed in English and French")
	case c.Tier != Grave && c.Tier != High && c.Tier != Routine:
		return bad("tier", "must be grave, high or routine")
	case c.Manual && c.MaxDays < 1:
		return bad("max_days", "must be 1 or more for a manual category")
	case c.Manual && len(c.Distribution) == 0:
		return bad("distribution", "is missing for a manual category")
	case c.Manual && len(c.AddBy) == 0:
		return bad("add_by", "is missing for a manual category")
	case c.EndsWith != "" && c.EndsWith != Suspension:
		return bad("ends_with", "may be suspension only")
	}
	if why := outside(c.AddBy, Roles); why != "" {
		return bad("add_by", why)
	}
	for _, d := range c.Distribution {
		if d != Internal && d != Shared {
			return bad("distribution", "may hold internal and shared only")
		}
	}
	return c.validateDescriptors()
}

// validateDescriptors keeps a pack from loosening IPC, Appendix B, last item: an
// entry that describes a driver stays in the service's own hotlist for thirty
// days at most, and that category cannot do without the description.
func (c Category) validateDescriptors() error {
	bad := func(key, why string) error { return &Fault{Key: "category." + key, ID: c.ID, Why: why} }
	switch {
	case c.ID == SuspendedDriverInUse && !c.Manual:
		return bad("manual", "must be true: it exists as a manual entry only")
	case c.ID == SuspendedDriverInUse && !c.Descriptors:
		return bad("descriptors", "must be true: the driver's physical descriptors are mandatory")
	case !c.Descriptors || !c.Manual:
		return nil
	case len(c.Distribution) != 1 || c.Distribution[0] != Internal:
		return bad("distribution", "must be internal alone where descriptors are kept")
	case c.MaxDays > DescriptorMaxDays:
		return bad("max_days", "must be 30 at most where descriptors are kept")
	}
	return nil
}

// fields are the places in [Notice.Then] that the screens fill in.
var fields = []string{"{authority}", "{purpose}", "{title}", "{address}", "{telephone}"}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// validate checks that a driver can be told who answers for the system, under
// which law and for what (MFIPPA 29(2), FIPPA 39(2)).
func (n Notice) validate() error {
	bad := func(key, why string) error { return &Fault{Key: "notice." + key, Why: why} }
	for _, t := range []struct {
		key  string
		text Text
	}{
		{"say", n.Say}, {"then", n.Then}, {"authority", n.Authority}, {"purpose", n.Purpose},
		{"complaint", n.Complaint}, {"contact.title", n.Contact.Title},
	} {
		if strings.TrimSpace(t.text.EN) == "" || strings.TrimSpace(t.text.FR) == "" {
			return bad(t.key, "is needed in English and French")
		}
	}
	switch {
	case strings.TrimSpace(n.Contact.Address) == "":
		return bad("contact.address", "is missing")
	case strings.TrimSpace(n.Contact.Telephone) == "":
		return bad("contact.telephone", "is missing")
	}
	for _, text := range []string{n.Then.EN, n.Then.FR} {
		for _, f := range fields {
			if !strings.Contains(text, f) {
				return bad("then", "lacks "+f)
			}
		}
		for _, f := range placeholder.FindAllString(text, -1) {
			if !slices.Contains(fields, f) {
				return bad("then", "has "+f+", which nothing fills in")
			}
		}
	}
	return validateChoices("notice.not_given", n.NotGiven)
}

func validateChoices(key string, choices []Choice) error {
	if len(choices) == 0 {
		return &Fault{Key: key, Why: "is missing"}
	}
	seen := map[string]bool{}
	for _, c := range choices {
		switch {
		case !identifier.MatchString(c.Code):
			return &Fault{Key: key + ".code", ID: c.Code, Why: "must be small letters, digits and hyphens"}
		case seen[c.Code]:
			return &Fault{Key: key + ".code", ID: c.Code, Why: "stands twice"}
		case c.Text.EN == "" || c.Text.FR == "":
			return &Fault{Key: key + ".text", ID: c.Code, Why: "is needed in English and French"}
		}
		seen[c.Code] = true
	}
	return nil
}
