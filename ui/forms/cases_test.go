package forms

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/breach"
	"secondlook/app/disclosure"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/preserve"
	"secondlook/app/search"
	"secondlook/ui/widgets"
)

// asSupervisor is a terminal with hits, a supervisor signed in.
func asSupervisor(t *testing.T, o ...func(*terminalOptions)) *terminal {
	term := withHits(t, o...)
	term.signIn(supervisorBadge, supervisorPIN)
	return term
}

// ordering turns preservation orders on, as no pack that ships does.
func ordering(o *terminalOptions) {
	o.pack = func(p *policy.Pack) {
		p.Preservation = policy.Preservation{Enabled: true, WindowHours: 6, HoldDays: 5}
	}
}

// florida has a case stated beyond tactical access, as Florida's pack does.
func florida(o *terminalOptions) {
	o.pack = func(p *policy.Pack) {
		p.Search.Required = []string{policy.SearchReason}
		p.Retention.TacticalDays, p.Retention.CaseBeyondTactical = 30, true
	}
}

func (t *terminal) last(act audit.Act) audit.Event {
	t.t.Helper()
	records, err := t.store.Records(context.Background())
	require.NoError(t.t, err)
	for i := len(records) - 1; i >= 0; i-- {
		if records[i].Event.Act == act {
			return records[i].Event
		}
	}
	require.Fail(t.t, "nothing recorded", "%s", act)
	return audit.Event{}
}

// disclosed fills in the form of a disclosure, which must be open.
func (t *terminal) disclosed(d *disclose) {
	t.pick(d.authority, "Aid to an investigation that may lead to a proceeding: MFIPPA 32 (g)")
	for _, f := range []struct {
		field *widgets.Field
		text  string
	}{
		{d.circumstances, "Joint investigation of thefts at the harbour"}, {d.by, "Morgan Iroquois-Lafleur"}, {d.badge, supervisorBadge},
		{d.collected.Field, "2026-11-22 20:05"}, {d.place, "King Street"}, {d.linked, "none"},
		{d.recipient, "Durham Regional Police"}, {d.official, "R. Poe"}, {d.title, "Detective"}, {d.ours, "26-118203"},
		{d.plates, "cklm 804, BTXV117"}, {d.information, "One hit with its pictures"}, {d.means, "Encrypted mail"},
		{d.conditions, "This investigation only"},
	} {
		f.field.SetText(f.text)
	}
	t.pick(d.categories.picker, "Stolen vehicle")
	t.tap("Destroyed")
}

func TestRequirement26_ADisclosureIsRecordedAndCorrected(t *testing.T) {
	term := asSupervisor(t)
	d := newDisclosures(term.Cruiser, term)
	term.open(d.object())
	term.mustRead("Nothing here yet.")
	form := newDisclose(term.Cruiser, term, nil, d.back)
	d.holder.show(form.sender.page)
	term.tap("Record")
	term.mustRead("Complete the marked fields.", "Choose the legal authority.", "Give the plates that are disclosed.",
		"Choose the categories that the plates come from.", "Say what the recipient does with it after use.", "Give the day and time.")
	form.plates.SetText("ckl*")
	term.tap("Record")
	term.mustRead("Write plates of letters and digits")
	term.disclosed(form)
	form.disclosed.SetText("tomorrow")
	term.tap("Record")
	term.mustRead("Write the day and time like 2026-11-22 21:47.")
	form.disclosed.SetText("2026-11-22 20:00")
	term.tap("Record")
	term.mustRead("Collected comes before disclosed")
	form.disclosed.SetText("2026-11-22 21:30")
	term.tap("Record")
	term.mustRead("Durham Regional Police", "CKLM804, BTXV117", "Stolen vehicle", "Encrypted mail", "Destroyed", "R. Poe, Detective")
	require.Equal(t, []string{"Recorded."}, term.toasts)
	log, err := term.Disclosures(t.Context())
	require.NoError(t, err)
	require.Equal(t, []plate.Text{"CKLM804", "BTXV117"}, log[0].Plates)
	require.Equal(t, disclosure.Destroyed, log[0].AfterUse)

	term.pass(time.Minute)
	term.tap("Correct")
	require.Equal(t, "Durham Regional Police", term.field("Recipient").Text())
	term.tap("Record")
	term.mustRead("Say what was wrong in the old record.")
	term.write("What was wrong", "wrong service")
	term.field("Recipient").SetText("Peel Regional Police")
	term.tap("Record")
	term.mustRead("Corrected by a later record", "A correction", "Peel Regional Police", "Durham Regional Police")

	term.signIn(officerBadge, officerPIN)
	term.open(NewDisclosures(term.Cruiser, term))
	term.mustRead("Your role does not open these records.")
}

func TestRequirement27_TheCoordinatorMarksFinishesAndSaves(t *testing.T) {
	term := asSupervisor(t)
	r := newRequests(term.Cruiser, term)
	term.open(r.holder.Container)
	term.tap("New request")
	term.tap("Assemble the answer")
	term.mustRead("Give the file number of the request.", "Name the individual who asks.", "Say how it was shown.")
	term.write("Plate", "cklm 804")
	term.write("File number of the request", "FOI-26-17")
	term.write("Who asks", "Robin Quill")
	term.write("How they showed", "Ownership permit")
	term.tap("Assemble the answer")
	term.mustRead("Answer to an access request", "Robin Quill", "CKLM804, Ontario", "Was on a hotlist", "Toronto Police", "No record.")

	marks := find(term, func(p *widgets.Picker) bool { return true })
	require.Greater(t, len(marks), len(search.Sections), "each part and each record can be marked")
	term.pick(marks[2], "Law enforcement: MFIPPA 38 (a), 8")
	term.tap("Finish the answer")
	term.mustRead("Withheld: Law enforcement", "appeal to the Information and Privacy Commissioner")
	require.Equal(t, "1", term.last(audit.RequestAnswered).Detail["withheld"])

	folder := t.TempDir()
	for button, file := range map[string]string{"Save JSON": "answer.json", "Save Markdown": "answer.md", "Save text": "answer.txt"} {
		term.field("Save to").SetText(filepath.Join(folder, "answer"))
		term.tap(button)
		term.mustRead("Saved:")
		text, err := os.ReadFile(filepath.Join(folder, file))
		require.NoError(t, err)
		require.Contains(t, string(text), "Robin Quill")
		require.Contains(t, string(text), "Law enforcement: MFIPPA")
		require.NotContains(t, string(text), "Toronto Police", "what is withheld shows its ground only")
		info, err := os.Stat(filepath.Join(folder, file))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode())
	}
	n := len(term.records())
	term.tap("Save text")
	term.mustRead("There is a file of this name.")
	term.field("Save to").SetText(filepath.Join(folder, "none", "answer"))
	term.tap("Save text")
	term.mustRead("The file cannot be made there.")
	term.field("Save to").SetText(" ")
	term.tap("Save text")
	term.mustRead("Name the file.")
	require.Len(t, term.records(), n, "what was not saved is not recorded as exported")

	term.tap("Back")
	term.mustRead("FOI-26-17", "Answered on 2026-11-22")
	require.False(t, term.reads("Robin"), "the list names nobody")
	term.tap("Open")
	term.mustRead("Robin Quill")
}

func (t *terminal) records() []audit.Record {
	records, err := t.store.Records(context.Background())
	require.NoError(t.t, err)
	return records
}

func TestRequirement31_ASupervisorHoldsAFinishedHitAndReleasesIt(t *testing.T) {
	term := asSupervisor(t)
	l := newHitLog(term.Cruiser, term)
	term.open(l.holder.Container)
	l.show("a2")
	require.Empty(t, find(term, func(b *widgets.Button) bool { return b.Text == "Legal hold" }), "an unfinished hit is not held")
	term.tap("Back")
	l.show("a1")
	term.tap("Legal hold")
	term.tap("Legal hold")
	term.mustRead("Name the order or the proceeding.", "Say why this hit is needed.")
	term.write("Authority", "R. v. Doe, 26-118203")
	term.write("Why this hit", "exhibit 4")
	term.tap("Legal hold")
	require.Equal(t, []string{"On legal hold."}, term.toasts)
	term.open(NewHolds(term.Cruiser, term))
	term.mustRead("R. v. Doe, 26-118203", "exhibit 4", "Not at the station yet")
	term.tap("Release")
	term.write("Reason", "the proceeding is over")
	term.tap("Release")
	term.mustRead("Nothing here yet.")
	require.Equal(t, "the proceeding is over", term.last(audit.HitReleased).Reason)

	term.signIn(officerBadge, officerPIN)
	term.open(NewHolds(term.Cruiser, term))
	term.mustRead("Your role does not open these records.")
}

func TestRequirement32_AnOldHitOpensForACaseOnly(t *testing.T) {
	term := withHits(t, florida)
	term.pass(31 * 24 * time.Hour)
	term.signIn(officerBadge, officerPIN)
	l := newHitLog(term.Cruiser, term)
	term.open(l.holder.Container)
	l.show("a1")
	term.mustRead("Which case is it for?", "older than 30 days")
	term.tap("Open")
	term.mustRead("Give the case number or name.")
	term.write("Case number or name", "State v. Doe")
	term.tap("Open")
	term.mustRead("Vehicle recovered")
	require.Equal(t, "State v. Doe", term.last(audit.HitOpened).Detail["case"])
}

func TestRequirement20_AResultOpensHitsForThoseWhoMay(t *testing.T) {
	term := withHits(t, florida)
	s := newSearch(term.Cruiser, term)
	term.open(s.holder.Container)
	term.write("Plate", "cklm804")
	term.pick(s.purpose, "Active and open criminal investigation")
	term.write("Reason", "Witness named this plate")
	require.Contains(t, s.file.Label(), "optional", "the policy says what must be stated")
	term.tap("Search")
	term.mustRead("1 hit in the car", "Hit 1", "Only hits of the last 30 days were searched.")
	term.tap("Open")
	term.mustRead("Vehicle recovered")
	require.Equal(t, "Witness named this plate", term.last(audit.HitOpened).Reason)
	term.tap("Back")
	term.mustRead("1 hit in the car")
}

func TestRequirement33_OrdersAreOfferedOnlyWhereThePolicyAllowsThem(t *testing.T) {
	off := asSupervisor(t)
	off.open(NewCases(off.Cruiser, off))
	off.mustRead("Disclosures", "Access requests", "Legal holds")
	require.False(t, off.reads("Preservation orders"))
	off.open(NewOrders(off.Cruiser, off))
	off.mustRead("The policy in force does not allow non-hits to be preserved.")
	require.Empty(t, find(off, func(b *widgets.Button) bool { return b.Text == "New order" }))

	term := asSupervisor(t, ordering)
	term.open(NewCases(term.Cruiser, term))
	term.tap("Preservation orders")
	require.Equal(t, []string{ScreenOrders}, term.shown)
	term.open(NewOrders(term.Cruiser, term))
	term.tap("New order")
	term.tap("Give the order")
	term.mustRead("Name the authority.", "Name the investigation.", "Name the area of deployment.", "Give the day and time.")
	term.write("Authority", "Production order applied for")
	term.write("Case", "26-118203")
	term.write("Area", "Harbour")
	term.field("Until").SetText("2026-11-23 21:00")
	term.field("Authority settled by").SetText("2026-11-24 21:00")
	term.tap("Give the order")
	term.mustRead("The times are outside of the policy's limits.")
	term.field("Until").SetText("2026-11-22 23:00")
	term.tap("Give the order")
	term.mustRead("26-118203", "Harbour", "In force", "0 non-hits")
	orders, _, err := term.PreservationOrders(t.Context())
	require.NoError(t, err)
	require.NoError(t, term.store.Keep(t.Context(), orders[0].ID, []preserve.NonHit{{Text: "BBBB222", Camera: "Rear", At: start}}, audit.Event{Act: audit.PreservationKept}))
	term.open(NewOrders(term.Cruiser, term))
	term.mustRead("1 non-hit")
	term.tap("Open")
	term.write("Authority", "Production order 26-77")
	term.tap("Open")
	term.mustRead("BBBB222", "Rear")
	term.tap("Back")
	term.tap("End and erase")
	term.write("Reason", "refused")
	term.tap("End and erase")
	term.mustRead("Nothing here yet.")
	require.Equal(t, "1", term.last(audit.PreservationEnded).Detail["non-hits"])
}

func TestRequirement57_ABreachIsReported(t *testing.T) {
	for _, who := range [][2]string{{officerBadge, officerPIN}, {adminBadge, adminPIN}} {
		term := withHits(t)
		term.signIn(who[0], who[1])
		term.open(NewBreach(term.Cruiser, term))
		term.tap("Report")
		term.mustRead("Choose the kind; if nothing fits", "Say in a few words what happened.")
		term.tap("Something is lost or stolen")
		term.write("Describe it", "The tablet was taken from the car")
		term.field("Noticed").SetText("2026-11-23 09:00")
		term.tap("Report")
		term.mustRead("This lies in the future.")
		term.field("Noticed").SetText("2026-11-22 21:40")
		term.tap("Report")
		require.Equal(t, 1, term.backs)
		reports, err := term.store.Breaches(t.Context())
		require.NoError(t, err)
		require.Len(t, reports, 1)
		require.Equal(t, breach.Lost, reports[0].Kind)
		require.Equal(t, access.Badge(who[0]), reports[0].By.Badge)
	}
}

// withCases is a supervisor with one record of each kind.
func withCases(term *terminal) {
	ctx := context.Background()
	term.populate()
	term.enrol()
	term.raise()
	term.signIn(supervisorBadge, supervisorPIN)
	_, err := term.Disclose(ctx, disclosure.Record{Disclosed: term.at().Add(-time.Minute), Authority: "investigation",
		Circumstances: "Joint investigation of thefts at the harbour", AuthorisedBy: "Morgan Iroquois-Lafleur", AuthorisedBadge: supervisorBadge,
		Collected: term.at().Add(-2 * time.Hour), Place: "King Street", Linked: "none", Recipient: "Durham Regional Police", RecipientName: "R. Poe",
		RecipientTitle: "Detective", OurFile: "26-118203", Plates: []plate.Text{"CKLM804"}, Categories: []string{"stolen-vehicle"},
		Information: "One hit with its pictures", Means: "Encrypted mail", Conditions: "This investigation only", AfterUse: disclosure.Destroyed})
	require.NoError(term.t, err)
	_, err = term.HoldHit(ctx, "a1", "R. v. Doe, 26-118203", "Exhibit 4")
	require.NoError(term.t, err)
	_, err = term.TakeRequest(ctx, search.Request{Received: term.at().AddDate(0, 0, -2), FileNumber: "FOI-26-17", Requester: "Robin Quill",
		Entitled: "Ownership permit", Plate: "CKLM804", Jurisdiction: "CA-ON"})
	require.NoError(term.t, err)
}

// answered is the finished answer to the request of withCases.
func answered(x *terminal) fyne.CanvasObject {
	heads, err := x.Requests(context.Background())
	require.NoError(x.t, err)
	_, err = x.FinishRequest(context.Background(), heads[0].ID, search.Exemptions{Items: map[int]string{1: "law-enforcement"},
		Sections: map[search.Section]string{search.Searches: "neither-confirm-nor-deny"}})
	require.NoError(x.t, err)
	x.t.Setenv("HOME", "/home/coordinator") // as the field for the file shows it
	r := newRequests(x.Cruiser, x)
	r.open(heads[0].ID)
	return r.holder.Container
}
