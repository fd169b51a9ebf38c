package forms

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/policy"
	"secondlook/assets"
	"secondlook/platform/packfile"
	"secondlook/ui/words"
)

// serviceKey signs the packs of the tests.
var serviceKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{'k'}, ed25519.SeedSize))

// stick is a memory stick with a service's key and a pack: a built-in one with
// changes, old and new by turns. It returns the paths of both.
func stick(t *testing.T, name string, changes ...string) (pack, key string) {
	t.Helper()
	dir := t.TempDir()
	text, err := assets.Policy(name)
	require.NoError(t, err)
	for i := 0; i < len(changes); i += 2 {
		require.Contains(t, string(text), changes[i])
		text = bytes.Replace(text, []byte(changes[i]), []byte(changes[i+1]), 1)
	}
	signature, err := policy.Sign(text, serviceKey)
	require.NoError(t, err)
	pem, err := policy.EncodePublicKey(serviceKey.Public().(ed25519.PublicKey))
	require.NoError(t, err)
	pack, key = filepath.Join(dir, "ours.toml"), filepath.Join(dir, "service.pub")
	for path, text := range map[string][]byte{pack: text, pack + policy.SignatureSuffix: signature.Encode(), key: pem} {
		require.NoError(t, os.WriteFile(path, text, 0o600))
	}
	return pack, key
}

// board is a pack that a service's board decided on.
var board = []string{"version = 1\n", "version = 2\n", "quiet_minutes = 10", "quiet_minutes = 25",
	"max_days = 7", "max_days = 5", `add_by = ["officer", "supervisor"]`, `add_by = ["supervisor"]`}

// trustKey takes the service's key in.
func trustKey(term *terminal, key string) {
	term.write("Public key file", key)
	term.write("Reason for trusting it", "The service's policy key")
	term.tap("Trust this key")
}

func TestRequirement5_PackIsInstalledFromAStick(t *testing.T) {
	term := inSettings(t, "Policy")
	term.mustRead("Ontario, version 1", "Part of SecondLook; no service has signed it.", "None yet: trust the service's policy key before its first pack.")
	pack, key := stick(t, "ontario", board...)

	term.write("Policy pack", pack)
	require.Equal(t, pack+".sig", term.field("Signature file").Text(), "the signature lies beside the pack")
	term.tap("Check the pack")
	id := words.KeyID(policy.KeyID(serviceKey.Public().(ed25519.PublicKey)))
	term.mustRead("The pack is signed by key "+id+", which is not trusted here.", "Nothing has changed: the pack in force stays.")

	trustKey(term, key)
	require.Contains(t, term.toasts[0], id)
	term.mustRead(id, "Trusted since 2026-11-22 21:47")
	term.tap("Check the pack")
	term.mustRead("Ontario, version 2: good, and signed by key "+id, "4 differences from the pack in force",
		"25 (was 10)", "Silence after a verdict (minutes)", "Category: Amber Alert", "5 (was 7)", "supervisor (was officer, supervisor)")
	require.Equal(t, 10, term.Pack().QuietMinutes, "looking changes nothing")
	term.tap("Put in force")
	term.mustRead("Say why: each change is recorded with its reason.")
	term.write("Reason for the change", "The board's new procedure")
	term.tap("Put in force")
	term.mustRead("Ontario, version 2, is in force from the next sign-in.")
	require.False(t, term.reads("What changes"))
	require.Equal(t, 1, term.Pack().Version)

	term.signIn(adminBadge, adminPIN)
	require.Equal(t, 25, term.Pack().QuietMinutes)
	term.open(NewSettings(term.Cruiser, term))
	term.tap("Policy")
	text, err := os.ReadFile(pack)
	require.NoError(t, err)
	term.mustRead("Ontario, version 2", "2026-11-22 21:47", id, words.KeyID(policy.Digest(text)[:16]))
	require.False(t, term.reads("is in force from the next sign-in"))

	term.tap("Stop trusting")
	term.write("Reason for the change", "The key is lost")
	term.tap("Stop trusting")
	term.mustRead("The installed pack can no longer be used", "None yet")
}

func TestRequirement5_BadPackIsSaidWithFileLineAndKey(t *testing.T) {
	good, key := stick(t, "ontario", board...)
	of := func(changes ...string) string {
		pack, _ := stick(t, "ontario", append([]string{"version = 1\n", "version = 3\n"}, changes...)...)
		return pack
	}
	altered := of()
	text, err := os.ReadFile(altered)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(altered, append(text, '\n'), 0o600))
	unsigned := of()
	require.NoError(t, os.Remove(unsigned+".sig"))
	older, _ := stick(t, "ontario", "quiet_minutes = 10", "quiet_minutes = 20")

	term := inSettings(t, "Policy")
	trustKey(term, key)
	for _, bad := range []struct{ pack, says string }{
		{of("lockout_failures = 5", "lockout_failures = 9"), "ours.toml, line 27, key session.lockout_failures: must lie between 1 and 5"},
		{of("max_days = 7", "max_days = 0"), "key category.max_days of amber-alert: must be 1 or more for a manual category"},
		{of("quiet_minutes = 10", "quiet_minuets = 10"), "key quiet_minuets: no pack has this key: correct or remove it"},
		{of("quiet_minutes = 10", "quiet_minutes ="), "this is no TOML"},
		{of("quiet_minutes = 10", `quiet_minutes = "ten"`), "key quiet_minutes: holds a value of another kind than it must"},
		{altered, "The pack was changed after it was signed"},
		{unsigned, "The file could not be opened, or is too large."},
		{older, "Another pack of this version, 1, is known here."},
		{good, "Ontario, version 2: good"},
	} {
		term.field("Policy pack").SetText(bad.pack)
		term.tap("Check the pack")
		term.mustRead(bad.says)
		require.Equal(t, 1, term.Pack().Version)
	}
	term.tap("Choose another file")
	term.write("Public key file", good+".sig")
	term.write("Reason for trusting it", "By mistake")
	term.tap("Trust this key")
	term.mustRead("This file holds no public policy key.")
}

// The record of a refusal is in no language; it is read in the reader's. One of an earlier
// version has an English sentence.
func TestRequirement5_RecordOfARefusedPackIsReadInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		language         func(*terminalOptions)
		fault, untrusted string
	}{
		{english, "The policy pack, line 27, key session.lockout_failures: must lie between 1 and 5.", "which is not trusted here"},
		{french, "La politique, ligne 27, clé session.lockout_failures : doit être entre 1 et 5.", "qui n'est pas acceptée ici"},
	} {
		term := newTerminal(t, c.language)
		term.populate()
		term.signIn(adminBadge, adminPIN)
		term.enlist("Rae Auditor", auditorBadge, auditorPIN, access.Auditor)
		pack, key := stick(t, "ontario", "lockout_failures = 5", "lockout_failures = 9")
		read := func(path string) []byte {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			return text
		}
		text, signature := read(pack), read(pack+policy.SignatureSuffix)
		_, err := term.CheckPack(t.Context(), text, signature)
		require.ErrorIs(t, err, policy.ErrUntrusted)
		_, err = term.TrustPolicyKey(t.Context(), read(key), "The service's policy key")
		require.NoError(t, err)
		_, err = term.CheckPack(t.Context(), text, signature)
		require.ErrorIs(t, err, policy.ErrInvalid)

		term.signIn(auditorBadge, auditorPIN)
		v := newAudit(term.Cruiser, term)
		term.open(v.holder.Container)
		var refused []int
		for i, at := range v.shown {
			if v.all[at].Event.Act == audit.PolicyRefused {
				refused = append(refused, i)
			}
		}
		require.Len(t, refused, 2)
		v.open(refused[0])
		term.mustRead(c.fault, grouped(policy.Digest(text)))
		require.False(t, term.reads("value-1"), "what the sentence says stands there once")
		v.open(refused[1])
		term.mustRead(words.KeyID(policy.KeyID(serviceKey.Public().(ed25519.PublicKey)))+",", c.untrusted)
		v.all[v.shown[refused[1]]].Event.Detail = map[string]string{"why": "key version: 4 is below 5: this terminal has had a newer version of the pack"}
		v.open(refused[1])
		term.mustRead("key version: 4 is below 5: this terminal has had a newer version of the pack")
	}
}

func TestRequirement5_EveryDifferenceOfTheShippedPacksIsSaid(t *testing.T) {
	t.Cleanup(func() { words.Use(words.English) })
	var packs []*policy.Pack
	for _, name := range []string{"ontario", "florida"} {
		text, err := assets.Policy(name)
		require.NoError(t, err)
		p, err := packfile.Decode(text)
		require.NoError(t, err)
		packs = append(packs, p)
	}
	for _, language := range []string{words.English, words.French} {
		words.Use(language)
		for _, two := range [][2]*policy.Pack{{packs[0], packs[1]}, {packs[1], packs[0]}, {packs[0], {}}, {packs[1], {}}} {
			for _, s := range subjects(policy.Diff(two[0], two[1])) {
				require.NotContains(t, s.title(two[0], two[1]), "policy.")
				for _, c := range s.changes {
					require.NotContains(t, c.label(), "policy.", c.Key)
				}
			}
		}
	}
	for _, name := range strings.Fields("grave high routine internal shared suspension use capture erase reason file-number " +
		strings.Join(policy.Roles, " ") + " " + strings.Join(policy.DisclosureFields, " ") + " " + strings.Join(policy.DeploymentFields, " ")) {
		require.NotEqual(t, "policy.word."+name, words.T("policy.word."+name))
	}
}

func TestRequirement6_PolicyNeedsAFreshProof(t *testing.T) {
	term := inSettings(t, "Policy")
	_, key := stick(t, "ontario", board...)
	term.pass(access.ProofHolds + time.Minute)
	trustKey(term, key)
	term.mustRead("Give your PIN once more")
	term.write("PIN or passphrase", adminPIN)
	term.tap("Go on")
	term.mustRead("Trusted since")
}

// policyPictures are the policy's part of the settings.
func policyPictures() map[string]func(*testing.T) *terminal {
	// The stick's folder is another one each time: the fields have the file's name only.
	look := func(t *testing.T, part, browse, check string, changes []string, o ...func(*terminalOptions)) *terminal {
		term := newTerminal(t, o...)
		term.populate()
		term.signIn(adminBadge, adminPIN)
		pack, key := stick(t, "ontario", changes...)
		pem, err := os.ReadFile(key)
		require.NoError(t, err)
		_, err = term.TrustPolicyKey(t.Context(), pem, "The service's policy key")
		require.NoError(t, err)
		here, err := os.Getwd()
		require.NoError(t, err)
		require.NoError(t, os.Chdir(filepath.Dir(pack)))
		defer func() { require.NoError(t, os.Chdir(here)) }()
		term.open(NewSettings(term.Cruiser, term))
		term.tap(part)
		term.write(browse, filepath.Base(pack))
		term.tap(check)
		return term
	}
	return map[string]func(*testing.T) *terminal{
		"settings-policy-changes": func(t *testing.T) *terminal {
			return look(t, "Policy", "Policy pack", "Check the pack", board)
		},
		"settings-policy-changes-fr-day": func(t *testing.T) *terminal {
			return look(t, "Politique", "Politique", "Vérifier la politique", board, french, day)
		},
		"settings-policy-fault": func(t *testing.T) *terminal {
			return look(t, "Policy", "Policy pack", "Check the pack", []string{"lockout_failures = 5", "lockout_failures = 9"})
		},
	}
}
