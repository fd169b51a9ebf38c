package scenes

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"secondlook/assets"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// settling is longer than a screen takes before it answers, and than a toast stays.
const settling, toastGone = 3 * time.Second, 20 * time.Second

// keysOf are the keys of the translations by their English text.
var keysOf = sync.OnceValues(func() (map[string][]string, error) {
	keys := map[string][]string{}
	files, err := fs.Glob(assets.Translations(), "*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		if !strings.HasSuffix(strings.TrimSuffix(name, ".json"), words.English) {
			continue
		}
		raw, err := fs.ReadFile(assets.Translations(), name)
		if err != nil {
			return nil, err
		}
		texts := map[string]any{}
		if err := json.Unmarshal(raw, &texts); err != nil {
			return nil, err
		}
		for key, text := range texts {
			if text, ok := text.(string); ok {
				keys[text] = append(keys[text], key)
			}
		}
	}
	return keys, nil
})

// shown are the texts that say in the scene's language what an English one says.
func (s *Stage) shown(english string) []string {
	keys, err := keysOf()
	s.fail(err)
	texts := []string{english}
	for _, key := range keys[english] {
		texts = append(texts, words.T(key))
	}
	return texts
}

// find returns the first widget that is shown and fits.
func find[W fyne.CanvasObject](s *Stage, what string, fits func(W) bool) (found W) {
	if s.err != nil {
		return found
	}
	for _, p := range s.Places() {
		if w, ok := p.Object.(W); ok && fits(w) {
			return w
		}
	}
	s.fail(fmt.Errorf("nothing on screen is %q", what))
	return found
}

// Tap presses the button with a text, given in English.
func (s *Stage) Tap(english string) {
	texts := s.shown(english)
	b := find(s, english, func(o fyne.CanvasObject) bool {
		switch o := o.(type) {
		case *widgets.Button:
			return slices.Contains(texts, o.Text)
		case *widgets.Nav:
			return slices.Contains(texts, o.Text)
		case *widgets.Tick:
			return slices.Contains(texts, o.Text)
		}
		return false
	})
	if s.err == nil {
		s.Pass(settling)
		test.Tap(b.(fyne.Tappable))
		s.settle()
	}
}

// Write fills a field in, found by its label in English.
func (s *Stage) Write(label, text string) {
	f := field(s, label)
	if s.err == nil {
		f.SetText(text)
		s.settle()
	}
}

// field returns the field with a label, or whose label begins with it: what is optional
// says so behind it.
func field(s *Stage, label string) *widgets.Field {
	texts := s.shown(label)
	for _, p := range s.Places() {
		if f, ok := p.Object.(*widgets.Field); ok && slices.Contains(texts, f.Label()) {
			return f
		}
	}
	return find(s, label, func(f *widgets.Field) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return strings.HasPrefix(f.Label(), t) })
	})
}

// Pick chooses an option by its key in a picker, found by its label in English.
func (s *Stage) Pick(label, key string) {
	texts := s.shown(label)
	p := find(s, label, func(p *widgets.Picker) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return strings.HasPrefix(p.Label(), t) })
	})
	if s.err != nil {
		return
	}
	p.Choose(key)
	if p.OnChanged != nil {
		p.OnChanged(key)
	}
	s.settle()
}

// PickFrom opens a picker's list.
func (s *Stage) PickFrom(label string) {
	texts := s.shown(label)
	p := find(s, label, func(p *widgets.Picker) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return strings.HasPrefix(p.Label(), t) })
	})
	if s.err == nil {
		test.Tap(p)
		s.settle()
	}
}

// Keyboard opens the keys on the screen for a field.
func (s *Stage) Keyboard(label string) {
	f := field(s, label)
	if s.err != nil {
		return
	}
	f.Focus(s.Window().Canvas())
	for _, p := range s.Places() {
		if key, ok := p.Object.(fyne.Tappable); ok && isPart(p, f) && p.Object != fyne.CanvasObject(f.Entry) {
			key.Tapped(&fyne.PointEvent{})
			s.settle()
			return
		}
	}
	s.fail(fmt.Errorf("%q has no keys on the screen", label))
}

// isPart reports whether what is at a place belongs to something.
func isPart(p Place, of fyne.CanvasObject) bool { return slices.Contains(p.Within, of) }

// Select selects a row of the list on screen.
func (s *Stage) Select(row int) {
	l := find(s, "a list", func(*widgets.List) bool { return true })
	if s.err == nil {
		l.Select(row)
		s.settle()
	}
}

// Key types a key that no field wants.
func (s *Stage) Key(r rune) {
	s.Pass(settling)
	if s.err == nil {
		s.Window().Canvas().Unfocus()
		s.Window().Canvas().OnTypedRune()(r)
		s.settle()
	}
}

// Escape presses Esc.
func (s *Stage) Escape() {
	s.Pass(settling)
	if s.err == nil {
		s.Window().Canvas().Unfocus()
		s.Window().Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape})
		s.settle()
	}
}

// Quiet waits until no toast is on screen.
func (s *Stage) Quiet() { s.Pass(toastGone) }

// Open shows a screen of package forms by its name.
func (s *Stage) Open(name string) {
	if s.err == nil {
		s.Still.Open(name)
		s.settle()
	}
}

// Home shows the first screen of whoever is signed in.
func (s *Stage) Home() {
	if s.err == nil {
		s.Still.Home()
		s.settle()
	}
}

// slug is a text as a part of a picture's name.
func slug(text string) string { return strings.ToLower(strings.ReplaceAll(text, " ", "-")) }
