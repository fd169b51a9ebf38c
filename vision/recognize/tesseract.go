package recognize

// #cgo !windows LDFLAGS: -lgomp
// extern void omp_set_max_active_levels(int levels);
import "C"

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/otiai10/gosseract/v2"
	"gocv.io/x/gocv"

	"secondlook/assets"
)

// ErrNoTesseract is returned when Tesseract cannot be started or cannot use the
// data that the program carries for it.
var ErrNoTesseract = errors.New("Tesseract cannot be started (install libtesseract5)")

// starting guards the start of a client: gosseract points the process's standard
// error elsewhere for that moment.
var starting sync.Mutex

// engine is Tesseract, warm, with one of the program's own networks. It belongs
// to one goroutine.
type engine struct {
	client *gosseract.Client
}

// newEngine starts Tesseract with a network by its name in assets. Tesseract
// takes its data from files only: a private folder holds them for the moment of
// the start. It returns [ErrNoTesseract] when that fails.
func newEngine(network string) (*engine, error) {
	data, err := assets.Tessdata(network)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "secondlook-tessdata-")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoTesseract, err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, network+".traineddata"), data, 0o600); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoTesseract, err)
	}
	e := &engine{client: gosseract.NewClient()}
	e.client.TessdataPrefix = dir
	e.client.Languages = []string{network}
	for key, value := range map[gosseract.SettableVariable]string{
		"tessedit_pageseg_mode": "13", // the picture is one line, taken as it is
		"tessedit_do_invert":    "0",  // lines are dark on light
		"debug_file":            os.DevNull,
	} {
		e.client.Variables[key] = value
	}
	blank := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(255, 0, 0, 0), BandHeight, 4*BandHeight, gocv.MatTypeCV8UC1)
	defer blank.Close()
	starting.Lock()
	_, err = e.read(blank)
	starting.Unlock()
	if err != nil {
		e.close()
		return nil, fmt.Errorf("%w: %w", ErrNoTesseract, err)
	}
	return e, nil
}

func (e *engine) close() error { return e.client.Close() }

// symbol is one character that Tesseract read.
type symbol struct {
	char        rune
	probability float64 // 0 to 1
}

// read reads a line: an 8 bit grey picture, [BandHeight] pixels high.
func (e *engine) read(line gocv.Mat) ([]symbol, error) {
	png, err := gocv.IMEncodeWithParams(gocv.PNGFileExt, line, []int{gocv.IMWritePngCompression, 0})
	if err != nil {
		return nil, fmt.Errorf("hand a line to Tesseract: %w", err)
	}
	defer png.Close()
	data := png.GetBytes()
	defer clear(data)
	if err := e.client.SetImageFromBytes(data); err != nil {
		return nil, fmt.Errorf("hand a line to Tesseract: %w", err)
	}
	// Tesseract's four threads for each layer cost more than they give, and the
	// program reads several plates side by side. OpenMP keeps the setting for each
	// thread of the operating system.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	C.omp_set_max_active_levels(0)
	boxes, err := e.client.GetBoundingBoxes(gosseract.RIL_SYMBOL)
	if err != nil {
		return nil, fmt.Errorf("read a line with Tesseract: %w", err)
	}
	var symbols []symbol
	for _, b := range boxes {
		for _, r := range b.Word {
			symbols = append(symbols, symbol{char: r, probability: probability(b.Confidence)})
		}
	}
	return symbols, nil
}

// probability undoes Tesseract's scale: 100 + 5 * ln(p), never below 0
// (LTRResultIterator::Confidence of a certainty).
func probability(confidence float64) float64 {
	return math.Exp(min(0, (confidence-100)/5))
}
