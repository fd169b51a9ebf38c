package forms

import (
	"image"
	"image/color"
	"image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/boombuler/barcode/qr"
)

const (
	// quiet is the white margin around a QR code, in modules (ISO/IEC 18004, 6.3.8).
	quiet = 4
	// qrSide is the least side of a QR code on screen.
	qrSide float32 = 264
)

// qrCode shows a text as a QR code, black on white in every palette: many readers do
// not take an inverted one. It returns nil for a text that is too long for one.
func qrCode(text string) fyne.CanvasObject {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil
	}
	n := code.Bounds().Dx()
	picture := image.NewGray(image.Rect(0, 0, n+2*quiet, n+2*quiet))
	draw.Draw(picture, picture.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(picture, image.Rect(quiet, quiet, quiet+n, quiet+n), code, code.Bounds().Min, draw.Src)
	shown := canvas.NewImageFromImage(picture)
	shown.ScaleMode, shown.FillMode = canvas.ImageScalePixels, canvas.ImageFillContain
	shown.SetMinSize(fyne.NewSquareSize(qrSide))
	return shown
}
