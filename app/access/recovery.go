package access

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// Returned for what somebody types as a recovery code.
var (
	// ErrMistyped is wrapped by a [MistypedError].
	ErrMistyped = errors.New("the recovery code is not typed as it is written")
	// ErrBadRecovery is returned for a code that is well typed and opens nothing:
	// another terminal's, or one that a newer one has replaced. Where a terminal has
	// none, every code is.
	ErrBadRecovery = errors.New("this is not the recovery code of this terminal")
	// ErrNotAdministrator is returned where the badge is not an administrator's.
	ErrNotAdministrator = errors.New("a recovery code gives a new PIN to an administrator only")
)

// MistypedError says which group of a recovery code, from 1, has a fault. It is 0
// where the number of groups is not right.
type MistypedError struct{ Group int }

// Error says so.
func (e MistypedError) Error() string {
	if e.Group == 0 {
		return fmt.Sprintf("a recovery code has %d groups of %d characters", recoveryGroups, recoveryGroup)
	}
	return fmt.Sprintf("group %d of the recovery code is not typed as it is written", e.Group)
}

// Unwrap makes it an [ErrMistyped].
func (e MistypedError) Unwrap() error { return ErrMistyped }

// RecoveryCode gives an administrator of one terminal a new first secret. It is kept
// on paper in the station's safe. It prints as "[code]"; string(c) is what it says.
type RecoveryCode string

// Format prints "[code]" for every verb.
func (RecoveryCode) Format(f fmt.State, _ rune) { io.WriteString(f, "[code]") }

// Recovery is what a terminal says of its recovery code.
type Recovery struct {
	// Name is what the audit record and the sheet of paper call it.
	Name string
	// Made is when; zero where there is none.
	Made time.Time
}

// A code is groups of four random characters and a fifth that checks them, in
// letters and digits that are not mistaken for one another when they are read out or
// copied by hand: 140 random bits.
const (
	recoveryAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	recoveryGroups   = 7
	recoveryGroup    = 5
)

// NewRecoveryCode makes a random one.
func NewRecoveryCode() RecoveryCode {
	var b [recoveryGroups * (recoveryGroup - 1)]byte
	rand.Read(b[:]) // never fails: the program ends where there is no randomness
	var groups []string
	for g := range recoveryGroups {
		var values [recoveryGroup]byte
		for i := range recoveryGroup - 1 {
			values[i] = b[g*(recoveryGroup-1)+i] % byte(len(recoveryAlphabet)) // 256 is a multiple of it
		}
		values[recoveryGroup-1] = groupCheck(g, values)
		var text [recoveryGroup]byte
		for i, v := range values {
			text[i] = recoveryAlphabet[v]
		}
		groups = append(groups, string(text[:]))
	}
	return RecoveryCode(strings.Join(groups, "-"))
}

// groupCheck is the check character of group g: the sum of its characters, each times
// a power of its own in the field of 32 elements, and of the group's place. It finds
// one wrong character, two that changed places, and a group in another's place.
func groupCheck(g int, values [recoveryGroup]byte) byte {
	sum := byte(g)
	for i := range recoveryGroup - 1 {
		v := values[i]
		for range i + 1 {
			v <<= 1
			if v&32 != 0 {
				v ^= 0b100101 // x^5 + x^2 + 1
			}
		}
		sum ^= v
	}
	return sum
}

// ParseRecoveryCode reads what somebody typed: case, blanks and hyphens do not
// matter, and O, I and L are taken for the digits that they look like. It returns a
// [MistypedError] for what cannot be a code, so that a slip of the hand is told from
// the wrong sheet of paper.
func ParseRecoveryCode(typed string) (RecoveryCode, error) {
	plain := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '‐', '–', '\t', '\n', '\r', '\u00a0':
			return -1
		case 'o', 'O':
			return '0'
		case 'i', 'I', 'l', 'L':
			return '1'
		}
		return r
	}, typed)
	plain = strings.ToUpper(plain)
	if len(plain) != recoveryGroups*recoveryGroup {
		return "", MistypedError{}
	}
	var groups []string
	for g := range recoveryGroups {
		text := plain[g*recoveryGroup : (g+1)*recoveryGroup]
		var values [recoveryGroup]byte
		for i := range values {
			v := strings.IndexByte(recoveryAlphabet, text[i])
			if v < 0 {
				return "", MistypedError{g + 1}
			}
			values[i] = byte(v)
		}
		if values[recoveryGroup-1] != groupCheck(g, values) {
			return "", MistypedError{g + 1}
		}
		groups = append(groups, text)
	}
	return RecoveryCode(strings.Join(groups, "-")), nil
}
