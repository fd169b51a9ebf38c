package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"
)

// line is one sample: the picture of a line, dark on light, and what it says.
type line struct {
	picture *image.Gray
	text    string
}

// write makes a file of lines for lstmtraining ("lstmf"). It is Tesseract's
// DocumentData as src/ccstruct/imagedata.cpp reads it: the number of pages, then
// each page behind a byte that says it is there. Numbers are little endian, and a
// text or list follows its length. Making it here instead of by
// "tesseract x.png x lstm.train" saves an hour for 100,000 lines.
func write(name string, lines []line) error {
	f, err := os.Create(name)
	if err != nil {
		return fmt.Errorf("write lines: %w", err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	number := func(n int) { binary.Write(w, binary.LittleEndian, uint32(n)) }
	text := func(s string) { number(len(s)); w.WriteString(s) }
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	number(len(lines))
	for i, l := range lines {
		var picture bytes.Buffer
		if err := encoder.Encode(&picture, l.picture); err != nil {
			return fmt.Errorf("write lines: %w", err)
		}
		w.WriteByte(1)
		text("line") // file name
		number(i)    // page number
		text(picture.String())
		text("plate") // language
		text(l.text)
		number(0) // boxes: none, then the one text is the whole picture's
		number(1)
		text(l.text)
		w.WriteByte(0) // not vertical
	}
	if err := w.Flush(); err != nil { // also of every write before
		return fmt.Errorf("write lines: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write lines: %w", err)
	}
	return nil
}
