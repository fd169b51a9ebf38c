// Command generate writes the icons and sounds that package assets embeds, from
// their descriptions in assets/icons and assets/sounds, and gives the interface
// font deeper lines. Run it in assets, as "go generate ./assets" does.
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"

	"secondlook/assets"
	"secondlook/assets/icons"
	"secondlook/assets/sounds"
)

// lineDepth is how far the lines of B612 reach below the baseline, in units of
// which 2000 are the font's size.
const lineDepth = -700

func main() {
	if err := generate("."); err != nil {
		fmt.Fprintln(os.Stderr, "generate assets:", err)
		os.Exit(1)
	}
}

// generate writes all files into the folders fonts, icons and sounds of the given
// one.
func generate(folder string) error {
	files := map[string][]byte{"icons/secondlook.svg": icons.Mark()}
	for _, name := range icons.Names() {
		files["icons/"+name+".svg"] = icons.Draw(name)
	}
	for _, name := range sounds.Names() {
		files["sounds/"+name+".wav"] = sounds.Render(name)
	}
	for name, size := range map[string]int{"icons/secondlook.png": 512, "icons/secondlook-64.png": 64} {
		picture, err := rasterize(icons.Mark(), size)
		if err != nil {
			return fmt.Errorf("draw %s: %w", name, err)
		}
		files[name] = picture
	}
	for _, name := range []string{assets.FontRegular, assets.FontBold} {
		font, err := deepen(assets.Font(name), lineDepth)
		if err != nil {
			return fmt.Errorf("change %s: %w", name, err)
		}
		files["fonts/"+name] = font
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// rasterize draws a square SVG as a PNG of size by size pixels.
func rasterize(svg []byte, size int) ([]byte, error) {
	icon, err := oksvg.ReadIconStream(bytes.NewReader(svg))
	if err != nil {
		return nil, err
	}
	icon.SetTarget(0, 0, float64(size), float64(size))
	picture := image.NewRGBA(image.Rect(0, 0, size, size))
	icon.Draw(rasterx.NewDasher(size, size, rasterx.NewScannerGV(size, size, picture, picture.Bounds())), 1)
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}
