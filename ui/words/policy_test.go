package words

import (
	"fmt"
	"slices"
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
			if !slices.Contains(policy.Refusals, code) {
				for _, part := range []string{"ours.toml", "12", "category.max_days", "amber-alert"} {
					require.Contains(t, said, part, code)
				}
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

// What was refused is said in the reader's language, from the error as from the record,
// with the figures that it was refused for.
func TestRequirement5_RefusalsOfAPackAreSaidInBothLanguages(t *testing.T) {
	defer Use(English)
	for code, parts := range map[policy.FaultCode][]string{
		policy.FaultUnsigned:    {".toml.sig"},
		policy.FaultSignature:   {"7", ".toml.sig"},
		policy.FaultUntrusted:   {"ab12 cd34"},
		policy.FaultAltered:     {"ab12 cd34"},
		policy.FaultOlder:       {"ab12cd34", "ef56"},
		policy.FaultSameVersion: {"ab12cd34"},
		policy.FaultReplayed:    {"ab12cd34", "ef56"},
		policy.FaultNotStations: {"ab12cd34"},
	} {
		require.Contains(t, policy.Refusals, code)
		texts := map[string]bool{}
		for _, language := range []string{English, French} {
			Use(language)
			f := &policy.Fault{Line: 7, Code: code, Values: []any{"ab12cd34", "ef56"}}
			said := Error(fmt.Errorf("install: %w", f))
			for _, part := range parts {
				require.Contains(t, said, part, code)
			}
			kept, ok := policy.FaultOf(f.Detail())
			require.True(t, ok)
			require.Equal(t, said, PackFault("ours.toml", kept))
			texts[said] = true
		}
		require.Len(t, texts, 2, "%s is said alike in both languages", code)
	}
	require.Len(t, policy.Refusals, 8)
	Use(English)
	require.Equal(t, "The policy pack, line 3, key version: holds a value of another kind than it must.",
		Error(&policy.Fault{Line: 3, Key: "version", Code: policy.FaultKind, Values: []any{"incompatible types"}}))
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
