package hotlist

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"unicode/utf8"
)

const (
	// maxLine is the longest line that is read, in bytes: all fields at their
	// limit, in two-byte letters, fit.
	maxLine = 16 << 10
	// maxJoined is over how many lines one quoted field may run.
	maxJoined = 8
	// maxFields is how many fields a row may have.
	maxFields = 256
	// bufferSize is how much of a file is read at once, and how much of it
	// recognition sees.
	bufferSize = 128 << 10
)

// rowReader reads the lines of a text, and splits them into fields where they are
// delimited. It never holds more than a few lines. It differs from encoding/csv
// where a list is damaged: a quote that is never closed costs its own row and not
// the rest of the file.
type rowReader struct {
	in   *bufio.Reader
	sep  byte
	line int
	// latin counts the lines that were read as Windows-1252.
	latin int
	// ahead are lines that were read in search of a closing quote.
	ahead   []textLine
	fields  [][]byte
	scratch []byte // of unquoted fields
	joined  []byte // of lines joined
}

// textLine is a line without its end. Its text is good until the next is read.
type textLine struct {
	number int
	text   []byte
	long   bool // cut off: longer than maxLine
	plain  bool // ASCII without control characters
	ended  bool // a line end follows
	owned  bool // its text stays good
}

// own keeps the text from being overwritten.
func (l *textLine) own() {
	if !l.owned {
		l.text, l.owned = slices.Clone(l.text), true
	}
}

// row is one row: its line, and its fields where it is delimited.
type row struct {
	textLine
	fields [][]byte
	fault  Reason
}

// newRowReader returns a reader that looks at most size bytes ahead.
func newRowReader(r io.Reader, size int) *rowReader {
	return &rowReader{in: bufio.NewReaderSize(r, size)}
}

// nextLine returns the next line. It returns [io.EOF] after the last one, and
// otherwise the reader's error.
func (r *rowReader) nextLine() (textLine, error) {
	if len(r.ahead) > 0 {
		l := r.ahead[0]
		r.drop(1)
		return l, nil
	}
	return r.readLine()
}

// drop forgets the first lines ahead.
func (r *rowReader) drop(n int) {
	r.ahead = r.ahead[:copy(r.ahead, r.ahead[n:])]
}

func (r *rowReader) readLine() (textLine, error) {
	b, err := r.in.ReadSlice('\n')
	l := textLine{number: r.line + 1}
	for errors.Is(err, bufio.ErrBufferFull) {
		l.long = true
		b, err = r.in.ReadSlice('\n')
	}
	if err != nil && (err != io.EOF || len(b) == 0 && !l.long) {
		return textLine{}, err
	}
	r.line++
	b, l.ended = bytes.CutSuffix(b, []byte{'\n'})
	b = bytes.TrimSuffix(b, []byte{'\r'})
	if l.long = l.long || len(b) > maxLine; l.long {
		return l, nil
	}
	l.text, l.plain = b, plain(b)
	if !l.plain {
		var latin bool
		if l.text, latin = toUTF8(b); latin {
			r.latin++
		}
	}
	return l, nil
}

// plain reports whether a line is ASCII without control characters.
func plain(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// next returns the next row that is not blank. columns is how many fields a whole
// row has at least and at most; a quoted field may run over line ends where that
// makes a whole row.
func (r *rowReader) next(columns [2]int) (row, error) {
	for {
		l, err := r.nextLine()
		if err != nil {
			return row{}, err
		}
		if l.long {
			return row{textLine: l, fault: RowTooLong}, nil
		}
		if len(trim(l.text)) == 0 {
			continue
		}
		if r.sep == 0 {
			return row{textLine: l}, nil
		}
		fields, state := r.split(l.text)
		if state == quoteOpen {
			if fields, state, err = r.join(&l, columns); err != nil {
				return row{}, err
			}
		}
		switch {
		case state != rowWhole:
			return row{textLine: l, fault: OpenQuote}, nil
		case blank(fields):
			continue
		case len(fields) < columns[0] || len(fields) > columns[1]:
			return row{textLine: l, fields: fields, fault: WrongColumns}, nil
		}
		return row{textLine: l, fields: fields}, nil
	}
}

// join looks for the end of a quoted field in the lines that follow. If they do
// not make a whole row together, they stay ahead to be read on their own.
func (r *rowReader) join(first *textLine, columns [2]int) ([][]byte, rowState, error) {
	first.own() // reading on would overwrite it
	text := append(r.joined[:0], first.text...)
	defer func() { r.joined = text }()
	for n := 0; n < maxJoined; n++ {
		if n == len(r.ahead) {
			l, err := r.readLine()
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, quoteOpen, err
			}
			l.own()
			r.ahead = append(r.ahead, l)
		}
		if r.ahead[n].long {
			break
		}
		text = append(append(text, '\n'), r.ahead[n].text...)
		fields, state := r.split(text)
		if state == rowWhole && len(fields) >= columns[0] && len(fields) <= columns[1] {
			first.plain = false // a line end is no plain character
			r.drop(n + 1)
			return fields, rowWhole, nil
		}
		if state != quoteOpen {
			break
		}
	}
	return nil, quoteOpen, nil
}

func blank(fields [][]byte) bool {
	for _, f := range fields {
		if len(trim(f)) > 0 {
			return false
		}
	}
	return true
}

type rowState int

const (
	rowWhole   rowState = iota
	quoteOpen           // the line ends within a quoted field
	quoteWrong          // text follows a closing quote
)

// split divides a row at the separator (RFC 4180). A quote within an unquoted
// field is taken as it stands. The fields are good until the next call; of more
// than maxFields, the surplus is counted once.
func (r *rowReader) split(b []byte) ([][]byte, rowState) {
	r.fields, r.scratch = r.fields[:0], r.scratch[:0]
	for len(r.fields) <= maxFields {
		if len(b) == 0 || b[0] != '"' {
			end := bytes.IndexByte(b, r.sep)
			if end < 0 {
				r.fields = append(r.fields, b)
				return r.fields, rowWhole
			}
			r.fields = append(r.fields, b[:end])
			b = b[end+1:]
			continue
		}
		field, rest, closed := r.unquote(b[1:])
		if !closed {
			return nil, quoteOpen
		}
		r.fields = append(r.fields, field)
		switch {
		case len(rest) == 0:
			return r.fields, rowWhole
		case rest[0] != r.sep:
			return nil, quoteWrong
		}
		b = rest[1:]
	}
	return r.fields, rowWhole
}

// unquote reads up to the closing quote; two quotes stand for one.
func (r *rowReader) unquote(b []byte) (field, rest []byte, closed bool) {
	end := bytes.IndexByte(b, '"')
	if end < 0 {
		return nil, nil, false
	}
	if end+1 >= len(b) || b[end+1] != '"' {
		return b[:end], b[end+1:], true
	}
	start := len(r.scratch)
	for {
		r.scratch = append(r.scratch, b[:end]...)
		b = b[end+1:]
		if len(b) == 0 || b[0] != '"' {
			return r.scratch[start:], b, true
		}
		r.scratch = append(r.scratch, '"')
		b = b[1:]
		if end = bytes.IndexByte(b, '"'); end < 0 {
			return nil, nil, false
		}
	}
}

// cut returns the characters from one to before another, or to the end where to
// is negative.
func cut(b []byte, from, to int, plain bool) []byte {
	if !plain {
		from, to = offset(b, from), offset(b, to)
	}
	if to < 0 || to > len(b) {
		to = len(b)
	}
	if from >= to {
		return nil
	}
	return b[from:to]
}

// offset returns where a character begins, in bytes.
func offset(b []byte, character int) int {
	at := 0
	for n := 0; n < character && at < len(b); n++ {
		_, size := utf8.DecodeRune(b[at:])
		at += size
	}
	if character < 0 {
		return -1
	}
	return at
}
