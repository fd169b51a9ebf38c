// Package widgets are the screens' building blocks, drawn by one hand in the theme
// of package theme: texts, buttons, fields, cards and pages for every screen, and
// the plate rows, camera tiles and queue cards of the patrol.
package widgets

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"secondlook/ui/theme"
)

// drawn renders a widget made of a fixed set of objects.
type drawn struct {
	objects []fyne.CanvasObject
	// arrange places the objects in a size, least is the smallest size, dress
	// brings contents and colours up to date.
	arrange func(fyne.Size)
	least   func() fyne.Size
	dress   func()
	size    fyne.Size
	images  map[*canvas.Image]look // as they were last refreshed
}

// look is what an image is drawn from.
type look struct {
	icon    string
	picture image.Image
	size    fyne.Size
	scale   float32
	hidden  bool
	palette theme.Palette
}

// lookOf is how an image is to look.
func lookOf(i *canvas.Image) look {
	l := look{picture: i.Image, size: i.Size(), scale: 1, hidden: i.Hidden, palette: theme.Current()}
	if i.Resource != nil {
		l.icon, l.picture = i.Resource.Name(), nil // an icon's picture is drawn from its resource
	}
	if c := canvasOf(i); c != nil {
		l.scale = c.Scale()
	}
	return l
}

var _ fyne.WidgetRenderer = (*drawn)(nil)

// draw makes the renderer of a widget; dress may be nil.
func draw(dress func(), least func() fyne.Size, arrange func(fyne.Size), objects ...fyne.CanvasObject) *drawn {
	if dress == nil {
		dress = func() {}
	}
	d := &drawn{objects: objects, arrange: arrange, least: least, dress: dress, images: map[*canvas.Image]look{}}
	dress()
	return d
}

func (d *drawn) Layout(size fyne.Size) {
	d.size = size
	d.arrange(size)
}

func (d *drawn) MinSize() fyne.Size { return d.least() }

// Refresh refreshes the objects, images only where they changed: Fyne reads an icon's
// file anew and uploads every picture again.
func (d *drawn) Refresh() {
	d.dress()
	d.arrange(d.size)
	for _, o := range d.objects {
		if i, ok := o.(*canvas.Image); ok {
			l := lookOf(i)
			if d.images[i] == l {
				continue
			}
			d.images[i] = l
		}
		o.Refresh()
	}
}

func (d *drawn) Objects() []fyne.CanvasObject { return d.objects }
func (d *drawn) Destroy()                     {}

// place moves and resizes an object. One that is where it belongs is left alone: Fyne
// paints the window anew for a container that is moved to where it is.
func place(o fyne.CanvasObject, x, y, width, height float32) {
	if p := fyne.NewPos(x, y); o.Position() != p {
		o.Move(p)
	}
	o.Resize(fyne.NewSize(max(width, 0), max(height, 0)))
}

// box is a rounded rectangle; dressBox sets its colours.
func box(radius float32) *canvas.Rectangle {
	r := canvas.NewRectangle(color.Transparent)
	r.CornerRadius = radius
	return r
}

func dressBox(r *canvas.Rectangle, fill, stroke color.Color, width float32) {
	r.FillColor, r.StrokeColor, r.StrokeWidth = fill, stroke, width
}

// picture is an icon that keeps its shape.
func picture(res fyne.Resource) *canvas.Image {
	i := canvas.NewImageFromResource(res)
	i.FillMode = canvas.ImageFillContain
	return i
}
