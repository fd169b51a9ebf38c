package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

var (
	// ErrCodeNeeded is returned where badge and PIN are right and the code of the
	// second factor is missing.
	ErrCodeNeeded = errors.New("give the code of your authenticator too")
	// ErrBadCode is returned for a code that is not right, and for one that was
	// used already.
	ErrBadCode = errors.New("the code is not right, or was used already: wait for the next one")
)

const (
	// codeStep is how long one code holds (RFC 6238, 5.2).
	codeStep = 30 * time.Second
	// codeSkew is by how many steps the authenticator's clock may differ.
	codeSkew = 1
	// codeSize is the size of a factor's secret in bytes: that of the hash
	// (RFC 6238, 5.1; RFC 2104, 3).
	codeSize = sha256.Size
	// recoverySize is the size of a recovery code in bytes: 80 bits, of which
	// NIST SP 800-63B, 5.1.2.2, asks for 20 where tries are limited.
	recoverySize = 10
)

// Factor is a person's second factor: time-based one-time passwords (RFC 6238)
// over HMAC-SHA-256, six digits every thirty seconds. SHA-1, the usual hash of
// authenticators, is not in the set of approved functions that this program keeps
// to; Go's FIPS-only mode refuses it.
type Factor struct {
	Secret []byte
	// Used is the time step of the newest code that was accepted. No code of this
	// step or an earlier one is accepted any more (RFC 6238, 5.2).
	Used uint64
	// Recovery is the SHA-256 of the code that replaces a lost authenticator, once.
	Recovery []byte
}

// NewFactor makes a factor and the recovery code that its person keeps on paper.
func NewFactor() (f Factor, recovery string) {
	f.Secret = make([]byte, codeSize)
	rand.Read(f.Secret) // never fails since Go 1.24
	b := make([]byte, recoverySize)
	rand.Read(b)
	recovery = grouped(b)
	sum := sha256.Sum256([]byte(plain(recovery)))
	f.Recovery = sum[:]
	return f, recovery
}

// Enrolled reports whether there is a factor at all.
func (f Factor) Enrolled() bool { return len(f.Secret) > 0 }

// Check returns the factor as it is to be kept after a code was accepted; after a
// recovery code that is none, so that the person enrols anew. It returns
// [ErrCodeNeeded] for no code and [ErrBadCode].
func (f Factor) Check(code string, now time.Time) (Factor, error) {
	code = plain(code)
	if code == "" {
		return f, ErrCodeNeeded
	}
	if sum := sha256.Sum256([]byte(code)); len(f.Recovery) > 0 && subtle.ConstantTimeCompare(sum[:], f.Recovery) == 1 {
		return Factor{}, nil
	}
	at := step(now)
	for s := at - min(at, codeSkew); s <= at+codeSkew; s++ {
		if s > f.Used && subtle.ConstantTimeCompare([]byte(code), []byte(f.code(s))) == 1 {
			f.Used = s
			return f, nil
		}
	}
	return f, ErrBadCode
}

// Code is the code at a time, as the person's authenticator shows it.
func (f Factor) Code(now time.Time) string { return f.code(step(now)) }

// step is the number of steps since 1970; a clock before that stands at zero.
func step(now time.Time) uint64 {
	return uint64(max(now.Unix(), 0)) / uint64(codeStep/time.Second)
}

// code is RFC 4226's truncation over HMAC-SHA-256, six digits.
func (f Factor) code(step uint64) string { return fmt.Sprintf("%06d", f.truncated(step)%1_000_000) }

func (f Factor) truncated(step uint64) uint32 {
	h := hmac.New(sha256.New, f.Secret)
	h.Write(binary.BigEndian.AppendUint64(nil, step))
	sum := h.Sum(nil)
	offset := sum[len(sum)-1] & 0x0f
	return binary.BigEndian.Uint32(sum[offset:]) & 0x7fff_ffff
}

// URI is what the QR code of the enrolment says to an authenticator.
func (f Factor) URI(terminal string, b Badge) string {
	v := url.Values{"secret": {base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(f.Secret)},
		"issuer": {"SecondLook " + terminal}, "algorithm": {"SHA256"}, "digits": {"6"}, "period": {"30"}}
	// Authenticators show a "+" as it stands.
	query := strings.ReplaceAll(v.Encode(), "+", "%20")
	return "otpauth://totp/" + url.PathEscape("SecondLook "+terminal+":"+string(b)) + "?" + query
}

// Text is the secret for an authenticator without a camera.
func (f Factor) Text() string { return grouped(f.Secret) }

// grouped is base32 in groups of four.
func grouped(b []byte) string {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b)
	var out strings.Builder
	for i, r := range text {
		if i > 0 && i%4 == 0 {
			out.WriteByte(' ')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// plain is a code as it counts: people type blanks, hyphens and small letters.
func plain(code string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(code))
}
