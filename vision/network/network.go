// Package network runs the networks that find and read plates: in ONNX Runtime
// where its library is installed, else in OpenCV, which comes to the same figures
// in two to three times the time.
//
// Start with [New]. A [Network] belongs to one goroutine.
package network

import (
	"errors"
	"fmt"

	"gocv.io/x/gocv"

	"secondlook/assets"
	"secondlook/vision/threads"
)

// Shape is the size of an input or output: pictures, channels, rows, columns.
type Shape [4]int

// values is how many numbers a shape holds.
func (s Shape) values() int { return s[0] * s[1] * s[2] * s[3] }

// Network is a network made ready for one size of input.
type Network struct {
	// Input is to be filled before [Network.Run], Output holds what came of it,
	// until the next run; both row by row.
	Input, Output []float32

	name   string
	engine engine
}

// engine is what runs the network, from Input to Output.
type engine interface {
	run() error
	close() error
}

// New loads a network of assets for a size of input. A network that has no layer
// that minds how large its input is may be loaded for other sizes than the one it
// was written for. It must be closed.
func New(name string, in, out Shape) (*Network, error) {
	threads.One()
	onnx, err := assets.Network(name)
	if err != nil {
		return nil, err
	}
	load := newOpenCV
	if Engine().runtime {
		load = newRuntime
	}
	n := &Network{Input: make([]float32, in.values()), Output: make([]float32, out.values()), name: name}
	if n.engine, err = load(onnx, n, in, out); err != nil {
		return nil, fmt.Errorf("load %s: %w", name, err)
	}
	return n, nil
}

// Run computes Output from Input.
func (n *Network) Run() error {
	if err := n.engine.run(); err != nil {
		return fmt.Errorf("run %s: %w", n.name, err)
	}
	return nil
}

// Close overwrites what the last input left in the network, and frees it.
func (n *Network) Close() error {
	clear(n.Input)
	err := n.engine.run()
	clear(n.Output)
	return errors.Join(err, n.engine.close())
}

// errOpenCV is returned for a file that OpenCV does not take.
var errOpenCV = errors.New("OpenCV cannot use the network")

// openCV runs a network in OpenCV.
type openCV struct {
	net    gocv.Net
	input  gocv.Mat
	values []float32 // input's memory
	of     *Network
}

func newOpenCV(onnx []byte, of *Network, in, _ Shape) (engine, error) {
	net, err := gocv.ReadNetFromONNXBytes(onnx)
	if err != nil {
		return nil, err
	}
	if net.Empty() {
		return nil, errors.Join(errOpenCV, net.Close())
	}
	e := &openCV{net: net, input: gocv.NewMatWithSizes(in[:], gocv.MatTypeCV32F), of: of}
	if e.values, err = e.input.DataPtrFloat32(); err != nil {
		return nil, errors.Join(err, e.close())
	}
	return e, nil
}

func (e *openCV) run() error {
	copy(e.values, e.of.Input)
	e.net.SetInput(e.input, "")
	out := e.net.Forward("")
	defer out.Close()
	values, err := out.DataPtrFloat32()
	if err != nil || len(values) != len(e.of.Output) {
		return fmt.Errorf("unexpected output of %d values", len(values))
	}
	copy(e.of.Output, values)
	return nil
}

func (e *openCV) close() error { return errors.Join(e.net.Close(), e.input.Close()) }
