package forms

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
)

// From the reminder in the settings to the sheet of paper, and back in with it.
func TestRequirement54_RecoveryCodeFromTheSettingsToTheSignIn(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	term.open(NewSettings(term.Cruiser, term))
	require.Contains(t, strings.Join(term.texts(), "\n"), "This terminal has no recovery code: if")
	term.tap("Keys")
	require.Contains(t, strings.Join(term.texts(), "\n"), "This terminal has no recovery code.")
	term.tap("Make a recovery code")
	code := regexp.MustCompile(`([0-9A-Z]{5}-){6}[0-9A-Z]{5}`).FindString(strings.Join(term.texts(), "\n"))
	require.NotEmpty(t, code)
	term.tap("It is written down")
	require.NotContains(t, strings.Join(term.texts(), "\n"), code, "it is shown once")
	require.Contains(t, strings.Join(term.texts(), "\n"), "recovery-1, made on")
	term.tap("Terminal")
	require.NotContains(t, strings.Join(term.texts(), "\n"), "no recovery code")
	require.NoError(t, term.SignOut(t.Context()))

	term.open(NewRecover(term.Cruiser, term))
	term.write("Recovery code", code[:len(code)-1])
	term.write("Administrator's badge", adminBadge)
	term.write("First PIN or passphrase", firstPIN)
	term.write("The same again", firstPIN)
	term.tap("Give the new PIN")
	require.Contains(t, strings.Join(term.texts(), "\n"), "seven groups of five")
	term.write("Recovery code", string(access.NewRecoveryCode()))
	term.tap("Give the new PIN")
	require.Contains(t, strings.Join(term.texts(), "\n"), "This is not the recovery code of this terminal")
	term.write("Recovery code", code)
	term.tap("Give the new PIN")
	require.NoError(t, term.SignIn(t.Context(), adminBadge, firstPIN))
	s, _ := term.Session()
	require.Equal(t, access.NeedSecret, s.Need)
}
