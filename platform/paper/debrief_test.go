package paper

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hit"
	"secondlook/app/notice"
	"secondlook/app/review"
	"secondlook/app/training"
	"secondlook/platform/scenariofile"
)

// debriefs are of a trainee who did everything once, and of one who did nothing.
func debriefs(t *testing.T, language string) (done, nothing training.Debrief) {
	t.Helper()
	s, err := scenariofile.BuiltIn(scenariofile.Standard)
	require.NoError(t, err)
	limits := review.Limits{FastVerdicts: 2, FastVerdict: 1500 * time.Millisecond}
	answers := []training.Answer{
		{Hit: "stolen-vehicle", Verdict: training.Correct, Took: 4300 * time.Millisecond, Seen: 5 * time.Second, Record: hit.Active, Asked: true, Notice: "officer-safety", Outcome: "vehicle-recovered"},
		{Hit: "suspended-driver", Verdict: training.Correct, Took: 20 * time.Second, Seen: 20 * time.Second, Record: hit.NotYet, Notice: "public-safety"},
		{Hit: "look-alike", Verdict: training.Correct, Took: time.Second, Seen: time.Second},
		{Hit: "other-province", Verdict: training.WrongJurisdiction, Took: time.Second, Seen: time.Second},
	}
	p := pack(t, "ontario")
	done = training.Debrief{Language: language, Name: s.Name, Summary: s.Summary, Pack: p, Report: training.Score(s, answers, limits)}
	nothing = done
	nothing.Report = training.Score(s, nil, limits)
	return done, nothing
}

func TestRequirement39_DebriefIsPrinted(t *testing.T) {
	for _, language := range notice.Languages {
		say, err := in(language)
		require.NoError(t, err)
		tell := func(key string, args ...string) string {
			text := say.t("debrief."+key, args...)
			require.NotContains(t, text, "debrief.", "no text for %s", key)
			require.NotContains(t, text, "{{")
			return text
		}
		done, nothing := debriefs(t, language)
		for name, d := range map[string]training.Debrief{"done": done, "nothing": nothing} {
			for _, l := range d.Report.Lines {
				require.NotEmpty(t, tell("result."+string(l.Result)))
				require.NotEqual(t, l.Category, d.Category(l))
				for _, f := range append(d.Facts(l, tell), d.Figures(tell)...) {
					require.NotEmpty(t, f.Label)
					require.NotEmpty(t, f.Text)
				}
			}
			var one, two bytes.Buffer
			require.NoError(t, Debrief(&one, d, made))
			require.NoError(t, Debrief(&two, d, made))
			require.True(t, bytes.Equal(one.Bytes(), two.Bytes()), "the same input, the same pages")
			if folder := os.Getenv("SECONDLOOK_PAPER"); folder != "" {
				require.NoError(t, os.WriteFile(filepath.Join(folder, "debrief-"+name+"-"+language+".pdf"), one.Bytes(), 0o600))
			}
		}
		var bad bool
		for _, f := range done.Facts(done.Report.Lines[1], tell) {
			bad = bad || !f.Well
		}
		require.True(t, bad, "a record check without asking is marked")
	}
	require.Error(t, Debrief(&bytes.Buffer{}, training.Debrief{Language: "de"}, made))
}

// Every page of training says so: the band is drawn by the page itself, so that no
// page can be without it.
func TestRequirement39_EveryTrainingPageSaysSo(t *testing.T) {
	drawn := func(b []byte) int { return bytes.Count(b, []byte("0.518 0.157 0.373 RG")) }
	plain := func(write func(*page)) []byte {
		say, err := in("en")
		require.NoError(t, err)
		p := newPage(say, "P", "t", "", made)
		p.SetCompression(false)
		require.NoError(t, p.training())
		p.AddPage()
		write(p)
		var b bytes.Buffer
		require.NoError(t, p.write(&b, "a page"))
		return b.Bytes()
	}
	one := plain(func(*page) {})
	require.Positive(t, drawn(one))
	long := plain(func(p *page) { p.text(strings.Repeat("a line\n", 200)) })
	n := len(pages.FindAll(long, -1))
	require.Greater(t, n, 2)
	require.Equal(t, n*drawn(one), drawn(long))

	p := pack(t, "ontario")
	both := []notice.Driver{notice.ForDriver(p, driver, "en"), notice.ForDriver(p, driver, "fr")}
	var real, trained bytes.Buffer
	require.NoError(t, DriverNotice(&real, both, false, made))
	require.NoError(t, DriverNotice(&trained, both, true, made))
	require.Equal(t, len(pages.FindAll(real.Bytes(), -1)), len(pages.FindAll(trained.Bytes(), -1)), "it still fits its page")
	require.NotEqual(t, real.Len(), trained.Len())
	if folder := os.Getenv("SECONDLOOK_PAPER"); folder != "" {
		require.NoError(t, os.WriteFile(filepath.Join(folder, "training-notice.pdf"), trained.Bytes(), 0o600))
	}
}
