package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/ui/forms"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

func TestRequirement10_OfficerComparesBeforeConfirming(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	require.IsType(t, &alert{}, f.top(), "a grave hit opens by itself over the patrol")
	require.True(t, f.button("Correct read").Disabled())
	f.requireSays("compare first")
	f.key('1')
	require.Equal(t, []hit.State{hit.Raised}, f.states(), "the key waits as the button does")
	f.pass(f.c.Pack().Compare())
	require.False(t, f.button("Correct read").Disabled())
	f.tap("Correct read")
	require.Equal(t, []hit.State{hit.Confirmed}, f.states())
}

func TestRequirement11_14_15_FromAlertToOutcome(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CWTR415", "Front right")
	f.pass(2 * time.Second)
	f.tap("Correct read")

	f.requireSays("Is the record still active with the entering agency?")
	f.requireSays("Registrar, 416-555-0177")
	f.requireSays("This list is about the registered owner, not about the driver.")
	require.True(t, f.button("Active").Disabled(), "the reminder comes first")
	test.Tap(all[*widgets.Tick](f)[0])
	f.tap("Active")

	n := f.c.Pack().Notice
	f.requireSays(n.Say.EN)
	f.requireSays(n.Complaint.EN)
	f.tap("Français")
	f.requireSays(n.Say.FR)
	f.requireSays(n.Complaint.FR)
	f.tap("Given")
	require.Equal(t, []hit.State{hit.Noticed}, f.states())

	f.tap("Warned")
	require.Equal(t, []hit.State{hit.Closed}, f.states())
	require.IsType(t, &patrolScreen{}, f.top(), "back to the patrol")
	f.requireSays("Recorded. The hit is closed.")
	hits, err := f.c.Hits(ctx)
	require.NoError(t, err)
	require.Equal(t, words.French, hits[0].Notice.Language)
	require.Equal(t, "warned", hits[0].Outcome.Code)
	f.pass(toastTime + 2*time.Second)
	require.False(t, f.toast.object.Visible())
}

func TestRequirement13_RejectedHitIsErased(t *testing.T) {
	for _, verdict := range []string{"Misread", "Wrong province or state"} {
		t.Run(verdict, func(t *testing.T) {
			f := newFixture(t, setting{})
			f.startPatrol()
			f.see("CKLM804", "Front left")
			f.tap(verdict)
			require.Empty(t, f.states())
			f.requireSays("Erased. Only a count remains.")
			require.IsType(t, &patrolScreen{}, f.top())
		})
	}
}

func TestRecordThatIsNotActiveIsErased(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	f.pass(2 * time.Second)
	f.tap("Correct read")
	f.tap("Not active")
	require.Empty(t, f.states())
	f.requireSays("Erased. Only a count remains.")
}

func TestRequirement14_ReasonsForNoNotice(t *testing.T) {
	for key, check := range map[rune]func(*hit.Notice){
		'2': func(n *hit.Notice) { require.True(t, n.NoStop) },
		'3': func(n *hit.Notice) { require.Equal(t, "public-safety", n.Reason) },
		'4': func(n *hit.Notice) { require.Equal(t, "officer-safety", n.Reason) },
	} {
		f := newFixture(t, setting{})
		f.startPatrol()
		f.see("CKLM804", "Front left")
		f.pass(2 * time.Second)
		for _, k := range []rune{'1', '0', '2'} { // correct, reminder, no answer yet
			f.key(k)
		}
		f.requireSays("The agency has not answered yet whether the record is active.")
		f.key(key)
		hits, err := f.c.Hits(ctx)
		require.NoError(t, err)
		require.NotNil(t, hits[0].Notice)
		require.False(t, hits[0].Notice.Given)
		check(hits[0].Notice)
	}
}

func TestAgencyAnswersLater(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	f.pass(2 * time.Second)
	f.key('1')
	f.key('0')
	f.key('2')
	f.tap("The agency has answered")
	f.key('0')
	f.tap("Active")
	require.False(t, f.says("The agency has not answered yet whether the record is active."))
}

func TestRequirement41_NewHitDoesNotReplaceTheOneCompared(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CWTR415", "Front right")
	first := f.current()
	require.NotEmpty(t, first)
	f.see("CKLM804", "Front left")
	require.Equal(t, first, f.current(), "no verdict on another car by accident")
	cards := all[*widgets.QueueCard](f)
	require.Len(t, cards, 2)
	require.Equal(t, "Stolen vehicle", cards[0].Item().Title, "the gravest first")
	require.True(t, cards[0].Item().Calls)
	require.True(t, cards[1].Item().Current)

	f.tap("Misread")
	require.IsType(t, &alert{}, f.top())
	require.NotEqual(t, first, f.current(), "the next one comes after the verdict")
}

func TestRequirement41_RoutineHitsShareACardAndWait(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CBDA112", "Front left")
	f.see("CBDA113", "Front left")
	require.IsType(t, &patrolScreen{}, f.top(), "routine hits do not open by themselves")
	cards := all[*widgets.QueueCard](f)
	require.Len(t, cards, 1)
	require.Equal(t, 2, cards[0].Item().Count)
	f.requireSays("Expired plate ×2")
	test.Tap(cards[0])
	f.settle()
	require.IsType(t, &alert{}, f.top())
}

func TestRequirement41_DoubleTapAnswersOneHitOnly(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CWTR415", "Front right")
	f.see("CKLM804", "Front left")
	f.tap("Misread")
	require.Len(t, f.states(), 1)
	f.win.Canvas().OnTypedRune()('3')
	test.Tap(f.button("Misread"))
	f.settle()
	require.Len(t, f.states(), 1, "the second tap came before anybody could look")
	f.tap("Misread")
	require.Empty(t, f.states())
}

func TestNotNowStaysInTheQueue(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	f.tap("Not now")
	require.IsType(t, &patrolScreen{}, f.top(), "what was put off does not come back by itself")
	require.Equal(t, []hit.State{hit.Raised}, f.states())
	test.Tap(all[*widgets.QueueCard](f)[0])
	f.settle()
	require.IsType(t, &alert{}, f.top())
}

func TestConfirmedHitIsTakenUpAgain(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	f.pass(2 * time.Second)
	f.key('1')
	f.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	f.settle()
	require.IsType(t, &patrolScreen{}, f.top())
	f.requireSays("To finish  1")
	f.requireSays("Record check")
	test.Tap(all[*widgets.QueueCard](f)[0])
	f.settle()
	require.IsType(t, &recordCheck{}, f.top())
}

func TestRequirement43_CharactersInDoubt(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left", func(r *plate.Read) {
		r.Characters[4].Confidence, r.Characters[4].Rival = 0.6, 'B'
	})
	a := f.top().(*alert)
	read, listed := widgets.Glyphs(a.a.Hit.Read, a.match)
	for i := range read {
		require.Equal(t, i == 4 || i == 5, read[i].Doubt, i)
		require.Equal(t, read[i].Doubt, listed[i].Doubt, i)
		require.Equal(t, read[i].Centre, listed[i].Centre, i)
	}
	require.Equal(t, "0", read[5].Char)
	require.Equal(t, "O", listed[5].Char)
	f.requireSays("The list has the letter O, the plate the digit 0: look-alike characters. The reader is not sure of the digit 8: it may be the letter B.")
	f.requireSays("look-alike")
}

func TestRequirement44_JurisdictionIsComparedAndNeverSurer(t *testing.T) {
	for name, row := range map[string]struct {
		j    plate.Jurisdiction
		b    plate.Basis
		want string
	}{
		"read, same":      {"CA-ON", plate.BasisRead, "read on the plate, the same"},
		"read, different": {"US-NY", plate.BasisRead, "read on the plate: New York · different"},
		"assumed":         {"CA-ON", plate.BasisAssumed, "Ontario is assumed, not read · same"},
		"unknown":         {"", plate.BasisUnknown, "not read on the plate · not compared"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, setting{})
			f.startPatrol()
			f.see("CKLM804", "Front left", func(r *plate.Read) { r.Jurisdiction, r.Basis = row.j, row.b })
			f.requireSays(row.want)
		})
	}
}

func TestSecondReaderIsShownAsItIs(t *testing.T) {
	for name, row := range map[string]struct {
		opinion plate.Opinion
		want    string
	}{
		"agrees":    {plate.Opinion{Verdict: plate.Agrees, Text: "CKLM804"}, "Read 96 % · second reader agrees"},
		"disagrees": {plate.Opinion{Verdict: plate.Disagrees, Text: "CKLN804"}, "Read 96 % · second reader disagrees: CKLN804"},
		"none":      {plate.Opinion{}, "Read 96 % · second reader has no opinion"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, row.want, opinion(plate.Read{Confidence: 0.9699, Second: row.opinion}))
		})
	}
}

func TestRequirement39_TrainingIsUnmistakable(t *testing.T) {
	f := newFixture(t, setting{training: true})
	f.startPatrol()
	f.requireSays("TRAINING. Nothing here is real.")
	f.see("CKLM804", "Front left")
	f.requireSays("TRAINING. Nothing here is real.")
}

func TestFirstScreenStartsTheDemoInOneTap(t *testing.T) {
	f := newFixture(t, setting{bare: true})
	for _, b := range all[*widgets.Button](f) {
		if b.Icon == "training" {
			test.Tap(b)
		}
	}
	require.Equal(t, 1, f.demos)
}

func TestRequirement21_EachRoleSeesItsOwnPlaces(t *testing.T) {
	f := newFixture(t, setting{})
	require.NoError(t, f.c.SignIn(ctx, adminBadge, adminPIN))
	f.settle()
	require.IsType(t, &office{}, f.top(), "an administrator does not patrol")
	f.button("People")
	f.button("Settings")
	for _, b := range all[*widgets.Button](f) {
		require.NotEqual(t, words.T("nav.search"), b.Text)
	}
	f.tap("Sign out")
	f.signIn()
	f.button(words.T("nav.search"))
	f.button(words.T("nav.approvals"))
	for _, n := range all[*widgets.Nav](f) {
		require.NotEqual(t, "People", n.Text)
	}
}

func TestEveryPlaceOpens(t *testing.T) {
	f := newFixture(t, setting{})
	f.signIn()
	for _, p := range f.places() {
		f.Open(p.name)
		require.Len(t, f.stack, 2, p.name)
		require.False(t, f.says("This screen is not here"), p.name)
		f.Back()
	}
	require.True(t, f.c.May(access.ActPatrol))
}

func TestRequirement37_LockHidesAndUnlockRestarts(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	id := f.current()
	f.key('?')
	require.NotNil(t, f.win.Canvas().Overlays().Top())
	f.lock()
	f.settle()
	require.Nil(t, f.win.Canvas().Overlays().Top(), "no dialog lies over the lock")
	require.False(t, f.says("Stolen vehicle"), "nothing of the hit is left on screen")
	require.False(t, f.says("badge "+string(patrolBadge)), "a locked screen names nobody")
	require.Nil(t, f.live.Load(), "no pictures either")
	f.pass(time.Minute)
	f.key('L')
	f.key('1')
	require.NoError(t, f.c.Unlock(ctx, patrolBadge, patrolPIN))
	f.settle()
	require.Equal(t, id, f.current(), "the hit that was compared is there again")
	require.True(t, f.button("Correct read").Disabled(), "time under the lock was not for comparing")
	require.Equal(t, []hit.State{hit.Raised}, f.states())
}

// What is removed at its source while the officer compares says so at once.
func TestRequirement8_9_AnAlertSaysThatItsEntryWasRemoved(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	said := func() bool {
		return slices.ContainsFunc(all[*widgets.Text](f), func(w *widgets.Text) bool { return strings.HasPrefix(w.Text(), "NO LONGER LISTED: ") })
	}
	require.False(t, said())
	require.NoError(t, f.kept.DropList(ctx, "CPIC", audit.Event{At: evening, Act: audit.HotlistWithdrawn, Outcome: "ok", Detail: map[string]string{"list": "CPIC"}}))
	e, err := f.c.Propose(ctx, entry.Entry{Plate: "QWER123", Category: "amber-alert", Reason: "Amber Alert 26-17", Expires: evening.AddDate(0, 0, 1), Distribution: policy.Shared})
	require.NoError(t, err)
	require.NoError(t, f.c.Withdraw(ctx, e.ID, "a mistake")) // as with each change of an entry, the lists are read again
	f.settle()
	require.True(t, said())
	require.Equal(t, []hit.State{hit.Raised}, f.states(), "the officer judges it all the same")
}

func TestLanguageChangesAtRunTime(t *testing.T) {
	f := newFixture(t, setting{language: "fr"})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	f.button("Lecture exacte")
	f.button("Mauvaise province ou mauvais État")
	f.requireSays("Véhicule volé")
}

func TestRequirement51_EverythingByKeyboard(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.see("CKLM804", "Front left")
	f.pass(2 * time.Second)
	seen := map[string]bool{}
	for range 12 {
		f.win.Canvas().FocusNext()
		if b, ok := f.win.Canvas().Focused().(*widgets.Button); ok {
			seen[b.Text] = true
		}
	}
	for _, b := range f.top().(*alert).buttons {
		require.True(t, seen[b.Text], "Tab reaches %s", b.Text)
	}
	b := f.button("Misread")
	f.win.Canvas().Focus(b)
	b.TypedRune('?') // a key that the button has no use for goes to the window
	f.settle()
	require.True(t, f.says("Keys"))
	f.win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
	require.False(t, f.says("Keys"))
	require.True(t, theme.Current().Night)
	f.key('n')
	require.False(t, theme.Current().Night)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	f.settle()
	require.Empty(t, f.states(), "Enter presses the button in focus")
}

func TestRequirement49_LostCameraIsUnmistakable(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.requireSays("15 fps · 12 skipped")
	f.cars.Lose(1)
	f.changed(cruiser.CamerasChanged)
	f.settle()
	f.requireSays("Camera lost")
	var bar []string
	walk(f.shell.status.object, fyne.Position{}, func(o fyne.CanvasObject, _ fyne.Position) {
		if text, ok := o.(*widgets.Text); ok {
			bar = append(bar, text.Text())
		}
	})
	require.Contains(t, bar, "1 camera lost")
}

func TestTilesTakeTheLatestPictureOnly(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.drive()
	live := f.live.Load()
	require.NotNil(t, live)
	asked := f.cars.Asked
	live.fetch()
	require.Equal(t, asked+2, f.cars.Asked, "each tile asks once")
	f.mu.Lock()
	require.Empty(t, f.hops, "and is told nothing when there is nothing new")
	f.mu.Unlock()
	f.cars.Serial++
	live.fetch()
	live.fetch() // both pictures still wait to be drawn
	f.mu.Lock()
	require.Len(t, f.hops, 1, "one call for all tiles is on its way, and no more")
	f.mu.Unlock()
	f.settle()

	f.see("CKLM804", "Front left")
	require.Nil(t, f.live.Load(), "an alert in a small window hides the tiles: nothing is fetched")
}

func TestPatrolStartsAndStops(t *testing.T) {
	f := newFixture(t, setting{})
	f.signIn()
	f.tap("Start patrol")
	require.True(t, f.c.Patrolling())
	f.tap("Stop patrol")
	require.False(t, f.c.Patrolling())
	f.button("Start patrol")
}

func TestWaitingHitsAreCountedBesideForms(t *testing.T) {
	f := newFixture(t, setting{})
	f.startPatrol()
	f.Open(forms.ScreenSearch)
	f.see("CKLM804", "Front left")
	require.IsType(t, formScreen{}, f.top(), "what somebody writes is not taken away")
	f.requireSays("1 hit waiting")
}

func TestWindowClosesAfterItsWorkers(t *testing.T) {
	f := newFixture(t, setting{})
	closed := make(chan struct{})
	f.opts.Closed = func() { close(closed) }
	f.background = func(work func()) { f.workers.Go(work) }
	f.background(f.beat)
	f.close()
	<-closed
	require.Error(t, f.ctx.Err())
}
