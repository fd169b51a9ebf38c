package recognize

// #cgo !windows LDFLAGS: -lgomp
// extern void omp_set_max_active_levels(int levels);
//
// // gosseract's own, which it does not offer to Go: ends what Tesseract knows of the
// // last picture, and keeps the network.
// extern void Clear(void *api);
import "C"

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"sync"

	"github.com/otiai10/gosseract/v2"
	"gocv.io/x/gocv"

	"secondlook/assets"
	"secondlook/vision/scrub"
)

// ErrNoTesseract is returned when Tesseract cannot be started or lacks its
// English data.
var ErrNoTesseract = errors.New("Tesseract cannot be started (install tesseract-ocr-eng)")

// starting guards the start of a client: gosseract points the process's standard
// error elsewhere for that moment.
var starting sync.Mutex

// engine is Tesseract, warm, with one network. It belongs to one goroutine.
type engine struct {
	client *gosseract.Client
}

// english is Tesseract's network for print, which is installed with it.
const english = "eng"

// startOwn starts Tesseract with one of the program's own networks by its name in
// assets. Tesseract takes its data from files only: a private folder holds them
// for the moment of the start. It returns [ErrNoTesseract] when that fails.
func startOwn(network string) (*engine, error) {
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
	return start(network, dir)
}

// start starts Tesseract with a network out of a folder, the system's if it is
// empty, and reads a blank line, which loads the network. It returns
// [ErrNoTesseract] when that fails.
func start(network, dir string) (*engine, error) {
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
	_, err := e.text(blank)
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

// look hands Tesseract a line, an 8 bit grey picture, and calls read on one
// thread.
func (e *engine) look(line gocv.Mat, read func() error) error {
	encoded, err := gocv.IMEncodeWithParams(gocv.PNGFileExt, line, []int{gocv.IMWritePngCompression, 0})
	if err != nil {
		return fmt.Errorf("hand a line to Tesseract: %w", err)
	}
	defer encoded.Close()
	data := encoded.GetBytes()
	defer clear(data)
	// On one thread from here: what it leaves on its stack is overwritten there.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer e.forget()
	if err := e.client.SetImageFromBytes(data); err != nil {
		return fmt.Errorf("hand a line to Tesseract: %w", err)
	}
	// Tesseract's four threads for each layer cost more than they give (a line of
	// print 12 ms of processor time, 4 without), and the program reads several
	// plates side by side. OpenMP keeps the setting for each thread of the
	// operating system.
	C.omp_set_max_active_levels(0)
	if err := read(); err != nil {
		return fmt.Errorf("read a line with Tesseract: %w", err)
	}
	return nil
}

// forget has Tesseract give back the last picture and all that it read there.
func (e *engine) forget() {
	C.Clear(reflect.ValueOf(e.client).Elem().FieldByName("api").UnsafePointer())
	e.client.SetImageFromBytes(dot) // takes the picture's place; it cannot fail
	scrub.ThreadStack()
}

// dot is a picture of one pixel (PNG).
var dot = func() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err) // writing to memory cannot fail
	}
	return b.Bytes()
}()

// symbols reads a line character by character.
func (e *engine) symbols(line gocv.Mat) ([]symbol, error) {
	var boxes []gosseract.BoundingBox
	err := e.look(line, func() (err error) {
		boxes, err = e.client.GetBoundingBoxes(gosseract.RIL_SYMBOL)
		return err
	})
	var symbols []symbol
	for _, b := range boxes {
		for _, r := range b.Word {
			symbols = append(symbols, symbol{char: r, probability: probability(b.Confidence)})
		}
	}
	return symbols, err
}

// text reads a line. gosseract never frees the text that it takes from Tesseract,
// nor the characters of symbols, which are more.
func (e *engine) text(line gocv.Mat) (text string, err error) {
	err = e.look(line, func() (err error) {
		text, err = e.client.Text()
		return err
	})
	return text, err
}

// probability undoes Tesseract's scale: 100 + 5 * ln(p), never below 0
// (LTRResultIterator::Confidence of a certainty).
func probability(confidence float64) float64 {
	return math.Exp(min(0, (confidence-100)/5))
}
