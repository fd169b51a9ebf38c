package forms

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/entry"
)

// supervised opens the form in which a supervisor corrects an officer's proposal.
func supervised(term *terminal) {
	term.populate()
	term.signIn(officerBadge, officerPIN)
	term.propose("CKLM804", "criminal-activity", 30)
	require.NoError(term.t, term.SignOut(context.Background()))
	term.signIn(supervisorBadge, supervisorPIN)
	term.open(NewEntries(term.Cruiser, term))
	term.tap("Approve with changes…")
}

func TestRequirement19_SupervisorApprovesWithChanges(t *testing.T) {
	term := newTerminal(t)
	supervised(term)
	term.mustRead("Approve with changes", "Entered by: Alex Tremblay, badge "+officerBadge)
	term.tap("Approve as changed")
	term.mustRead("Say why: the author reads it.")
	term.write("Why you changed it", "a week is enough")
	term.tap("Approve as changed")
	term.mustRead("Nothing was changed.")
	term.tap("7 days")
	term.tap("Approve as changed")
	require.Equal(t, []string{"Approved as changed. It is on the hotlist now."}, term.toasts)
	term.mustRead("Manual entries", "On the hotlist", "a week is enough", "Changed since it was first proposed: expiry.")
	all, err := term.Entries(context.Background())
	require.NoError(t, err)
	require.Equal(t, entry.Approved, all[0].State)
	require.Equal(t, term.at().AddDate(0, 0, 7), all[0].Expires)
	require.Equal(t, "Seen leaving a break-in on King Street", all[0].Reason, "what was not changed stays")
	require.Equal(t, "26-118203", all[0].FileNumber)
	require.Equal(t, "Civic", all[0].Model)
}

func TestRequirement19_AuthorChangesAProposal(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(officerBadge, officerPIN)
	was := term.propose("CKLM804", "criminal-activity", 30)
	term.open(NewEntries(term.Cruiser, term))
	term.tap("Change…")
	require.True(t, term.field("Plate").Entry.Disabled(), "another plate is another entry")
	term.write("Reason", "Seen twice on King Street")
	term.tap("Keep the changes")
	term.mustRead("Waits for a supervisor", "Seen twice on King Street", "Changed since it was first proposed: reason.")
	all, err := term.Entries(context.Background())
	require.NoError(t, err)
	require.Equal(t, was.Expires, all[0].Expires, "to the second")
}

func TestRequirement17_RenewalIsProposedFromTheList(t *testing.T) {
	term := newTerminal(t)
	supervised(term)
	term.tap("Back")
	term.tap("Approve")
	term.pass(20 * 24 * time.Hour)
	term.signIn(supervisorBadge, supervisorPIN)
	term.tap("Renew…")
	term.tap("Propose the renewal")
	term.mustRead("Choose when the entry ends.")
	term.tap("30 days")
	term.tap("Propose the renewal")
	require.Contains(t, term.toasts, "Proposed. The old entry stays until a supervisor decides.")
	term.mustRead("Renews an entry: it takes the old one's place when it is approved.", "Your own entry: another supervisor must decide on it.")
	require.Equal(t, 1, term.Lists()[0].Count)
}

func TestRequirement17_SuspensionsEntryEndsWithIt(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(officerBadge, officerPIN)
	m := newManual(term.Cruiser, term)
	term.open(m.holder.Container)
	term.pick(m.category, "Short-term licence suspension")
	term.write("Plate", "CKLM804")
	term.write("Reason", "Three-day suspension, said he would drive on")
	term.tap("7 days")
	term.tap("Propose")
	term.mustRead("Write the last day of the suspension: the entry ends with it.")
	last := term.at().AddDate(0, 0, 3)
	term.write("Last day of the suspension", last.Format(dayForm))
	term.tap("7 days")
	term.tap("Propose")
	term.mustRead("The entry may not outlast the suspension")
	term.write("Last day of the suspension", last.Format(dayForm)+" ")
	term.tap("Propose")
	term.mustRead("Waits for a supervisor")
	all, err := term.Entries(context.Background())
	require.NoError(t, err)
	require.Equal(t, all[0].Ends, all[0].Expires)
	require.Equal(t, last.Format(dayForm), all[0].Ends.In(term.at().Location()).Format(dayForm))
}
