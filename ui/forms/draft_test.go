package forms

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/disclosure"
	keeping "secondlook/app/draft"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// drafts are those that stand in the store.
func (t *terminal) drafts() []keeping.Draft {
	t.t.Helper()
	all, err := t.store.Drafts(context.Background())
	require.NoError(t.t, err)
	return all
}

// beat is what the window does once a second, after a while.
func (t *terminal) beat(d time.Duration) {
	t.t.Helper()
	t.pass(d)
	require.NoError(t.t, t.KeepDraftsIfDue(context.Background()))
}

// atForms is a terminal with an officer signed in.
func atForms(t *testing.T, o ...func(*terminalOptions)) *terminal {
	term := newTerminal(t, o...)
	term.populate()
	term.signIn(officerBadge, officerPIN)
	return term
}

// begunEntry opens the form for a manual entry and fills most of it in.
func begunEntry(term *terminal) {
	m := newManual(term.Cruiser, term)
	term.open(m.holder.Container)
	term.pick(m.category, "Short-term licence suspension")
	term.write("Plate", "CKLM804")
	term.write("Reason", "Three-day suspension, said he would drive on")
	term.write("Last day of the suspension", term.at().AddDate(0, 0, 3).Format(dayForm))
	term.tap("7 days")
}

// mustHold fails unless the form for a manual entry, opened now, has what begunEntry
// wrote.
func mustHold(term *terminal) *manual {
	term.t.Helper()
	m := newManual(term.Cruiser, term)
	term.open(m.holder.Container)
	require.Equal(term.t, "CKLM804", m.plate.field.Text())
	require.Equal(term.t, "Three-day suspension, said he would drive on", value(m.reason))
	c, ok := m.chosenCategory()
	require.True(term.t, ok)
	require.NotEmpty(term.t, c.EndsWith)
	require.False(term.t, m.ends.Hidden, "what hangs on the category shows")
	require.Equal(term.t, start.AddDate(0, 0, 3).Format(dayForm), value(m.ends))
	require.Equal(term.t, "7", m.expiry.answer())
	return m
}

func TestRequirement37_WhatIsBeingWrittenOutlastsTheLock(t *testing.T) {
	term := atForms(t)
	ctx := context.Background()
	begunEntry(term)
	require.Empty(t, term.drafts(), "not for each letter")
	require.NoError(t, term.Lock(ctx))
	require.NoError(t, term.Unlock(ctx, officerBadge, officerPIN))
	require.Len(t, term.drafts(), 1, "at once when the terminal is locked")
	mustHold(term)
	term.mustRead("Your draft of 21:47 is here again.")

	term.signIn(supervisorBadge, supervisorPIN)
	m := newManual(term.Cruiser, term)
	term.open(m.holder.Container)
	require.Empty(t, m.plate.field.Text(), "somebody else's")
	require.False(t, term.reads("is here again"))
	term.write("Plate", "BTXV117")
	term.tap("Back")
	require.Len(t, term.drafts(), 2, "at once when the form is left")

	term.signIn(officerBadge, officerPIN)
	mustHold(term)
}

func TestRequirement37_ADraftIsKeptWhenItsAuthorRests(t *testing.T) {
	term := atForms(t)
	term.open(NewSearch(term.Cruiser, term))
	term.write("Plate", "CKLM")
	term.beat(time.Second)
	require.Empty(t, term.drafts())
	term.write("Plate", "CKLM804")
	term.beat(time.Second)
	require.Empty(t, term.drafts(), "still writing")
	term.beat(time.Second)
	require.Len(t, term.drafts(), 1)
	require.Equal(t, map[string]string{"plate": "CKLM804"}, term.drafts()[0].Fields, "what is as the form began is no part of it")

	for range 4 {
		term.write("Reason", value(term.field("Reason"))+" and on")
		term.beat(keeping.Rest - time.Millisecond)
	}
	require.Len(t, term.drafts()[0].Fields, 1, "writing on and on")
	for range 4 {
		term.write("Reason", value(term.field("Reason"))+" and on")
		term.beat(keeping.Rest - time.Millisecond)
	}
	require.Len(t, term.drafts()[0].Fields, 2, "for long")
}

// A kill leaves the disk as it is: a copy of the folder is what the next start finds.
func TestRequirement29_ADraftIsThereAfterAKill(t *testing.T) {
	term := atForms(t)
	begunEntry(term)
	term.beat(keeping.Rest)
	next := atCopy(t, term)
	next.signIn(officerBadge, officerPIN)
	mustHold(next)
	next.signIn(supervisorBadge, supervisorPIN)
	m := newManual(next.Cruiser, next)
	require.Empty(t, m.plate.field.Text())
}

// atCopy is a terminal over a copy of another's folder, while that one runs.
func atCopy(t *testing.T, of *terminal) *terminal {
	next := newTerminal(t)
	require.NoError(t, next.Close())
	next.folder = filepath.Join(t.TempDir(), "copy")
	require.NoError(t, os.CopyFS(next.folder, os.DirFS(of.folder)))
	next.passed.Store(of.passed.Load())
	next.start()
	return next
}

func TestRequirement36_ADraftIsErasedWhenItIsSent(t *testing.T) {
	for name, play := range map[string]func(term *terminal){
		"manual entry": func(term *terminal) {
			begunEntry(term)
			term.tap("Back")
			require.Len(t, term.drafts(), 1)
			mustHold(term)
			term.write("Last day of the suspension", term.at().AddDate(0, 0, 7).Format(dayForm))
			term.tap("Propose")
			term.mustRead("Waits for a supervisor")
		},
		"search": func(term *terminal) {
			s := newSearch(term.Cruiser, term)
			term.open(s.holder.Container)
			term.write("Plate", "CKLM804")
			term.pick(s.purpose, s.c.Pack().Purposes[0].Text.In("en"))
			term.write("Reason", "theft")
			term.write("File number", "26-1")
			term.tap("Back")
			require.Len(t, term.drafts(), 1)
			term.open(NewSearch(term.Cruiser, term))
			require.Equal(t, "CKLM804", term.field("Plate").Text())
			term.tap("Search")
			term.mustRead("Logged at")
			require.False(t, term.reads("is here again"))
		},
		"breach": func(term *terminal) {
			term.open(NewBreach(term.Cruiser, term))
			term.write("Describe it", "A passenger read the screen")
			term.tap("Something is lost or stolen")
			term.tap("Back")
			require.Len(t, term.drafts(), 1)
			term.pass(time.Hour)
			term.open(NewBreach(term.Cruiser, term))
			require.Equal(t, words.Moment(start), term.field("Noticed").Text(), "the time that was proposed then")
			require.Equal(t, "A passenger read the screen", term.field("Describe it").Text())
			term.tap("Report")
			require.Len(t, term.toasts, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			term := atForms(t)
			play(term)
			require.Empty(t, term.drafts())
		})
	}
}

func TestRequirement36_ADraftCanBeBegunAnew(t *testing.T) {
	term := atForms(t)
	begunEntry(term)
	term.tap("Back")
	m := mustHold(term)
	term.tap("Start anew")
	require.Empty(t, m.plate.field.Text()+m.category.Key()+value(m.reason)+value(m.ends)+m.expiry.answer()+m.distribution.key())
	require.True(t, m.ends.Hidden)
	require.False(t, term.reads("is here again"))
	require.Empty(t, term.drafts())
	term.write("Plate", "BTXV117")
	term.tap("Back")
	require.Len(t, term.drafts(), 1, "and another one begins")
}

func TestRequirement31_ADraftEndsWithTheDayAndWithTheShift(t *testing.T) {
	term := atForms(t)
	ctx := context.Background()
	begunEntry(term)
	term.tap("Back")
	term.open(NewEndShift(term.Cruiser, term))
	term.mustRead("1 form was begun on this terminal and not sent. What was written is erased when the shift ends.")
	_, err := term.EndShift(ctx)
	require.NoError(t, err)
	require.Empty(t, term.drafts())
	records, err := term.store.Records(ctx)
	require.NoError(t, err)
	ended := slices.IndexFunc(records, func(r audit.Record) bool { return r.Event.Act == audit.ShiftEnded })
	require.Equal(t, "1", records[ended].Event.Detail["drafts"])

	term.signIn(officerBadge, officerPIN)
	begunEntry(term)
	term.tap("Back")
	term.pass(keeping.Lasts)
	term.signIn(officerBadge, officerPIN)
	require.Empty(t, term.drafts())
	m := newManual(term.Cruiser, term)
	require.Empty(t, m.plate.field.Text())
}

// Who is signed in writes nothing of theirs over a draft before it is known what it has.
func TestRequirement37_ADraftThatComesLateIsNotWrittenOver(t *testing.T) {
	term := atForms(t)
	begunEntry(term)
	term.tap("Back")
	term.park = true
	m := newManual(term.Cruiser, term)
	term.open(m.holder.Container)
	term.write("Reason", "Another reason")
	term.park = false
	for _, late := range term.parked {
		late(context.Background())
	}
	require.Equal(t, "CKLM804", m.plate.field.Text())
	require.Equal(t, "Another reason", value(m.reason), "what was written meanwhile stays")
	term.beat(keeping.Rest)
	require.Equal(t, "Another reason", term.drafts()[0].Fields["reason"])
}

func TestRequirement26_ADisclosureIsKeptWhileItIsWritten(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(supervisorBadge, supervisorPIN)
	open := func(of *disclosure.Record) *disclose {
		d := newDisclose(term.Cruiser, term, of, term.Back)
		term.open(d.sender.page)
		return d
	}
	d := open(nil)
	d.authority.Choose(term.Pack().Disclosure.Authorities[0].Code)
	d.authority.OnChanged(d.authority.Key())
	for _, key := range []string{"stolen-vehicle", "wanted-person"} {
		d.categories.picker.OnChanged(key)
	}
	d.plates.SetText("CKLM804, BTXV117")
	d.after.tap(string(disclosure.AfterUses[0]))
	term.tap("Back")
	again := open(nil)
	require.Equal(t, d.record(), again.record())
	require.Equal(t, []string{"stolen-vehicle", "wanted-person"}, again.categories.chosen)
	of := disclosure.Record{ID: "d-1", Recipient: "Durham Regional Police"}
	require.Empty(t, value(open(&of).plates), "the correction of another record is a form of its own")
	require.False(t, term.reads("is here again"))
}

func TestRequirement27_AnAccessRequestIsKeptWhileItIsWritten(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(supervisorBadge, supervisorPIN)
	r := newRequests(term.Cruiser, term)
	term.open(r.holder.Container)
	r.ask()
	term.write("Plate", "CKLM804")
	term.tap("Back")
	require.Len(t, term.drafts(), 1)
	r.ask()
	require.Equal(t, "CKLM804", term.field("Plate").Text())
	term.mustRead("is here again")
}

// A question that hides what is written is never kept, whoever names it.
func TestRequirement34_NoSecretIsInADraft(t *testing.T) {
	term := atForms(t)
	pin := widgets.NewSecretField("PIN", "")
	d := newDraft(term.Cruiser, term, "secret", part{"pin", pin})
	d.on(widgets.NewColumn(1))
	pin.SetText("maple-7429")
	d.keep()
	require.Empty(t, term.drafts())
}
