package protocol

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Signer signs what one car sends, with the key of its certificate. A subject
// alone does not prove a sender to whoever reads the stream later; the signature
// does, and needs no list of cars to check: the certificate travels with it.
type Signer struct {
	car         string
	certificate []byte // DER
	key         *ecdsa.PrivateKey
}

// Car is the name in the signer's certificate.
func (s *Signer) Car() string { return s.car }

// A signed message is
//
//	magic (4) | certificate length (2) | certificate | signature length (1) | signature | body
//
// with big-endian lengths. The signature covers the context and the body.
const (
	signedMagic    = "SLS1"
	maxCertificate = 4 << 10
)

var errSigned = errors.New("not signed by a car of this station")

// sign returns the message, and the digest of the body in its context that was signed.
func (s *Signer) sign(context string, body []byte) (signed, digest []byte, err error) {
	digest = signedDigest(context, body)
	sig, err := ecdsa.SignASN1(rand.Reader, s.key, digest)
	if err != nil {
		return nil, nil, fmt.Errorf("sign: %w", err)
	}
	out := make([]byte, 0, len(signedMagic)+3+len(s.certificate)+len(sig)+len(body))
	out = append(out, signedMagic...)
	out = binary.BigEndian.AppendUint16(out, uint16(len(s.certificate)))
	out = append(out, s.certificate...)
	out = append(out, byte(len(sig)))
	out = append(out, sig...)
	return append(out, body...), digest, nil
}

// verify returns the body of a message that car signed, as of the time at, and the digest
// that it signed.
func verify(ca *x509.Certificate, car, context string, at time.Time, b []byte) (body, digest []byte, err error) {
	cert, sig, body, ok := splitSigned(b)
	if !ok {
		return nil, nil, errSigned
	}
	leaf, err := x509.ParseCertificate(cert)
	if err != nil {
		return nil, nil, errSigned
	}
	if err := verifyCar(ca, leaf, car, at); err != nil {
		return nil, nil, err
	}
	key, ok := leaf.PublicKey.(*ecdsa.PublicKey)
	digest = signedDigest(context, body)
	if !ok || !ecdsa.VerifyASN1(key, digest, sig) {
		return nil, nil, errSigned
	}
	return body, digest, nil
}

func splitSigned(b []byte) (cert, sig, body []byte, ok bool) {
	b, ok = cutMagic(b, signedMagic)
	if !ok || len(b) < 2 {
		return nil, nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(b))
	if b = b[2:]; n > maxCertificate || len(b) < n+1 {
		return nil, nil, nil, false
	}
	cert, b = b[:n], b[n:]
	n = int(b[0])
	if b = b[1:]; len(b) < n {
		return nil, nil, nil, false
	}
	return cert, b[:n], b[n:], true
}

func cutMagic(b []byte, magic string) ([]byte, bool) {
	if len(b) < len(magic) || string(b[:len(magic)]) != magic {
		return nil, false
	}
	return b[len(magic):], true
}

func signedDigest(context string, body []byte) []byte {
	h := sha256.New()
	var n [4]byte
	binary.BigEndian.PutUint32(n[:], uint32(len(context)))
	h.Write(n[:]) // so that no context can borrow from the body
	h.Write([]byte(context))
	h.Write(body)
	return h.Sum(nil)
}

// verifyCar checks that the authority made leaf for the car, as of the time at.
func verifyCar(ca, leaf *x509.Certificate, car string, at time.Time) error {
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	_, err := leaf.Verify(x509.VerifyOptions{
		Roots: roots, CurrentTime: at, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return errSigned
	}
	if key, ok := leaf.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
		return ErrKey
	}
	if leaf.Subject.CommonName != car || !slices.Contains(leaf.Subject.OrganizationalUnit, RoleCar) {
		return errors.New("the certificate is not this car's")
	}
	return nil
}
