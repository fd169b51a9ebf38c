// Command tesseract makes the lines that Tesseract is trained on, and measures
// what came of it.
//
//	tesseract lines [flags]          lines for lstmtraining
//	tesseract plates FOLDER...       Tesseract beside the network, on real plates
//	tesseract print [FOLDER...]      jurisdictions by their small print, on pressed
//	                                 plates and on real ones
//
// The lines are pictures of the characters or of the small print of pressed
// plates, as a camera sees them and as package recognize cuts them out. Run
// train.sh, which calls it; README.md says what comes of it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"secondlook/vision/scene/press"
)

// perFile is how many lines a file holds. lstmtraining takes a line of each file
// in turn.
const perFile = 2000

// source makes one line after another.
type source func() line

var errUsage = errors.New("usage: tesseract lines|plates|print ...")

func main() {
	if err := command(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "tesseract:", err)
		os.Exit(1)
	}
}

func command(args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	switch args[0] {
	case "lines":
		return makeLines(args[1:])
	case "plates":
		return measureFolders(args[1:])
	case "print":
		return measurePrint(args[1:])
	}
	return errUsage
}

func makeLines(args []string) error {
	flags := flag.NewFlagSet("lines", flag.ExitOnError)
	kind := flags.String("kind", "plate", "plate: characters; legend: small print")
	n := flags.Int("lines", perFile, "how many lines")
	seed := flags.Uint64("seed", 1, "another seed, other lines")
	dir := flags.String("out", ".", "folder for the files")
	fonts := flags.String("fonts", "", "folder of more fonts than the program's own")
	strength := flags.Float64("strength", 1, "how much the camera spoils, 0 to 1")
	look := flags.Bool("look", false, "write a picture to look at instead")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return run(*kind, *n, *seed, *dir, *fonts, *strength, *look)
}

func run(kind string, n int, seed uint64, dir, fonts string, strength float64, look bool) error {
	var faces []*press.Face
	if fonts != "" {
		var err error
		if faces, err = press.FacesIn(fonts); err != nil {
			return err
		}
	}
	rng := rand.New(rand.NewPCG(seed, 0x7e55))
	c := newCutter(rng, press.New(faces), strength)
	defer c.close()
	var next source
	switch kind {
	case "plate":
		next = c.characters
	case "legend":
		next = c.legend
	default:
		return fmt.Errorf("%q is no kind of line", kind)
	}
	if look {
		return show(filepath.Join(dir, kind+".png"), next)
	}
	for made := 0; made < n; made += perFile {
		lines := make([]line, 0, perFile)
		for range min(perFile, n-made) {
			lines = append(lines, next())
		}
		if err := write(filepath.Join(dir, fmt.Sprintf("%s-%d-%06d.lstmf", kind, seed, made)), lines); err != nil {
			return err
		}
	}
	return nil
}
