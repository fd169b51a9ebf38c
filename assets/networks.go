package assets

import (
	"embed"
	"fmt"
)

// The networks that ship with the program. They were made for it, on synthetic
// plates only, and carry the project's licence. vision/training says how.
const (
	// DetectNetwork finds plates. Input 1x1x384x640 grey, (v-110)/60; output
	// 1x9x48x80: the score (logit) and the offsets of the four corners.
	DetectNetwork = "plate-detect-640x384.onnx"
	// ReadNetworkA and ReadNetworkC read a plate. Input 1x1x48x160 grey,
	// (v-mean)/(deviation+4); output 1x37x1x40, forty steps of blank, 0-9, A-Z.
	ReadNetworkA = "plate-read-a.onnx"
	ReadNetworkC = "plate-read-c.onnx"
)

//go:embed networks/*.onnx
var networks embed.FS

// Network returns the ONNX file of a network by its name. It fails for a name
// that is none of the constants of this package.
func Network(name string) ([]byte, error) {
	onnx, err := networks.ReadFile("networks/" + name)
	if err != nil {
		return nil, fmt.Errorf("network %s is not built in: %w", name, err)
	}
	return onnx, nil
}
