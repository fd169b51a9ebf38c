package cruiser_test

import (
	"bytes"
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/policy"
	"secondlook/assets"
	"secondlook/platform/packfile"
)

// policyKey is the same for the same letter.
func policyKey(letter byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{letter}, ed25519.SeedSize))
}

func publicFile(t *testing.T, k ed25519.PrivateKey) []byte {
	t.Helper()
	pem, err := policy.EncodePublicKey(k.Public().(ed25519.PublicKey))
	require.NoError(t, err)
	return pem
}

// edition is a built-in pack with changes, old and new by turns, and its signature.
func edition(t *testing.T, name string, k ed25519.PrivateKey, changes ...string) (text, signature []byte) {
	t.Helper()
	own, err := assets.Policy(name)
	require.NoError(t, err)
	for i := 0; i < len(changes); i += 2 {
		require.Contains(t, string(own), changes[i])
		own = bytes.Replace(own, []byte(changes[i]), []byte(changes[i+1]), 1)
	}
	s, err := policy.Sign(own, k)
	require.NoError(t, err)
	return own, s.Encode()
}

var packs = cruiser.Packs{Decode: packfile.Decode, BuiltIn: func(id string) ([]byte, bool) {
	text, err := assets.Policy(id)
	return text, err == nil
}}

// newOffice is a terminal that takes packs signed with the key 'a'.
func newOffice(t *testing.T) *car {
	t.Helper()
	c := newCar(t, nil)
	c.parts.Packs = packs
	c.restart()
	c.setUp()
	id, err := c.TrustPolicyKey(t.Context(), publicFile(t, policyKey('a')), "the service's policy key")
	require.NoError(t, err)
	require.Equal(t, policy.KeyID(policyKey('a').Public().(ed25519.PublicKey)), id)
	return c
}

// restart takes the terminal off and starts it again.
func (c *car) restart() {
	c.t.Helper()
	require.NoError(c.t, c.Close())
	c.start()
}

func TestRequirement5_SignedPackIsInForceFromTheNextSignIn(t *testing.T) {
	c := newOffice(t)
	before := c.Pack()
	text, signature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 2\n", "quiet_minutes = 10", "quiet_minutes = 25")
	change, err := c.InstallPack(t.Context(), text, signature, "the board's new procedure")
	require.NoError(t, err)
	require.Equal(t, 1, change.Before.Version)
	require.Equal(t, 2, change.After.Version)
	require.Same(t, before, c.Pack(), "until the next sign-in")
	c.as("20418")
	require.Equal(t, 25, c.Pack().QuietMinutes)
	c.restart()
	require.Equal(t, 10, c.Pack().QuietMinutes, "sealed while nobody is signed in")
	require.NoError(t, c.SignIn(t.Context(), "20418", secret))
	require.Equal(t, 2, c.Pack().Version)
	require.Empty(t, c.Problem())

	e := c.acts()[audit.PolicyInstalled]
	require.Len(t, e, 1)
	require.Equal(t, "the board's new procedure", e[0].Reason)
	require.Equal(t, "20418", e[0].Badge)
	require.Equal(t, "ontario 1", e[0].Detail["before"])
	require.Equal(t, "ontario 2", e[0].Detail["after"])
	own, err := assets.Policy("ontario")
	require.NoError(t, err)
	require.Equal(t, policy.Digest(own), e[0].Detail["before_digest"])
	require.Equal(t, policy.Digest(text), e[0].Detail["after_digest"])
	require.Equal(t, change.KeyID, e[0].Detail["key"])
}

func TestRequirement5_BadPackLeavesTheLastGoodOne(t *testing.T) {
	c := newOffice(t)
	good, signature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 5\n")
	_, err := c.InstallPack(t.Context(), good, signature, "procedure")
	require.NoError(t, err)
	c.as("20418")
	require.Equal(t, 5, c.Pack().Version)

	type pair struct{ text, signature []byte }
	of := func(k ed25519.PrivateKey, changes ...string) pair {
		text, s := edition(t, "ontario", k, changes...)
		return pair{text, s}
	}
	altered := of(policyKey('a'), "version = 1\n", "version = 6\n")
	altered.text = bytes.Replace(altered.text, []byte("lockout_failures = 5"), []byte("lockout_failures = 4"), 1)
	for name, test := range map[string]struct {
		pair
		err  error
		says []string
		why  map[string]string // on record
	}{
		"another's key": {of(policyKey('b'), "version = 1\n", "version = 6\n"), policy.ErrUntrusted, nil,
			map[string]string{"why": "untrusted", "value-1": policy.KeyID(policyKey('b').Public().(ed25519.PublicKey))}},
		"changed":      {altered, policy.ErrAltered, nil, map[string]string{"why": "altered"}},
		"no signature": {pair{good, nil}, policy.ErrSignature, []string{"empty"}, map[string]string{"why": "unsigned"}},
		"no signature file": {pair{good, []byte("secondlook policy signature 1\nkey x")}, policy.ErrSignature, []string{"line 2"},
			map[string]string{"why": "signature", "line": "2"}},
		"older": {of(policyKey('a'), "version = 1\n", "version = 4\n"), cruiser.ErrPackOlder, []string{"version"},
			map[string]string{"why": "older", "field": "version", "value-1": "4", "value-2": "5"}},
		"same version": {of(policyKey('a'), "version = 1\n", "version = 5\n", "quiet_minutes = 10", "quiet_minutes = 11"), cruiser.ErrPackVersion, nil,
			map[string]string{"why": "same-version", "field": "version", "value-1": "5"}},
		"not valid": {of(policyKey('a'), "version = 1\n", "version = 6\n", "lockout_failures = 5", "lockout_failures = 9"), policy.ErrInvalid, []string{"line ", "session.lockout_failures"},
			map[string]string{"why": "between", "field": "session.lockout_failures", "value-1": "1", "value-2": "5"}},
		"unknown key": {of(policyKey('a'), "version = 1\n", "version = 6\nmood = 1\n"), policy.ErrInvalid, []string{"line ", "mood"},
			map[string]string{"why": "unknown-key", "field": "mood"}},
		"not even a TOML": {of(policyKey('a'), "version = 1\n", "version = \n"), policy.ErrInvalid, []string{"line "}, map[string]string{"why": "syntax"}},
	} {
		t.Run(name, func(t *testing.T) {
			known := len(c.acts()[audit.PolicyRefused])
			_, err := c.InstallPack(t.Context(), test.text, test.signature, "procedure")
			require.ErrorIs(t, err, test.err)
			for _, says := range test.says {
				require.ErrorContains(t, err, says)
			}
			refusals := c.acts()[audit.PolicyRefused]
			require.Len(t, refusals, known+1)
			e := refusals[known]
			require.Equal(t, "refused", e.Outcome)
			require.Subset(t, e.Detail, test.why)
			fault, ok := policy.FaultOf(e.Detail)
			require.True(t, ok)
			require.ErrorContains(t, err, fault.Error(), "the record says the same")
			require.Equal(t, policy.Digest(test.text), e.Detail["digest"])
		})
	}
	c.as("20418")
	require.Equal(t, 5, c.Pack().Version)
	_, err = c.InstallPack(t.Context(), good, signature, "once more")
	require.NoError(t, err, "the same pack is no other one")
	// The version may not go down through another pack either.
	text, s := edition(t, "florida", policyKey('a'))
	_, err = c.InstallPack(t.Context(), text, s, "on loan to Florida")
	require.NoError(t, err, "the built-in pack, signed")
	old, s := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 2\n")
	_, err = c.InstallPack(t.Context(), old, s, "back home")
	require.ErrorIs(t, err, cruiser.ErrPackOlder)
	c.as("20418")
	require.Equal(t, "florida", c.Pack().ID)
}

func TestRequirement6_OnlyAnAdministratorWithAReasonChangesPolicy(t *testing.T) {
	c := newOffice(t)
	text, signature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 2\n")
	pem := publicFile(t, policyKey('b'))
	each := func(reason string) []error {
		_, installed := c.InstallPack(t.Context(), text, signature, reason)
		_, trusted := c.TrustPolicyKey(t.Context(), pem, reason)
		dropped := c.DropPolicyKey(t.Context(), policy.KeyID(policyKey('a').Public().(ed25519.PublicKey)), reason)
		return []error{installed, trusted, dropped}
	}
	for _, err := range each("  ") {
		require.ErrorIs(t, err, access.ErrIncomplete)
	}
	require.NoError(t, c.SignOut(t.Context()))
	for _, err := range each("because") {
		require.ErrorIs(t, err, access.ErrNotSignedIn)
	}
	require.NoError(t, c.SignIn(t.Context(), "30001", secret))
	for _, err := range each("because") {
		require.ErrorIs(t, err, access.ErrNotAllowed)
	}
	_, err := c.PolicyState(t.Context())
	require.ErrorIs(t, err, access.ErrNotAllowed)
	_, err = c.CheckPack(t.Context(), text, signature)
	require.ErrorIs(t, err, access.ErrNotAllowed)

	fixed := newCar(t, nil).setUp() // it cannot read packs
	_, err = fixed.InstallPack(t.Context(), text, signature, "because")
	require.ErrorIs(t, err, cruiser.ErrPackFixed)
	_, err = fixed.CheckPack(t.Context(), text, signature)
	require.ErrorIs(t, err, cruiser.ErrPackFixed)
}

// An administrator sees what is in force and what a pack would change, before and
// after it is installed.
func TestRequirement5_AdministratorSeesWhatIsInForceAndWhatWouldChange(t *testing.T) {
	c := newOffice(t)
	state := func() cruiser.PolicyState {
		s, err := c.PolicyState(t.Context())
		require.NoError(t, err)
		return s
	}
	own, err := assets.Policy("ontario")
	require.NoError(t, err)
	s := state()
	require.Equal(t, policy.Digest(own), s.Digest)
	require.Empty(t, s.KeyID)
	require.True(t, s.Installed.IsZero())
	require.Len(t, s.Keys, 1)

	text, signature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 2\n", "quiet_minutes = 10", "quiet_minutes = 25")
	change, err := c.CheckPack(t.Context(), text, signature)
	require.NoError(t, err)
	require.Equal(t, []policy.Change{{Key: "version", From: 1, To: 2}, {Key: "quiet_minutes", From: 10, To: 25}}, policy.Diff(change.Before, change.After))
	require.Equal(t, s, state(), "a look changes nothing")
	bad, badSignature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 3\n", "quiet_minutes = 10", "quiet_minutes = -1")
	_, err = c.CheckPack(t.Context(), bad, badSignature)
	fault := (*policy.Fault)(nil)
	require.ErrorAs(t, err, &fault)
	require.Equal(t, "quiet_minutes", fault.Key)
	require.Positive(t, fault.Line)
	require.Len(t, c.acts()[audit.PolicyRefused], 1)

	_, err = c.InstallPack(t.Context(), text, signature, "the board's new procedure")
	require.NoError(t, err)
	s = state()
	require.Equal(t, 1, s.Pack.Version)
	require.Equal(t, 2, s.Next.Version)
	c.as("20418")
	s = state()
	require.Equal(t, 2, s.Pack.Version)
	require.Nil(t, s.Next)
	require.Equal(t, policy.Digest(text), s.Digest)
	require.Equal(t, change.KeyID, s.KeyID)
	require.Equal(t, c.clock(), s.Installed)

	require.NoError(t, c.DropPolicyKey(t.Context(), s.KeyID, "the key is lost"))
	s = state()
	require.ErrorIs(t, s.Fault, policy.ErrUntrusted, "told before it lapses")
	require.Equal(t, 2, s.Pack.Version)
}

// A pack that cannot be used any more is told, recorded, and replaced by the
// built-in one of its id.
func TestRequirement5_InstalledPackThatDoesNotVerifyGivesWay(t *testing.T) {
	c := newOffice(t)
	text, signature := edition(t, "florida", policyKey('a'), "version = 1\n", "version = 2\n")
	_, err := c.InstallPack(t.Context(), text, signature, "moved south")
	require.NoError(t, err)
	c.as("20418")
	c.ready("20418")
	require.Equal(t, 2, c.Pack().Version)
	id := policy.KeyID(policyKey('a').Public().(ed25519.PublicKey))
	require.NoError(t, c.DropPolicyKey(t.Context(), id, "the key is lost"))
	require.ErrorIs(t, c.DropPolicyKey(t.Context(), id, "again"), cruiser.ErrNoKey)
	require.Len(t, c.acts()[audit.PolicyKeyDropped], 1)
	c.as("20418")
	require.Equal(t, "florida", c.Pack().ID)
	require.Equal(t, 1, c.Pack().Version)
	require.Equal(t, cruiser.ProblemPack, c.Problem())
	refused := c.acts()[audit.PolicyRefused]
	require.NotEmpty(t, refused)
	require.Equal(t, "florida 1", refused[0].Detail["instead"])

	_, err = c.TrustPolicyKey(t.Context(), publicFile(t, policyKey('a')), "found again")
	require.NoError(t, err)
	_, err = c.TrustPolicyKey(t.Context(), publicFile(t, policyKey('a')), "twice")
	require.ErrorIs(t, err, cruiser.ErrKeyKnown)
	_, err = c.TrustPolicyKey(t.Context(), []byte("nothing"), "nothing")
	require.ErrorIs(t, err, policy.ErrKey)
	require.Len(t, c.acts()[audit.PolicyKeyTrusted], 2)
	c.as("20418")
	require.Equal(t, 2, c.Pack().Version)
	require.Empty(t, c.Problem())
}

// The station's publishing key signs packs as it signs lists.
func TestRequirement5_TheStationsKeyIsTrusted(t *testing.T) {
	st := newStation()
	st.publisher = policyKey('s').Public().(ed25519.PublicKey)
	c := newCar(t, st)
	c.parts.Packs = packs
	c.restart()
	c.setUp()
	state, err := c.PolicyState(t.Context())
	require.NoError(t, err)
	require.Len(t, state.Keys, 1)
	require.True(t, state.Keys[0].Station)
	text, signature := edition(t, "ontario", policyKey('s'), "version = 1\n", "version = 2\n")
	_, err = c.InstallPack(t.Context(), text, signature, "from the station")
	require.NoError(t, err)
	c.as("20418")
	require.Equal(t, 2, c.Pack().Version)
	// Enrolled elsewhere, the old station's word ends.
	st.publisher = policyKey('t').Public().(ed25519.PublicKey)
	c.as("20418")
	require.Equal(t, 1, c.Pack().Version)
	require.Equal(t, cruiser.ProblemPack, c.Problem())
}

func TestRequirement54_LockOutIsThePolicysAndAnAdministratorEndsIt(t *testing.T) {
	c := newOffice(t)
	text, signature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 2\n", "lockout_failures = 5", "lockout_failures = 2",
		"lockout_lasts_minutes = 15", "lockout_lasts_minutes = 0")
	_, err := c.InstallPack(t.Context(), text, signature, "after an incident")
	require.NoError(t, err)
	c.as("20418")
	require.NoError(t, c.SignOut(t.Context()))
	c.restart()
	for range 2 {
		require.ErrorIs(t, c.SignIn(t.Context(), "30001", "not the secret"), access.ErrBadSignIn)
	}
	c.pass(48 * time.Hour)
	require.ErrorIs(t, c.SignIn(t.Context(), "30001", secret), access.ErrLockedOut)
	require.NoError(t, c.SignIn(t.Context(), "20418", secret))
	require.ErrorIs(t, c.Release(t.Context(), "30001", " "), access.ErrIncomplete)
	require.ErrorIs(t, c.Release(t.Context(), "20418", "nothing to do"), access.ErrNotLockedOut)
	require.ErrorIs(t, c.Release(t.Context(), "99999", "nobody"), access.ErrNotLockedOut)
	require.NoError(t, c.Release(t.Context(), "30001", "came to the desk with identification"))
	e := c.acts()[audit.LockoutReleased]
	require.Len(t, e, 1)
	require.Equal(t, "20418", e[0].Badge)
	require.NotEmpty(t, e[0].Object)
	c.as("30001")
	require.ErrorIs(t, c.Release(t.Context(), "20418", "why not"), access.ErrNotAllowed)
}
