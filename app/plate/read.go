package plate

import (
	"fmt"
	"image"
	"io"
	"log/slog"
	"time"
)

// Read is one plate as the cameras saw it: the vote over the frames in which a
// car passed. Everything in it is personal information until it is matched; a
// non-hit is erased with [Read.Erase].
type Read struct {
	// Camera is the name of the camera, as set on the terminal.
	Camera string
	// At is when the best frame was captured.
	At time.Time
	// Text is the text with the most votes, Confidence the probability, 0 to 1,
	// that it is right.
	Text       Text
	Confidence float64
	// Characters has one element for each character of Text.
	Characters []Character
	// Candidates are the readings in order of probability; the first is Text.
	Candidates []Candidate
	// Second is what the independent second reader made of the same picture.
	Second Opinion
	// Jurisdiction is who issued the plate; Basis says how that is known.
	Jurisdiction Jurisdiction
	Basis        Basis
	// Frames is how many frames voted.
	Frames int
	// Evidence gives the pictures. It is nil where none were kept.
	Evidence Evidence
}

// Format prints "[read]" for every verb: the bytes of its characters would spell
// the plate.
func (Read) Format(f fmt.State, _ rune) { io.WriteString(f, "[read]") }

// LogValue is what slog records of a read.
func (Read) LogValue() slog.Value { return slog.StringValue("[read]") }

// Character is one character of a read.
type Character struct {
	Char byte
	// Confidence is the probability, 0 to 1, of Char at this place.
	Confidence float64
	// Rival is the next likeliest character here, 0 if there is none worth naming.
	Rival byte
	// Centre is where the character stands in the plate picture, as a fraction
	// of its width from the left, 0 to 1.
	Centre float64
}

// Format prints "[character]" for every verb.
func (Character) Format(f fmt.State, _ rune) { io.WriteString(f, "[character]") }

// LogValue is what slog records of a character.
func (Character) LogValue() slog.Value { return slog.StringValue("[character]") }

// Candidate is one possible reading of a plate.
type Candidate struct {
	Text       Text
	Confidence float64
}

// LogValue is what slog records of a candidate.
func (Candidate) LogValue() slog.Value { return slog.StringValue("[candidate]") }

// Opinion is the second reader's.
type Opinion struct {
	Verdict OpinionVerdict
	// Text is what the second reader read, empty if nothing.
	Text Text
}

// OpinionVerdict says how two readers compare.
type OpinionVerdict int

const (
	// NoOpinion: the second reader read nothing usable or did not run.
	NoOpinion OpinionVerdict = iota
	// Agrees: both readers read the same characters.
	Agrees
	// Disagrees: they read different characters.
	Disagrees
)

// Evidence is the two pictures of a read (IPC, What is ALPR 1), held in memory
// by the vision side.
type Evidence interface {
	// Plate returns the rectified plate, Context the redacted context picture. They
	// are called for hits only: redaction takes a second or two. The images do not
	// share memory with the evidence.
	Plate() (image.Image, error)
	Context() (image.Image, error)
	// Erase overwrites every buffer and gives it back. It may be called twice.
	Erase()
}

// Erase overwrites what the read holds: pictures, text and candidates. Strings
// cannot be overwritten in Go; those the read holds are dropped here and live in
// no other place.
func (r *Read) Erase() {
	if r.Evidence != nil {
		r.Evidence.Erase()
	}
	clear(r.Characters)
	clear(r.Candidates)
	*r = Read{}
}
