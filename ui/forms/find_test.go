package forms

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/stretchr/testify/require"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
)

func ground() fyne.CanvasObject {
	return canvas.NewRectangle(theme.Color(theme.ColorGround).(color.NRGBA))
}

// walk visits what is visible in the window, the popup alone where one is open.
func (t *terminal) walk(visit func(fyne.CanvasObject, fyne.Position)) {
	root := t.window.Content()
	if top := t.window.Canvas().Overlays().Top(); top != nil {
		root = top
	}
	walk(root, root.Position(), visit)
}

func walk(o fyne.CanvasObject, at fyne.Position, visit func(fyne.CanvasObject, fyne.Position)) {
	if !o.Visible() {
		return
	}
	visit(o, at)
	var children []fyne.CanvasObject
	switch o := o.(type) {
	case *fyne.Container:
		children = o.Objects
	case *container.Scroll:
		children = []fyne.CanvasObject{o.Content}
	case *widget.PopUp:
		children = []fyne.CanvasObject{o.Content}
	case *container.ThemeOverride:
		children = []fyne.CanvasObject{o.Content}
	case *widgets.Entry:
	case fyne.Widget:
		children = test.WidgetRenderer(o).Objects()
	}
	for _, c := range children {
		walk(c, at.Add(c.Position()), visit)
	}
}

// find returns the visible widgets of a kind.
func find[W fyne.CanvasObject](t *terminal, fits func(W) bool) (found []W) {
	t.walk(func(o fyne.CanvasObject, _ fyne.Position) {
		if w, ok := o.(W); ok && fits(w) {
			found = append(found, w)
		}
	})
	return found
}

// button returns the first button with a text.
func (t *terminal) button(text string) *widgets.Button {
	t.t.Helper()
	found := find(t, func(b *widgets.Button) bool { return b.Text == text })
	require.NotEmpty(t.t, found, "no button %q among %q", text, t.texts())
	return found[0]
}

func (t *terminal) tap(text string) {
	t.t.Helper()
	b := t.button(text)
	require.False(t.t, b.Disabled(), "button %q is disabled", text)
	test.Tap(b)
}

// field returns the field with a label.
func (t *terminal) field(label string) *widgets.Field {
	t.t.Helper()
	found := find(t, func(f *widgets.Field) bool { return strings.HasPrefix(f.Label(), label) })
	require.NotEmpty(t.t, found, "no field %q", label)
	return found[0]
}

func (t *terminal) write(label, text string) {
	t.t.Helper()
	f := t.field(label)
	f.SetText("")
	t.window.Canvas().Focus(f.Entry)
	require.Equal(t.t, fyne.Focusable(f.Entry), t.window.Canvas().Focused())
	for _, r := range text {
		f.Entry.TypedRune(r)
	}
}

// pick chooses an option of a picker as a person does: in its list.
func (t *terminal) pick(p *widgets.Picker, option string) {
	t.t.Helper()
	test.Tap(p)
	t.tap(option)
}

// texts returns every text that can be seen.
func (t *terminal) texts() (all []string) {
	t.walk(func(o fyne.CanvasObject, _ fyne.Position) {
		if s, ok := o.(*canvas.Text); ok && s.Text != "" {
			all = append(all, s.Text)
		}
	})
	return all
}

// reads reports whether a text can be seen, over line breaks.
func (t *terminal) reads(text string) bool {
	return strings.Contains(squeeze(strings.Join(t.texts(), " ")), squeeze(text))
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func (t *terminal) mustRead(texts ...string) {
	t.t.Helper()
	for _, text := range texts {
		require.True(t.t, t.reads(text), "%q is not to be seen in %q", text, t.texts())
	}
}
