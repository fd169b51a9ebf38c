package policy

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
)

var (
	// ErrSignature is returned for a signature file that is not of the form that
	// [Signature.Encode] writes.
	ErrSignature = errors.New("the signature file is not valid: sign the pack anew")
	// ErrUntrusted is returned for a signature by a key that is not trusted here.
	ErrUntrusted = errors.New("the pack is not signed by a key that is trusted here")
	// ErrAltered is returned where the signature is not of this pack.
	ErrAltered = errors.New("the pack was changed after it was signed, or the signature is another's")
	// ErrKey is returned for a key file that holds no Ed25519 key.
	ErrKey = errors.New("the file holds no Ed25519 key of this kind")
)

// SignatureSuffix is what the name of a pack's signature file has behind the
// pack's own: "ontario.toml.sig".
const SignatureSuffix = ".sig"

// MaxPack is the largest pack file that is accepted, in bytes.
const MaxPack = 1 << 20

// MaxSignature is the largest signature file that is accepted, in bytes.
const MaxSignature = 256

// Signature is a detached Ed25519 signature (RFC 8032, FIPS 186-5) over a pack's
// bytes as they are.
type Signature struct {
	// KeyID says which key made it, see [KeyID].
	KeyID string
	Bytes [ed25519.SignatureSize]byte
}

// domain is signed with every pack, so that a signature cannot be taken for one
// over something else, nor another's for this.
const domain = "SecondLook policy pack, signature 1\n"

// signed is what the signature is over.
func signed(pack []byte) []byte { return append([]byte(domain), pack...) }

// Sign signs a pack's bytes.
func Sign(pack []byte, key ed25519.PrivateKey) (Signature, error) {
	if len(key) != ed25519.PrivateKeySize {
		return Signature{}, ErrKey
	}
	s := Signature{KeyID: KeyID(key.Public().(ed25519.PublicKey))}
	copy(s.Bytes[:], ed25519.Sign(key, signed(pack)))
	return s, nil
}

// Verify checks the signature with the trusted key that it names. It returns a [*Fault]
// that wraps [ErrUntrusted] if there is none, and [ErrAltered] if it does not fit the pack.
func (s Signature) Verify(pack []byte, trusted []ed25519.PublicKey) error {
	i := slices.IndexFunc(trusted, func(k ed25519.PublicKey) bool {
		return len(k) == ed25519.PublicKeySize && KeyID(k) == s.KeyID
	})
	if i < 0 {
		return &Fault{Code: FaultUntrusted, Values: []any{s.KeyID}, Err: ErrUntrusted}
	}
	if !ed25519.Verify(trusted[i], signed(pack), s.Bytes[:]) {
		return &Fault{Code: FaultAltered, Values: []any{s.KeyID}, Err: ErrAltered}
	}
	return nil
}

// The three lines of a signature file.
const (
	signatureHead = "secondlook policy signature 1\n"
	signatureForm = signatureHead + "key %s\nsignature %s\n"
)

// Encode writes the signature file: three lines of ASCII, each ended by a line feed.
//
//	secondlook policy signature 1
//	key <id of the key: 32 small hexadecimal digits>
//	signature <the 64 bytes in base64>
func (s Signature) Encode() []byte {
	return fmt.Appendf(nil, signatureForm, s.KeyID, base64.StdEncoding.EncodeToString(s.Bytes[:]))
}

// ParseSignature reads a signature file. What differs from what [Signature.Encode]
// writes in a single byte is refused with a [*Fault] that has the line and wraps
// [ErrSignature].
func ParseSignature(text []byte) (Signature, error) {
	bad := func(line int, must string) (Signature, error) {
		return Signature{}, &Fault{Line: line, Code: FaultSignature, Values: []any{must}, Err: ErrSignature}
	}
	switch {
	case len(text) == 0:
		return Signature{}, &Fault{Code: FaultUnsigned, Err: ErrSignature}
	case len(text) > MaxSignature:
		return bad(1, fmt.Sprintf("in a file of %d bytes at most", MaxSignature))
	}
	rest, ok := bytes.CutPrefix(text, []byte(signatureHead))
	if !ok {
		return bad(1, `"secondlook policy signature 1"`)
	}
	line, rest, _ := bytes.Cut(rest, []byte("\n"))
	id, ok := bytes.CutPrefix(line, []byte("key "))
	raw, err := hex.DecodeString(string(id))
	if !ok || err != nil || len(raw) != keyIDSize || hex.EncodeToString(raw) != string(id) {
		return bad(2, `"key" and 32 small hexadecimal digits`)
	}
	line, _, _ = bytes.Cut(rest, []byte("\n"))
	encoded, ok := bytes.CutPrefix(line, []byte("signature "))
	value, err := base64.StdEncoding.Strict().DecodeString(string(encoded))
	if !ok || err != nil || len(value) != ed25519.SignatureSize {
		return bad(3, `"signature" and 64 bytes in base64`)
	}
	s := Signature{KeyID: string(id), Bytes: [ed25519.SignatureSize]byte(value)}
	if !bytes.Equal(s.Encode(), text) {
		return bad(3, "the last line, ended by one line feed")
	}
	return s, nil
}

const keyIDSize = 16

// KeyID names a public key: the first 16 bytes of its SHA-256 in hexadecimal. It
// is long enough to compare two keys by it.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:keyIDSize])
}

// Digest names a pack's bytes: their SHA-256 in hexadecimal.
func Digest(pack []byte) string {
	sum := sha256.Sum256(pack)
	return hex.EncodeToString(sum[:])
}

// The kinds of PEM block that key files hold.
const (
	privateBlock = "PRIVATE KEY" // PKCS #8 (RFC 5958)
	publicBlock  = "PUBLIC KEY"  // SubjectPublicKeyInfo (RFC 8410)
)

// MaxKey is the largest key file that is accepted, in bytes.
const MaxKey = 4 << 10

// EncodePrivateKey writes a private key file: PEM of PKCS #8.
func EncodePrivateKey(key ed25519.PrivateKey) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: der}), nil
}

// EncodePublicKey writes a public key file: PEM of its SubjectPublicKeyInfo.
func EncodePublicKey(key ed25519.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("encode the public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: der}), nil
}

// ParsePrivateKey reads a private key file. It returns [ErrKey], and never what
// the file holds.
func ParsePrivateKey(text []byte) (ed25519.PrivateKey, error) {
	der, err := block(text, privateBlock)
	if err != nil {
		return nil, err
	}
	if parsed, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if key, ok := parsed.(ed25519.PrivateKey); ok {
			return key, nil
		}
	}
	return nil, fmt.Errorf("private key: %w", ErrKey)
}

// ParsePublicKey reads a public key file. It returns [ErrKey].
func ParsePublicKey(text []byte) (ed25519.PublicKey, error) {
	der, err := block(text, publicBlock)
	if err != nil {
		return nil, err
	}
	if parsed, err := x509.ParsePKIXPublicKey(der); err == nil {
		if key, ok := parsed.(ed25519.PublicKey); ok {
			return key, nil
		}
	}
	return nil, fmt.Errorf("public key: %w", ErrKey)
}

// block returns what the one PEM block of a key file holds.
func block(text []byte, kind string) ([]byte, error) {
	if len(text) > MaxKey {
		return nil, fmt.Errorf("more than %d bytes: %w", MaxKey, ErrKey)
	}
	b, rest := pem.Decode(text)
	if b == nil || b.Type != kind || len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("no PEM block %q alone: %w", kind, ErrKey)
	}
	return b.Bytes, nil
}
