package scenes

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"

	"secondlook/app/policy"
	"secondlook/assets"
	"secondlook/ui/forms"
	"secondlook/ui/gallery/props"
)

// keyScenes are what an administrator does with the terminal's keys, and with what is
// signed by the service's.
var keyScenes = []Scene{
	{Name: "rekey", Play: func(s *Stage) {
		s.SignIn(administrator)
		s.Open(forms.ScreenSettings)
		s.Tap("Keys")
		s.Tap("Make a recovery code")
		s.Shoot("settings-keys-code")
		s.Tap("It is written down")
		s.Quiet()
		s.vault.during = func() { s.Shoot("settings-keys-rekey") }
		s.Write("Reason for the change", "Somebody left, 26-0412")
		s.Tap("Give the store a new key")
		s.Shoot("settings-keys-rekeyed")
	}},
	{Name: "files", Play: func(s *Stage) {
		s.SignIn(administrator)
		s.trustService()
		s.Open(forms.ScreenSettings)
		s.Tap("Policy")
		s.Write("Policy pack", s.signed("version = 1\n", "version = 2\n", "quiet_minutes = 10", "quiet_minutes = 25", "max_days = 7", "max_days = 5"))
		s.Tap("Check the pack")
		s.Shoot("settings-policy-changes")
		s.Tap("Choose another file")
		s.Write("Policy pack", s.signed("lockout_failures = 5", "lockout_failures = 9"))
		s.Tap("Check the pack")
		s.Shoot("settings-policy-fault")
		s.Tap("Hotlists")
		s.Write("List file", s.file("cpic.csv", []byte(props.BrokenList)))
		s.Write("List name", "CPIC")
		s.Write("Reason for the change", "Daily list")
		s.Tap("Import")
		s.Shoot("settings-hotlists-imported")
	}},
}

// serviceKey signs the packs of the scenes.
var serviceKey = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{'k'}, ed25519.SeedSize))

// trustService has the terminal trust that key; an administrator is signed in.
func (s *Stage) trustService() {
	public, err := policy.EncodePublicKey(serviceKey.Public().(ed25519.PublicKey))
	if s.fail(err); s.err == nil {
		_, err = s.Car.TrustPolicyKey(ctx, public, "The service's policy key")
		s.fail(err)
	}
}

// signed writes the pack that ships, with changes, each the old text and the new one, and
// the signature of the service's key.
func (s *Stage) signed(changes ...string) string {
	pack, err := assets.Policy("ontario")
	s.fail(err)
	for i := 0; i < len(changes); i += 2 {
		pack = bytes.Replace(pack, []byte(changes[i]), []byte(changes[i+1]), 1)
	}
	signature, err := policy.Sign(pack, serviceKey)
	s.fail(err)
	path := s.file("ours.toml", pack)
	s.file("ours.toml"+policy.SignatureSuffix, signature.Encode())
	return path
}

// file writes a file of the scene's.
func (s *Stage) file(name string, text []byte) string {
	path := filepath.Join(s.folder, name)
	s.fail(os.WriteFile(path, text, 0o600))
	return path
}
