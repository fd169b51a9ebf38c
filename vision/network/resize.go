package network

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// errONNX is returned for a file that is not ONNX.
var errONNX = errors.New("not an ONNX file")

// Numbers of the fields of an ONNX file (onnx.proto3) on the way to the sizes of
// the graph's inputs and outputs.
const (
	modelGraph  = 7
	graphInput  = 11
	graphOutput = 12
	graphValue  = 13 // what is known of the values between; wrong for other sizes
	valueType   = 2
	typeTensor  = 1
	tensorShape = 2
	shapeSize   = 1
	sizeValue   = 1
)

// resized returns an ONNX file for another size of input. OpenCV takes the size of
// the input that it is given; ONNX Runtime insists on the size in the file.
func resized(onnx []byte, in, out Shape) ([]byte, error) {
	value := func(shape Shape) edit {
		return func(b []byte) ([]byte, error) {
			return within(b, []protowire.Number{valueType, typeTensor}, tensorShape, func([]byte) ([]byte, error) {
				var sizes []byte
				for _, n := range shape {
					size := protowire.AppendVarint(protowire.AppendTag(nil, sizeValue, protowire.VarintType), uint64(n))
					sizes = protowire.AppendBytes(protowire.AppendTag(sizes, shapeSize, protowire.BytesType), size)
				}
				return sizes, nil
			})
		}
	}
	return fields(onnx, map[protowire.Number]edit{
		modelGraph: func(graph []byte) ([]byte, error) {
			return fields(graph, map[protowire.Number]edit{
				graphInput:  value(in),
				graphOutput: value(out),
				graphValue:  nil,
			})
		},
	})
}

// edit returns the new content of a field.
type edit func([]byte) ([]byte, error)

// within applies an edit to a field that lies in fields of fields.
func within(b []byte, path []protowire.Number, field protowire.Number, e edit) ([]byte, error) {
	if len(path) == 0 {
		return fields(b, map[protowire.Number]edit{field: e})
	}
	return fields(b, map[protowire.Number]edit{path[0]: func(inner []byte) ([]byte, error) {
		return within(inner, path[1:], field, e)
	}})
}

// fields copies a message with some of its fields edited, and those left out whose
// edit is nil.
func fields(b []byte, edits map[protowire.Number]edit) ([]byte, error) {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return nil, errONNX
		}
		size := protowire.ConsumeFieldValue(number, kind, b[n:])
		if size < 0 {
			return nil, errONNX
		}
		e, edited := edits[number]
		switch {
		case !edited || kind != protowire.BytesType:
			out = append(out, b[:n+size]...)
		case e != nil:
			content, _ := protowire.ConsumeBytes(b[n:])
			content, err := e(content)
			if err != nil {
				return nil, err
			}
			out = protowire.AppendBytes(protowire.AppendTag(out, number, kind), content)
		}
		b = b[n+size:]
	}
	return out, nil
}
