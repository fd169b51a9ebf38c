package main

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/assets"
)

// packFiles writes an edition of a built-in pack, its signature by a key, and the
// public key.
func packFiles(t *testing.T, version string, key ed25519.PrivateKey) (pack, public string) {
	t.Helper()
	text, err := assets.Policy("ontario")
	require.NoError(t, err)
	text = bytes.Replace(text, []byte("version = 1\n"), []byte("version = "+version+"\n"), 1)
	dir := t.TempDir()
	pack, public = filepath.Join(dir, "ours.toml"), filepath.Join(dir, "service.pub")
	require.NoError(t, os.WriteFile(pack, text, 0o600))
	s, err := policy.Sign(text, key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(pack+policy.SignatureSuffix, s.Encode(), 0o600))
	pem, err := policy.EncodePublicKey(key.Public().(ed25519.PublicKey))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(public, pem, 0o600))
	return pack, public
}

func TestRequirement5_StationChecksAPackBeforeItTakesIt(t *testing.T) {
	p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
	service := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{'a'}, ed25519.SeedSize))
	pack, public := packFiles(t, "2", service)
	publish := []string{"policy", "publish", "--data", p.dir}
	refused := func(says string, args ...string) {
		t.Helper()
		out, complaint, code := command(t, append(publish, args...)...)
		require.Equal(t, 1, code)
		require.Contains(t, complaint, says)
		require.Empty(t, out)
	}
	require.Contains(t, must(t, "policy", "show", "--data", p.dir), "No policy pack is published.")
	refused("not signed by a key that is trusted", pack)
	require.Contains(t, must(t, "policy", "trust", public, "--data", p.dir), policy.KeyID(service.Public().(ed25519.PublicKey)))
	require.Contains(t, must(t, append(publish, pack)...), "version 2 is published (publication 1)")

	d := p.enrol(t, "car-12")
	link, err := d.Connect(t.Context())
	require.NoError(t, err)
	defer link.Close()
	got, err := link.Policy(t.Context(), shift.KeptPack{})
	require.NoError(t, err)
	text, err := os.ReadFile(pack)
	require.NoError(t, err)
	require.Equal(t, text, got.Pack)

	// Without a signature, of another pack, changed, not valid, older, of the same version.
	alone := filepath.Join(t.TempDir(), "alone.toml")
	require.NoError(t, os.WriteFile(alone, text, 0o600))
	refused("signature", alone)
	newer, _ := packFiles(t, "3", service)
	refused("changed after it was signed", newer, "--signature", pack+policy.SignatureSuffix)
	invalid, _ := packFiles(t, "0", service)
	refused("key version: must be 1 or more", invalid)
	older, _ := packFiles(t, "1", service)
	refused("a newer version of this pack is published", older)
	require.NoError(t, os.WriteFile(alone, append(bytes.Clone(text), "\n# another\n"...), 0o600))
	require.Contains(t, must(t, "policy", "sign", alone, "--data", p.dir), "signed with the station's key")
	refused("raise its version", alone)
	got, err = link.Policy(t.Context(), shift.KeptPack{Version: 1})
	require.NoError(t, err)
	require.Nil(t, got, "nothing of it went out")

	// The station's own key signs too, and cars trust it.
	require.NoError(t, os.Remove(newer+policy.SignatureSuffix))
	must(t, "policy", "sign", newer, "--data", p.dir)
	require.Contains(t, must(t, append(publish, newer)...), "version 3 is published (publication 2)")
	require.Contains(t, must(t, "policy", "show", "--data", p.dir), "ontario version 3, publication 2")
}

// A pack that says how long records are kept is checked like one that travels.
func TestRequirement31_StationPurgesByASignedPackOnly(t *testing.T) {
	service := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{'a'}, ed25519.SeedSize))
	pack, public := packFiles(t, "2", service)
	dir := t.TempDir()
	_, complaint, code := command(t, "serve", "--data", dir, "--listen", "127.0.0.1:0", "--pack", pack)
	require.Equal(t, 1, code)
	require.Contains(t, complaint, "not signed by a key that is trusted")
	require.NoFileExists(t, filepath.Join(dir, "station.json"))

	p := serveProcess(t, dir, "127.0.0.1:0", "--pack", pack, "--pack-key", public)
	require.Contains(t, must(t, "records", "purge", "--data", p.dir, "--pack", pack, "--pack-key", public), "No record's time is over.")
	_, complaint, code = command(t, "records", "purge", "--data", p.dir, "--pack", pack)
	require.Equal(t, 1, code)
	require.Contains(t, complaint, "not signed by a key that is trusted")
	must(t, "policy", "trust", public, "--data", p.dir)
	must(t, "records", "purge", "--data", p.dir, "--pack", pack)
}
