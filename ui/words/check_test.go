package words

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
)

// Every line that the checklist may have, with its words in both languages.
func TestRequirement50_EveryLineOfTheChecklistHasWords(t *testing.T) {
	t.Cleanup(func() { Use(English) })
	for item, states := range map[shift.Item]map[shift.State]string{
		shift.ItemCamera:    {shift.Well: "picture scripted", shift.NotWell: "none no-picture", shift.NotFitted: "not-looked-at"},
		shift.ItemPosition:  {shift.Well: "fix", shift.NotWell: "no-fix lost", shift.NotFitted: "none"},
		shift.ItemClock:     {shift.Well: "kept", shift.NotWell: "behind ahead", shift.NotFitted: "not-kept"},
		shift.ItemList:      {shift.Well: "fresh", shift.NotWell: "none old"},
		shift.ItemStore:     {shift.Well: "opens room room-unknown", shift.NotWell: "full"},
		shift.ItemSync:      {shift.Well: "none synced", shift.NotWell: "failed", shift.NotFitted: "training not-enrolled"},
		shift.ItemVoice:     {shift.Well: "en fr", shift.NotFitted: "none wordless"},
		shift.ItemTraining:  {shift.Well: "current lapses-soon", shift.NotWell: "lapsed", shift.NotFitted: "not-kept"},
		shift.ItemAgreement: {shift.Well: "current lapses-soon", shift.NotWell: "lapsed", shift.NotFitted: "not-kept"},
	} {
		for state, all := range states {
			for _, found := range strings.Fields(all) {
				for _, language := range []string{English, French} {
					Use(language)
					said, do := Check(shift.Check{Item: item, Name: "X", State: state, Found: found, Age: 26 * time.Hour, Count: 3 << 30})
					require.Contains(t, said, " X")
					for _, text := range []string{said, do} {
						require.NotContains(t, text, "ready.", "%s %s", item, found)
						require.NotContains(t, text, "{{", "%s %s", item, found)
						require.NotContains(t, text, "<no value>")
					}
					require.Equal(t, state == shift.NotWell, do != "", "what to do about %s %s", item, found)
				}
			}
		}
	}
}
