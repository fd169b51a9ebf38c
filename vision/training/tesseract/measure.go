package main

import (
	"encoding/csv"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision/detect"
	"secondlook/vision/recognize"
	"secondlook/vision/vote"
)

// measureFolders prints how well Tesseract reads the plates of folders beside
// the network: alone, where both agree and where they do not, and fused.
//
// A folder has pictures and a truth.csv, "file,x,y,w,h,plate" for whole pictures
// or "file,state,plate" for plates cut out. O and 0, I and 1 count as the same.
func measureFolders(folders []string) error {
	m, err := newMeasure()
	if err != nil {
		return err
	}
	defer m.close()
	for _, folder := range folders {
		if err := m.folder(folder); err != nil {
			return err
		}
	}
	return nil
}

// measure is the readers.
type measure struct {
	detector *detect.Detector
	reader   *recognize.Reader
	second   *recognize.Second
	upright  gocv.Mat
}

func newMeasure() (*measure, error) {
	m := &measure{upright: gocv.NewMat()}
	var err error
	if m.detector, err = detect.New(); err != nil {
		return nil, err
	}
	if m.reader, err = recognize.New(); err != nil {
		return nil, err
	}
	m.second, err = recognize.NewSecond()
	return m, err
}

func (m *measure) close() {
	m.detector.Close()
	m.reader.Close()
	m.second.Close()
	m.upright.Close()
}

// tally counts plates.
type tally struct {
	plates, found            int
	first, second, fused     int // read right
	agree, agreeRight        int
	differ, differ1, differ2 int // who was right where they differ
	elapsed                  time.Duration
}

func (m *measure) folder(folder string) error {
	rows, column, err := table(folder)
	if err != nil {
		return err
	}
	var t tally
	for _, row := range rows {
		text, err := plate.Parse(row[column["plate"]])
		if err != nil {
			continue
		}
		t.plates++
		picture := gocv.IMRead(filepath.Join(folder, row[column["file"]]), gocv.IMReadGrayScale)
		if picture.Empty() {
			return fmt.Errorf("%s: no picture", row[column["file"]])
		}
		box := image.Rectangle{}
		if _, whole := column["x"]; whole {
			var v [4]int
			for i, name := range []string{"x", "y", "w", "h"} {
				v[i], _ = strconv.Atoi(row[column[name]])
			}
			box = image.Rect(v[0], v[1], v[0]+v[2], v[1]+v[3])
		}
		err = m.plate(picture, box, text, &t)
		picture.Close()
		if err != nil {
			return err
		}
	}
	percent := func(n, of int) string { return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(max(1, of))) }
	fmt.Printf("%s: plates %d, found %d\n  network right %s, Tesseract alone %s, fused %s\n  agree %s, then right %s; differ %d: network right %d, Tesseract right %d\n  Tesseract %.1f ms a plate\n",
		folder, t.plates, t.found, percent(t.first, t.plates), percent(t.second, t.plates), percent(t.fused, t.plates),
		percent(t.agree, t.found), percent(t.agreeRight, t.agree), t.differ, t.differ1, t.differ2,
		t.elapsed.Seconds()*1000/float64(max(1, t.found)))
	return nil
}

// plate reads the plate in a box of a picture; all of the picture if it is empty.
func (m *measure) plate(picture gocv.Mat, box image.Rectangle, truth plate.Text, t *tally) error {
	w, h := float64(picture.Cols()), float64(picture.Rows())
	corners, effort := [4]detect.Point{{}, {X: w}, {X: w, Y: h}, {Y: h}}, recognize.Whole
	if !box.Empty() {
		places, err := m.detector.Find(picture)
		if err != nil {
			return err
		}
		best := 0
		for _, p := range places {
			if o := p.Box().Intersect(box); o.Dx()*o.Dy() > best {
				best, corners, effort = o.Dx()*o.Dy(), p.Corners, recognize.Thorough
			}
		}
		if best == 0 {
			return nil
		}
	}
	first, err := m.reader.Read(picture, corners, effort)
	if err != nil || first.Text == "" {
		return err
	}
	t.found++
	recognize.Rectify(picture, corners, &m.upright)
	start := time.Now()
	second, err := m.second.Read(m.upright, first)
	if err != nil {
		return err
	}
	t.elapsed += time.Since(start)
	t.count(truth, first, second)
	return nil
}

func (t *tally) count(truth plate.Text, first, second vote.Reading) {
	a, b := folded(first.Text) == folded(truth), folded(second.Text) == folded(truth)
	if a {
		t.first++
	}
	if b {
		t.second++
	}
	if folded(recognize.Fuse(first, second).Text) == folded(truth) {
		t.fused++
	}
	switch {
	case folded(first.Text) == folded(second.Text):
		t.agree++
		if a {
			t.agreeRight++
		}
	case second.Text != "":
		t.differ++
		if a {
			t.differ1++
		}
		if b {
			t.differ2++
		}
	}
}

var fold = strings.NewReplacer("O", "0", "I", "1")

func folded(t plate.Text) string { return fold.Replace(string(t)) }

// table reads a folder's truth.csv: its rows, and which column has which name.
func table(folder string) (rows [][]string, column map[string]int, err error) {
	f, err := os.Open(filepath.Join(folder, "truth.csv"))
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	rows, err = csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, nil, fmt.Errorf("%s: no table of truths: %w", folder, err)
	}
	column = map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	return rows[1:], column, nil
}
