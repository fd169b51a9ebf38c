package forms

import (
	"encoding/base32"
	"net/url"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/ui/widgets"
)

// The second factor by hand: it is enrolled once, asked for from then on, and reset
// by an administrator with a fresh proof.
func TestRequirement37_SecondFactorByHand(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.Pack().Session.SecondFactor = []string{"officer"}
	signInByHand(term, officerBadge, officerPIN)
	n := blankNeeds(term.Cruiser, term)
	e, err := term.BeginFactor()
	require.NoError(t, err)
	n.factor(e)
	term.open(n.page)
	term.mustRead(e.Recovery, e.Secret)
	term.tap("Confirm with this code")
	term.mustRead("Type the six digits that your authenticator shows.")
	term.write("Code of your authenticator", "123 456")
	term.tap("Confirm with this code")
	term.mustRead("The code is not right, or was used already.")
	phone := authenticator(t, e.URI)
	term.write("Code of your authenticator", phone.Code(term.at()))
	term.tap("Confirm with this code")
	require.True(t, term.May(access.ActPatrol))
	require.NoError(t, term.SignOut(t.Context()))

	term.pass(time.Minute)
	term.open(NewSignIn(term.Cruiser, term))
	term.write("Badge", officerBadge)
	term.write("PIN", officerPIN)
	term.tap("Sign in")
	_, in := term.Session()
	require.False(t, in)
	term.write("Code of your authenticator", "000000")
	term.tap("Sign in")
	term.mustRead("The code is not right, or was used already.")
	term.write("Code of your authenticator", phone.Code(term.at()))
	term.tap("Sign in")
	_, in = term.Session()
	require.True(t, in)

	term.signIn(adminBadge, adminPIN)
	p := newPeople(term.Cruiser, term)
	term.open(p.holder.Container)
	p.show(term.person(officerBadge).ID)
	term.pass(access.ProofHolds)
	term.tap("Reset the second factor")
	term.tap("Reset the second factor")
	term.mustRead("Say why: each change is recorded with its reason.")
	term.write("Reason", "Phone lost")
	term.tap("Reset the second factor")
	term.mustRead("Give your PIN once more")
	term.write("PIN", "not-it-at-all")
	term.tap("Go on")
	term.mustRead("The PIN is not right. Try again.")
	require.False(t, term.person(officerBadge).SecondFactor.IsZero())
	term.write("PIN", adminPIN)
	term.tap("Go on")
	require.True(t, term.person(officerBadge).SecondFactor.IsZero())
	term.mustRead("is asked for at the next sign-in")
}

// authenticator is what a phone makes of a QR code.
func authenticator(t *testing.T, uri string) access.Factor {
	t.Helper()
	u, err := url.Parse(uri)
	require.NoError(t, err)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(u.Query().Get("secret"))
	require.NoError(t, err)
	return access.Factor{Secret: secret}
}

func TestRequirement54_ReleaseByHand(t *testing.T) {
	term := newTerminal(t)
	term.Pack().Session.LockoutLastsMinutes = 0
	p := onPerson(term)
	require.NoError(t, term.SignOut(t.Context()))
	term.open(NewSignIn(term.Cruiser, term))
	term.write("Badge", officerBadge)
	term.write("PIN", officerPIN)
	term.tap("Sign in")
	term.mustRead("This account is locked until an administrator unlocks it on this terminal.")
	signInByHand(term, adminBadge, adminPIN)
	term.open(p.holder.Container)
	term.mustRead("Locked out after failed sign-ins")
	term.tap("Unlock account")
	term.write("Reason", "Came to the desk in person")
	term.tap("Unlock account")
	term.mustRead("Can sign in on this terminal")
	require.Equal(t, []string{"The account is unlocked."}, term.toasts)
}

// Without a fresh proof nothing happens, and the screen is ready for another try.
func TestRequirement37_NoProofNoAct(t *testing.T) {
	term := inSettings(t, "Terminal")
	term.pass(access.ProofHolds)
	term.write("Terminal name", "Car 9")
	term.write("Reason for the change", "Renumbered")
	term.tap("Save the change")
	term.tap("Cancel")
	term.mustRead("Not done: the PIN was not given.")
	require.Equal(t, "Car 4127", term.Settings().Terminal)
	term.tap("Save the change")
	term.write("PIN", adminPIN)
	term.tap("Go on")
	require.Equal(t, "Car 9", term.Settings().Terminal)
}

func TestRequirement37_SupervisorProvesBeforeApproving(t *testing.T) {
	term := newTerminal(t)
	someEntries(term)
	term.open(NewEntries(term.Cruiser, term))
	term.pass(access.ProofHolds)
	for _, b := range find(term, func(b *widgets.Button) bool { return b.Text == "Approve" }) {
		if !b.Disabled() {
			test.Tap(b)
			break
		}
	}
	term.mustRead("Give your PIN once more")
	require.Empty(t, term.toasts)
	term.write("PIN", supervisorPIN)
	term.tap("Go on")
	require.Len(t, term.toasts, 1)
}

func TestRequirement23_NoTrainingNoScreenButWhomToAsk(t *testing.T) {
	term := newTerminal(t)
	untrained(term)
	term.open(NewNeeds(term.Cruiser, term))
	term.mustRead("No training is on record for you.", "Dana Whitfield", adminBadge)
	require.Equal(t, []string{"Sign out"}, term.buttons())
	term.tap("Sign out")
	_, in := term.Session()
	require.False(t, in)
}

// buttons are the texts of every button on the screen.
func (t *terminal) buttons() (texts []string) {
	for _, b := range find(t, func(*widgets.Button) bool { return true }) {
		texts = append(texts, b.Text)
	}
	return texts
}

// A trainer records training, and does nothing else about people.
func TestRequirement21_TrainerRecordsTrainingOnly(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	term.enlist("Robin Castellane", newBadge, ownPIN, access.Trainer)
	term.signIn(newBadge, ownPIN)
	p := newPeople(term.Cruiser, term)
	term.open(p.holder.Container)
	require.False(t, term.reads("Register a person"))
	p.show(term.person(officerBadge).ID)
	require.Equal(t, []string{"Back", "Record this training"}, term.buttons())
	term.write("Day of the training", "2026-11-20")
	term.write("Course", "Refresher")
	term.tap("Record this training")
	require.Equal(t, "Refresher", term.person(officerBadge).Trained.Course)
	p.show(term.person(newBadge).ID)
	term.mustRead("This is you.")
	require.Equal(t, []string{"Back"}, term.buttons())
}

func TestRequirement21_RolesAndDeactivationByHand(t *testing.T) {
	term := newTerminal(t)
	p := onPerson(term)
	term.open(p.holder.Container)
	term.tap("Supervisor")
	term.tap("Change the roles")
	term.write("Reason", "Promoted")
	term.tap("Change the roles")
	require.Equal(t, []access.Role{access.Patrol, access.Supervisor}, term.person(officerBadge).Roles)
	term.write("First PIN", "walnut-3391")
	term.write("The same again", "walnut-3391")
	term.tap("Give this PIN")
	term.write("Reason", "Forgot it")
	term.tap("Give this PIN")
	require.True(t, term.person(officerBadge).FirstSecret)
	term.tap("Deactivate")
	term.write("Reason", "Retired")
	term.tap("Deactivate")
	term.mustRead("Deactivated on 2026-11-22")
	require.False(t, term.person(officerBadge).CanSignIn)
	term.tap("Back")
	term.mustRead("2 people on this terminal", "deactivated")
	records, err := term.store.Records(t.Context())
	require.NoError(t, err)
	reasons := map[audit.Act]string{}
	for _, r := range records {
		reasons[r.Event.Act] = r.Event.Reason
	}
	require.Equal(t, "Promoted", reasons[audit.PersonChanged])
	require.Equal(t, "Forgot it", reasons[audit.SecretGiven])
	require.Equal(t, "Retired", reasons[audit.PersonDeactivated])
}

func TestAccountChangesOwnPIN(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(officerBadge, officerPIN)
	term.open(NewAccount(term.Cruiser, term))
	term.mustRead("Alex Tremblay", "until 2027-10-22")
	term.write("Present PIN", "not-it-at-all")
	term.write("Your own PIN", ownPIN)
	term.write("The same again", ownPIN)
	term.tap("Change my PIN")
	term.mustRead("The PIN is not right. Try again.")
	term.write("Present PIN", officerPIN)
	term.tap("Change my PIN")
	require.Equal(t, []string{"Your PIN is changed on this terminal."}, term.toasts)
	term.signIn(officerBadge, ownPIN)
}
