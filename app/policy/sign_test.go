package policy_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/policy"
)

// key is the same for the same letter.
func key(letter byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{letter}, ed25519.SeedSize))
}

func public(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

var text = []byte("id = \"test\"\nversion = 1\n")

func sign(t testing.TB, text []byte, k ed25519.PrivateKey) policy.Signature {
	t.Helper()
	s, err := policy.Sign(text, k)
	require.NoError(t, err)
	return s
}

func TestRequirement5_Signature(t *testing.T) {
	s := sign(t, text, key('a'))
	trusted := []ed25519.PublicKey{nil, public(key('b')), public(key('a'))}
	require.NoError(t, s.Verify(text, trusted))
	require.ErrorIs(t, s.Verify(text, trusted[:2]), policy.ErrUntrusted)
	require.ErrorIs(t, s.Verify(text, nil), policy.ErrUntrusted)
	// Another key's signature under a trusted key's name.
	forged := sign(t, text, key('c'))
	forged.KeyID = s.KeyID
	require.ErrorIs(t, forged.Verify(text, trusted), policy.ErrAltered)
	// What the key signed elsewhere is no signature of a pack.
	elsewhere := s
	copy(elsewhere.Bytes[:], ed25519.Sign(key('a'), text))
	require.ErrorIs(t, elsewhere.Verify(text, trusted), policy.ErrAltered)

	back, err := policy.ParseSignature(s.Encode())
	require.NoError(t, err)
	require.Equal(t, s, back)
	_, err = policy.Sign(text, nil)
	require.ErrorIs(t, err, policy.ErrKey)
}

// Any changed byte of a signed pack is refused, in the pack and in its signature.
func TestRequirement5_AnyChangedByteIsRefused(t *testing.T) {
	file := sign(t, text, key('a')).Encode()
	trusted := []ed25519.PublicKey{public(key('a'))}
	verify := func(pack, file []byte) error {
		s, err := policy.ParseSignature(file)
		if err != nil {
			return err
		}
		return s.Verify(pack, trusted)
	}
	require.NoError(t, verify(text, file))
	for i := range text {
		for bit := range 8 {
			changed := bytes.Clone(text)
			changed[i] ^= 1 << bit
			require.ErrorIs(t, verify(changed, file), policy.ErrAltered, "byte %d", i)
		}
		require.Error(t, verify(text[:i], file), "cut off at %d", i)
	}
	for i := range file {
		for bit := range 8 {
			changed := bytes.Clone(file)
			changed[i] ^= 1 << bit
			require.Error(t, verify(text, changed), "byte %d of the signature", i)
		}
		require.Error(t, verify(text, file[:i]), "signature cut off at %d", i)
	}
	require.Error(t, verify(append(bytes.Clone(text), '\n'), file))
	require.ErrorIs(t, verify(text, append(bytes.Clone(file), '\n')), policy.ErrSignature)
}

func TestRequirement5_SignatureFileNamesTheLine(t *testing.T) {
	good := string(sign(t, text, key('a')).Encode())
	for old, line := range map[string]string{"signature 1": "line 1", "\nkey": "line 2", "\nsignature": "line 3"} {
		_, err := policy.ParseSignature(bytes.Replace([]byte(good), []byte(old), []byte("\nx"), 1))
		require.ErrorIs(t, err, policy.ErrSignature)
		require.ErrorContains(t, err, line)
	}
	for _, wrong := range []string{"", good + good, good + "more", string(make([]byte, policy.MaxSignature+1))} {
		_, err := policy.ParseSignature([]byte(wrong))
		require.ErrorIs(t, err, policy.ErrSignature)
	}
}

func TestKeyFiles(t *testing.T) {
	private, err := policy.EncodePrivateKey(key('a'))
	require.NoError(t, err)
	back, err := policy.ParsePrivateKey(private)
	require.NoError(t, err)
	require.Equal(t, key('a'), back)
	open, err := policy.EncodePublicKey(public(key('a')))
	require.NoError(t, err)
	known, err := policy.ParsePublicKey(open)
	require.NoError(t, err)
	require.Equal(t, public(key('a')), known)
	require.Regexp(t, "^[0-9a-f]{32}$", policy.KeyID(known))
	require.NotEqual(t, policy.KeyID(known), policy.KeyID(public(key('b'))))

	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(other)
	require.NoError(t, err)
	otherPrivate := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	der, err = x509.MarshalPKIXPublicKey(other.Public())
	require.NoError(t, err)
	otherPublic := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	junk := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("junk")})
	large := bytes.Repeat([]byte("x"), policy.MaxKey+1)
	for _, wrong := range [][]byte{nil, open, otherPrivate, junk, large, append(bytes.Clone(private), "more"...)} {
		_, err := policy.ParsePrivateKey(wrong)
		require.ErrorIs(t, err, policy.ErrKey)
	}
	for _, wrong := range [][]byte{nil, private, otherPublic, junk, large, append(bytes.Clone(open), open...)} {
		_, err := policy.ParsePublicKey(wrong)
		require.ErrorIs(t, err, policy.ErrKey)
	}
}

func FuzzParseSignature(f *testing.F) {
	f.Add(sign(f, text, key('a')).Encode())
	f.Add([]byte("secondlook policy signature 1\nkey \nsignature \n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := policy.ParseSignature(file)
		if err != nil {
			require.ErrorIs(t, err, policy.ErrSignature)
			return
		}
		require.Equal(t, file, s.Encode())
	})
}

func FuzzParseKeys(f *testing.F) {
	private, err := policy.EncodePrivateKey(key('a'))
	require.NoError(f, err)
	open, err := policy.EncodePublicKey(public(key('a')))
	require.NoError(f, err)
	f.Add(private)
	f.Add(open)
	f.Fuzz(func(t *testing.T, file []byte) {
		if k, err := policy.ParsePrivateKey(file); err == nil {
			_, err = policy.Sign(text, k)
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, policy.ErrKey)
		}
		if k, err := policy.ParsePublicKey(file); err == nil {
			require.Len(t, k, ed25519.PublicKeySize)
		} else {
			require.ErrorIs(t, err, policy.ErrKey)
		}
	})
}
