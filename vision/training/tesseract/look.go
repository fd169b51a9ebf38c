package main

import (
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
)

// show writes a picture of sixty lines, four abreast, and prints what they say.
func show(name string, next source) error {
	const across, down, wide, high = 4, 15, 340, 44
	sheet := image.NewGray(image.Rect(0, 0, across*wide, down*high))
	for i := range across * down {
		l := next()
		at := image.Pt(i%across*wide, i/across*high)
		draw.Draw(sheet, l.picture.Bounds().Add(at), l.picture, image.Point{}, draw.Src)
		fmt.Printf("%-24s", l.text)
		if i%across == across-1 {
			fmt.Println()
		}
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := png.Encode(f, sheet); err != nil {
		return err
	}
	return f.Close()
}
