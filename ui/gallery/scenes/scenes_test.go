package scenes

import (
	"os"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every screen, in English at night and in French by day: what is tapped is large and
// apart, no text is cut, reaches out or stands over another, each is in its language and
// stands out from its ground, at every size; what people fill in every day needs no
// scrolling at 1280 by 800; what has the keyboard shows it. SECONDLOOK_SCREENS=all checks all four
// looks, and the contrast at every size.
func TestRequirement51_EveryScreenCanBeReadAndTapped(t *testing.T) {
	looks, everywhere := Looks[:2], os.Getenv("SECONDLOOK_SCREENS") == "all"
	if everywhere {
		looks = Looks
	}
	for _, look := range looks {
		t.Run(look.Language+"-"+look.Palette, func(t *testing.T) {
			seen, looked := map[string]bool{}, map[string]bool{}
			for _, scene := range All() {
				t.Run(scene.Name, func(t *testing.T) {
					require.NoError(t, Play(scene, look, func(s *Stage, name string) error {
						assert.False(t, seen[name], "%s is taken twice", name)
						seen[name] = true
						for _, size := range Sizes {
							s.Resize(size)
							for _, fault := range faults(s, name, size, everywhere, looked) {
								t.Errorf("%s at %v: %s", name, size, fault)
							}
						}
						return nil
					}))
				})
			}
		})
	}
}

// faults are those of what a window shows.
func faults(s *Stage, name string, size fyne.Size, drawn bool, looked map[string]bool) []string {
	places := s.Places()
	window := boxOf(fyne.Position{}, size)
	all := slices.Concat(targetFaults(places, window), textFaults(places, window))
	if size == usual {
		// The driver reads both languages at once.
		all = append(all, languageFaults(places, s.Look().Language == "fr" && name != "driver-show")...)
		if !scrolls[name] && !strings.HasSuffix(name, "-faults") {
			all = append(all, scrollFaults(places)...)
		}
	}
	if drawn || size == usual {
		picture := pixels(s.Window().Canvas().Capture())
		all = append(all, contrastFaults(places, picture, s.Window().Canvas().Scale())...)
		if size == usual {
			all = append(all, masterFaults(s.Look(), name, picture)...)
			all = append(all, focusFaults(s, picture, looked)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// scrolls are the screens that are as long as what they list, or that nobody fills in at
// the wheel.
var scrolls = map[string]bool{"entries": true, "entry-approve-changed": true, "disclosures": true, "disclose": true, "answer": true, "answer-finished": true,
	"requests": true, "audit": true, "audit-record": true, "reviews": true, "statistics": true, "review-draw": true, "review-unusual": true, "search-found": true,
	"driver-show": true, "settings-clock": true, "trainer-console": true, "trainer-console-acted": true, "training-debrief": true, "training-notice": true,
	"report": true, "hit-owner": true,
	"settings-keys-rekey": true, "settings-keys-standby": true, "settings-policy-fault": true, "settings-hotlists-imported": true,
	// Two reasons have two records.
	"alert-wait": true, "alert-look-alike": true, "alert-entry-reported": true, "moving-passenger": true}
