package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/ui/widgets"
)

// hand is what a journey uses the program with.
type hand int

const (
	bothHands    hand = iota
	keyboardOnly      // Tab, Enter and what is typed; no pointer
	pointerOnly       // clicks; what is written is tapped on the keys on the screen
)

// round goes once round everything that can have the keyboard, and returns how many
// times Tab leads from what has it to what fits, last where several do, and how many
// there are in all; zero and zero where nothing fits. What had the keyboard has it again;
// nothing has it if that has left the screen, which is where Tab begins in both cases.
func round(c fyne.Canvas, first bool, fits func(fyne.Focusable) bool) (steps, all int) {
	before := c.Focused()
	c.Unfocus()
	here, there := -1, -1
	var head fyne.Focusable
	for ; all < 300; all++ {
		c.FocusNext()
		now := c.Focused()
		if now == nil || now == head { // nothing, or all round
			break
		}
		if head == nil {
			head = now
		}
		if now == before {
			here = all
		}
		if fits(now) && (there < 0 || !first) {
			there = all
		}
	}
	if here < 0 {
		c.Unfocus()
		all++ // back to what is last, Tab goes once from nothing
	} else {
		c.Focus(before)
	}
	switch {
	case there < 0:
		return 0, 0
	case there < here:
		return there - here + all, all
	}
	return there - here, all
}

// fitting returns what a question means: "button T" is what says T, "first T" too,
// "entry L" the entry of the field with a label.
func fitting(kind, what string) func(fyne.Focusable) bool {
	return func(f fyne.Focusable) bool {
		found := false
		if kind == "entry" {
			look(func(o fyne.CanvasObject, _ fyne.Position) {
				if field, ok := o.(*widgets.Field); ok && field.Label() == what {
					found = found || fyne.Focusable(field.Entry) == f
				}
			})
			return found
		}
		size := fyne.NewSize(1e6, 1e6)
		walk(f.(fyne.CanvasObject), fyne.Position{}, size, func(o fyne.CanvasObject, _ fyne.Position) {
			text, ok := textOf(o)
			found = found || ok && text == what
		})
		return found
	}
}

// tabs answers how far something is by Tab, "steps all", and "0" where what has the
// keyboard fits already; see answer.
func tabs(kind, what string) string {
	windows := fyne.CurrentApp().Driver().AllWindows()
	if len(windows) == 0 {
		return "none"
	}
	c := windows[len(windows)-1].Canvas()
	steps, all := round(c, kind == "first", fitting(kind, what))
	if all == 0 {
		return "none"
	}
	return fmt.Sprint(steps, all)
}

// reach has Tab lead to something, and waits until it has the keyboard.
func (p *program) reach(kind, what string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		var steps, all int
		if n, _ := fmt.Sscan(p.question("tabs "+kind+" "+what), &steps, &all); n == 2 {
			if steps == 0 {
				return
			}
			key := "Tab"
			if all-steps < steps {
				key, steps = "shift+Tab", all-steps
			}
			p.xdo(append([]string{"key", "--delay", "4"}, slices.Repeat([]string{key}, steps)...)...)
			// Long enough that no Tab is still on its way when others are sent.
			was := ""
			for until := time.Now().Add(3 * time.Second); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
				now := p.question("tabs " + kind + " " + what)
				if strings.HasPrefix(now, "0 ") {
					return
				}
				if now != was {
					was, until = now, time.Now().Add(3*time.Second)
				}
			}
		}
		if time.Now().After(deadline) {
			p.shoot("missing")
			p.t.Fatalf("Tab does not lead to %s %q; on the screen: %s", kind, what, p.question("texts"))
		}
	}
}

// pressed has what Tab leads to do its work.
func (p *program) pressed(kind, what string) {
	p.t.Helper()
	p.reach(kind, what)
	p.key("Return")
}

// tapsInto writes on the keys on the screen into the field with a label, by clicks alone.
func (p *program) tapsInto(label, text string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !p.has("pad", label); {
		require.True(p.t, time.Now().Before(deadline), "%q offers no keys", label)
		p.pointer(p.where("field", label)) // again where the screen came up just then
		for until := time.Now().Add(3 * time.Second); time.Now().Before(until) && !p.has("pad", label); {
			time.Sleep(20 * time.Millisecond)
		}
	}
	p.pointer(p.where("pad", label))
	p.sees("text", "Done")
	if p.has("text", "q") {
		p.tapText(text)
	} else {
		for _, r := range text {
			p.click(string(r))
		}
	}
	p.click("Done")
	p.goes("text", "Done")
	require.Equal(p.t, strconv.Itoa(utf8.RuneCountInString(text)), p.question("length "+label), "what was tapped into %q", label)
}

// tapText taps a text on the keys for words. Shift bears no text: it stands before z.
func (p *program) tapText(text string) {
	p.t.Helper()
	q, _ := p.where("text", "q")
	w, _ := p.where("text", "w")
	z, row := p.where("text", "z")
	for _, r := range text {
		switch {
		case r == ' ':
			p.click("Space")
		case unicode.IsUpper(r):
			p.pointer(z-(w-q)*5/4, row)
			p.click(string(r))
			p.sees("text", "q")
		default:
			p.click(string(r))
		}
	}
}
