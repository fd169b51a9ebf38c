package widgets

import (
	"image"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"secondlook/app/patrol"
	"secondlook/ui/theme"
	"secondlook/ui/words"
)

// CameraTile is a camera's live picture with its name and its health. A lost camera
// is hatched and says so.
type CameraTile struct {
	widget.BaseWidget

	view   *canvas.Image
	health patrol.Health
	now    time.Time

	mu      sync.Mutex
	newest  *image.RGBA // waits to be shown
	pending bool        // a call that will show it is on its way
	area    image.Point // what the picture measures on screen, in pixels
}

// NewCameraTile returns a tile without a picture.
func NewCameraTile(h patrol.Health, now time.Time) *CameraTile {
	t := &CameraTile{health: h, now: now, view: canvas.NewImageFromImage(nil)}
	t.view.ScaleMode, t.view.FillMode, t.view.CornerRadius = canvas.ImageScaleFastest, canvas.ImageFillContain, theme.Radius
	t.ExtendBaseWidget(t)
	return t
}

// Area returns how large the picture is on screen, in pixels; the zero point while
// it was never laid out. It may be called from any goroutine.
func (t *CameraTile) Area() image.Point {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.area
}

// Busy reports whether a picture waits to be shown: a new one would only replace
// it. It may be called from any goroutine.
func (t *CameraTile) Busy() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pending
}

// Offer hands the tile its newest picture and reports whether the caller must have
// [CameraTile.ShowNewest] called on Fyne's goroutine: at most one such call is on
// its way. It may be called from any goroutine.
func (t *CameraTile) Offer(i *image.RGBA) (call bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	call = !t.pending
	t.newest, t.pending = i, true
	return call
}

// ShowNewest draws the picture that was offered last.
func (t *CameraTile) ShowNewest() {
	t.mu.Lock()
	i := t.newest
	t.newest, t.pending = nil, false
	t.mu.Unlock()
	if i == nil || !t.Visible() {
		return
	}
	first := t.view.Image == nil
	t.view.Image = i
	if first {
		t.Refresh() // the frame leaves the place to it
	}
	t.view.Refresh()
}

// SetHealth replaces what the tile says of its camera.
func (t *CameraTile) SetHealth(h patrol.Health, now time.Time) {
	same := t.detail() // before
	lost := t.lost()
	name := t.health.Name
	t.health, t.now = h, now
	if same != t.detail() || lost != t.lost() || name != h.Name {
		t.Refresh()
	}
}

// stale is the age from which a picture says how old it is.
const stale = 2 * time.Second

// stands reports whether a camera that is there gives no new pictures.
func (t *CameraTile) stands() bool {
	return t.health.Connected && !t.health.Ended && t.now.Sub(t.health.LastFrame) >= stale
}

// lost reports whether no pictures come in, though they should.
func (t *CameraTile) lost() bool { return !t.health.Connected && !t.health.Ended }

// waiting reports whether the camera has never given a picture yet.
func (t *CameraTile) waiting() bool {
	return t.lost() && t.health.LastFrame.IsZero() && t.health.Problem == ""
}

// state is the word over a tile without pictures, "" while they come in.
func (t *CameraTile) state() string {
	switch {
	case t.health.Ended:
		return words.T("camera.ended")
	case t.waiting():
		return words.T("camera.waiting")
	case t.lost():
		return words.T("camera.lost")
	}
	return ""
}

// detail is the line of figures.
func (t *CameraTile) detail() string {
	h := t.health
	if t.lost() {
		if h.Problem != "" {
			return h.Problem
		}
		if h.LastFrame.IsZero() {
			return ""
		}
		return words.T("camera.since", "Age", words.Span(t.now.Sub(h.LastFrame)), "Tries", h.Reconnects)
	}
	if t.stands() { // its rate is what it was before
		return words.T("camera.age", "Age", words.Span(t.now.Sub(h.LastFrame)))
	}
	text := words.T("camera.fps", "FPS", int(h.FPS+0.5))
	if h.Drops > 0 {
		text += " · " + words.T("camera.drops", "Drops", h.Drops)
	}
	return text
}

// side is where the camera looks, in words.
func (t *CameraTile) side() string {
	if t.health.Side == "" {
		return ""
	}
	return words.T("side." + t.health.Side)
}

const tileBar float32 = 34

// CreateRenderer implements [fyne.Widget].
func (t *CameraTile) CreateRenderer() fyne.WidgetRenderer {
	frame, stripes, plain := box(theme.Radius), newHatch(theme.ColorLine), box(theme.Radius)
	mark := picture(nil)
	name := NewText("", theme.SizeSmall, theme.ColorText, Cut)
	name.Style = theme.Bold
	figures := NewText("", theme.SizeSmall, theme.ColorMuted, Cut)
	state := NewText("", theme.SizeHeading, theme.ColorGrave, Cut)
	state.Style = theme.Bold
	note := NewText("", theme.SizeSmall, theme.ColorText, Cut)
	sign := picture(nil)
	dress := func() {
		p := theme.Current()
		out, edge, weight := t.state() != "", p.Line, theme.Stroke
		icon, ink := "camera", theme.ColorOK
		if t.lost() && !t.waiting() {
			edge, weight, icon, ink = p.Grave, 2*theme.Stroke, "camera-lost", theme.ColorGrave
		} else if out {
			ink = theme.ColorMuted
		} else if t.stands() {
			icon, ink = "warning", theme.ColorHigh
		}
		dressBox(frame, p.Surface, edge, weight)
		dressBox(plain, p.Ground, edge, theme.Stroke)
		mark.Resource, sign.Resource = theme.Icon(icon, ink), theme.Icon(icon, ink)
		name.text = t.health.Name
		if s := t.side(); s != "" && !strings.EqualFold(s, t.health.Name) {
			name.text += " · " + s
		}
		state.text, state.Color = t.state(), ink
		figures.text, figures.Color, note.text = t.detail(), theme.ColorMuted, ""
		if t.stands() {
			figures.Color = theme.ColorHigh
		}
		if out && t.lost() {
			figures.text, note.text = "", t.detail()
		}
		stripes.Hidden = !t.lost() || t.waiting()
		t.view.Hidden = out
		plain.Hidden, sign.Hidden = !out, !out
	}
	arrange := func(size fyne.Size) {
		high := size.Height - tileBar
		place(frame, 0, 0, size.Width, size.Height)
		if !t.view.Hidden && t.view.Image != nil { // nothing is painted under a picture that changes all the time
			place(frame, 0, high, size.Width, tileBar)
		}
		place(t.view, 0, 0, size.Width, high-3)
		place(stripes, 3, 3, size.Width-6, high-3)
		t.keepArea(fyne.NewSize(size.Width, high-3))
		wide := min(max(state.wide(state.text)+buttonIcon+theme.Grid, note.wide(note.text))+1, size.Width-5*theme.Grid)
		x, tall := (size.Width-wide)/2, state.step()
		if note.text != "" {
			tall += note.step()
		}
		y := (high - tall) / 2
		place(plain, x-theme.Margin, y-theme.Grid, wide+2*theme.Margin, tall+2*theme.Grid)
		place(sign, x, y+(state.step()-buttonIcon)/2, buttonIcon, buttonIcon)
		place(state, x+buttonIcon+theme.Grid, y, wide-buttonIcon-theme.Grid, state.step())
		place(note, x, y+state.step(), wide, note.step())
		bar := high + (tileBar-name.step())/2 - 1
		place(mark, 10, bar+1, 20, name.step())
		right := min(figures.wide(figures.text)+1, size.Width-64-min(name.wide(name.text), 140))
		place(name, 38, bar, size.Width-38-right-20, name.step())
		place(figures, size.Width-right-12, bar, right, figures.step())
	}
	return draw(dress, func() fyne.Size { return fyne.NewSize(160, 120) }, arrange,
		frame, t.view, stripes, plain, sign, state, note, mark, name, figures)
}

// keepArea notes the picture's size in pixels, so that frames are made no larger.
func (t *CameraTile) keepArea(size fyne.Size) {
	scale := float32(1)
	if c := canvasOf(t); c != nil {
		scale = c.Scale()
	}
	t.mu.Lock()
	t.area = image.Pt(int(size.Width*scale), int(size.Height*scale))
	t.mu.Unlock()
}
