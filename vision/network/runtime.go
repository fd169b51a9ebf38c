package network

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	onnxruntime "github.com/yalue/onnxruntime_go"
	"gocv.io/x/gocv"
)

// LibraryVariable is the environment variable that names ONNX Runtime's library;
// [NoLibrary] in it means that OpenCV is to be used.
const LibraryVariable = "SECONDLOOK_ONNXRUNTIME"

// NoLibrary is the value of [LibraryVariable] that leaves ONNX Runtime out.
const NoLibrary = "off"

// libraryFile is the name of ONNX Runtime's library. Its places are beside the
// program and where packaging/run puts it.
const libraryFile = "libonnxruntime.so.1"

var libraryFolders = []string{"/usr/lib/secondlook", "/usr/local/lib/secondlook"}

// InUse says what runs the networks.
type InUse struct {
	// Name is the engine with its version, as "ONNX Runtime 1.24.3".
	Name string
	// Err is why it is not ONNX Runtime: [ErrNoLibrary], or what its library said.
	Err error

	runtime bool
}

// ErrNoLibrary is why OpenCV runs the networks where ONNX Runtime is not installed.
var ErrNoLibrary = errors.New("ONNX Runtime is not installed")

// Engine returns what runs the networks. The library is looked for once, and stays
// loaded until the program ends.
var Engine = sync.OnceValue(func() InUse {
	err := loadLibrary()
	if err != nil {
		return InUse{Name: "OpenCV " + gocv.OpenCVVersion(), Err: err}
	}
	return InUse{Name: "ONNX Runtime " + onnxruntime.GetVersion(), runtime: true}
})

func loadLibrary() error {
	path, err := library()
	if err != nil {
		return err
	}
	onnxruntime.SetSharedLibraryPath(path)
	// What it would print may name files; what matters comes back as errors.
	return onnxruntime.InitializeEnvironment(onnxruntime.WithLogLevelFatal())
}

// library returns the path of ONNX Runtime's library.
func library() (string, error) {
	named, ok := os.LookupEnv(LibraryVariable)
	switch {
	case named == NoLibrary:
		return "", ErrNoLibrary
	case ok && named != "":
		return named, nil
	}
	folders := libraryFolders
	if program, err := os.Executable(); err == nil {
		folders = append([]string{filepath.Dir(program)}, folders...)
	}
	for _, folder := range folders {
		path := filepath.Join(folder, libraryFile)
		if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
			return path, nil
		}
	}
	return "", ErrNoLibrary
}

// session runs a network in ONNX Runtime.
type session struct {
	session       *onnxruntime.AdvancedSession
	input, output *onnxruntime.Tensor[float32]
}

func newRuntime(onnx []byte, of *Network, in, out Shape) (engine, error) {
	onnx, err := resized(onnx, in, out)
	if err != nil {
		return nil, err
	}
	s := &session{}
	if err := s.load(onnx, of, in, out); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *session) load(onnx []byte, of *Network, in, out Shape) (err error) {
	if s.input, err = onnxruntime.NewTensor(in.dimensions(), of.Input); err != nil {
		return err
	}
	if s.output, err = onnxruntime.NewTensor(out.dimensions(), of.Output); err != nil {
		return err
	}
	options, err := onnxruntime.NewSessionOptions()
	if err != nil {
		return err
	}
	defer options.Destroy()
	// One thread: [threads.One] says why.
	if err := errors.Join(options.SetIntraOpNumThreads(1), options.SetInterOpNumThreads(1),
		options.SetGraphOptimizationLevel(onnxruntime.GraphOptimizationLevelEnableAll)); err != nil {
		return err
	}
	s.session, err = onnxruntime.NewAdvancedSessionWithONNXData(onnx, []string{"x"}, []string{"y"},
		[]onnxruntime.Value{s.input}, []onnxruntime.Value{s.output}, options)
	return err
}

func (s *session) run() error { return s.session.Run() }

func (s *session) close() error {
	var errs []error
	if s.session != nil {
		errs = append(errs, s.session.Destroy())
	}
	for _, t := range []*onnxruntime.Tensor[float32]{s.input, s.output} {
		if t != nil {
			errs = append(errs, t.Destroy())
		}
	}
	return errors.Join(errs...)
}

func (s Shape) dimensions() onnxruntime.Shape {
	return onnxruntime.NewShape(int64(s[0]), int64(s[1]), int64(s[2]), int64(s[3]))
}
