package packfile

import (
	"bytes"
	"crypto/ed25519"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/policy"
	"secondlook/assets"
)

// Whatever is changed in a shipped pack after it was signed, its signature no
// longer fits: bytes changed, put in, taken out or cut off.
func TestRequirement5_ASignedPackCannotBeChanged(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	trusted := []ed25519.PublicKey{key.Public().(ed25519.PublicKey)}
	random := rand.New(rand.NewPCG(5, 18))
	for _, name := range assets.Policies() {
		text, err := assets.Policy(name)
		require.NoError(t, err)
		s, err := policy.Sign(text, key)
		require.NoError(t, err)
		require.NoError(t, s.Verify(text, trusted))
		for range 500 {
			at, changed := random.IntN(len(text)), []byte(nil)
			switch random.IntN(4) {
			case 0:
				changed = bytes.Clone(text)
				changed[at] ^= byte(1 + random.IntN(255))
			case 1:
				changed = append(append(bytes.Clone(text[:at]), byte(random.IntN(256))), text[at:]...)
			case 2:
				changed = append(bytes.Clone(text[:at]), text[at+1:]...)
			case 3:
				changed = bytes.Clone(text[:at])
			}
			require.ErrorIs(t, s.Verify(changed, trusted), policy.ErrAltered, "%s at byte %d", name, at)
		}
	}
}
