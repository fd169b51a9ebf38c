package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"

	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision/detect"
	"secondlook/vision/recognize"
	"secondlook/vision/scene/press"
)

// Plates pressed for each style and each width, in pixels.
const perStyle = 3

var widths = []float64{120, 200, 300}

// verdicts counts what was made of the small print of plates.
type verdicts struct {
	right, wrong, unknown int
	mistakes              []string
}

func (v *verdicts) add(truth, got plate.Jurisdiction) {
	switch {
	case got == "":
		v.unknown++
	case got == truth:
		v.right++
	default:
		v.wrong++
		v.mistakes = append(v.mistakes, fmt.Sprintf("%s as %s", truth, got))
	}
}

func (v *verdicts) String() string {
	n := float64(max(1, v.right+v.wrong+v.unknown)) / 100
	return fmt.Sprintf("right %.1f %%, wrong %.1f %%, unknown %.1f %% of %d %s",
		float64(v.right)/n, float64(v.wrong)/n, float64(v.unknown)/n, v.right+v.wrong+v.unknown, strings.Join(v.mistakes, ", "))
}

// measurePrint prints how often small print gives the right jurisdiction: on
// pressed plates of each style that has some, and on the crops of folders, whose
// truth.csv names the state.
func measurePrint(folders []string) error {
	reader, err := recognize.New()
	if err != nil {
		return err
	}
	defer reader.Close()
	legend, err := recognize.NewLegend()
	if err != nil {
		return err
	}
	defer legend.Close()
	for _, width := range widths {
		v, err := pressedPrint(reader, legend, width)
		if err != nil {
			return err
		}
		fmt.Printf("pressed plates %.0f pixels wide: %s\n", width, v)
	}
	for _, folder := range folders {
		v, err := realPrint(reader, legend, folder)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %s\n", folder, v)
	}
	return nil
}

// pressedPrint reads plates of every style of North America at a width.
func pressedPrint(reader *recognize.Reader, legend *recognize.Legend, width float64) (*verdicts, error) {
	c := newCutter(rand.New(rand.NewPCG(uint64(width), 0xa11)), press.New(nil), 1)
	defer c.close()
	c.camera.fixed = width
	v := &verdicts{}
	for _, style := range styles {
		country := strings.HasPrefix(string(style.Jurisdiction), "CA-") || strings.HasPrefix(string(style.Jurisdiction), "US-")
		if !country {
			continue
		}
		for range perStyle {
			c.left = 0
			c.nextOf(style)
			w, h := float64(c.upright.Cols()), float64(c.upright.Rows())
			reading, err := reader.Read(c.upright, inner(w, h), recognize.Quick)
			if err != nil {
				return nil, err
			}
			got, _, err := legend.Read(c.upright, reading)
			if err != nil {
				return nil, err
			}
			v.add(style.Jurisdiction, got)
		}
	}
	return v, nil
}

// inner returns the corners of the plate in the picture that Rectify makes.
func inner(w, h float64) [4]detect.Point {
	x, y := w*(1-1/recognize.WidenX)/2, h*(1-1/recognize.WidenY)/2
	return [4]detect.Point{{X: x, Y: y}, {X: w - x, Y: y}, {X: w - x, Y: h - y}, {X: x, Y: h - y}}
}

// realPrint reads the crops of a folder.
func realPrint(reader *recognize.Reader, legend *recognize.Legend, folder string) (*verdicts, error) {
	rows, column, err := table(folder)
	if err != nil {
		return nil, err
	}
	upright := gocv.NewMat()
	defer upright.Close()
	v := &verdicts{}
	for _, row := range rows {
		picture := gocv.IMRead(filepath.Join(folder, row[column["file"]]), gocv.IMReadGrayScale)
		if picture.Empty() {
			return nil, fmt.Errorf("%s: no picture", row[column["file"]])
		}
		w, h := float64(picture.Cols()), float64(picture.Rows())
		corners := [4]detect.Point{{}, {X: w}, {X: w, Y: h}, {Y: h}}
		reading, err := reader.Read(picture, corners, recognize.Quick)
		if err == nil {
			recognize.Rectify(picture, corners, &upright)
			var got plate.Jurisdiction
			got, _, err = legend.Read(upright, reading)
			v.add(plate.Jurisdiction("US-"+strings.ToUpper(row[column["state"]])), got)
		}
		picture.Close()
		if err != nil {
			return nil, err
		}
	}
	return v, nil
}
