package forms

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/entry"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/ui/gallery/props"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// From nothing to an entry on the hotlist, by hand: set-up, a supervisor and an
// officer, a proposal, the other's approval.
func TestRequirement19_JourneyToTheHotlist(t *testing.T) {
	term := newTerminal(t)
	ctx := t.Context()

	term.open(NewFirst(term.Cruiser, term, nil))
	term.tap("Set up this terminal")
	require.Equal(t, []string{ScreenSetUp}, term.shown)

	term.open(NewSetUp(term.Cruiser, term))
	term.write("Terminal name", "Car 4127")
	term.write("Police service", "Exampleville Police")
	term.write("Name", "Dana Whitfield")
	term.write("Badge", adminBadge)
	term.write("PIN", adminPIN)
	term.write("The same again", adminPIN)
	term.tap("Next: agreement and training")
	term.tap("Set up and sign in")
	term.mustRead("Nobody operates the system without accepting it.", "Write the day as year-month-day", "Name the course.")
	test.Tap(find(term, func(*widgets.Tick) bool { return true })[0])
	term.write("Day of the training", "2026-11-30")
	term.write("Course", "ALPR for administrators")
	term.tap("Set up and sign in")
	term.mustRead("This day is still to come.")
	term.write("Day of the training", "2026-10-02")
	term.tap("Set up and sign in")
	session, ok := term.Session()
	require.True(t, ok)
	require.Equal(t, []access.Role{access.Administrator}, session.Officer.Roles)

	term.open(NewPeople(term.Cruiser, term))
	for _, p := range []struct{ name, badge, role, pin string }{
		{"Alex Tremblay", officerBadge, "Officer", officerPIN}, {"Morgan Lafleur", supervisorBadge, "Supervisor", supervisorPIN},
	} {
		term.write("Name", p.name)
		term.write("Badge", p.badge)
		term.tap(p.role)
		term.write("First PIN", p.pin)
		term.write("The same again", p.pin)
		term.tap("Register")
	}
	require.Equal(t, []string{"Alex Tremblay is registered. Their training must be recorded before they can work.",
		"Morgan Lafleur is registered. Their training must be recorded before they can work."}, term.toasts)
	term.mustRead("3 people on this terminal", "Alex Tremblay", "Morgan Lafleur", "no current training")
	for _, badge := range []string{officerBadge, supervisorBadge} {
		trainByHand(term, badge)
	}
	require.NoError(t, term.SignOut(ctx))

	begin(term, supervisorBadge, supervisorPIN, supervisorPIN+"-own")
	require.NoError(t, term.SignOut(ctx))
	begin(term, officerBadge, officerPIN, officerPIN+"-own")
	m := newManual(term.Cruiser, term)
	term.open(m.holder.Container)
	term.mustRead("Entered by: Alex Tremblay, badge 20418")
	term.write("Plate", "cklm 804")
	term.pick(m.category, "In use by a suspended driver, not the owner")
	term.write("Reason", "Stopped on Friday, will go on driving")
	term.write("Driver's physical descriptors", "Tall, red beard")
	term.tap("7 days")
	term.tap("Propose")
	term.mustRead("Waits for a supervisor", "CKLM804", "A supervisor other than you")
	require.Empty(t, term.Lists(), "a proposal is not in force")
	require.NoError(t, term.SignOut(ctx))

	signInByHand(term, supervisorBadge, supervisorPIN+"-own")
	term.open(NewEntries(term.Cruiser, term))
	term.mustRead("Waiting for a decision", "CKLM804", "by Alex Tremblay, badge 20418", "Tall, red beard")
	term.tap("Approve")
	term.mustRead("On the hotlist", "by Morgan Lafleur")
	all, err := term.Entries(ctx)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Equal(t, entry.Approved, all[0].State)
	require.Equal(t, plate.Text("CKLM804"), all[0].Plate)
	require.Equal(t, start.AddDate(0, 0, 7), all[0].Expires.UTC())
	require.Equal(t, []hotlist.Summary{{Name: hotlist.ManualList, Made: start, Received: start, Count: 1}}, term.Lists())
}

// trainByHand records somebody's training on their page.
func trainByHand(term *terminal, badge string) {
	term.t.Helper()
	p := newPeople(term.Cruiser, term)
	term.open(p.holder.Container)
	p.show(term.person(badge).ID)
	term.write("Day of the training", "2026-11-02")
	term.write("Course", "ALPR basics")
	term.tap("Record this training")
	term.mustRead("until 2027-11-02", "ALPR basics")
}

// begin is a person's first sign-in: the own PIN, then the agreement.
func begin(term *terminal, badge, first, own string) {
	term.t.Helper()
	signInByHand(term, badge, first)
	term.open(NewNeeds(term.Cruiser, term))
	term.write("First PIN", first)
	term.write("Your own PIN", own)
	term.write("The same again", own)
	term.tap("Use my own PIN")
	term.open(NewNeeds(term.Cruiser, term))
	term.mustRead(term.Pack().Agreement.Text.EN)
	term.tap("Accept and go on")
	term.mustRead("Nobody operates the system without accepting it.")
	test.Tap(find(term, func(*widgets.Tick) bool { return true })[0])
	term.tap("Accept and go on")
	session, ok := term.Session()
	require.True(term.t, ok)
	require.Equal(term.t, access.NeedNothing, session.Need)
}

func signInByHand(term *terminal, badge, pin string) {
	term.t.Helper()
	term.open(NewSignIn(term.Cruiser, term))
	term.write("Badge", badge)
	term.write("PIN", pin)
	term.field("PIN").Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	session, ok := term.Session()
	require.True(term.t, ok, "%q", term.texts())
	require.Equal(term.t, badge, string(session.Officer.Badge))
}

func TestRequirement19_AuthorCannotApprove(t *testing.T) {
	term := newTerminal(t)
	someEntries(term)
	term.open(NewEntries(term.Cruiser, term))
	approve := find(term, func(b *widgets.Button) bool { return b.Text == "Approve" })
	require.Len(t, approve, 2)
	var on, off int
	for _, b := range approve {
		if b.Disabled() {
			off++
		} else {
			on++
		}
	}
	require.Equal(t, []int{1, 1}, []int{on, off})
	term.mustRead("Your own entry: another supervisor must decide on it.")
}

func TestRequirement19_RefusalNeedsAReason(t *testing.T) {
	term := newTerminal(t)
	someEntries(term)
	term.open(NewEntries(term.Cruiser, term))
	term.tap("Refuse")
	term.mustRead("Refuse this entry?")
	term.tap("Refuse")
	term.mustRead("Give the reason.")
	term.write("Reason", "No open investigation")
	term.tap("Refuse")
	require.Equal(t, []string{"Refused, with your reason."}, term.toasts)
	term.mustRead("No open investigation")
}

func TestWithdrawTakesAnEntryOff(t *testing.T) {
	term := newTerminal(t)
	someEntries(term)
	term.open(NewEntries(term.Cruiser, term))
	require.Equal(t, 1, term.Lists()[0].Count)
	buttons := find(term, func(b *widgets.Button) bool { return b.Text == "Withdraw" })
	test.Tap(buttons[len(buttons)-1]) // the approved one stands below the proposals
	term.write("Reason", "Case closed")
	term.tap("Withdraw")
	require.Empty(t, term.Lists())
}

// Row 17: name, badge, category, reason and expiry are mandatory, and the limit holds.
func TestRequirement17_ManualEntryAsksForEverything(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(officerBadge, officerPIN)
	m := newManual(term.Cruiser, term)
	term.open(m.holder.Container)
	term.tap("Propose")
	term.mustRead("Type the plate.", "Choose the category.", "Give the reason.", "Choose when the entry ends.")

	term.pick(m.category, "Amber Alert")
	term.mustRead("At most 7 days, from the proposal.")
	require.True(t, term.button("30 days").Disabled(), "beyond the category's limit")
	term.write("Or until", "2026-12-25")
	term.tap("Propose")
	term.mustRead("At most 7 days for this category: 2026-11-29 at the latest.")
	term.write("Or until", "2026-11-01")
	term.tap("Propose")
	term.mustRead("This date is over. Choose a later one.")
	term.write("Or until", "tomorrow")
	term.tap("Propose")
	term.mustRead("Write the date as year-month-day: 2026-12-01.")
	term.write("Or until", "2026-11-29")
	term.mustRead("Leaves every car on 2026-11-29 21:47")

	all, err := term.Entries(t.Context())
	require.NoError(t, err)
	require.Empty(t, all)
}

// Row 18: internal only, thirty days at most, descriptors mandatory.
func TestRequirement18_SuspendedDriverStaysInternal(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(officerBadge, officerPIN)
	m := newManual(term.Cruiser, term)
	term.open(m.holder.Container)
	term.pick(m.category, "In use by a suspended driver, not the owner")
	require.True(t, term.button("Other services too").Disabled())
	require.True(t, term.button("This service only").Selected())
	term.mustRead("The policy keeps this category within the service.")
	term.tap("Propose")
	term.mustRead("This category needs the driver's physical descriptors.")
	term.pick(m.category, "Missing person")
	require.False(t, term.reads("physical descriptors"), "asked only where it is mandatory")
	require.True(t, term.button("Other services too").Selected(), "the category's first distribution is its default")
}

func TestPlateFieldNormalises(t *testing.T) {
	for _, c := range []struct{ typed, text, fault string }{
		{"cklm 804", "CKLM804", ""}, {"CKLM-804", "CKLM804", ""}, {"a·b.c", "ABC", ""}, {"abcdefghij", "ABCDEFGHIJ", ""},
		{"ab*", "AB", "A plate has letters A to Z and digits only. “*” was not taken."},
		{"abé", "AB", "A plate has letters A to Z and digits only. “é” was not taken."},
		{"abcdefghijk", "ABCDEFGHIJ", "A plate has 10 characters at most."},
	} {
		t.Run(c.typed, func(t *testing.T) {
			term := newTerminal(t)
			p := newPlateField("Plate")
			term.open(p)
			term.write("Plate", c.typed)
			require.Equal(t, c.text, p.field.Text())
			require.Equal(t, c.fault, p.Fault())
		})
	}
}

func TestRequirement20_SearchNeedsPurposeReasonAndFile(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(officerBadge, officerPIN)
	s := newSearch(term.Cruiser, term)
	term.open(s.page)
	before := searches(term)
	term.tap("Search")
	term.mustRead("Type the plate.", "Choose the purpose.", "Give the reason.", "Give the file number of the investigation.")
	require.Equal(t, before, searches(term), "nothing ran")
	term.write("Plate", "AAAA111")
	term.pick(s.purpose, "Missing person or Amber Alert")
	term.write("Reason", "Reported by the family")
	term.write("File number", "26-1")
	term.tap("Search")
	term.mustRead("Not on any hotlist in force, and no hit in the car.", "Logged at 21:47:08")
	require.Equal(t, before+1, searches(term))
}

func searches(term *terminal) (n int) {
	records, err := term.store.Records(term.t.Context())
	require.NoError(term.t, err)
	for _, r := range records {
		if r.Event.Act == audit.Searched {
			n++
		}
	}
	return n
}

func TestSearchShowsLookAlikes(t *testing.T) {
	term := newTerminal(t)
	searched(term)
	term.mustRead("1 entry matches", "Look-alike", "CKLM804", "Plate connected to criminal activity", "Exampleville Police")
}

func TestRequirement54_SignInInPlainWords(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.open(NewSignIn(term.Cruiser, term))
	term.mustRead(term.Pack().UseNotice.EN)
	term.tap("Sign in")
	term.mustRead("Type your badge number.", "Type your PIN or passphrase.")
	for range 5 {
		term.write("Badge", officerBadge)
		term.write("PIN", "not-it-at-all")
		term.tap("Sign in")
		require.Empty(t, term.field("PIN").Text(), "the PIN does not stay on the screen")
	}
	term.write("Badge", officerBadge)
	term.write("PIN", officerPIN)
	term.tap("Sign in")
	term.mustRead("This account is locked for 15 minutes.")
	_, ok := term.Session()
	require.False(t, ok)
	term.pass(16 * time.Minute)
	term.write("PIN", officerPIN)
	term.tap("Sign in")
	_, ok = term.Session()
	require.True(t, ok)
}

func TestSignInShowsThatItWorks(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.open(NewSignIn(term.Cruiser, term))
	term.write("Badge", officerBadge)
	term.write("PIN", officerPIN)
	term.park = true
	term.tap("Sign in")
	b := term.button("Checking and opening the records…")
	require.True(t, b.Disabled())
	require.Len(t, term.parked, 1)
	term.parked[0](t.Context())
	_, ok := term.Session()
	require.True(t, ok)
}

func TestRequirement6_NoDefaultAndNoWeakPIN(t *testing.T) {
	term := newTerminal(t)
	s := newSetUp(term.Cruiser, term)
	term.open(s.holder.Container)
	require.Empty(t, s.secret.first.Text())
	for _, weak := range []string{"", "short", "12345678", "aaaaaaaa", "87654321"} {
		term.write("PIN", weak)
		term.tap("Next: agreement and training")
		require.Equal(t, "Too simple: choose at least 8 characters that are not a run (12345678) or a repetition.", s.secret.first.Fault(), weak)
	}
	term.write("PIN", adminPIN)
	term.write("The same again", adminPIN+"x")
	term.tap("Next: agreement and training")
	term.mustRead("The two are not the same. Type it again.")
	set, err := term.IsSetUp()
	require.NoError(t, err)
	require.False(t, set)
}

func TestRequirement37_LockShowsNothingPersonal(t *testing.T) {
	term := withHits(t)
	require.NoError(t, term.Lock(t.Context()))
	term.open(NewLock(term.Cruiser, term))
	for _, personal := range []string{"Tremblay", officerBadge, "CHPN", "Stolen", "Car 4127"} {
		require.False(t, term.reads(personal), personal)
	}
	term.mustRead("Waiting alerts", "Grave", "High", "Routine")
	term.write("Badge", officerBadge)
	term.write("PIN", officerPIN)
	term.tap("Unlock")
	session, ok := term.Session()
	require.True(t, ok)
	require.False(t, session.Locked)
	require.Empty(t, term.shown, "the window goes back to what was open")
}

func TestPeopleBadgeTaken(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	term.open(NewPeople(term.Cruiser, term))
	term.tap("Register")
	term.mustRead("Give the person's name.", "Give the badge number.", "Choose at least one role.")
	term.write("Name", "Somebody Else")
	term.write("Badge", officerBadge)
	term.tap("Trainer")
	term.mustRead("Trainer: runs training")
	term.write("First PIN", "walnut-3391")
	term.write("The same again", "walnut-3391")
	term.tap("Register")
	term.mustRead("This badge is registered already. Check the number.")
}

func TestRequirement21_ScreensAskForTheRole(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	for name, c := range map[string]struct {
		screen func() fyne.CanvasObject
		text   string
	}{
		"hit log": {func() fyne.CanvasObject { return NewHitLog(term.Cruiser, term) }, "Your role does not open the hit log."},
		"manual":  {func() fyne.CanvasObject { return NewManualEntry(term.Cruiser, term) }, "Your role does not propose entries."},
		"entries": {func() fyne.CanvasObject { return NewEntries(term.Cruiser, term) }, "Your role does not propose entries."},
		"search":  {func() fyne.CanvasObject { return NewSearch(term.Cruiser, term) }, "Your role does not search plates."},
	} {
		t.Run(name, func(t *testing.T) {
			term.open(c.screen())
			term.mustRead(c.text)
		})
	}
	term.signIn(officerBadge, officerPIN)
	term.open(NewPeople(term.Cruiser, term))
	term.mustRead("Only an administrator registers people, and a trainer records training.")
	term.open(NewSettings(term.Cruiser, term))
	term.mustRead("Only an administrator changes settings.")
}

func TestRequirement6_SettingsNeedAReason(t *testing.T) {
	term := inSettings(t, "Terminal")
	term.write("Terminal name", "Car 9")
	term.tap("Save the change")
	term.mustRead("Say why: each change is recorded with its reason.")
	require.Equal(t, "Car 4127", term.Settings().Terminal)
	term.write("Reason for the change", "Renumbered")
	term.tap("Day")
	term.tap("Save the change")
	require.Equal(t, "Car 9", term.Settings().Terminal)
	require.Equal(t, "day", term.Settings().Palette)
	require.Equal(t, "en", term.Settings().Language)
}

func TestCamerasMaskedAndSaved(t *testing.T) {
	term := inSettings(t, "Cameras")
	term.tap("Add a camera")
	term.mustRead("Give the camera a name.", "Give the device, address, file or folder.")
	addCameras(term)
	require.False(t, term.reads("hunter22"))
	require.False(t, term.reads("token"))
	term.mustRead("Cameras (2 of 6)", "rtsp://•••@10.0.0.7/stream?•••")
	require.Empty(t, term.Settings().Cameras, "a draft until it is saved")
	term.write("Reason for the change", "New cameras")
	term.tap("Save the change")
	require.Len(t, term.Settings().Cameras, 2)
	require.Equal(t, "rtsp://car:hunter22@10.0.0.7/stream?token=abc", term.Settings().Cameras[1].Source)
	require.Equal(t, "rear", term.Settings().Cameras[1].Side)
	term.tap("Remove")
	term.write("Reason for the change", "Broken")
	term.tap("Save the change")
	require.Len(t, term.Settings().Cameras, 1)
}

func TestRequirement7_ImportReportsRowsNotPlates(t *testing.T) {
	term := inSettings(t, "Hotlists")
	importSample(term)
	term.mustRead("Import report: CPIC", "Rows read 8", "Accepted 3", "Refused 5", "category not allowed by the policy (row 7)",
		"expired already (row 8)", "duplicate (row 3)", "the plate cannot be one (row 9)", "1 column that lists do not need was dropped at the door.")
	for _, p := range []string{"CKLM", "BTXV", "CHPN", "C/*"} {
		require.False(t, term.reads(p), p)
	}
	require.Len(t, term.Lists(), 1)
	require.Equal(t, start.Add(-3*time.Hour), term.Lists()[0].Made.UTC())
	records, err := term.store.Records(t.Context())
	require.NoError(t, err)
	last := records[len(records)-1].Event
	require.Equal(t, []any{audit.HotlistImported, "Daily list"}, []any{last.Act, last.Reason})

	term.tap("Withdraw")
	term.mustRead("Withdraw CPIC? Its 3 entries stop matching at once.")
	term.write("Reason for the change", "Superseded")
	term.tap("Withdraw")
	require.Empty(t, term.Lists())
}

func TestRequirement9_OldListIsMarked(t *testing.T) {
	term := inSettings(t, "Hotlists")
	importSample(term)
	require.NoError(t, term.SignOut(t.Context()))
	term.pass(24 * time.Hour)
	term.signIn(adminBadge, adminPIN)
	term.open(NewSettings(term.Cruiser, term))
	term.tap("Hotlists")
	term.mustRead("27 h old, older than the policy's limit")
}

// Every list with its count, date, age, source and contact, for who may change lists
// and for who only relies on them.
func TestRequirement9_EveryListSaysHowOldItIsAndWhomToAsk(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	for _, l := range []struct{ name, text string }{
		{"CPIC", "plate,category,source,contact\nCKLM804,stolen-vehicle,CPIC,1-800-555-0140\nBTXV117,stolen-vehicle,CPIC,\n"},
		{"MTO", "plate,category,source\nCDWS291,expired-plate,MTO\n"},
		{"Own", "plate,category\nAVKR455,expired-plate\n"},
	} {
		_, err := term.ImportList(t.Context(), l.name, start.Add(-3*time.Hour), strings.NewReader(l.text))
		require.NoError(t, err)
	}
	says := []string{"2 entries · 3 h old", "made 2026-11-22 18:47", "from CPIC, 1-800-555-0140", "1 entry", "from MTO, contact not known", "source not known"}
	term.open(NewSettings(term.Cruiser, term))
	term.tap("Hotlists")
	term.mustRead(says...)
	term.signIn(officerBadge, officerPIN)
	term.open(NewLists(term.Cruiser, term))
	term.mustRead(says...)
	term.tap("Back")
	require.Equal(t, 1, term.backs)
}

// A list whose file is damaged is shown as such, and can be replaced.
func TestRequirement9_AListSetAsideIsShown(t *testing.T) {
	for _, o := range [][]func(*terminalOptions){nil, {french}} {
		term := newTerminal(t, o...)
		term.populate()
		term.signIn(adminBadge, adminPIN)
		_, err := term.ImportList(t.Context(), "CPIC", start, strings.NewReader("plate,category\nCKLM804,stolen-vehicle\n"))
		require.NoError(t, err)
		require.NoError(t, term.SignOut(t.Context()))
		files, err := filepath.Glob(filepath.Join(term.folder, "*.lists", "*"))
		require.NoError(t, err)
		require.Len(t, files, 1)
		require.NoError(t, os.Truncate(files[0], 40))
		term.signIn(adminBadge, adminPIN)
		term.open(NewLists(term.Cruiser, term))
		term.mustRead("CPIC", words.T("lists.setaside"))
		require.NoError(t, term.WithdrawList(t.Context(), "CPIC"))
		term.open(NewLists(term.Cruiser, term))
		term.mustRead(words.T("lists.none.officer"))
	}
}

func TestRequirement8_AHeldBackListSaysWhyInBothLanguages(t *testing.T) {
	for _, o := range [][]func(*terminalOptions){nil, {french}} {
		term := newTerminal(t, o...)
		term.populate()
		term.signIn(adminBadge, adminPIN)
		_, err := term.ImportList(t.Context(), "CPIC", start, strings.NewReader("plate,category\n"+strings.Repeat("CKLM804,stolen-vehicle\n", 1)+"BTXV117,stolen-vehicle\nAVKR455,stolen-vehicle\n"))
		require.NoError(t, err)
		s := newSettings(term.Cruiser, term)
		term.open(s.page)
		s.open(partLists)
		path := filepath.Join(t.TempDir(), "cpic.csv")
		require.NoError(t, os.WriteFile(path, []byte("plate,category\nCKLM804,stolen-vehicle\n"), 0o600))
		term.write(words.T("lists.file"), path)
		term.write(words.T("lists.name"), "CPIC")
		term.write(words.T("settings.reason"), "Daily list")
		term.tap(words.T("lists.submit"))
		term.mustRead(words.T("lists.held"), words.T("lists.report.held"), words.T("lists.report", "Name", "CPIC"),
			words.T("lists.fault.shrunk", "A", 1, "B", 3, "C", term.Pack().ListShrinkPercent))
		require.Equal(t, 3, term.Lists()[0].Count)
	}
}

// Whatever a file is refused for has a text in both languages.
func TestEveryFaultOfAFileHasItsTexts(t *testing.T) {
	defer words.Use(words.English)
	for _, lang := range []string{words.English, words.French} {
		words.Use(lang)
		for _, code := range hotlist.FaultCodes {
			key := "lists.fault." + string(code)
			require.NotEqual(t, key, words.T(key, "A", 1, "B", 2, "C", 3))
		}
	}
}

func TestImportSaysWhatIsWrong(t *testing.T) {
	term := inSettings(t, "Hotlists")
	importSample(term)
	dir := t.TempDir()
	bad := filepath.Join(dir, "tremblay.csv")
	require.NoError(t, os.WriteFile(bad, []byte("name,colour\nx,y\n"), 0o600))
	for _, c := range []struct{ path, text string }{
		{filepath.Join(dir, "none.csv"), "The file could not be opened."},
		{dir, "The file could not be opened."},
		{bad, "This file cannot be used: line 1 has no column named plate"},
	} {
		term.write("List file", c.path)
		term.write("List name", "CPIC")
		term.write("Reason for the change", "Daily list")
		term.tap("Import")
		term.mustRead(c.text)
		require.Equal(t, 3, term.Lists()[0].Count, "the list in force stays")
	}
}

func TestImportCanBeCancelled(t *testing.T) {
	term := inSettings(t, "Hotlists")
	path := filepath.Join(t.TempDir(), "cpic.csv")
	require.NoError(t, os.WriteFile(path, []byte(props.BrokenList), 0o600))
	term.write("List file", path)
	term.write("Reason for the change", "Daily list")
	require.Equal(t, "cpic", term.field("List name").Entry.PlaceHolder)
	term.park = true
	term.tap("Import")
	term.mustRead("Reading the file…")
	term.tap("Cancel")
	term.parked[0](t.Context())
	term.mustRead("Cancelled. The list in force stays as it was.")
	require.Empty(t, term.Lists())
}

func TestStationIsEnrolled(t *testing.T) {
	term := inSettings(t, "Station")
	term.mustRead("This terminal is not enrolled at a station.")
	term.tap("Enrol this terminal")
	term.mustRead("Choose the enrolment bundle.")
	path := filepath.Join(t.TempDir(), "car.bundle")
	require.NoError(t, os.WriteFile(path, []byte("bundle"), 0o600))
	term.write("Enrolment bundle", path)
	term.write("Reason for the change", "New terminal")
	term.tap("Enrol this terminal")
	term.mustRead("This terminal is enrolled at Exampleville Central.")
	require.Equal(t, []byte("bundle"), term.Settings().Bundle)
}
