package assets

import (
	"embed"
	"fmt"
)

// Tesseract's networks that ship with the program, made for it on synthetic
// plates only. vision/training/tesseract says how. Both read a line 36 pixels
// high, dark on light.
const (
	// TessdataPlate reads the characters of a plate: 0-9, A-Z.
	TessdataPlate = "plate"
	// TessdataLegend reads the small print of a plate: the name of the province or
	// state, the slogan.
	TessdataLegend = "legend"
)

//go:embed tessdata/*.traineddata
var tessdata embed.FS

// Tessdata returns a network for Tesseract (traineddata) by its name. It fails
// for a name that is none of the constants of this package.
func Tessdata(name string) ([]byte, error) {
	data, err := tessdata.ReadFile("tessdata/" + name + ".traineddata")
	if err != nil {
		return nil, fmt.Errorf("Tesseract's network %s is not built in: %w", name, err)
	}
	return data, nil
}
