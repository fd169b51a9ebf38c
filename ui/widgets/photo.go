package widgets

import (
	"image"
	pixels "image/draw"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// photo is a picture out of the store on the screen, which nobody may see again
// once its hit is rejected. It is drawn by one canvas image for as long as there is
// one, whatever renderers come and go: what the toolkit keeps under that image, its
// texture above all, is then known.
type photo struct {
	picture image.Image
	view    *canvas.Image
}

func newPhoto(i image.Image, radius float32) photo {
	p := photo{view: canvas.NewImageFromImage(nil)}
	p.view.FillMode, p.view.CornerRadius = canvas.ImageFillContain, radius
	p.set(i)
	return p
}

// set shows another picture. One that is [Ready] is drawn as it is; the toolkit shrinks
// any other itself, with care and while the window stands.
func (p *photo) set(i image.Image) {
	p.picture, p.view.Image, p.view.ScaleMode = i, i, canvas.ImageScaleSmooth
	if _, ready := i.(*image.RGBA); ready {
		p.view.ScaleMode = canvas.ImageScaleFastest
	}
}

// Ready makes a picture out of the store ready to be drawn about so many pixels wide,
// without a further step on Fyne's goroutine: in the form that is uploaded, and less
// than twice as large as that wide. The picture itself is overwritten, since nobody
// erases it any more. Ready returns nil for nil.
func Ready(i image.Image, wide int) image.Image {
	if i == nil {
		return nil
	}
	r := image.NewRGBA(image.Rectangle{Max: i.Bounds().Size()})
	pixels.Draw(r, r.Rect, i, i.Bounds().Min, pixels.Src)
	overwrite(i)
	for r.Rect.Dx() >= 2*max(wide, 1) && r.Rect.Dy() >= 2 {
		small := halved(r)
		overwrite(r)
		r = small
	}
	return r
}

// Discard overwrites pictures that were made ready and are not shown after all; nil is none.
func Discard(pictures ...image.Image) {
	for _, i := range pictures {
		overwrite(i)
	}
}

// halved is a picture of half the width and height, each pixel the mean of four.
func halved(r *image.RGBA) *image.RGBA {
	half := image.NewRGBA(image.Rect(0, 0, r.Rect.Dx()/2, r.Rect.Dy()/2))
	for y := range half.Rect.Dy() {
		above, below := r.Pix[2*y*r.Stride:], r.Pix[(2*y+1)*r.Stride:]
		row := half.Pix[y*half.Stride : (y+1)*half.Stride]
		for x := range row {
			k := x/4*8 + x%4
			row[x] = byte((int(above[k]) + int(above[k+4]) + int(below[k]) + int(below[k+4]) + 2) / 4)
		}
	}
	return half
}

// erase overwrites the picture and has its texture freed with the next frame. The
// copies in other sizes that the toolkit draws from are nobody's by then; the
// collector overwrites those.
func (p *photo) erase() {
	if p.picture == nil {
		return
	}
	overwrite(p.picture)
	p.set(nil)
	p.view.Refresh() // an image that has none any more gives its texture back
}

// overwrite overwrites the pixels of a picture as it is decoded.
func overwrite(i image.Image) {
	switch i := i.(type) {
	case *image.YCbCr:
		clear(i.Y)
		clear(i.Cb)
		clear(i.Cr)
	case *image.Gray:
		clear(i.Pix)
	case *image.CMYK:
		clear(i.Pix)
	case *image.RGBA:
		clear(i.Pix)
	case *image.NRGBA:
		clear(i.Pix)
	}
}

// Erase overwrites the pictures of hits in all of o, which is not shown again. It
// belongs to Fyne's goroutine.
func Erase(o fyne.CanvasObject) {
	switch o := o.(type) {
	case *Comparison:
		o.erase()
	case *Picture:
		o.erase()
	case *container.Scroll:
		Erase(o.Content)
	case interface{ Page() fyne.CanvasObject }:
		Erase(o.Page())
	case *fyne.Container:
		for _, part := range o.Objects {
			Erase(part)
		}
	}
}
