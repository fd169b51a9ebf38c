package forms

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/review"
	"secondlook/app/search"
	"secondlook/assets"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

const auditorBadge, auditorPIN = "50090", "alder-3318"

// reviewing has reviews take everybody and all of their acts, so that a draw is the
// same in each run, and a refusal be flagged.
func reviewing(o *terminalOptions) {
	o.pack = func(p *policy.Pack) { p.Review.DrawPercent, p.Review.DrawActs, p.Review.Refusals = 100, 100, 1 }
}

// watched is a terminal on which an officer searched for one plate again and again,
// was refused, and proposed an entry that the supervisor approved. The auditor is
// signed in.
func watched(term *terminal) {
	ctx := term.t.Context()
	term.populate()
	term.signIn(adminBadge, adminPIN)
	term.enlist("Rae Auditor", auditorBadge, auditorPIN, access.Auditor)
	term.signIn(officerBadge, officerPIN)
	for range 6 {
		_, err := term.Search(ctx, search.Query{Plate: "CKLM804", Jurisdiction: plate.Jurisdiction("CA-ON"), Purpose: term.Pack().Purposes[0].Code,
			Reason: "witness named it", FileNumber: "26-118203"})
		require.NoError(term.t, err)
		term.pass(2*time.Minute + 340*time.Millisecond)
	}
	_, err := term.People(ctx)
	require.ErrorIs(term.t, err, access.ErrNotAllowed)
	e := term.propose("CKLM804", "criminal-activity", 60)
	term.signIn(supervisorBadge, supervisorPIN)
	require.NoError(term.t, term.Approve(ctx, e.ID))
	term.signIn(auditorBadge, auditorPIN)
	term.pass(time.Minute)
}

// overseer opens one of the screens over such a terminal.
func overseer(t *testing.T, open func(*terminal) fyne.CanvasObject, o ...func(*terminalOptions)) *terminal {
	term := newTerminal(t, append(o, reviewing)...)
	watched(term)
	term.open(open(term))
	return term
}

func auditScreen(x *terminal) fyne.CanvasObject   { return NewAudit(x.Cruiser, x) }
func reviewsScreen(x *terminal) fyne.CanvasObject { return NewReviews(x.Cruiser, x) }

// tapped is a screen after taps on buttons, in English.
func tapped(open func(*terminal) fyne.CanvasObject, texts ...string) func(t *testing.T) *terminal {
	return func(t *testing.T) *terminal {
		term := overseer(t, open)
		for _, text := range texts {
			term.tap(text)
		}
		return term
	}
}

const searchID = "019ab0c4f1d27c55"

// drawn is a review of the officer that is the same in each run.
func drawn(x *terminal) fyne.CanvasObject {
	r := newReviews(x.Cruiser, x)
	records, err := x.store.Records(x.t.Context())
	require.NoError(x.t, err)
	for i := range records {
		if e := &records[i].Event; e.Object != "" {
			e.Object = searchID
		}
	}
	d, err := review.Make(records, review.Order{Through: uint64(len(records)), People: 9, Acts: 9, Seed: "5eed", At: x.at(), By: review.Person{Name: "Rae Auditor", Badge: auditorBadge, Role: "auditor"}})
	require.NoError(x.t, err)
	d.Findings = []review.Finding{{Badge: officerBadge, Code: review.Explained, Note: "one theft, three witnesses", At: x.at(), By: d.By}}
	r.show(d)
	return r.holder.Container
}

// recordOfSearch is the audit record of the officer's last search.
func recordOfSearch(x *terminal) fyne.CanvasObject {
	v := newAudit(x.Cruiser, x)
	place := slices.IndexFunc(v.shown, func(i int) bool { return v.all[i].Event.Act == audit.Searched })
	r := &v.all[v.shown[place]] // ids and hashes differ in each run
	r.Event.Object, r.Previous, r.Hash = searchID, [32]byte{0x5e, 0xed}, [32]byte{0xc0, 0xde}
	v.open(place)
	return v.holder.Container
}

// oversightPictures are the screens' looks, see TestPictures.
func oversightPictures() map[string]func(*testing.T) *terminal {
	return map[string]func(*testing.T) *terminal{
		"audit-record": tapped(recordOfSearch),
		"audit-export": func(t *testing.T) *terminal {
			term := tapped(auditScreen, "Export a copy")(t)
			term.write("File", "/media/usb/audit-20261122")
			term.tap("Write the copy")
			return term
		},
		"review-draw": tapped(drawn),
	}
}

func TestRequirement22_AuditShowsWhoDidWhatWhenAndWhy(t *testing.T) {
	term := overseer(t, auditScreen)
	term.mustRead("Whole:", "newest first", "Entry approved", "Morgan Iroquois-Lafleur · "+supervisorBadge+" · Supervisor", "2026-11-22 21:59:", "No. ")
	term.open(recordOfSearch(term))
	term.mustRead("2026-11-22 21:57:09.70", "as recorded (UTC)", "Plate check", "Alex Tremblay · "+officerBadge+" · Officer", "witness named it", "CKLM804",
		"26-118203", "Car 4127", "Hash of this record")
	term.tap("Older record")
	term.mustRead("2026-11-22 21:55:09.36")
}

func TestRequirement22_AuditIsFiltered(t *testing.T) {
	term := newTerminal(t, reviewing)
	watched(term)
	v := newAudit(term.Cruiser, term)
	term.open(v.holder.Container)
	acts := func() (acts []audit.Act) {
		for _, i := range v.shown {
			acts = append(acts, v.all[i].Event.Act)
		}
		return acts
	}
	term.pick(v.person, "Alex Tremblay · "+officerBadge)
	for _, i := range v.shown {
		require.Equal(t, officerBadge, v.all[i].Event.Badge)
	}
	require.True(t, slices.IsSortedFunc(v.shown, func(a, b int) int { return b - a }), "newest first")
	term.pick(v.act, "All: use of hits, entries and searches")
	require.Len(t, v.shown, 7)
	require.Equal(t, audit.EntryProposed, acts()[0])
	term.pick(v.act, "Refused")
	require.Equal(t, []audit.Act{audit.Refused}, acts())
	term.write("Day", "2026-11-21")
	require.Empty(t, v.shown)
	term.mustRead("No record passes these filters.")
	term.write("Day", "2026-13-77")
	term.mustRead("Write the day as 2026-12-01.")
	term.write("Day", "2026-11-22")
	require.Len(t, v.shown, 1)
	term.pick(v.person, "The terminal itself")
	require.Empty(t, v.shown)
	term.pick(v.person, "Everybody")
	term.pick(v.act, "Every act")
	require.Len(t, v.shown, len(v.all))
}

// A record of a year has tens of thousands of links: only those in view are drawn.
func TestRequirement22_LongAuditDrawsWhatIsInView(t *testing.T) {
	term := newTerminal(t, reviewing)
	watched(term)
	v := newAudit(term.Cruiser, term)
	term.open(v.holder.Container)
	for i := range 50_000 {
		v.all = append(v.all, audit.Record{Sequence: uint64(1000 + i), Event: audit.Event{At: start, Act: audit.HitRaised, Outcome: "ok"}})
	}
	v.sift()
	require.Greater(t, len(v.shown), 50_000)
	rows := find(term, func(*auditRow) bool { return true })
	require.NotEmpty(t, rows)
	require.Less(t, len(rows), 30)
}

func TestRequirement24_ScreenSaysWhereTheChainBreaks(t *testing.T) {
	for _, lang := range []func(*terminalOptions){english, french} {
		term := newTerminal(t, lang, reviewing)
		watched(term)
		v := newAudit(term.Cruiser, term)
		term.open(v.holder.Container)
		v.all[4].Event.Reason = "another"
		report, err := audit.Examine(v.all, nil)
		v.stand(report, err)
		v.page.Refresh()
		term.mustRead(words.T("audit.broken"), words.T("audit.broken.at", "Number", 5))
	}
}

func TestRequirement24_ExportIsWrittenOnceAndHolds(t *testing.T) {
	for _, f := range []audit.Format{audit.JSONLines, audit.CSV} {
		t.Run(string(f), func(t *testing.T) {
			term := overseer(t, auditScreen)
			path := filepath.Join(t.TempDir(), "copy")
			term.tap("Export a copy")
			if f == audit.CSV {
				term.tap("CSV")
			}
			term.tap("Everything")
			term.write("File", path)
			term.tap("Write the copy")
			term.mustRead("Say why a copy leaves this terminal.")
			require.NoFileExists(t, path+"."+string(f))
			term.write("Reason for the copy", "yearly audit")
			term.tap("Write the copy")
			path += "." + string(f)
			term.mustRead("Written to "+path, "secondlook audit verify copy."+string(f))
			key, err := term.AuditKey(t.Context())
			require.NoError(t, err)
			file, err := os.Open(path)
			require.NoError(t, err)
			defer file.Close()
			report, err := audit.Check(file, key)
			require.NoError(t, err)
			records, err := term.store.Records(t.Context())
			require.NoError(t, err)
			require.Equal(t, len(records), report.Count, "its own record is the last")
			info, err := file.Stat()
			require.NoError(t, err)
			require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())

			term.tap("Write the copy")
			term.mustRead("There is a file of that name.")
			term.write("File", filepath.Join(t.TempDir(), "none", "copy"))
			term.tap("Write the copy")
			term.mustRead("The file cannot be made there.")
			term.write("File", filepath.Join(t.TempDir(), "old"))
			term.write("First day", "2020-01-01")
			term.write("Last day", "2020-01-02")
			term.tap("Write the copy")
			term.mustRead("There is no audit record of that time.")
			after, err := term.store.Records(t.Context())
			require.NoError(t, err)
			require.Len(t, after, len(records), "what was not written is not recorded as taken out")
		})
	}
}

func TestAdministratorsExportWithoutReading(t *testing.T) {
	term := newTerminal(t, reviewing)
	watched(term)
	term.signIn(adminBadge, adminPIN)
	term.open(NewAudit(term.Cruiser, term))
	term.mustRead("Export a copy of the audit record")
	require.Empty(t, find(term, func(*auditRow) bool { return true }))
	term.signIn(officerBadge, officerPIN)
	term.open(NewAudit(term.Cruiser, term))
	term.mustRead("The audit record is for auditors.")
	term.open(NewReviews(term.Cruiser, term))
	term.mustRead("Reviews are for supervisors and auditors.")
}

func TestRequirement25_SupervisorDrawsAndRecordsWhatTheyFound(t *testing.T) {
	term := newTerminal(t, reviewing)
	watched(term)
	term.signIn(supervisorBadge, supervisorPIN)
	term.open(NewReviews(term.Cruiser, term))
	term.mustRead("No review was drawn on this terminal yet.")
	term.tap("Draw a review")
	term.mustRead("Drawn by Morgan Iroquois-Lafleur", "acts in that time")
	require.False(t, term.reads("CKLM804"), "a reviewer sees no plates")
	for _, p := range find(term, func(*widgets.Card) bool { return true }) {
		require.NotContains(t, strings.Join(textsIn(p), " "), "Morgan", "nobody reviews themselves")
	}
	term.tap("Add finding")
	term.tap("Record this finding")
	term.mustRead("Choose a finding.")
	term.tap("Follow up")
	term.tap("Record this finding")
	term.mustRead("Somebody has to look further or train.", "Say why.")
	term.write("In your words", "asked for a role twice")
	term.tap("Record this finding")
	require.Contains(t, term.toasts, "The finding is recorded.")
	term.mustRead("Follow up", "asked for a role twice")
	term.tap("Back")
	term.mustRead("Review of 2026-11-22", "without a finding")
	draws, err := term.Reviews(t.Context())
	require.NoError(t, err)
	require.Len(t, draws, 1)
	require.Equal(t, review.FollowUp, draws[0].Findings[0].Code)
}

// Whoever presses Back while a review reloads sees the list as it is then, whichever
// of the two comes first.
func TestRequirement25_BackDuringAReloadShowsTheListAsItIs(t *testing.T) {
	for name, order := range map[string][]int{"in order": {0, 1}, "the reload last": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			term := newTerminal(t, reviewing)
			watched(term)
			term.signIn(supervisorBadge, supervisorPIN)
			r := newReviews(term.Cruiser, term)
			term.open(r.holder.Container)
			term.tap("Draw a review")
			draws, err := term.Reviews(t.Context())
			require.NoError(t, err)
			d := draws[0]
			term.park = true
			r.again(d.ID)
			term.tap("Back")
			for _, p := range d.Picks {
				require.NoError(t, term.RecordFinding(t.Context(), review.Finding{About: d.ID, Badge: p.Person.Badge, Code: review.NoConcern}))
			}
			require.Len(t, term.parked, 2)
			for _, i := range order {
				term.parked[i](t.Context())
			}
			term.mustRead("Draw a review", "Every person has a finding")
			require.False(t, term.reads("Add finding"), "the review does not come back")
			term.park = false
			term.tap("Draw a review")
			term.mustRead("Add finding")
		})
	}
}

// textsIn are the texts inside an object.
func textsIn(o fyne.CanvasObject) (all []string) {
	walk(o, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
		if s, ok := o.(*widgets.Text); ok {
			all = append(all, s.Text())
		}
	})
	return all
}

func TestRequirement25_UnusualUseIsSaidWithItsFigures(t *testing.T) {
	for _, lang := range []func(*terminalOptions){english, french} {
		term := overseer(t, reviewsScreen, lang)
		term.tap(words.T("review.unusual"))
		flags, err := term.Unusual(t.Context(), time.Time{}, time.Time{})
		require.NoError(t, err)
		require.NotEmpty(t, flags)
		for _, f := range flags {
			term.mustRead(words.Rule(f.Rule), person(f.Person))
			for _, x := range f.Figures {
				term.mustRead(figure(x))
			}
		}
		require.True(t, slices.ContainsFunc(flags, func(f review.Flag) bool { return f.Rule == review.RepeatedSearch }))
		term.tap(words.T("review.acts.show", "N", len(flags[0].Acts)))
		require.False(t, term.reads("CKLM804"), "a reviewer sees no plates")
	}
}

func TestFiguresAreSaidInWords(t *testing.T) {
	defer words.Use(words.English)
	for _, lang := range []string{words.English, words.French} {
		words.Use(lang)
		for _, name := range []string{"acts", "searches", "verdicts", "refusals", "failures", "exports", "minutes", "slowest_ms"} {
			said := figure(review.Figure{Name: name, Value: 7, Limit: 5000})
			require.NotContains(t, said, "review.figure", name)
			require.Regexp(t, `5|3.[dj]`, said, name)
		}
		require.Contains(t, figure(review.Figure{Name: "minutes", Value: 7}), "7")
		for _, rule := range audit.Catalogue {
			for _, key := range rule.Detail {
				require.NotEqual(t, key, words.Detail(key), "%s: no words for the detail", lang)
			}
			require.NotContains(t, words.T("audit.kind."+string(rule.Kind)), "audit.kind")
		}
	}
}

func TestPeriodHasItsLastDayWhole(t *testing.T) {
	at := func() time.Time { return start }
	p := newPeriod(at, 7)
	from, until := p.bounds()
	require.Equal(t, "2026-11-16 00:00", words.Moment(from))
	require.Equal(t, "2026-11-23 00:00", words.Moment(until))
	p.until.SetText("2026-11-10")
	require.Empty(t, p.quick.key(), "the days are no longer the quick choice's")
	require.Equal(t, "", p.form()[1].rule())
	require.Equal(t, words.T("review.period.order"), p.form()[2].rule())
	p.quick.tap("0")
	from, until = p.bounds()
	require.True(t, from.IsZero() && until.IsZero())
}

// Every text of these screens is said somewhere.
func TestOversightTextsAreInUse(t *testing.T) {
	text, err := fs.ReadFile(assets.Translations(), "oversight.en.json")
	require.NoError(t, err)
	var all map[string]any
	require.NoError(t, json.Unmarshal(text, &all))
	files, err := filepath.Glob("../*.go")
	require.NoError(t, err)
	more, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var code strings.Builder
	for _, f := range append(files, more...) {
		if !strings.HasSuffix(f, "_test.go") {
			source, err := os.ReadFile(f)
			require.NoError(t, err)
			code.Write(source)
		}
	}
	for key := range all {
		if beginning := key[:strings.LastIndex(key, ".")+1]; strings.Contains(code.String(), fmt.Sprintf("%q", beginning)) || beginning == "audit.detail." {
			continue // put together in the code
		}
		require.Contains(t, code.String(), fmt.Sprintf("%q", key), "no code says it")
	}
}
