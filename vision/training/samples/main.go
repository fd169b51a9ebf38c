// Samples writes what the networks are trained on, without end, to its standard
// output: nothing is kept on a disk, and no two samples are the same.
//
//	samples plates [--seed N] [--ramp R] [--fonts DIR]
//	samples scenes [--seed N] [--fonts DIR]
//	samples sheet  [--seed N] [--fonts DIR] > sheet.png
//
// A plate's record is 48 rows of 160 grey bytes, a byte with the text's length and
// 11 bytes of text, padded with zeros. --ramp is the number of samples over which
// the camera's effects grow to their full strength.
//
// A scene's record is 192 rows of 320 grey bytes, a byte with the number of
// plates, three zeros, and six times the corners of a plate, clockwise from its top
// left, as x and y in pixels, 32 bit little-endian floating point.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"math/rand/v2"
	"os"

	"secondlook/vision/scene/lens"
	"secondlook/vision/scene/press"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "samples:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("say what: plates, scenes or sheet")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	seed := flags.Uint64("seed", 1, "the same seed gives the same samples")
	ramp := flags.Int("ramp", 0, "samples until the camera's effects have their full strength")
	fonts := flags.String("fonts", "", "folder of fonts to stamp some plates with, beside the dies")
	if err := flags.Parse(args[1:]); err != nil {
		return err
	}
	var faces []*press.Face
	if *fonts != "" {
		var err error
		if faces, err = press.FacesIn(*fonts); err != nil {
			return err
		}
		faces = append(faces, press.Faces()...)
	}
	buffered := bufio.NewWriterSize(out, 1<<20)
	defer buffered.Flush()
	switch args[0] {
	case "plates":
		return plates(buffered, *seed, *ramp, faces)
	case "scenes":
		return scenes(buffered, *seed, faces)
	case "sheet":
		return sheet(buffered, *seed, faces)
	}
	return fmt.Errorf("cannot make %q: plates, scenes or sheet", args[0])
}

// Size of the reader's input, in pixels, and its longest text.
const (
	readWidth, readHeight = 160, 48
	longest               = 11
)

// Every plate is photographed a few times: pressing it costs more than a shot.
// Plates wait in a pool, so that shots of one are not in the same batch.
const (
	shots = 5
	pool  = 256
)

// waiting is a plate in the pool.
type waiting struct {
	picture *image.RGBA
	text    string
}

// plates writes plates as the reader sees them until out is closed.
func plates(out io.Writer, seed uint64, ramp int, faces []*press.Face) error {
	rng := rand.New(rand.NewPCG(seed, 1))
	p, l := press.New(faces), lens.New()
	var ready []waiting
	fresh := func(w *waiting) {
		made := p.Random(rng)
		for len(made.Text) > longest || made.Text == "" {
			made = p.Random(rng)
		}
		if w.picture == nil || w.picture.Rect != made.Picture.Rect {
			w.picture = image.NewRGBA(made.Picture.Rect)
		}
		copy(w.picture.Pix, made.Picture.Pix)
		w.text = string(made.Text)
	}
	shot := image.NewGray(image.Rect(0, 0, readWidth, readHeight))
	record := make([]byte, readWidth*readHeight+1+longest)
	for i := 0; ; i++ {
		var w *waiting
		if len(ready) < pool {
			ready = append(ready, waiting{})
			w = &ready[len(ready)-1]
			fresh(w)
		} else {
			w = &ready[rng.IntN(pool)]
			if i%shots == 0 {
				fresh(w)
			}
		}
		strength := 1.0
		if i < ramp {
			strength = 0.25 + 0.75*float64(i)/float64(ramp)
		}
		l.Load(w.picture)
		l.Shoot(rng, strength, shot)
		n := copy(record, shot.Pix)
		clear(record[n:])
		record[n] = byte(len(w.text))
		copy(record[n+1:], w.text)
		if _, err := out.Write(record); err != nil {
			return nil // the trainer has enough
		}
	}
}

// sheet writes one picture of clean plates and, below, of shots of them.
func sheet(out io.Writer, seed uint64, faces []*press.Face) error {
	const columns, rows, wide, high = 8, 8, 200, 104
	rng := rand.New(rand.NewPCG(seed, 1))
	p, l := press.New(faces), lens.New()
	all := image.NewRGBA(image.Rect(0, 0, columns*wide, rows*high+columns*2*52))
	shot := image.NewGray(image.Rect(0, 0, readWidth, readHeight))
	for i := range columns * rows {
		made := p.Random(rng)
		x, y := i%columns*wide, i/columns*high
		b := made.Picture.Bounds()
		for dy := range min(high-4, b.Dy()*(wide-4)/b.Dx()) {
			for dx := range wide - 4 {
				all.Set(x+dx, y+dy, made.Picture.At(dx*b.Dx()/(wide-4), dy*b.Dx()/(wide-4)))
			}
		}
		l.Load(made.Picture)
		for k := range 2 {
			l.Shoot(rng, 1, shot)
			at := image.Pt(x+k*8, rows*high+(i/columns)*2*52/1+k*52)
			draw.Draw(all, shot.Rect.Add(at), shot, image.Point{}, draw.Src)
		}
	}
	return png.Encode(out, all)
}
