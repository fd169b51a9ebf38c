// Reliability measures whether the reader is as often right as it says: of the
// plates that it reads with a probability of 95 %, 95 % should be right. It prints
// a table for one look at each plate and one for a thorough reading.
//
//	reliability [-n 2000] [-seed 99]
//
// The plates are pressed and photographed as for training, from a seed that the
// training does not use.
package main

import (
	"flag"
	"fmt"
	"image"
	"io"
	"math/rand/v2"
	"os"
	"text/tabwriter"

	"gocv.io/x/gocv"

	"secondlook/vision/detect"
	"secondlook/vision/recognize"
	"secondlook/vision/scene/lens"
	"secondlook/vision/scene/press"
)

func main() {
	n := flag.Int("n", 2000, "plates")
	seed := flag.Uint64("seed", 99, "the same seed gives the same plates")
	strength := flag.Float64("strength", 1, "of the camera's effects, 0 to 1")
	flag.Parse()
	if err := run(os.Stdout, *n, *seed, *strength); err != nil {
		fmt.Fprintln(os.Stderr, "reliability:", err)
		os.Exit(1)
	}
}

// bounds are the upper ends of the table's rows.
var bounds = []float64{0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0001}

// row counts the readings within one range of confidence.
type row struct {
	count, right int
	said         float64
}

// Size of a plate as the lens photographs it, in pixels.
const width, height = 160, 48

func run(out io.Writer, n int, seed uint64, strength float64) error {
	reader, err := recognize.New()
	if err != nil {
		return err
	}
	defer reader.Close()
	rng := rand.New(rand.NewPCG(seed, 77))
	p, l := press.New(nil), lens.New()
	shot := image.NewGray(image.Rect(0, 0, width, height))
	efforts := []recognize.Effort{recognize.Quick, recognize.Whole}
	tables := make([][]row, len(efforts))
	for i := range tables {
		tables[i] = make([]row, len(bounds))
	}
	for range n {
		plate := p.Random(rng)
		l.Load(plate.Picture)
		l.Shoot(rng, strength, shot)
		m, err := gocv.NewMatFromBytes(height, width, gocv.MatTypeCV8UC1, shot.Pix)
		if err != nil {
			return fmt.Errorf("hand over a plate: %w", err)
		}
		for i, effort := range efforts {
			// A quick look widens the corners; the shot has its margin already.
			mx, my := 0.0, 0.0
			if effort == recognize.Quick {
				mx, my = 0.5*width*(1-1/1.10), 0.5*height*(1-1/1.16)
			}
			corners := [4]detect.Point{{X: mx, Y: my}, {X: width - mx, Y: my}, {X: width - mx, Y: height - my}, {X: mx, Y: height - my}}
			read, err := reader.Read(m, corners, effort)
			if err != nil {
				m.Close()
				return err
			}
			if read.Text != "" {
				add(tables[i], read.Confidence, read.Text == plate.Text)
			}
		}
		m.Close()
	}
	for i, title := range []string{"one look", "thorough"} {
		print(out, title, tables[i])
	}
	return nil
}

func add(table []row, said float64, right bool) {
	for i, bound := range bounds {
		if said < bound {
			table[i].count++
			table[i].said += said
			if right {
				table[i].right++
			}
			return
		}
	}
}

func print(out io.Writer, title string, table []row) {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "%s\tplates\tsaid %%\tright %%\t\n", title)
	low := 0.0
	all, right := 0, 0
	for i, r := range table {
		all, right = all+r.count, right+r.right
		if r.count > 0 {
			n := float64(r.count)
			fmt.Fprintf(w, "%.3f-%.3f\t%d\t%.1f\t%.1f\t\n", low, min(1, bounds[i]), r.count, 100*r.said/n, 100*float64(r.right)/n)
		}
		low = bounds[i]
	}
	fmt.Fprintf(w, "all\t%d\t\t%.1f\t\n", all, 100*float64(right)/float64(max(1, all)))
	w.Flush()
}
