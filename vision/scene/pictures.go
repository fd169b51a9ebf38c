package scene

import (
	"encoding/csv"
	"fmt"
	"image"
	"image/jpeg"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"secondlook/app/plate"
	"secondlook/app/training"
)

// Picture is one street picture and the plates in it.
type Picture struct {
	// Image is valid until the next picture is asked for.
	Image *image.RGBA
	Truth []Truth
}

// Pictures draws n pictures, each of one car whose plate is large enough to be
// read, on both sides of the street and in every light. No two have the same
// plate, and the same seed gives the same pictures. It returns training.ErrInvalid
// for more cars than a scenario has time for.
func Pictures(seed int64, n int) (iter.Seq2[int, Picture], error) {
	s := ordinary(seed, n)
	streets := map[string]*Street{}
	for _, c := range s.Cameras {
		street, err := NewStreet(s, c.Name)
		if err != nil {
			return nil, fmt.Errorf("draw %d pictures: %w", n, err)
		}
		streets[c.Name] = street
	}
	return func(yield func(int, Picture) bool) {
		rng := rand.New(rand.NewPCG(uint64(seed), 6))
		img := image.NewRGBA(image.Rect(0, 0, Width, Height))
		for i, c := range s.Cars {
			since := c.At + passes(c.Approach, 8+3.5*rng.Float64())
			street := streets[c.Camera]
			street.Render(since, img)
			if !yield(i, Picture{img, street.Truth(since)}) {
				return
			}
		}
	}, nil
}

// passes is when a car passes a distance, in steps of 20 ms.
func passes(a training.Approach, distance float64) time.Duration {
	const step = 20 * time.Millisecond
	for t := time.Duration(0); t < a.Time(); t += step {
		ahead, ok := a.Ahead(t)
		if ok && ahead > -1 && (a.Way == training.Approaching && ahead <= distance || a.Way == training.Leaving && ahead >= distance) {
			return t
		}
	}
	return a.Time() / 2
}

// ordinary is a scenario of n cars on no list.
func ordinary(seed int64, n int) *training.Scenario {
	const each = 12 * time.Second
	rng := rand.New(rand.NewPCG(uint64(seed), 7))
	length := time.Duration(n+1) * each
	s := &training.Scenario{
		Name: training.Text{EN: "Ordinary cars", FR: "Véhicules ordinaires"}, Summary: training.Text{EN: "Cars on no list", FR: "Véhicules sur aucune liste"},
		Seed: seed, Length: length,
		Cameras: []training.Camera{{Name: "Front left", Side: "front-left"}, {Name: "Front right", Side: "front-right"}},
		Phases:  []training.Phase{{From: 0, Light: training.Day}, {From: length / 2, Light: training.Dusk}, {From: 3 * length / 4, Light: training.Night}},
	}
	colours, shapes := training.Colours, training.Bodies
	seen := map[plate.Text]bool{}
	for i := range n {
		camera, way := s.Cameras[i%2].Name, training.Approaching
		issuers := []plate.Jurisdiction{"CA-ON", "CA-ON", "CA-ON", "US-NY"}
		if i%2 == 1 {
			way = training.Leaving
			issuers = append(issuers, "CA-QC", "US-FL") // no plate in front there
		}
		j := issuers[rng.IntN(len(issuers))]
		text := invent(j, rng)
		for seen[plate.Fold(text)] {
			text = invent(j, rng)
		}
		seen[plate.Fold(text)] = true
		s.Cars = append(s.Cars, training.Car{
			At: time.Duration(i) * each, Camera: camera, Plate: text, Jurisdiction: j,
			Vehicle:  training.Vehicle{Colour: colours[rng.IntN(len(colours))], Body: shapes[rng.IntN(len(shapes))]},
			Approach: training.Approach{Way: way, Distance: 48, Speed: 10, Slow: 1.1, Lane: 2.75 + 0.2*rng.Float64()},
		})
	}
	return s
}

// series are the forms of invented plates: L a letter, D a digit. Ontario's begin
// at the end of the alphabet, beyond the series in use.
var series = map[plate.Jurisdiction]string{"CA-ON": "ZLLLDDD", "CA-QC": "LLLDDD", "US-NY": "LLLDDDD", "US-FL": "LLLDDL"}

func invent(j plate.Jurisdiction, rng *rand.Rand) plate.Text {
	const letters, digits = "ABCEFHJKLMNPRTVWXY", "0123456789"
	var b strings.Builder
	for _, r := range series[j] {
		switch r {
		case 'L':
			b.WriteByte(letters[rng.IntN(len(letters))])
		case 'D':
			b.WriteByte(digits[rng.IntN(len(digits))])
		default:
			b.WriteByte("VWXY"[rng.IntN(4)])
		}
	}
	return plate.Text(b.String())
}

// WritePictures writes n pictures into a folder, "street-000.jpg" and so on, and
// their truth into truth.csv: file, x, y, w, h (the plate's box in pixels), plate,
// jurisdiction.
func WritePictures(dir string, seed int64, n int) error {
	pictures, err := Pictures(seed, n)
	if err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, "truth.csv"))
	if err != nil {
		return fmt.Errorf("write the pictures' truth: %w", err)
	}
	defer f.Close()
	table := csv.NewWriter(f)
	table.Write([]string{"file", "x", "y", "w", "h", "plate", "jurisdiction"})
	for i, p := range pictures {
		name := fmt.Sprintf("street-%03d.jpg", i)
		if err := writeJPEG(filepath.Join(dir, name), p.Image); err != nil {
			return err
		}
		for _, t := range p.Truth {
			table.Write([]string{name, strconv.Itoa(t.Box.Min.X), strconv.Itoa(t.Box.Min.Y), strconv.Itoa(t.Box.Dx()), strconv.Itoa(t.Box.Dy()), string(t.Text), string(t.Jurisdiction)})
		}
	}
	table.Flush()
	if err := table.Error(); err != nil {
		return fmt.Errorf("write the pictures' truth: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write the pictures' truth: %w", err)
	}
	return nil
}

func writeJPEG(path string, img image.Image) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write a street picture: %w", err)
	}
	defer f.Close()
	if err := jpeg.Encode(f, img, &jpeg.Options{Quality: 92}); err != nil {
		return fmt.Errorf("write a street picture: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write a street picture: %w", err)
	}
	return nil
}
