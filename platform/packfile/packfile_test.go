package packfile

import (
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/assets"
)

func shipped(t testing.TB, name string) (string, *policy.Pack) {
	t.Helper()
	text, err := assets.Policy(name)
	require.NoError(t, err)
	p, err := Decode(text)
	require.NoError(t, err)
	return string(text), p
}

func TestRequirement5_ShippedPacksAreValid(t *testing.T) {
	require.Equal(t, []string{"florida", "ontario"}, assets.Policies())
	for _, name := range assets.Policies() {
		_, p := shipped(t, name)
		require.Equal(t, name, p.ID)
		require.Contains(t, plate.Jurisdictions(), plate.Jurisdiction(p.Region))
		require.NotEmpty(t, p.Name.FR)
		require.NotEmpty(t, p.UseNotice.EN)
		require.NotEmpty(t, p.UseNotice.FR)
		require.Contains(t, p.Notice.Contact.Telephone, "555-01", "a number that rings somewhere")
		for _, c := range p.Categories {
			require.NotEmpty(t, c.Source, c.ID)
		}
		for _, code := range []string{"public-safety", "officer-safety"} {
			require.True(t, has(p.Notice.NotGiven, code), code)
		}
	}
	_, err := assets.Policy("nowhere")
	require.ErrorContains(t, err, "florida, ontario")
}

func has(choices []policy.Choice, code string) bool {
	for _, c := range choices {
		if c.Code == code {
			return true
		}
	}
	return false
}

// The categories of IPC Appendices A and B, and no others.
func TestRequirement7_OntarioCategories(t *testing.T) {
	_, p := shipped(t, "ontario")
	want := map[string]bool{ // manual?
		"stolen-vehicle": false, "stolen-plate": false, "wanted-person": false,
		"expired-plate": false, "terminated-plate": false, "lost-plate": false, "suspended-plate": false,
		"unissued-plate": false, "spoiled-stock": false, "unattached-plate": false,
		"suspended-driver": false, "unlicensed-driver": false,
		"criminal-investigation-registered": true, "criminal-activity": true, "short-term-suspension": true,
		"missing-person": true, "amber-alert": true, "suspended-driver-in-use": true,
	}
	require.Len(t, p.Categories, len(want))
	for id, manual := range want {
		c, ok := p.Category(id)
		require.True(t, ok, id)
		require.Equal(t, manual, c.Manual, id)
	}
	for _, id := range []string{"stolen-vehicle", "wanted-person", "amber-alert"} {
		require.Equal(t, policy.Grave, p.Tier(id), id)
	}
	require.Equal(t, policy.Routine, p.Tier("expired-plate"))
	for _, id := range []string{"suspended-driver", "unlicensed-driver", "wanted-person"} {
		c, _ := p.Category(id)
		require.True(t, c.OwnerBased, id)
	}
}

func TestRequirement7_FloridaCategories(t *testing.T) {
	_, p := shipped(t, "florida")
	for _, id := range []string{"stolen-vehicle", "stolen-plate", "wanted-person", "missing-person", "amber-alert",
		"expired-plate", "expired-licence", "suspended-driver"} {
		_, ok := p.Category(id)
		require.True(t, ok, id)
	}
}

// What the guidance fixes is what the packs say.
func TestRequirement5_TheGuidancesFigures(t *testing.T) {
	_, ontario := shipped(t, "ontario")
	_, florida := shipped(t, "florida")
	captured := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	used := captured.AddDate(0, 2, 0)
	require.Equal(t, used.AddDate(1, 0, 0), ontario.Retention.HitEnds(captured, used), "IPC, Retention")
	require.Equal(t, captured.AddDate(3, 0, 0), florida.Retention.HitEnds(captured, used), "FL 6e")
	later := captured.AddDate(0, 0, 31)
	require.True(t, florida.Retention.NeedsCase(captured, later), "FL 6e")
	require.False(t, florida.Retention.NeedsCase(captured, captured.AddDate(0, 0, 30)), "FL 6e")
	require.False(t, ontario.Retention.NeedsCase(captured, later))
	require.Equal(t, policy.DisclosureFields, ontario.Disclosure.Required, "IPC, Disclosure: all nine")
	require.Equal(t, policy.DeploymentFields, florida.Deployment.Required, "FL 5e")
	require.True(t, ontario.Search.Needs(policy.SearchFileNumber), "IPC, Manual searches")
	require.Equal(t, policy.Roles, florida.Session.SecondFactor, "CJIS IA-2")
	c, _ := ontario.Category("short-term-suspension")
	require.Equal(t, policy.Suspension, c.EndsWith, "IPC, Appendix B")
	for _, p := range []*policy.Pack{ontario, florida} {
		require.False(t, p.Preservation.Enabled, p.ID)
		require.Equal(t, 5, p.Session.LockoutFailures, p.ID)
		require.Equal(t, 15*time.Minute, p.Session.LockoutWindow(), p.ID)
		for _, c := range p.Manual() {
			require.True(t, c.AddedBy("officer"), c.ID)
			require.False(t, c.AddedBy("trainer"), c.ID)
		}
	}
}

func TestRequirement18_NoPackLoosensTheSuspendedDriver(t *testing.T) {
	text, p := shipped(t, "ontario")
	c, ok := p.Category(policy.SuspendedDriverInUse)
	require.True(t, ok)
	require.Equal(t, 30, c.MaxDays)
	require.Equal(t, []policy.Distribution{policy.Internal}, c.Distribution)
	require.True(t, c.Descriptors)

	at := strings.Index(text, `id = "suspended-driver-in-use"`)
	for name, change := range map[string][2]string{
		"shared":         {`distribution = ["internal"]`, `distribution = ["internal", "shared"]`},
		"longer":         {"max_days = 30", "max_days = 31"},
		"no descriptors": {"descriptors = true", "descriptors = false"},
		"not manual":     {"manual = true", "manual = false"},
	} {
		t.Run(name, func(t *testing.T) {
			loose := text[:at] + strings.Replace(text[at:], change[0], change[1], 1)
			require.NotEqual(t, text, loose)
			_, err := Decode([]byte(loose))
			require.ErrorIs(t, err, policy.ErrInvalid)
			key := strings.Fields(change[0])[0]
			require.ErrorContains(t, err, "category."+key)
			line := 1 + strings.Count(text[:at+strings.Index(text[at:], change[0])], "\n")
			require.Regexp(t, `line `+strconv.Itoa(line)+`\b`, err.Error())
		})
	}
}

func TestRequirement5_BadPackNamesTheLine(t *testing.T) {
	text, _ := shipped(t, "ontario")
	lineOf := func(s, part string) string {
		return `line ` + strconv.Itoa(1+strings.Count(s[:strings.Index(s, part)], "\n")) + `\b`
	}
	for _, test := range []struct {
		name, old, new, key, at string
	}{
		{"syntax", "version = 1", "version = ", "", "version = "},
		{"wrong type", "version = 1", `version = "one"`, "version", "version ="},
		{"unknown key", "quiet_minutes = 10 ", "quiet_minuets = 10 ", "quiet_minuets", "quiet_minuets"},
		{"unknown key of a category", `tier = "routine"`, `colour = "red"`, "category.colour", "colour ="},
		{"unknown key of an inline table", `name = { en = "Stolen vehicle", `, `name = { de = "x", en = "Stolen vehicle", `, "category.name.de", `{ de =`},
		{"unknown table", "[use_notice]", "[banner]\nen = \"x\"\n[use_notice]", "banner", "[banner]"},
		{"bad number", "version = 1", "version = 0", "version", "version ="},
		{"bad tier", `tier = "routine"`, `tier = "mild"`, "category.tier", `"mild"`},
		{"category twice", `id = "stolen-plate"`, `id = "stolen-vehicle"`, "category.id", "\nname = { en = \"Stolen plate\""},
		{"missing name", `name = { en = "Stolen plate", fr = "Plaque volée" }`, "", "category.name", `id = "stolen-plate"`},
		{"unfilled place", "For questions: {title}", "For questions: {who} {title}", "notice.then", "then ="},
		{"missing key of a table", `hit_from = "use" `, "", "retention.hit_from", "[retention]"},
		{"number out of bounds", "lockout_failures = 5", "lockout_failures = 50", "session.lockout_failures", "lockout_failures"},
		{"unknown role", `second_factor = []`, `second_factor = ["mayor"]`, "session.second_factor", "second_factor"},
		{"list twice", "[preservation]", "[[list]]\nname = \"cpic\"\nage_hours = 9\n[[list]]\nage_hours = 9\nname = \"cpic\"\n[preservation]", "list.name", "name = \"cpic\"\n[pres"},
		{"exemption without French", "fr = \"Menace pour la sécurité ou la santé\u00a0: LAIMPVP 38\u00a0a), 13\"", `fr = ""`, "access_request.exemption.text", `"Danger to safety`},
		{"choice without French", `{ en = "Warned", fr = "Avertissement" }`, `{ en = "Warned" }`, "outcome.text", `{ en = "Warned" }`},
	} {
		t.Run(test.name, func(t *testing.T) {
			changed := strings.Replace(text, test.old, test.new, 1)
			require.NotEqual(t, text, changed)
			_, err := Decode([]byte(changed))
			require.ErrorIs(t, err, policy.ErrInvalid)
			require.ErrorContains(t, err, test.key)
			require.Regexp(t, lineOf(changed, test.at), err.Error())
		})
	}
}

func TestNoTOMLIsToldFromTOMLThatIsNoPack(t *testing.T) {
	for text, code := range map[string]policy.FaultCode{"version =": policy.FaultSyntax, `version = "one"`: policy.FaultKind, "version = 99999999999999999999": policy.FaultSyntax, "[[version]]": policy.FaultKind} {
		var f *policy.Fault
		_, err := Decode([]byte(text))
		require.ErrorAs(t, err, &f)
		require.Equal(t, code, f.Code, text)
		require.Equal(t, 1, f.Line, text)
		require.Equal(t, "version", f.Key, text)
	}
}

func TestDecodeRefusesWhatIsNoPack(t *testing.T) {
	for _, text := range []string{"", "\x00\x01", "[[category]]", strings.Repeat("#", policy.MaxPack+1)} {
		_, err := Decode([]byte(text))
		require.ErrorIs(t, err, policy.ErrInvalid)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range assets.Policies() {
		text, _ := shipped(f, name)
		f.Add([]byte(text))
	}
	f.Add([]byte("id = 'x'\n[[category]]\nid=\"a\"\nx.y=1"))
	f.Add([]byte("[a.b]\n\"\" = 1\n= 2"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := Decode(text)
		if err != nil {
			require.ErrorIs(t, err, policy.ErrInvalid)
			return
		}
		require.NoError(t, p.Validate())
	})
}

// The document explains every key that a pack can have.
func TestDocumentNamesEveryKey(t *testing.T) {
	text, err := os.ReadFile("../../docs/policy-packs.md")
	require.NoError(t, err)
	var walk func(of reflect.Type, table string)
	walk = func(of reflect.Type, table string) {
		for _, f := range reflect.VisibleFields(of) {
			key, kind := f.Tag.Get("toml"), f.Type
			if kind.Kind() == reflect.Slice {
				kind = kind.Elem()
			}
			if kind.Kind() == reflect.Struct {
				walk(kind, key)
				continue
			}
			alone, whole := "`"+key+"`", "`"+table+"."+key+"`"
			require.True(t, strings.Contains(string(text), alone) || strings.Contains(string(text), whole), "key %q of table %q", key, table)
		}
	}
	walk(reflect.TypeFor[policy.Pack](), "")
}
