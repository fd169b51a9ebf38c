// Package plate holds what a licence plate says and who issued it: its
// characters, the characters that look alike, the jurisdiction, and the read
// that the vision side made of it.
//
// Start with [Read]. A plate's characters are personal information (IPC orders
// M-336, MO-1863), so [Text] prints as "[plate]" wherever it is formatted or
// logged; only an explicit string(t) gives the characters away.
package plate

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// MaxLength is the longest plate that is accepted, in characters. The longest
// plates in use have eight (personalised plates of Ontario and the US states,
// European plates without their separators nine).
const MaxLength = 10

// ErrNotPlate is returned when a text cannot be a plate: nothing left after
// normalising, too long, or characters outside A–Z and 0–9.
var ErrNotPlate = errors.New("not a plate: needs 1 to 10 letters and digits")

// Text is the characters of one plate: A–Z and 0–9, no separators.
type Text string

// Parse normalises what a person or a list wrote: letters become capitals and
// blanks, hyphens, dots and middle dots are dropped.
// It returns [ErrNotPlate] for anything else that is not A–Z or 0–9.
func Parse(s string) (Text, error) {
	var room [MaxLength]byte
	b, err := AppendParsed(room[:0], []byte(s))
	if err != nil {
		return "", err
	}
	return Alone(b), nil
}

// aloneBytes is from which size on Go gives a value memory of its own; smaller ones
// share it with whatever else is made at that moment, and stay as long as that.
const aloneBytes = 16

// Alone is the text of b in memory that nothing else shares, so that what the
// collector overwrites is gone with the last read that has it.
func Alone(b []byte) Text {
	var s strings.Builder
	s.Grow(max(len(b), aloneBytes))
	s.Write(b)
	return Text(s.String())
}

// AppendParsed is [Parse] for importers of millions of rows: it appends the
// normalised characters to b and allocates nothing where b has room.
func AppendParsed(b, s []byte) ([]byte, error) {
	start := len(b)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z':
			b = append(b, c-'a'+'A')
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			b = append(b, c)
		case c == ' ' || c == '-' || c == '.':
		case c == 0xc2 && i+1 < len(s) && (s[i+1] == 0xb7 || s[i+1] == 0xa0): // a middle dot, a blank that does not break
			i++
		default:
			return nil, ErrNotPlate
		}
		if len(b)-start > MaxLength {
			return nil, ErrNotPlate
		}
	}
	if len(b) == start {
		return nil, ErrNotPlate
	}
	return b, nil
}

// Format prints "[plate]" for every verb: no log line or error can show a plate
// by accident.
func (t Text) Format(f fmt.State, _ rune) { io.WriteString(f, "[plate]") }

// LogValue is what slog records of a plate.
func (t Text) LogValue() slog.Value { return slog.StringValue("[plate]") }

// Check returns [ErrNotPlate] for a text that [Parse] would not have made: one with
// other characters than A–Z and 0–9, such as the stars and question marks that ask
// for more plates than one.
func (t Text) Check() error {
	if p, err := Parse(string(t)); err != nil || p != t {
		return ErrNotPlate
	}
	return nil
}
