package hotlist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// taker takes the rows of one text.
type taker struct {
	*importer
	*plan
	rows *rowReader
	file int
	// count is what the footer says, -1 before it; own is how many rows there were.
	count, own int
	tails      [][]byte
	// last is why the last row was refused for its shape, and what it looked like.
	last struct {
		fault              Reason
		ended              bool
		fields, characters int
	}
	// width is how long the fixed rows before the last are, -1 where they differ.
	width int
}

func (t *taker) run() error {
	t.count = -1
	if err := t.head(); err != nil {
		return err
	}
	for {
		r, err := t.rows.next(t.columns)
		if err == io.EOF {
			break
		}
		if err != nil {
			if errors.Is(err, errExpands) || errors.Is(err, io.ErrUnexpectedEOF) || isFormat(err) {
				return err // of the packed file, not of the disk
			}
			return fmt.Errorf("read hotlist after line %d: %w", t.rows.line, err)
		}
		if r.fault == "" || r.fault == WrongColumns {
			if t.foot(r.text) || t.passes(r.text) {
				continue
			}
		}
		if err := t.row(&r); err != nil {
			return err
		}
	}
	t.finish()
	return nil
}

// head reads the header.
func (t *taker) head() error {
	h := t.layout.Header
	if h.Names {
		return t.names()
	}
	if t.layout.Kind == Delimited {
		start, _ := t.rows.in.Peek(maxLine) // all there is may be less
		line, _, _ := bytes.Cut(bytes.TrimLeft(start, "\r\n"), []byte{'\n'})
		t.rows.sep = t.separator(line)
		t.sep = t.rows.sep
	}
	if h.Begins == "" && !h.Unnamed {
		return nil
	}
	for {
		l, err := t.rows.readLine()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("read hotlist: %w", err)
		case !l.long && len(bytes.TrimSpace(l.text)) == 0:
			continue
		}
		return t.header(l)
	}
}

// header takes the first line, which is a row if it is no header.
func (t *taker) header(l textLine) error {
	h := t.layout.Header
	after, found := bytes.CutPrefix(l.text, []byte(h.Begins))
	if h.Begins != "" && found {
		if t.dates == nil {
			return nil
		}
		if made, ok := t.dates.read(bytes.TrimSpace(after)); ok {
			t.made(made.at)
		} else {
			t.report.refuseHeader(Place{File: t.file, Row: l.number, Column: "header"})
		}
		return nil
	}
	r := row{textLine: l}
	if l.long {
		r.fault = RowTooLong
	} else if t.layout.Kind == Delimited {
		var state rowState
		if r.fields, state = t.rows.split(l.text); state != rowWhole || len(r.fields) < t.columns[0] || len(r.fields) > t.columns[1] {
			r.fault = WrongColumns
		}
	}
	if h.Begins != "" {
		t.hold(FaultHeaderMissing, "its header is missing")
	} else if !t.fits(&r, t.o.Now) {
		return nil
	}
	if t.foot(l.text) || t.passes(l.text) {
		return nil
	}
	return t.row(&r)
}

// names reads the header that names the columns.
func (t *taker) names() error {
	l, err := firstLine(t.rows)
	switch {
	case err == io.EOF:
		return unusable(FaultEmpty, "the file is empty: ask its source for a new one")
	case err != nil:
		return fmt.Errorf("read hotlist: %w", err)
	case l.long:
		return unusable(FaultHeaderLong, "line %d is too long for a header: the first line must name the columns, such as plate,category", l.number)
	}
	t.rows.sep = t.separator(l.text)
	t.sep = t.rows.sep
	names, state := t.rows.split(l.text)
	if state != rowWhole {
		return unusable(FaultHeaderQuote, "line %d has a quote that is not closed: the first line must name the columns, such as plate,category", l.number)
	}
	known, unknown, err := t.match(names, l.number)
	if err != nil {
		return err
	}
	t.columns = [2]int{len(known), len(known)}
	t.report.UnknownColumns = append(t.report.UnknownColumns, unknown...)
	return nil
}

// foot takes the footer's count, and reports whether the line is the footer.
func (t *taker) foot(line []byte) bool {
	begins := t.layout.Footer.Begins
	if begins == "" || !bytes.HasPrefix(line, []byte(begins)) {
		return false
	}
	digits := line[len(begins):]
	digits = digits[max(0, bytes.IndexAny(digits, "0123456789")):]
	end := 0
	for end < len(digits) && end < 10 && digits[end] >= '0' && digits[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(string(digits[:end]))
	if err != nil {
		n = 0 // a footer without its number: the rows cannot be right
	}
	t.count = n
	return true
}

func (t *taker) made(at time.Time) {
	if at.After(t.report.Made) {
		t.report.Made = at
	}
}

// row takes one row, or refuses it.
func (t *taker) row(r *row) error {
	t.report.Rows++
	t.own++
	if t.layout.Kind == Fixed && r.fault == "" {
		r.fault = t.size(r)
	}
	switch {
	case t.own == 1 || t.layout.Kind != Fixed:
	case t.own == 2:
		t.width = t.last.characters
	case t.width != t.last.characters:
		t.width = -1
	}
	t.last.fault, t.last.ended, t.last.fields = r.fault, r.ended, len(r.fields)
	t.last.characters = characters(r.text, r.plain)
	out, err := t.pipe.next()
	if err != nil {
		return err
	}
	out.at = Place{File: t.file, Row: r.number}
	if out.why = r.fault; out.why == "" {
		out.at.Column, out.why = t.entry(&out.entry, r)
	}
	if out.why == "" {
		out.plate, out.reference, out.driver, out.note = len(t.plate), len(t.reference), len(t.driver), len(t.note)
		b := t.pipe.filling
		b.texts = append(append(append(append(b.texts, t.plate...), t.reference...), t.driver...), t.note...)
	}
	return nil
}

// finish looks for signs that the text was cut off.
func (t *taker) finish() {
	switch {
	case t.layout.Footer.Begins != "" && t.count < 0:
		t.hold(FaultFooterMissing, "its footer is missing")
	case t.layout.Footer.Begins != "" && t.count != t.own:
		t.hold(FaultFooterCount, "its footer counts %d records, and it has %d", t.count, t.own)
	case t.layout.Footer.Begins != "":
		if t.report.Complete == "" {
			t.report.Complete = Complete
		}
	}
	if t.own == 0 || t.last.ended || t.count >= 0 {
		return
	}
	// A last line without its end is common in whole files too, a last row that is
	// short is not.
	short := t.last.fault == OpenQuote || t.last.fault == ShortRow ||
		t.last.fault == WrongColumns && t.last.fields < t.columns[0] ||
		t.own > 2 && t.last.characters < t.width
	if short {
		t.hold(FaultLastRow, "its last row is cut off")
	}
}
