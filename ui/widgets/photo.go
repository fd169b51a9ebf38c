package widgets

import (
	"image"

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
	view := canvas.NewImageFromImage(i)
	view.FillMode, view.CornerRadius = canvas.ImageFillContain, radius
	return photo{i, view}
}

// set shows another picture.
func (p *photo) set(i image.Image) {
	p.picture, p.view.Image = i, i
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
