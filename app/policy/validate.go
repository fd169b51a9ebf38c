package policy

import (
	"regexp"
	"slices"
	"strings"
)

const (
	// SuspendedDriverInUse is the category of a plate in use by a suspended
	// driver to whom it is not registered.
	SuspendedDriverInUse = "suspended-driver-in-use"
	// DescriptorMaxDays is the longest life, in days, of a manual entry that
	// describes a driver (IPC, Appendix B, last item).
	DescriptorMaxDays = 30
)

// Validate reports the first key that is missing or contradicts another, as a
// [*Fault].
func (p *Pack) Validate() error {
	bad := func(key string, code FaultCode, values ...any) error {
		return &Fault{Key: key, Code: code, Values: values}
	}
	switch {
	case !identifier.MatchString(p.ID):
		return bad("id", FaultForm)
	case p.Version < 1:
		return bad("version", FaultLeast)
	case len(p.Categories) == 0:
		return bad("category", FaultMissing)
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
			return &Fault{Key: "category.id", ID: c.ID, Code: FaultTwice}
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
	bad := func(key string, code FaultCode, values ...any) error {
		return &Fault{Key: "category." + key, ID: c.ID, Code: code, Values: values}
	}
	switch {
	case !identifier.MatchString(c.ID):
		return bad("id", FaultForm)
	case c.Name.EN == "" || c.Name.FR == "":
		return bad("name", FaultLanguages)
	case c.Tier != Grave && c.Tier != High && c.Tier != Routine:
		return bad("tier", FaultOneOf, "grave, high, routine")
	case c.Manual && c.MaxDays < 1:
		return bad("max_days", FaultLeastManual)
	case c.Manual && len(c.Distribution) == 0:
		return bad("distribution", FaultMissingManual)
	case c.Manual && len(c.AddBy) == 0:
		return bad("add_by", FaultMissingManual)
	case c.EndsWith != "" && c.EndsWith != Suspension:
		return bad("ends_with", FaultOneOf, Suspension)
	}
	if f := outside("category.add_by", c.AddBy, Roles); f != nil {
		f.ID = c.ID
		return f
	}
	for _, d := range c.Distribution {
		if d != Internal && d != Shared {
			return bad("distribution", FaultOneOf, "internal, shared")
		}
	}
	return c.validateDescriptors()
}

// validateDescriptors keeps a pack from loosening IPC, Appendix B, last item: an
// entry that describes a driver stays in the service's own hotlist for thirty
// days at most, and that category cannot do without the description.
func (c Category) validateDescriptors() error {
	bad := func(key string, code FaultCode, values ...any) error {
		return &Fault{Key: "category." + key, ID: c.ID, Code: code, Values: values}
	}
	switch {
	case c.ID == SuspendedDriverInUse && !c.Manual:
		return bad("manual", FaultManualOnly)
	case c.ID == SuspendedDriverInUse && !c.Descriptors:
		return bad("descriptors", FaultDescribed)
	case !c.Descriptors || !c.Manual:
		return nil
	case len(c.Distribution) != 1 || c.Distribution[0] != Internal:
		return bad("distribution", FaultInternalOnly)
	case c.MaxDays > DescriptorMaxDays:
		return bad("max_days", FaultMost, DescriptorMaxDays)
	}
	return nil
}

// fields are the places in [Notice.Then] that the screens fill in.
var fields = []string{"{authority}", "{purpose}", "{title}", "{address}", "{telephone}"}

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// validate checks that a driver can be told who answers for the system, under
// which law and for what (MFIPPA 29(2), FIPPA 39(2)).
func (n Notice) validate() error {
	bad := func(key string, code FaultCode, values ...any) error {
		return &Fault{Key: "notice." + key, Code: code, Values: values}
	}
	for _, t := range []struct {
		key  string
		text Text
	}{
		{"say", n.Say}, {"then", n.Then}, {"authority", n.Authority}, {"purpose", n.Purpose},
		{"complaint", n.Complaint}, {"contact.title", n.Contact.Title},
	} {
		if strings.TrimSpace(t.text.EN) == "" || strings.TrimSpace(t.text.FR) == "" {
			return bad(t.key, FaultLanguages)
		}
	}
	switch {
	case strings.TrimSpace(n.Contact.Address) == "":
		return bad("contact.address", FaultMissing)
	case strings.TrimSpace(n.Contact.Telephone) == "":
		return bad("contact.telephone", FaultMissing)
	}
	for _, text := range []string{n.Then.EN, n.Then.FR} {
		for _, f := range fields {
			if !strings.Contains(text, f) {
				return bad("then", FaultLacks, f)
			}
		}
		for _, f := range placeholder.FindAllString(text, -1) {
			if !slices.Contains(fields, f) {
				return bad("then", FaultUnfilled, f)
			}
		}
	}
	return validateChoices("notice.not_given", n.NotGiven)
}

func validateChoices(key string, choices []Choice) error {
	if len(choices) == 0 {
		return &Fault{Key: key, Code: FaultMissing}
	}
	seen := map[string]bool{}
	for _, c := range choices {
		switch {
		case !identifier.MatchString(c.Code):
			return &Fault{Key: key + ".code", ID: c.Code, Code: FaultForm}
		case seen[c.Code]:
			return &Fault{Key: key + ".code", ID: c.Code, Code: FaultTwice}
		case c.Text.EN == "" || c.Text.FR == "":
			return &Fault{Key: key + ".text", ID: c.Code, Code: FaultLanguages}
		}
		seen[c.Code] = true
	}
	return nil
}
