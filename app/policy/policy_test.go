package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/policy"
)

func both(s string) policy.Text { return policy.Text{EN: s, FR: s + " (fr)"} }

// pack is the smallest valid pack.
func pack() *policy.Pack {
	then := "{authority} {purpose} {title} {address} {telephone}"
	return &policy.Pack{
		ID: "test", Version: 1, Name: both("Test"), ListAgeHours: 24, CompareMillis: 1500, QuietMinutes: 10, MovingKMH: 8,
		Session:   policy.Session{LockoutFailures: 5, LockoutMinutes: 15, ReauthenticateHours: 12, SecondFactor: []string{"administrator"}},
		Lists:     []policy.ListRule{{Name: "cpic", AgeHours: 12}},
		Search:    policy.Search{Required: []string{policy.SearchReason}},
		Retention: policy.Retention{HitYears: 1, HitFrom: policy.FromUse, AfterDelivery: policy.Erase, LogYears: 1},
		Disclosure: policy.Disclosure{Required: policy.DisclosureFields, RecipientNotice: both("keep it"),
			Authorities: []policy.Choice{{Code: "consent", Text: both("consent")}}},
		AccessRequest: policy.AccessRequest{How: both("write"), Appeal: both("appeal"),
			Exemptions: []policy.Choice{{Code: "privacy", Text: both("privacy")}}},
		Agreement:  policy.Agreement{Version: 1, Days: 365, Text: both("I agree")},
		Training:   policy.Training{Days: 365},
		Deployment: policy.Deployment{Required: []string{"authority"}, AuthorisedBy: both("Chief")},
		Review: policy.Review{PeriodDays: 30, DrawPercent: 10, DrawActs: 20, SamePlateSearches: 3, SamePlateHours: 720, FastVerdicts: 5, FastVerdictMillis: 1500,
			RefusalHours: 24, FailedSignIns: 5, FailedSignInHours: 24, Exports: 1, ExportHours: 24,
			Refusals: 5},
		Public:    policy.Public{Decal: both("decal"), Collected: both("collected"), Kept: both("kept")},
		UseNotice: both("authorised use only"),
		Categories: []policy.Category{
			{ID: "stolen-vehicle", Name: both("Stolen"), Tier: policy.Grave},
			{ID: policy.SuspendedDriverInUse, Name: both("In use"), Tier: policy.High, Manual: true, MaxDays: 30,
				Distribution: []policy.Distribution{policy.Internal}, AddBy: []string{"officer"}, Descriptors: true},
		},
		Notice: policy.Notice{Say: both("say"), Then: policy.Text{EN: then, FR: then}, Authority: both("law"), Purpose: both("find"),
			Complaint: both("complain"), Contact: policy.Contact{Title: both("Coordinator"), Address: "1 Example Street", Telephone: "416-555-0142"},
			NotGiven: []policy.Choice{{Code: "officer-safety", Text: both("safety")}}},
		Purposes: []policy.Choice{{Code: "investigation", Text: both("investigation")}},
		Outcomes: []policy.Choice{{Code: "warned", Text: both("warned")}},
	}
}

func TestRequirement5_Validate(t *testing.T) {
	require.NoError(t, pack().Validate())
	for _, test := range []struct {
		key, id string
		change  func(*policy.Pack)
	}{
		{"id", "", func(p *policy.Pack) { p.ID = "" }},
		{"version", "", func(p *policy.Pack) { p.Version = 0 }},
		{"list_age_hours", "", func(p *policy.Pack) { p.ListAgeHours = 0 }},
		{"compare_millis", "", func(p *policy.Pack) { p.CompareMillis = -1 }},
		{"compare_millis", "", func(p *policy.Pack) { p.CompareMillis = 10_001 }},
		{"quiet_minutes", "", func(p *policy.Pack) { p.QuietMinutes = -1 }},
		{"category", "", func(p *policy.Pack) { p.Categories = nil }},
		{"category.id", "", func(p *policy.Pack) { p.Categories[0].ID = "" }},
		{"category.id", "Stolen Vehicle", func(p *policy.Pack) { p.Categories[0].ID = "Stolen Vehicle" }},
		{"category.id", policy.SuspendedDriverInUse, func(p *policy.Pack) { p.Categories[0] = p.Categories[1] }},
		{"category.name", "stolen-vehicle", func(p *policy.Pack) { p.Categories[0].Name.FR = "" }},
		{"category.tier", "stolen-vehicle", func(p *policy.Pack) { p.Categories[0].Tier = "mild" }},
		{"category.max_days", "stolen-vehicle", func(p *policy.Pack) { p.Categories[0].Manual = true }},
		{"category.distribution", "stolen-vehicle", func(p *policy.Pack) { p.Categories[0].Manual, p.Categories[0].MaxDays = true, 1 }},
		{"category.distribution", "stolen-vehicle", func(p *policy.Pack) { p.Categories[0].Distribution = []policy.Distribution{"everybody"} }},
		{"category.add_by", policy.SuspendedDriverInUse, func(p *policy.Pack) { p.Categories[1].AddBy = nil }},
		{"category.add_by", policy.SuspendedDriverInUse, func(p *policy.Pack) { p.Categories[1].AddBy = []string{"mayor"} }},
		{"category.ends_with", "stolen-vehicle", func(p *policy.Pack) { p.Categories[0].EndsWith = "spring" }},
		{"notice.say", "", func(p *policy.Pack) { p.Notice.Say.FR = " " }},
		{"notice.then", "", func(p *policy.Pack) { p.Notice.Then.EN = "{authority} {purpose} {title} {address}" }},
		{"notice.then", "", func(p *policy.Pack) { p.Notice.Then.FR += " {fax}" }},
		{"notice.authority", "", func(p *policy.Pack) { p.Notice.Authority.EN = "" }},
		{"notice.purpose", "", func(p *policy.Pack) { p.Notice.Purpose.EN = "" }},
		{"notice.complaint", "", func(p *policy.Pack) { p.Notice.Complaint = policy.Text{} }},
		{"notice.contact.title", "", func(p *policy.Pack) { p.Notice.Contact.Title.FR = "" }},
		{"notice.contact.address", "", func(p *policy.Pack) { p.Notice.Contact.Address = "" }},
		{"notice.contact.telephone", "", func(p *policy.Pack) { p.Notice.Contact.Telephone = " " }},
		{"notice.not_given", "", func(p *policy.Pack) { p.Notice.NotGiven = nil }},
		{"notice.not_given.code", "", func(p *policy.Pack) { p.Notice.NotGiven[0].Code = "" }},
		{"purpose", "", func(p *policy.Pack) { p.Purposes = nil }},
		{"purpose.code", "investigation", func(p *policy.Pack) { p.Purposes = append(p.Purposes, p.Purposes[0]) }},
		{"outcome", "", func(p *policy.Pack) { p.Outcomes = nil }},
		{"outcome.text", "warned", func(p *policy.Pack) { p.Outcomes[0].Text.EN = "" }},
	} {
		p := pack()
		test.change(p)
		requireFault(t, p, test.key, test.id)
	}
}

func requireFault(t *testing.T, p *policy.Pack, key, id string) {
	t.Helper()
	err := p.Validate()
	require.ErrorIs(t, err, policy.ErrInvalid, key)
	var f *policy.Fault
	require.ErrorAs(t, err, &f)
	require.Equal(t, key, f.Key)
	require.Equal(t, id, f.ID)
	require.ErrorContains(t, err, key)
}

func TestRequirement18_DescriptorsStayInternalForThirtyDays(t *testing.T) {
	for key, change := range map[string]func(*policy.Category){
		"category.manual":       func(c *policy.Category) { c.Manual = false },
		"category.descriptors":  func(c *policy.Category) { c.Descriptors = false },
		"category.max_days":     func(c *policy.Category) { c.MaxDays = 31 },
		"category.distribution": func(c *policy.Category) { c.Distribution = append(c.Distribution, policy.Shared) },
	} {
		p := pack()
		change(&p.Categories[1])
		var f *policy.Fault
		require.ErrorAs(t, p.Validate(), &f)
		require.Equal(t, key, f.Key)
		require.Equal(t, policy.SuspendedDriverInUse, f.ID)
	}
	// Under another name the description alone binds it.
	p := pack()
	p.Categories[1].ID = "somebody-else-at-the-wheel"
	require.NoError(t, p.Validate())
	p.Categories[1].Distribution = []policy.Distribution{policy.Shared}
	require.ErrorIs(t, p.Validate(), policy.ErrInvalid)
	p.Categories[1].Distribution, p.Categories[1].MaxDays = []policy.Distribution{policy.Internal}, 31
	require.ErrorIs(t, p.Validate(), policy.ErrInvalid)
}

func TestPack(t *testing.T) {
	p := pack()
	c, ok := p.Category("stolen-vehicle")
	require.True(t, ok)
	require.Equal(t, policy.Grave, c.Tier)
	_, ok = p.Category("joyride")
	require.False(t, ok)
	require.Equal(t, policy.Routine, p.Tier("joyride"))
	require.Equal(t, policy.High, p.Tier(policy.SuspendedDriverInUse))
	require.Len(t, p.Manual(), 1)
	require.Len(t, p.Categories, 2, "Manual leaves the pack as it is")
	require.Equal(t, 24*time.Hour, p.ListAge("mto"))
	require.Equal(t, 12*time.Hour, p.ListAge("cpic"))
	require.Equal(t, 1500*time.Millisecond, p.Compare())
	require.Equal(t, 10*time.Minute, p.Quiet())
	require.Less(t, policy.Grave.Rank(), policy.High.Rank())
	require.Less(t, policy.High.Rank(), policy.Routine.Rank())
	require.Equal(t, "say (fr)", p.Notice.Say.In("fr"))
	require.Equal(t, "say", p.Notice.Say.In("en"))
	require.Equal(t, "only English", policy.Text{EN: "only English"}.In("fr"))
}

func TestPlace(t *testing.T) {
	for key, want := range map[string][3]string{
		"version":                      {"", "", "version"},
		"session.lock_minutes":         {"session", "", "session.lock_minutes"},
		"notice.contact.address":       {"notice", "", "notice.contact.address"},
		"category.amber-alert.tier":    {"category", "amber-alert", "category.tier"},
		"notice.not_given.safety.text": {"notice.not_given", "safety", "notice.not_given.text"},
		"list.MTO 2.1.age_hours":       {"list", "MTO 2.1", "list.age_hours"},
		"list.MTO":                     {"list", "MTO", "list"},
	} {
		table, item, path := policy.Place(key)
		require.Equal(t, want, [3]string{table, item, path})
	}
}
