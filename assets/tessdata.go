package assets

import (
	"embed"
	"fmt"
)

// TessdataPlate is the network with which Tesseract reads the characters of a
// plate, 0-9 and A-Z, in the picture of a line 36 pixels high, dark on light. It
// was made for the program, on synthetic plates only; vision/training/tesseract
// says how.
const TessdataPlate = "plate"

//go:embed tessdata/*.traineddata
var tessdata embed.FS

// Tessdata returns a network for Tesseract (traineddata) by its name. It fails
// for any other name than [TessdataPlate].
func Tessdata(name string) ([]byte, error) {
	data, err := tessdata.ReadFile("tessdata/" + name + ".traineddata")
	if err != nil {
		return nil, fmt.Errorf("Tesseract's network %s is not built in: %w", name, err)
	}
	return data, nil
}
