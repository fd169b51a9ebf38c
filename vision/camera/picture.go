package camera

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // so that DecodeConfig knows the format
	_ "image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gocv.io/x/gocv"
	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"
)

// ErrPicture is returned for a file that is not a picture that can be decoded.
var ErrPicture = errors.New("not a JPEG, PNG, BMP, TIFF or WebP picture, or damaged")

// ErrLarge is returned for a picture with too many pixels.
var ErrLarge = errors.New("picture has more than 200 million pixels")

const maxPixels, maxSide = 200e6, 1 << 16

var extensions = []string{".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"}

// IsPicture reports whether a file is a picture by its name.
func IsPicture(name string) bool {
	return slices.Contains(extensions, strings.ToLower(filepath.Ext(name)))
}

// Load reads a picture file and decodes it; see [Decode].
func Load(path string) (gocv.Mat, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return gocv.Mat{}, err
	}
	defer clear(data)
	return Decode(data)
}

// Decode decodes a picture to 8 bit BGR, whatever its depth and channels, turned
// upright if it says how it was taken. It returns [ErrPicture] or [ErrLarge]. The
// size is looked at first, because OpenCV ends the program when it dislikes it.
func Decode(data []byte) (gocv.Mat, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil || config.Width < 1 || config.Height < 1:
		return gocv.Mat{}, ErrPicture
	case config.Width > maxSide || config.Height > maxSide || float64(config.Width)*float64(config.Height) > maxPixels:
		return gocv.Mat{}, ErrLarge
	}
	picture, err := gocv.IMDecode(data, gocv.IMReadColor)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("%w: %w", ErrPicture, err)
	}
	if picture.Empty() {
		picture.Close()
		return gocv.Mat{}, ErrPicture
	}
	return picture, nil
}
