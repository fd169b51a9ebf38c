package main

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// errFont is returned for what is no OpenType font.
var errFont = errors.New("not an OpenType font")

// deepen returns a copy of an OpenType font whose lines reach down to the given
// depth, in the font's units (negative is below the baseline). It changes the
// descender in the table hhea, and the checksums that cover it, and nothing else.
//
// B612's own -500 of 2000 is less than its g needs (-518) before rounding to
// pixels, and Fyne cuts off what hangs below the line.
func deepen(font []byte, depth int16) ([]byte, error) {
	const (
		descender  = 6 // in hhea
		adjustment = 8 // in head: makes the whole file's sum come to magic
		magic      = 0xB1B0AFBA
	)
	big := binary.BigEndian
	file := append([]byte(nil), font...)
	hheaRecord, hhea, err := table(file, "hhea")
	if err != nil {
		return nil, err
	}
	_, head, err := table(file, "head")
	if err != nil {
		return nil, err
	}
	if len(hhea) < descender+2 || len(head) < adjustment+4 {
		return nil, fmt.Errorf("%w: a table is cut short", errFont)
	}
	big.PutUint16(hhea[descender:], uint16(depth))
	big.PutUint32(hheaRecord[4:], sum(hhea))
	big.PutUint32(head[adjustment:], 0)
	big.PutUint32(head[adjustment:], magic-sum(file))
	return file, nil
}

// table returns a table's record in the font's directory, and the table.
func table(file []byte, tag string) (record, content []byte, err error) {
	const header, size = 12, 16
	if len(file) < header {
		return nil, nil, errFont
	}
	for i := range int(binary.BigEndian.Uint16(file[4:])) {
		if header+(i+1)*size > len(file) {
			break
		}
		record = file[header+i*size:][:size]
		begin, length := binary.BigEndian.Uint32(record[8:]), binary.BigEndian.Uint32(record[12:])
		if string(record[:4]) == tag && uint64(begin)+uint64(length) <= uint64(len(file)) {
			return record, file[begin:][:length], nil
		}
	}
	return nil, nil, fmt.Errorf("%w: no table %s", errFont, tag)
}

// sum is OpenType's checksum: the sum of all big-endian 32-bit words, the last
// one filled up with zeros.
func sum(content []byte) uint32 {
	var total uint32
	for len(content) >= 4 {
		total += binary.BigEndian.Uint32(content)
		content = content[4:]
	}
	var last [4]byte
	copy(last[:], content)
	return total + binary.BigEndian.Uint32(last[:])
}
