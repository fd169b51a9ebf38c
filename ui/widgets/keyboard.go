package widgets

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"secondlook/ui/theme"
	"secondlook/ui/words"
)

// pad is which keys a field needs.
type pad int

const (
	padText pad = iota
	padPlate
)

// keyboard is the keys on the screen, over the window, for one field. What is typed
// stands in the field at once, so that nothing is lost when the keys go away.
type keyboard struct {
	field *Field
	shown *Entry // what stands in the field, with a cursor of its own
	fault *Text
	body  *fyne.Container
	rows  *fyne.Container
	popup *widget.PopUp
	upper bool
	signs bool
}

// openKeyboard shows the keys for a field.
func openKeyboard(f *Field) {
	c := canvasOf(f)
	if c == nil || f.Entry.Disabled() {
		return
	}
	k := newKeyboard(f)
	k.popup = NewPopUp(NewInset(1.5, k.body), c)
	k.fit(c)
	k.popup.Show()
	c.Focus(k.shown)
	k.shown.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown}) // to the end of what is written
}

func newKeyboard(f *Field) *keyboard {
	k := &keyboard{field: f, rows: NewColumn(1), fault: NewText("", theme.SizeSmall, theme.ColorGrave, Wrapped)}
	k.shown = newEntry(func(e *widget.Entry) {
		e.Password, e.TextStyle, e.Text = f.Entry.Password, f.Entry.TextStyle, f.Entry.Text
		if f.rows > 0 {
			areaOf(e, 1)
		}
	})
	k.shown.OnChanged = k.wrote
	k.shown.OnSubmitted = func(string) { k.close() }
	var shown fyne.CanvasObject = k.shown
	if f.pad == padPlate {
		shown = container.NewThemeOverride(k.shown, largeEntry{})
	}
	done := NewIconButton(Primary, "exact", words.T("keyboard.done"), k.close)
	k.body = NewColumn(1, NewSmall(f.label), NewFillRow(1.5, 0, NewColumn(0, shown), done), k.fault, k.rows)
	k.fault.Hide()
	k.lay()
	return k
}

// fit makes the keys as wide as the window lets them.
func (k *keyboard) fit(c fyne.Canvas) {
	const widest = 1000
	wide := min(c.Size().Width-2*theme.Margin, widest)
	inner := wide - 3*theme.Grid
	k.body.Resize(fyne.NewSize(inner, HeightOf(k.body, inner)))
	k.popup.Resize(PopUpSize(wide, HeightOf(k.body, inner)+3*theme.Grid))
}

func (k *keyboard) close() {
	k.popup.Hide()
	if c := canvasOf(k.field); c != nil {
		k.field.Focus(c)
	}
}

// wrote passes on what stands in the keyboard's own entry. The field may take less
// of it: a plate has no spaces.
func (k *keyboard) wrote(s string) {
	k.field.SetText(s)
	fault := k.field.Fault() // of what was written, before what it took of it
	if took := k.field.Text(); took != s {
		k.shown.SetText(took)
		k.shown.CursorColumn = len([]rune(took))
	}
	k.fault.SetText(fault)
	k.fault.Hidden = fault == ""
	k.body.Refresh()
}

// lay lays the keys that are wanted now.
func (k *keyboard) lay() {
	if k.field.pad == padPlate {
		k.rows.Objects = []fyne.CanvasObject{k.plateKeys()}
	} else {
		k.rows.Objects = k.textKeys()
	}
	k.rows.Refresh()
}

// press is a key, after which a real keyboard goes on writing here.
func (k *keyboard) press(text string, do func()) *keyCap {
	return newKeyCap(text, func() {
		do()
		if c := canvasOf(k.body); c != nil {
			c.Focus(k.shown)
		}
	})
}

// key types what stands on it.
func (k *keyboard) key(text string) *keyCap {
	return k.press(text, func() {
		for _, r := range text {
			k.shown.TypedRune(r)
		}
		if k.upper {
			k.upper = false
			k.lay()
		}
	})
}

func (k *keyboard) keysOf(texts string) (caps []*keyCap) {
	for _, t := range strings.Fields(texts) {
		if k.upper {
			t = strings.ToUpper(t)
		}
		caps = append(caps, k.key(t))
	}
	return caps
}

// rubOut takes back the character before the cursor.
func (k *keyboard) rubOut() *keyCap {
	cap := k.press("", func() { k.shown.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace}) })
	cap.icon, cap.units = "rub-out", 1.5
	return cap
}

// textKeys are the keys for words: letters and digits, or signs.
func (k *keyboard) textKeys() []fyne.CanvasObject {
	const accents = "é è ê à â ç î ô û ù"
	rows := [][]*keyCap{k.keysOf("1 2 3 4 5 6 7 8 9 0")}
	if k.signs {
		rows = append(rows, k.keysOf("/ : ; \" ( ) @ # & +"), k.keysOf("= ? ! % _ * ~ $ « »"))
		if words.Language() != words.French {
			rows = append(rows, k.keysOf(accents))
		}
		rows = append(rows, append(k.keysOf("ë ï ü œ æ ° € ’"), k.rubOut()))
	} else {
		if words.Language() == words.French {
			rows = append(rows, k.keysOf(accents))
		}
		rows = append(rows, k.keysOf("q w e r t y u i o p"), k.keysOf("a s d f g h j k l"))
		last := append([]*keyCap{k.shift()}, k.keysOf("z x c v b n m")...)
		rows = append(rows, append(last, k.rubOut()))
	}
	rows = append(rows, k.lastRow())
	var all []fyne.CanvasObject
	for _, row := range rows {
		all = append(all, keyRow(10, row...))
	}
	return all
}

func (k *keyboard) shift() *keyCap {
	cap := k.press("", func() { k.upper = !k.upper; k.lay() })
	cap.icon, cap.units, cap.lit = "shift", 1.5, k.upper
	return cap
}

// lastRow has the space, what is needed most of the signs, and the way to the rest.
func (k *keyboard) lastRow() []*keyCap {
	other := words.T("keyboard.signs")
	if k.signs {
		other = words.T("keyboard.letters")
	}
	turn := k.press(other, func() {
		k.signs = !k.signs
		k.lay()
		if c := canvasOf(k.field); c != nil {
			k.fit(c)
		}
	})
	space := k.press(words.T("keyboard.space"), func() { k.shown.TypedRune(' ') })
	turn.units, space.units = 1.5, 4.5
	return append([]*keyCap{turn, k.key("'"), k.key(",")}, space, k.key("."), k.key("-"))
}

// plateKeys are the keys for a plate: letters on the left, in the order of the
// alphabet so that they are as wide as can be, digits on the right, and those of the
// two that look alike say which they are.
func (k *keyboard) plateKeys() fyne.CanvasObject {
	letters, digits := NewColumn(1), NewColumn(1)
	letters.Add(NewSmall(words.T("keyboard.letters.title")))
	digits.Add(NewSmall(words.T("keyboard.digits.title")))
	for _, row := range []string{"A B C D E F G", "H I J K L M N", "O P Q R S T U", "V W X Y Z"} {
		keys := k.plateRow(row)
		if len(keys) < 7 {
			erase := k.rubOut()
			erase.units = 2
			keys = append(keys, erase)
		}
		letters.Add(keyRow(7, keys...))
	}
	for _, row := range []string{"1 2 3", "4 5 6", "7 8 9"} {
		digits.Add(keyRow(3, k.plateRow(row)...))
	}
	zero := k.plateRow("0")
	zero[0].units = 3
	digits.Add(keyRow(3, zero...))
	return fyne.NewContainerWithLayout(blocks{}, letters, digits)
}

func (k *keyboard) plateRow(texts string) []*keyCap {
	keys := k.keysOf(texts)
	for _, cap := range keys {
		cap.style = theme.Plate
		if strings.Contains("OI01", cap.text) {
			cap.note = words.T("keyboard.letter")
			if unicode.IsDigit(rune(cap.text[0])) {
				cap.note = words.T("keyboard.digit")
			}
		}
	}
	return keys
}

// keyRow lays keys side by side: so many of the usual width fill the row, fewer stand
// in its middle.
func keyRow(units float32, keys ...*keyCap) *fyne.Container {
	row := fyne.NewContainerWithLayout(keysLayout(units))
	for _, k := range keys {
		row.Add(k)
	}
	return row
}

type keysLayout float32

func (l keysLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	gap := theme.Grid
	each := (size.Width + gap) / float32(l) // with the gap after it
	all := float32(0)
	for _, o := range objects {
		all += o.(*keyCap).units
	}
	x := (float32(l) - all) * each / 2
	for _, o := range objects {
		wide := o.(*keyCap).units * each
		place(o, x, 0, wide-gap, size.Height)
		x += wide
	}
}

func (l keysLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, keyLeast) }

// blocks stands the digits of a plate beside the letters, so that all keys are alike.
type blocks struct{}

// between is the room between the two blocks.
const between float32 = 32

func (blocks) split(width float32) (left, right float32) {
	each := (width - between + 2*theme.Grid) / 10
	return 7*each - theme.Grid, 3*each - theme.Grid
}

func (b blocks) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, right := b.split(size.Width)
	place(objects[0], 0, 0, left, size.Height)
	place(objects[1], left+between, 0, right, size.Height)
}

func (b blocks) heightFor(objects []fyne.CanvasObject, width float32) float32 {
	left, right := b.split(width)
	return max(HeightOf(objects[0], left), HeightOf(objects[1], right))
}

func (b blocks) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, b.heightFor(objects, 10*keyLeast))
}
