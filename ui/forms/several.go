package forms

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// severalPicker chooses several of many: what is picked joins a list below, and a
// button empties it.
type severalPicker struct {
	widget.BaseWidget
	chosen []string
	// changed is called when the height may have changed; nil for nothing.
	changed func()

	options []widgets.Option
	picker  *widgets.Picker
	text    *widgets.Text
	clear   *widgets.Button
	body    *fyne.Container
}

func newSeveralPicker(label, hint string, options []widgets.Option) *severalPicker {
	s := &severalPicker{options: options, picker: widgets.NewPicker(label, hint, options),
		text: widgets.NewText("", theme.SizeBody, theme.ColorText, widgets.Wrapped)}
	s.ExtendBaseWidget(s)
	s.clear = widgets.NewButton(widgets.Secondary, words.T("cases.clear"), func() { s.set(nil) })
	s.picker.OnChanged = func(key string) {
		if key == "" {
			return
		}
		if !slices.Contains(s.chosen, key) {
			s.chosen = append(s.chosen, key)
		}
		s.picker.Choose("")
		s.say()
	}
	s.body = widgets.NewColumn(0.5, s.picker, s.text, s.clear)
	s.say()
	return s
}

func (s *severalPicker) set(keys []string) {
	s.chosen = slices.Clone(keys)
	s.say()
}

// say shows what is chosen.
func (s *severalPicker) say() {
	var texts []string
	for _, o := range s.options {
		if slices.Contains(s.chosen, o.Key) {
			texts = append(texts, o.Text)
		}
	}
	s.text.SetText(strings.Join(texts, " · "))
	s.text.Hidden, s.clear.Hidden = len(texts) == 0, len(texts) == 0
	s.picker.SetError("")
	s.body.Refresh()
	s.Refresh()
	if s.changed != nil {
		s.changed()
	}
}

// SetError implements question.
func (s *severalPicker) SetError(what string) { s.picker.SetError(what); s.Refresh() }

// Fault implements question.
func (s *severalPicker) Fault() string { return s.picker.Fault() }

// HeightFor implements [widgets.Tall].
func (s *severalPicker) HeightFor(width float32) float32 { return widgets.HeightOf(s.body, width) }

// CreateRenderer implements [fyne.Widget].
func (s *severalPicker) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.body) }

// Held implements [widgets.Holder].
func (s *severalPicker) Held() []fyne.CanvasObject { return []fyne.CanvasObject{s.body} }
