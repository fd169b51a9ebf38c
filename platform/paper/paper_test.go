package paper

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/notice"
	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/assets"
	"secondlook/platform/packfile"
)

var made = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)

func pack(t *testing.T, name string) *policy.Pack {
	t.Helper()
	text, err := assets.Policy(name)
	require.NoError(t, err)
	p, err := packfile.Decode(text)
	require.NoError(t, err)
	return p
}

// year is a year of made-up shifts.
func year(p *policy.Pack) shift.Report {
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var all []shift.Deployment
	for i := range 300 {
		d := shift.Deployment{ID: fmt.Sprint("d", i), Terminal: fmt.Sprint("car ", i%4), Start: from.Add(time.Duration(i) * 29 * time.Hour)}
		if d.Start.Month() == time.March { // a month without the system
			continue
		}
		d.End = d.Start.Add(8 * time.Hour)
		s := &d.Statistics
		n := uint64(i%17 + 3)
		s.Reads, s.NonHits, s.Frames, s.FramesDropped = 4000+137*n, 4000+136*n, 700_000, 1200*n
		for k, c := range p.Categories {
			s.CountHit(c.ID, (n+uint64(k))%5)
		}
		s.CountVerdict(hit.Confirmed, s.Hits()*3/4)
		s.CountVerdict(hit.Misread, s.Hits()/5+uint64(i%3))
		s.CountVerdict(hit.WrongJurisdiction, uint64(i%2))
		for k := range shift.Waits {
			s.ToVerdict[k] = n * uint64(6-k)
		}
		s.NoticesGiven, s.NoStops = n, n/2
		s.Stops = n
		s.CountNotGiven(p.Notice.NotGiven[0].Code)
		s.CountOutcome(p.Outcomes[i%len(p.Outcomes)].Code)
		s.CountCamera("Front left", shift.CameraTime{Run: 8 * time.Hour, Up: 8*time.Hour - time.Duration(n)*time.Minute, Losses: n / 7})
		s.CountCamera("Rear", shift.CameraTime{Run: 8 * time.Hour, Up: 8 * time.Hour})
		s.Lists = []shift.ListAge{{Name: "CPIC", Age: time.Duration(n) * time.Hour}, {Name: "MTO", Age: time.Duration(n) * 90 * time.Minute, Old: n > 16}}
		s.Searches, s.EntriesProposed, s.Syncs, s.SyncsFailed = n/3, n/9, 1, n/15
		if i%25 == 0 {
			d.Exceptions = []shift.Exception{{Note: "x"}}
			d.Checklist = []shift.Check{{Item: shift.ItemList, State: shift.NotWell, Found: "old"}}
		}
		all = append(all, d)
	}
	return shift.Summarise(all, cases(), from, time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC))
}

// cases are what else a year's report counts.
func cases() (all []shift.Case) {
	at := time.Date(2026, 2, 3, 9, 0, 0, 0, time.UTC)
	for i, kind := range []string{"lost", "seen", "sent", "tampered", "other"} {
		id := fmt.Sprint(i)
		all = append(all, shift.Case{ID: id, Kind: shift.CaseDisclosure, Of: "consent", At: at}, shift.Case{ID: id, Kind: shift.CaseRequest, At: at},
			shift.Case{ID: id, Kind: shift.CaseAnswer, At: at}, shift.Case{ID: id, Kind: shift.CaseBreach, Of: kind, At: at})
	}
	return all
}

var driver = hotlist.Entry{Plate: "CKLM804", Agency: "Toronto Police", Contact: "hotlist desk, 416-555-0101"}

// documents are every kind of page in a pack's words.
func documents(t *testing.T, name string) map[string]func(*bytes.Buffer) error {
	p := pack(t, name)
	all := map[string]func(*bytes.Buffer) error{
		name + "-decal": func(b *bytes.Buffer) error { return Decal(b, p, notice.Languages, made) },
		name + "-driver": func(b *bytes.Buffer) error {
			return DriverNotice(b, []notice.Driver{notice.ForDriver(p, driver, "en"), notice.ForDriver(p, driver, "fr")}, false, made)
		},
		name + "-sheet": func(b *bytes.Buffer) error { return Sheet(b, p, notice.Languages, made) },
	}
	for _, language := range notice.Languages {
		all[name+"-report-"+language] = func(b *bytes.Buffer) error {
			return Report(b, year(p), Options{Pack: p, Language: language, Service: "Exampleville Police", Made: made})
		}
		all[name+"-empty-"+language] = func(b *bytes.Buffer) error {
			return Report(b, shift.Summarise(nil, nil, made, made), Options{Pack: p, Language: language, Made: made})
		}
	}
	return all
}

var pages = regexp.MustCompile(`/Type /Page\n`)

// Each document, made twice, is the same byte for byte; with SECONDLOOK_PAPER set to
// a folder it is kept there, to look at.
func TestRequirement30_40_PagesAreTheSameForTheSameInput(t *testing.T) {
	most := map[string]int{"decal": 2, "driver": 2, "sheet": 2}
	for _, name := range assets.Policies() {
		for doc, write := range documents(t, name) {
			t.Run(doc, func(t *testing.T) {
				var one, two bytes.Buffer
				require.NoError(t, write(&one))
				require.NoError(t, write(&two))
				require.True(t, bytes.Equal(one.Bytes(), two.Bytes()))
				require.True(t, bytes.HasPrefix(one.Bytes(), []byte("%PDF-")))
				n := len(pages.FindAll(one.Bytes(), -1))
				if want, ok := most[strings.TrimPrefix(doc, name+"-")]; ok {
					require.Equal(t, want, n, "a page for each language")
				} else {
					require.GreaterOrEqual(t, n, 3)
				}
				if folder := os.Getenv("SECONDLOOK_PAPER"); folder != "" {
					require.NoError(t, os.WriteFile(filepath.Join(folder, doc+".pdf"), one.Bytes(), 0o600))
				}
			})
		}
	}
}

func TestRequirement30_CSVHasEveryFigureOnce(t *testing.T) {
	var b, again bytes.Buffer
	r := year(pack(t, "ontario"))
	require.NoError(t, r.WriteCSV(&b))
	require.NoError(t, r.WriteCSV(&again))
	require.Equal(t, b.String(), again.String())
	for _, want := range []string{"period,figure,kind,value", "total,reads,,", "total,misread-rate,,0.", "2026-03,deployments,,0", "2026-03,misread-rate,,\n",
		"total,hits-by-category,stolen-vehicle,", "total,time-to-verdict,up-to-5-s,", "total,time-to-verdict,longer,0", "total,list-old-at-start,MTO,", "total,checklist-not-well,list,"} {
		require.Contains(t, b.String(), want)
	}
	seen := map[string]bool{}
	for _, l := range strings.Split(strings.TrimSpace(b.String()), "\n") {
		key := l[:strings.LastIndex(l, ",")]
		require.False(t, seen[key], key)
		seen[key] = true
	}
}

// A page's words must exist in both languages; those that are put together are
// tried with what they are put together of.
func TestEveryWordOnPaperExists(t *testing.T) {
	key := regexp.MustCompile(`\bt\("([^"]+)"|"((?:sheet|driver)\.[a-z]+)"`)
	sources, err := filepath.Glob("*.go")
	require.NoError(t, err)
	used := map[string]bool{}
	for _, name := range sources {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range key.FindAllStringSubmatch(string(text), -1) {
			used[m[1]+m[2]] = true
		}
	}
	for _, v := range []hit.State{hit.Confirmed, hit.Misread, hit.WrongJurisdiction, hit.NotActionable, hit.NotReviewed} {
		used["verdict."+string(v)] = true
	}
	for _, i := range []shift.Item{shift.ItemCamera, shift.ItemClock, shift.ItemList, shift.ItemStore, shift.ItemSync, shift.ItemTraining, shift.ItemAgreement} {
		used["item."+string(i)] = true
	}
	require.Greater(t, len(used), 80)
	for _, language := range notice.Languages {
		w, err := in(language)
		require.NoError(t, err)
		for k := range used {
			if !strings.HasSuffix(k, ".") {
				require.NotEqual(t, "paper."+k, w.t(k), language)
			}
		}
	}
	_, err = in("de")
	require.Error(t, err)
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

var errFull = errors.New("no space left")

func TestFullDiskIsTold(t *testing.T) {
	p := pack(t, "florida")
	require.ErrorIs(t, Sheet(full{}, p, []string{"en"}, made), errFull)
	require.ErrorIs(t, year(p).WriteCSV(full{}), errFull)
}
