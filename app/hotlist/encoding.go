package hotlist

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// Encoding is how a file's characters are written.
type Encoding string

const (
	UTF8        Encoding = "UTF-8"
	UTF16       Encoding = "UTF-16"
	Windows1252 Encoding = "Windows-1252"
)

// windows1252 are the characters of the bytes 0x80 to 0x9F; from 0xA0 on they are
// those of Unicode. Zero stands for none (WHATWG Encoding Standard, with its five
// control characters left out).
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}

// toUTF8 returns a line in UTF-8, and whether it had to be read as Windows-1252.
// A line that is neither stays as it is: its damaged fields are refused one by
// one. Each line is looked at by itself, because a file is not held in memory and
// many have their first accent far from the start.
func toUTF8(b []byte) (text []byte, latin bool) {
	if utf8.Valid(b) {
		return b, false
	}
	for rest := b; len(rest) > 0; {
		_, size := utf8.DecodeRune(rest)
		if size > 1 {
			return b, false // a letter in UTF-8 and a stray byte: damaged
		}
		rest = rest[size:]
	}
	out := make([]byte, 0, len(b)+8)
	for _, c := range b {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			if r = windows1252[c-0x80]; r == 0 {
				return b, false
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out, true
}

// decoded returns a reader of a text's UTF-8 (or Windows-1252), without its byte
// order mark.
func decoded(in *bufio.Reader) (io.Reader, Encoding) {
	start, _ := in.Peek(1024) // an error comes again at the first read
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		in.Discard(3) // cannot fail: it was peeked
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		in.Discard(2)
		return &utf16Reader{in: in, order: binary.LittleEndian}, UTF16
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		in.Discard(2)
		return &utf16Reader{in: in, order: binary.BigEndian}, UTF16
	}
	// Without a mark, every other byte of mostly ASCII text is zero.
	zeros := [2]int{}
	for i, c := range start {
		if c == 0 {
			zeros[i%2]++
		}
	}
	switch half := len(start) / 2; {
	case half > 1 && zeros[0] == 0 && zeros[1] > half*3/4:
		return &utf16Reader{in: in, order: binary.LittleEndian}, UTF16
	case half > 1 && zeros[1] == 0 && zeros[0] > half*3/4:
		return &utf16Reader{in: in, order: binary.BigEndian}, UTF16
	}
	return in, UTF8
}

// utf16Reader reads UTF-16 as UTF-8. What is no character becomes U+FFFD, which
// no field may have.
type utf16Reader struct {
	in    *bufio.Reader
	order binary.ByteOrder
	out   []byte // ready to be read
	rest  []byte
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	if len(u.rest) == 0 {
		if err := u.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}

// fill decodes some more text.
func (u *utf16Reader) fill() error {
	u.out = u.out[:0]
	for len(u.out) < 4096 {
		c, err := u.unit()
		if err != nil {
			if len(u.out) > 0 && err == io.EOF {
				break
			}
			return err
		}
		r := rune(c)
		if utf16.IsSurrogate(r) {
			r = utf8.RuneError
			if next, err := u.in.Peek(2); err == nil {
				if pair := utf16.DecodeRune(rune(c), rune(u.order.Uint16(next))); pair != utf8.RuneError {
					r = pair
					u.in.Discard(2) // cannot fail: it was peeked
				}
			}
		}
		u.out = utf8.AppendRune(u.out, r)
	}
	u.rest = u.out
	return nil
}

// unit reads one code unit; half of one at the end becomes U+FFFD.
func (u *utf16Reader) unit() (uint16, error) {
	high, err := u.in.ReadByte()
	if err != nil {
		return 0, err
	}
	low, err := u.in.ReadByte()
	if err == io.EOF {
		return 0xfffd, nil
	}
	if err != nil {
		return 0, err
	}
	return u.order.Uint16([]byte{high, low}), nil
}
