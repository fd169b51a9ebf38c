package recognize

// #cgo !windows LDFLAGS: -lgomp -ltesseract
// #include <tesseract/capi.h>
//
// extern void omp_set_max_active_levels(int levels);
//
// // A line of print is read as gosseract would have it read: at 70 dots an inch at
// // least.
// static void show(void *api, const unsigned char *pixels, int width, int height) {
//	TessBaseAPISetImage(api, pixels, width, height, 1, width);
//	if (TessBaseAPIGetSourceYResolution(api) < 70)
//		TessBaseAPISetSourceResolution(api, 70);
// }
//
// // symbols writes the characters of the line, what is not ASCII as a question mark,
// // and how certain each is. It returns how many there are, of which it writes most
// // at most, or -1. Nothing of Tesseract's answer stays behind.
// static int symbols(void *api, char *out, float *certain, int most) {
//	if (TessBaseAPIRecognize(api, NULL) != 0)
//		return -1;
//	TessResultIterator *at = TessBaseAPIGetIterator(api);
//	if (at == NULL)
//		return 0;
//	int n = 0;
//	do {
//		char *text = TessResultIteratorGetUTF8Text(at, RIL_SYMBOL);
//		if (text == NULL)
//			continue;
//		for (char *c = text; *c != 0; c++) {
//			if ((*c & 0xC0) == 0x80)
//				continue; // goes on with a character
//			if (n < most) {
//				out[n] = *c & 0x80 ? '?' : *c;
//				certain[n] = TessResultIteratorConfidence(at, RIL_SYMBOL);
//			}
//			n++;
//		}
//		TessDeleteText(text);
//	} while (TessResultIteratorNext(at, RIL_SYMBOL));
//	TessResultIteratorDelete(at);
//	return n;
// }
import "C"

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"github.com/otiai10/gosseract/v2"
	"gocv.io/x/gocv"

	"secondlook/app/plate"
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
// gosseract starts it; lines are read by Tesseract's own functions, because
// gosseract keeps what it was told: it frees no text, and makes a text of Go's of
// each character.
type engine struct {
	client *gosseract.Client
	api    unsafe.Pointer // the client's

	chars   [maxSymbols]C.char // of the last line, until it was taken
	certain [maxSymbols]C.float
}

// maxSymbols is how many characters of a line are read: one more than a plate has.
const maxSymbols = plate.MaxLength + 1

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
	if err := e.warm(blank); err != nil {
		e.close()
		return nil, fmt.Errorf("%w: %w", ErrNoTesseract, err)
	}
	return e, nil
}

// warm has gosseract load the network, with which it waits until there is a line.
func (e *engine) warm(blank gocv.Mat) error {
	encoded, err := gocv.IMEncode(gocv.PNGFileExt, blank)
	if err != nil {
		return fmt.Errorf("hand a line to Tesseract: %w", err)
	}
	defer encoded.Close()
	starting.Lock()
	defer starting.Unlock()
	if err := e.client.SetImageFromBytes(encoded.GetBytes()); err != nil {
		return fmt.Errorf("hand a line to Tesseract: %w", err)
	}
	if _, err := e.client.Text(); err != nil {
		return fmt.Errorf("read a line with Tesseract: %w", err)
	}
	e.api = reflect.ValueOf(e.client).Elem().FieldByName("api").UnsafePointer()
	return nil
}

func (e *engine) close() error { return e.client.Close() }

// symbol is one character that Tesseract read.
type symbol struct {
	char        byte
	probability float64 // 0 to 1
}

// look hands Tesseract a line, an 8 bit grey picture, and calls read on one
// thread.
func (e *engine) look(line gocv.Mat, read func() error) error {
	pixels, err := line.DataPtrUint8()
	if err != nil || len(pixels) != line.Rows()*line.Cols() || len(pixels) == 0 {
		return fmt.Errorf("hand a line to Tesseract: %d×%d pixels: %w", line.Cols(), line.Rows(), errors.Join(err, errLine))
	}
	// On one thread from here: what it leaves on its stack is overwritten there.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer e.forget()
	// Tesseract's four threads for each layer cost more than they give (a line of
	// print 12 ms of processor time, 4 without), and the program reads several
	// plates side by side. OpenMP keeps the setting for each thread of the
	// operating system.
	C.omp_set_max_active_levels(0)
	C.show(e.api, (*C.uchar)(&pixels[0]), C.int(line.Cols()), C.int(line.Rows()))
	if err := read(); err != nil {
		return fmt.Errorf("read a line with Tesseract: %w", err)
	}
	return nil
}

// errLine is returned for a line that is not one piece of grey pixels, and for one
// that Tesseract gives up.
var errLine = errors.New("the line cannot be read")

// forget has Tesseract give back the last picture and all that it read there.
func (e *engine) forget() {
	C.TessBaseAPIClear((*C.TessBaseAPI)(e.api))
	scrub.ThreadStack()
}

// symbols reads a line character by character, [maxSymbols] at most.
func (e *engine) symbols(line gocv.Mat) (all []symbol, err error) {
	defer func() { clear(e.chars[:]) }()
	err = e.look(line, func() error {
		n := C.symbols(e.api, &e.chars[0], &e.certain[0], maxSymbols)
		if n < 0 {
			return errLine
		}
		for i := range min(int(n), maxSymbols) {
			all = append(all, symbol{byte(e.chars[i]), probability(float64(e.certain[i]))})
		}
		return nil
	})
	return all, err
}

// text reads a line.
func (e *engine) text(line gocv.Mat) (text string, err error) {
	err = e.look(line, func() error {
		read := C.TessBaseAPIGetUTF8Text((*C.TessBaseAPI)(e.api))
		if read == nil {
			return errLine
		}
		defer C.TessDeleteText(read)
		text = strings.Trim(C.GoString(read), "\n")
		return nil
	})
	return text, err
}

// probability undoes Tesseract's scale: 100 + 5 * ln(p), never below 0
// (LTRResultIterator::Confidence of a certainty).
func probability(confidence float64) float64 {
	return math.Exp(min(0, (confidence-100)/5))
}
