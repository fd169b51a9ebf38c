package hotlist

import (
	"bufio"
	"errors"
	"io"
	"strings"
)

const (
	// maxLine is the longest line that is read, in bytes: all fields at their
	// limit, in two-byte letters, fit.
	maxLine = 16 << 10
	// maxJoined is over how many lines one quoted field may run.
	maxJoined = 8
)

// rowReader splits a CSV file into rows, never holding more than a few lines. It
// differs from encoding/csv where a list is damaged: a quote that is never closed
// costs its own row and not the rest of the file.
type rowReader struct {
	in   *bufio.Reader
	sep  byte
	line int
	// ahead are lines that were read in search of a closing quote.
	ahead []textLine
}

type textLine struct {
	number int
	text   string
	long   bool // cut off: longer than maxLine
}

// row is one row. fault is empty or why it cannot be read.
type row struct {
	line   int
	fields []string
	fault  Reason
}

func newRowReader(r io.Reader) *rowReader {
	return &rowReader{in: bufio.NewReaderSize(r, maxLine)}
}

// nextLine returns the next line without its end. It returns [io.EOF] after the
// last one, and otherwise the reader's error.
func (r *rowReader) nextLine() (textLine, error) {
	if len(r.ahead) > 0 {
		l := r.ahead[0]
		r.ahead = r.ahead[1:]
		return l, nil
	}
	return r.readLine()
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
	if !l.long {
		l.text = strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	}
	return l, nil
}

// next returns the next row that is not blank. columns is how many fields a row
// has; a quoted field may run over line ends where that makes a whole row.
func (r *rowReader) next(columns int) (row, error) {
	for {
		l, err := r.nextLine()
		if err != nil {
			return row{}, err
		}
		if l.long {
			return row{line: l.number, fault: RowTooLong}, nil
		}
		fields, state := splitRow(l.text, r.sep)
		if state == quoteOpen {
			fields, state, err = r.join(l, columns)
			if err != nil {
				return row{}, err
			}
		}
		switch {
		case state != rowWhole:
			return row{line: l.number, fault: OpenQuote}, nil
		case blank(fields):
			continue
		case len(fields) != columns:
			return row{line: l.number, fault: WrongColumns}, nil
		}
		return row{line: l.number, fields: fields}, nil
	}
}

// join looks for the end of a quoted field in the lines that follow. If they do
// not make a whole row together, they stay ahead to be read on their own.
func (r *rowReader) join(first textLine, columns int) ([]string, rowState, error) {
	text := first.text
	for n := 0; n < maxJoined; n++ {
		if n == len(r.ahead) {
			l, err := r.readLine()
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, quoteOpen, err
			}
			r.ahead = append(r.ahead, l)
		}
		if r.ahead[n].long {
			break
		}
		text += "\n" + r.ahead[n].text
		fields, state := splitRow(text, r.sep)
		if state == rowWhole && len(fields) == columns {
			r.ahead = r.ahead[n+1:]
			return fields, rowWhole, nil
		}
		if state != quoteOpen {
			break
		}
	}
	return nil, quoteOpen, nil
}

func blank(fields []string) bool {
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}

type rowState int

const (
	rowWhole   rowState = iota
	quoteOpen           // the text ends within quotes
	quoteWrong          // something follows a closing quote
)

// splitRow splits a row at sep (RFC 4180). A quote within an unquoted field is
// taken as it stands. The fields share s's memory where they can.
func splitRow(s string, sep byte) ([]string, rowState) {
	var fields []string
	for {
		if !strings.HasPrefix(s, `"`) {
			field, rest, more := strings.Cut(s, string(sep))
			fields = append(fields, field)
			if !more {
				return fields, rowWhole
			}
			s = rest
			continue
		}
		field, rest, closed := unquote(s[1:])
		if !closed {
			return nil, quoteOpen
		}
		fields = append(fields, field)
		switch {
		case rest == "":
			return fields, rowWhole
		case rest[0] != sep:
			return nil, quoteWrong
		}
		s = rest[1:]
	}
}

// unquote reads up to the closing quote; two quotes stand for one.
func unquote(s string) (field, rest string, closed bool) {
	var b strings.Builder
	for {
		part, after, found := strings.Cut(s, `"`)
		if !found {
			return "", "", false
		}
		b.WriteString(part)
		if !strings.HasPrefix(after, `"`) {
			return b.String(), after, true
		}
		b.WriteByte('"')
		s = after[1:]
	}
}
