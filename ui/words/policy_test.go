package words

import (
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/policy"
)

// Every fault of a pack is said in both languages, with its file, line and key.
func TestRequirement5_FaultsOfAPackAreSaidInBothLanguages(t *testing.T) {
	defer Use(English)
	for code, english := range policy.FaultWords {
		for _, language := range []string{English, French} {
			Use(language)
			said := PackFault("ours.toml", &policy.Fault{Line: 12, Key: "category.max_days", ID: "amber-alert", Code: code, Values: []any{"aa", "bb"}})
			for _, part := range []string{"ours.toml", "12", "category.max_days", "amber-alert"} {
				require.Contains(t, said, part, code)
			}
			require.NotContains(t, said, "policy.fault", code)
			require.NotContains(t, said, "<no value>", code)
			if language == French {
				require.NotContains(t, said, english, code)
			}
		}
	}
	Use(English)
	require.Equal(t, "ours.toml, line 3, key mood: no pack has this key: correct or remove it.",
		PackFault("ours.toml", &policy.Fault{Line: 3, Key: "mood", Code: policy.FaultUnknownKey}))
	require.Equal(t, "ours.toml, line 3: this is no TOML: bare keys.", PackFault("ours.toml", &policy.Fault{Line: 3, Code: policy.FaultSyntax, Values: []any{"bare keys"}}))
	require.Equal(t, "ours.toml: this is no TOML: bare keys.", PackFault("ours.toml", &policy.Fault{Code: policy.FaultSyntax, Values: []any{"bare keys"}}))
}

func TestPackValue(t *testing.T) {
	defer Use(English)
	Use(French)
	require.Equal(t, "oui", PackValue(true))
	require.Equal(t, "non", PackValue(false))
	require.Equal(t, "agent, superviseur", PackValue([]string{"officer", "supervisor"}))
	require.Equal(t, "aucun", PackValue([]string{}))
	require.Equal(t, "aucun", PackValue(""))
	require.Equal(t, "élevée", PackValue("high"))
	require.Equal(t, "12", PackValue(12))
	require.Equal(t, "1 Example Street", PackValue("1 Example Street"))
	require.Equal(t, "ab12 cd34 ef", KeyID("ab12cd34ef"))
}
