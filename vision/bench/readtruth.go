package bench

import (
	"encoding/csv"
	"errors"
	"fmt"
	"image"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"secondlook/app/plate"
)

// TruthFile is the name of the file beside the pictures that says what they show.
const TruthFile = "truth.csv"

// truth is what a picture shows.
type truth struct {
	file   string // as in the table, below its folder
	line   int    // of the first row that names it
	plates []truePlate
}

// truePlate is one row of the table.
type truePlate struct {
	line int
	box  image.Rectangle // in pixels; empty for crops
	text plate.Text
}

// TruthError says where a table of truths is wrong. It quotes no cell: the cell
// may be a plate.
type TruthError struct {
	Line   int    // of the file, from 1
	Column string // its name in the head; empty for all of the row
	Reason string
}

func (e *TruthError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("%s: row %d: %s", TruthFile, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s: row %d, column %q: %s", TruthFile, e.Line, e.Column, e.Reason)
}

// maxPixel bounds the places of plates: beyond every picture that can be loaded.
const maxPixel = 1 << 20

// readTruth reads the table of truths of whole pictures, "file,x,y,w,h,plate", or
// of crops, "file,plate": one row a plate, columns in any order, further columns
// passed over. A row without box and plate is a picture that shows no plate. It
// returns the pictures in the order in which they are first named, or a
// [*TruthError].
func readTruth(r io.Reader, crop bool) ([]truth, error) {
	names := []string{"file", "x", "y", "w", "h", "plate"}
	if crop {
		names = []string{"file", "plate"}
	}
	table := csv.NewReader(r)
	table.FieldsPerRecord = -1
	var head map[string]int
	var all []truth
	at := map[string]int{}
	for {
		cells, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, badTable(err)
		}
		line, _ := table.FieldPos(0)
		if head == nil {
			if head, err = readHead(cells, names, crop); err != nil {
				return nil, err
			}
			continue
		}
		row := row{line: line, head: head, cells: cells}
		file, p, err := row.read(crop)
		if err != nil {
			return nil, err
		}
		i, known := at[file]
		if !known {
			i = len(all)
			at[file] = i
			all = append(all, truth{file: file, line: line})
		}
		if p.text != "" {
			all[i].plates = append(all[i].plates, p)
		}
	}
	if len(all) == 0 {
		return nil, &TruthError{Line: 1, Reason: "the table names no picture"}
	}
	return all, nil
}

// badTable says where a file is no CSV.
func badTable(err error) error {
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		return &TruthError{Line: p.Line, Reason: p.Err.Error()}
	}
	return fmt.Errorf("read %s: %w", TruthFile, err)
}

// readHead finds the columns.
func readHead(cells, names []string, crop bool) (map[string]int, error) {
	head := map[string]int{}
	for i, c := range cells {
		head[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(c, "\ufeff")))] = i
	}
	for _, name := range names {
		if _, ok := head[name]; ok {
			continue
		}
		if _, cropped := head["plate"]; cropped && !crop && name == "x" {
			return nil, &TruthError{Line: 1, Column: name, Reason: "is missing; if the pictures are plates, cut out, say so with --crop"}
		}
		return nil, &TruthError{Line: 1, Column: name, Reason: "is missing; the head must be " + strings.Join(names, ",")}
	}
	if _, whole := head["x"]; whole && crop {
		return nil, &TruthError{Line: 1, Column: "x", Reason: "the pictures are not cut out: leave --crop away"}
	}
	return head, nil
}

// row is one row of the table.
type row struct {
	line  int
	head  map[string]int
	cells []string
}

// cell returns the cell of a column.
func (r row) cell(name string) (string, error) {
	i := r.head[name]
	if i >= len(r.cells) {
		return "", &TruthError{Line: r.line, Column: name, Reason: "is missing"}
	}
	return strings.TrimSpace(r.cells[i]), nil
}

// pixels returns a whole number of pixels, at least from.
func (r row) pixels(name string, from int) (int, error) {
	cell, err := r.cell(name)
	if err != nil {
		return 0, err
	}
	v, err := strconv.Atoi(cell)
	if err != nil || v < from || v > maxPixel {
		return 0, &TruthError{Line: r.line, Column: name, Reason: fmt.Sprintf("is not a whole number of pixels from %d to %d", from, maxPixel)}
	}
	return v, nil
}

// read returns the row's file and plate.
func (r row) read(crop bool) (string, truePlate, error) {
	file, err := r.cell("file")
	if err != nil {
		return "", truePlate{}, err
	}
	if file = filepath.Clean(filepath.FromSlash(file)); !filepath.IsLocal(file) || file == "." {
		return "", truePlate{}, &TruthError{Line: r.line, Column: "file", Reason: "is not the name of a file in the folder"}
	}
	text, err := r.cell("plate")
	if err != nil {
		return "", truePlate{}, err
	}
	if !crop && text == "" && r.boxless() {
		return file, truePlate{}, nil
	}
	p := truePlate{line: r.line}
	if p.text, err = plate.Parse(text); err != nil {
		return "", truePlate{}, &TruthError{Line: r.line, Column: "plate", Reason: err.Error()}
	}
	if crop {
		return file, p, nil
	}
	var v [4]int
	for i, name := range []string{"x", "y", "w", "h"} {
		from := -maxPixel
		if i >= 2 {
			from = 1
		}
		if v[i], err = r.pixels(name, from); err != nil {
			return "", truePlate{}, err
		}
	}
	p.box = image.Rect(v[0], v[1], v[0]+v[2], v[1]+v[3])
	return file, p, nil
}

// boxless reports whether the four cells of the box are there and empty.
func (r row) boxless() bool {
	for _, name := range []string{"x", "y", "w", "h"} {
		if cell, err := r.cell(name); err != nil || cell != "" {
			return false
		}
	}
	return true
}
