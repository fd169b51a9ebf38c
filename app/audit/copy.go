package audit

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// Format is how a copy of the audit record is written: see docs/audit.md.
type Format string

const (
	// JSONLines has a JSON object a line, the header first.
	JSONLines Format = "jsonl"
	// CSV has a row a record, for spreadsheets, after a row with the header and one
	// with the columns' names.
	CSV Format = "csv"
)

// version begins every copy.
const version = "secondlook-audit-1"

// maxLine is the longest line of a copy that is read, in bytes.
const maxLine = 1 << 20

// Header says what a copy holds. It is signed, so that a copy whose first or last
// records were taken off shows it.
type Header struct {
	// Terminal names the car's terminal.
	Terminal string
	// Made is when the copy was made, UTC, to the hundredth of a second.
	Made time.Time
	// First and Last are the numbers of its records.
	First, Last uint64
	// Head is the hash of the last.
	Head [32]byte
	// Key is the terminal's public key. That it is this terminal's, a copy cannot
	// prove by itself.
	Key ed25519.PublicKey
	// Signature is over all of it.
	Signature []byte
}

// message is what the header's signature signs.
func (h Header) message() []byte {
	c := newCanon("secondlook audit copy 1")
	c.text(h.Terminal)
	c.text(h.Made.UTC().Format(TimeLayout))
	c.number(h.First)
	c.number(h.Last)
	c.text(string(h.Head[:]))
	c.text(string(h.Key))
	sum := c.sum()
	return sum[:]
}

// Copy is a part of the audit record, or all of it, that leaves the terminal.
type Copy struct {
	Header  Header
	Records []Record
}

// NewCopy signs the header of a copy of records that follow one another. It
// returns [ErrNoRecords] where there are none.
func NewCopy(records []Record, terminal string, made time.Time, key ed25519.PrivateKey) (Copy, error) {
	if len(records) == 0 {
		return Copy{}, ErrNoRecords
	}
	last := records[len(records)-1]
	h := Header{Terminal: clean(terminal), Made: made.UTC().Truncate(10 * time.Millisecond), First: records[0].Sequence,
		Last: last.Sequence, Head: last.Hash, Key: key.Public().(ed25519.PublicKey)}
	h.Signature = ed25519.Sign(key, h.message())
	return Copy{h, records}, nil
}

// Write writes the copy.
func (c Copy) Write(w io.Writer, f Format) error {
	out := bufio.NewWriter(w)
	code := codecs[f]
	if code == nil {
		return fmt.Errorf("there is no format %q", string(f))
	}
	head, err := code.encodeHeader(c.Header)
	if err != nil {
		return err
	}
	out.Write(head)
	out.Write(code.columns())
	for _, r := range c.Records {
		line, err := code.encode(r)
		if err != nil {
			return err
		}
		out.Write(line)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the copy: %w", err)
	}
	return nil
}

// Report is what [Check] found in a copy that is whole.
type Report struct {
	Header Header
	Format Format
	Count  int
	// Signatures of a shift's end or a sign-out are in it; the newest covers the
	// records up to number Signed.
	Signatures int
	Signed     uint64
	// Proven is set where the copy was held to a key that the caller knows.
	Proven bool
}

// Fault is the first place where a copy, or the chain itself, is not as the terminal
// wrote it. It is an [ErrBroken].
type Fault struct {
	// Line counts from 1, 0 where there are no lines. Number is the record that should
	// stand there, 0 for the header.
	Line   int
	Number uint64
	What   string
}

// Error says where and what, without anything out of the record.
func (f *Fault) Error() string {
	switch {
	case f.Line == 0:
		return fmt.Sprintf("record %d: %s", f.Number, f.What)
	case f.Number == 0:
		return fmt.Sprintf("line %d (header): %s", f.Line, f.What)
	}
	return fmt.Sprintf("line %d, record %d: %s", f.Line, f.Number, f.What)
}

// Unwrap is [ErrBroken].
func (*Fault) Unwrap() error { return ErrBroken }

// ErrNotCopy is returned by [Check], with a [Fault], for a file that does not
// begin as a copy of the audit record does.
var ErrNotCopy = errors.New("this is not a copy of SecondLook's audit record")

// Check reads a copy and checks that not a byte of it was changed, removed,
// inserted or moved since the terminal wrote it: each line must be the one that
// [Copy.Write] makes of what it says, each record must follow the one before it,
// and the header's signature must cover the last. It needs no store and no
// secret. key is the terminal's public key as it was noted at enrolment; without
// one (nil) the file's own is used, which somebody who made the whole file anew
// would have put there. It returns a [Fault], with [ErrNotCopy] where it is none,
// or what reading returned.
func Check(r io.Reader, key ed25519.PublicKey) (Report, error) {
	in := &lines{r: bufio.NewReader(r)}
	report, code, err := checkHeader(in, key)
	if err != nil {
		return report, err
	}
	h := report.Header
	c := chain{key: h.Key, part: h.First > 1, before: Record{Sequence: h.First - 1}}
	for n := h.First; ; n++ {
		line, err := in.next()
		if err == io.EOF {
			break
		}
		if n > h.Last {
			return report, in.fault(n, "the header says that the copy ends before it")
		}
		if err != nil {
			return report, in.wrap(n, err)
		}
		rec, err := code.decode(line)
		if err != nil {
			return report, in.fault(n, err.Error())
		}
		if err := c.next(rec); err != nil {
			return report, in.fault(n, err.Error())
		}
		report.Count++
	}
	report.Signatures, report.Signed = c.signatures, c.signed
	switch {
	case c.before.Sequence != h.Last:
		return report, &Fault{in.line + 1, c.before.Sequence + 1, fmt.Sprintf("it is missing: the copy goes on to record %d", h.Last)}
	case c.before.Hash != h.Head:
		return report, in.fault(h.Last, "it is not the record that the header was signed for")
	}
	return report, nil
}

// checkHeader reads the lines before the first record.
func checkHeader(in *lines, key ed25519.PublicKey) (Report, codec, error) {
	line, err := in.next()
	if err != nil && !errors.As(err, new(*badLine)) {
		if err == io.EOF {
			return Report{}, nil, errors.Join(&Fault{1, 0, "the file is empty"}, ErrNotCopy)
		}
		return Report{}, nil, err
	}
	f := recognise(line)
	if f == "" {
		return Report{}, nil, errors.Join(&Fault{1, 0, "it does not begin as a copy does"}, ErrNotCopy)
	}
	if err != nil {
		return Report{}, nil, in.wrap(0, err)
	}
	code := codecs[f]
	h, err := code.decodeHeader(line)
	report := Report{Header: h, Format: f, Proven: key != nil}
	switch {
	case err != nil:
		return report, nil, in.fault(0, err.Error())
	case key != nil && !key.Equal(h.Key):
		return report, nil, in.fault(0, "it was signed with another key than this terminal's")
	case !ed25519.Verify(h.Key, h.message(), h.Signature):
		return report, nil, in.fault(0, "its signature is not right")
	case h.First < 1 || h.Last < h.First:
		return report, nil, in.fault(0, "its numbers are not right")
	}
	if want := code.columns(); want != nil {
		got, err := in.next()
		if err == io.EOF {
			in.line++
		} else if err != nil && !errors.As(err, new(*badLine)) {
			return report, nil, in.wrap(0, err)
		}
		if !bytes.Equal(got, want) {
			return report, nil, in.fault(0, "the names of the columns are not right")
		}
	}
	return report, code, nil
}

// lines reads a copy line by line, each with its end.
type lines struct {
	r    *bufio.Reader
	line int
}

// badLine is a line that is too long or has no end.
type badLine struct{ what string }

func (b *badLine) Error() string { return b.what }

// next returns a line, io.EOF after the last, or a badLine.
func (l *lines) next() ([]byte, error) {
	var line []byte
	for {
		piece, err := l.r.ReadSlice('\n')
		line = append(line, piece...)
		switch {
		case len(line) > maxLine:
			l.line++
			return line, &badLine{"the line is longer than any record"}
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err == io.EOF && len(line) > 0:
			l.line++
			return line, &badLine{"the line is cut off"}
		case err != nil:
			return nil, err
		}
		l.line++
		return line, nil
	}
}

func (l *lines) fault(number uint64, what string) error { return &Fault{l.line, number, what} }

// wrap makes a fault of a bad line; other errors are the reader's.
func (l *lines) wrap(number uint64, err error) error {
	if errors.As(err, new(*badLine)) {
		return l.fault(number, err.Error())
	}
	return fmt.Errorf("read the copy: %w", err)
}

// hash32 reads a hash as hexadecimal digits.
func hash32(s string) (h [32]byte, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) {
		return h, errors.New("a hash is not 64 hexadecimal digits")
	}
	return [32]byte(b), nil
}
