package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/stretchr/testify/require"

	"secondlook/app/cruiser"
	"secondlook/platform/paths"
	"secondlook/store"
	"secondlook/ui/widgets"
)

// The journeys run the real program in a process of its own, with a real window
// under Xvfb, real clicks and keys by xdotool, and a real station process. The
// process is this test binary started again with playing set: it runs the
// program as main does, and says on demand where on the screen a text stands, so
// that a journey clicks what a person would see and not a fixed pixel.
const playing = "SECONDLOOK_JOURNEY"

func TestMain(m *testing.M) {
	if os.Getenv(playing) != "" {
		go answer(os.Stdin, os.Stdout)
		os.Exit(run(os.Args[1:], os.Stderr, os.Stderr))
	}
	if os.Getenv(proving) != "" {
		if err := clobberFreed(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
	}
	if os.Getenv(calculating) != "" {
		if err := errors.Join(clobberFreed(), calculate(os.Stdin, os.Stdout)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// terminalIn sets up a terminal under a folder, with one administrator. Its store's
// file is closed with the terminal.
func terminalIn(t *testing.T, root string) (c *cruiser.Cruiser, kept *store.Store, file string) {
	t.Helper()
	folders, err := paths.Under(root)
	require.NoError(t, err)
	file = filepath.Join(folders.Data, storeFile)
	kept, err = store.Open(file, store.Options{Rounds: 1000})
	require.NoError(t, err)
	pack, err := loadPack("ontario")
	require.NoError(t, err)
	c, err = cruiser.New(cruiser.Parts{Store: kept, Vision: blind{}, Pack: pack, Signals: silent{}})
	require.NoError(t, err)
	require.NoError(t, c.SetUp(t.Context(), cruiser.FirstPerson{Terminal: "Car 7", Service: "Test Service", Name: "Ada Admin", Badge: "20418", Secret: pin,
		Agreed: pack.Agreement.Version, Trained: time.Now().AddDate(0, -1, 0), Course: "ALPR basics"}))
	return c, kept, file
}

// typed runs a command for somebody who types a PIN or passphrase when it asks.
func typed(t *testing.T, secret string, args ...string) (code int, out, errs string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "typed")
	require.NoError(t, os.WriteFile(file, []byte(secret+"\n"), 0o600))
	in, err := os.Open(file)
	require.NoError(t, err)
	was := os.Stdin
	os.Stdin = in
	defer func() { os.Stdin = was; in.Close() }()
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

// answer reads questions, a line each, and writes an answer line each:
//
//	text T    where the visible text T stands: x y width height
//	first T   where it stands first, where it stands more than once: the others
//	          answer for the last
//	part T    the same, for a text that T is a part of
//	field L   where the entry of the field labelled L stands
//	length L  how many characters are written there
//	pad L     where the key stands that opens the keys on the screen for it
//	tabs K T  how often Tab leads to the text or field T, see tabs
//	texts     every visible text
func answer(in io.Reader, out io.Writer) {
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		kind, what, _ := strings.Cut(lines.Text(), " ")
		reply := "none"
		fyne.DoAndWait(func() {
			var seen []string
			if kind == "tabs" {
				k, t, _ := strings.Cut(what, " ")
				reply = tabs(k, t)
				return
			}
			look(func(o fyne.CanvasObject, at fyne.Position) {
				text, ok := textOf(o)
				if ok {
					seen = append(seen, text)
				}
				found := ok && (kind == "text" && text == what || kind == "part" && strings.Contains(text, what) ||
					kind == "first" && text == what && reply == "none")
				size := o.Size()
				f, ok := o.(*widgets.Field)
				if ok && kind == "length" && f.Label() == what {
					reply = strconv.Itoa(utf8.RuneCountInString(f.Text()))
				}
				if ok && kind == "field" && f.Label() == what {
					entry := fyne.CurrentApp().Driver().AbsolutePositionForObject(f.Entry)
					found, at, size = true, entry, f.Entry.Size()
				}
				if ok && kind == "pad" && f.Label() == what && f.Entry.Size().Width < f.Size().Width {
					pad := f.Size().Width - f.Entry.Size().Width
					entry := fyne.CurrentApp().Driver().AbsolutePositionForObject(f.Entry)
					found, at, size = true, entry.AddXY(f.Entry.Size().Width, 0), fyne.NewSize(pad, pad)
				}
				if found {
					reply = fmt.Sprint(int(at.X), int(at.Y), int(size.Width), int(size.Height))
				}
			})
			if kind == "texts" {
				reply = strings.ReplaceAll(strings.Join(seen, " | "), "\n", " ")
			}
		})
		fmt.Fprintln(out, reply)
	}
}

// textOf returns what an object says, if it is one that says something.
func textOf(o fyne.CanvasObject) (string, bool) {
	switch o := o.(type) {
	case *canvas.Text:
		return o.Text, true
	case *widget.Label:
		return o.Text, true
	}
	return "", false
}

// look visits every visible object of the topmost window, overlays last.
func look(visit func(fyne.CanvasObject, fyne.Position)) {
	windows := fyne.CurrentApp().Driver().AllWindows()
	if len(windows) == 0 {
		return
	}
	c := windows[len(windows)-1].Canvas()
	roots := []fyne.CanvasObject{c.Content()}
	if over := c.Overlays().Top(); over != nil {
		roots = []fyne.CanvasObject{over}
	}
	for _, root := range roots {
		walk(root, fyne.Position{}, c.Size(), visit)
	}
}

func walk(o fyne.CanvasObject, at fyne.Position, within fyne.Size, visit func(fyne.CanvasObject, fyne.Position)) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	// What is in sight is seen by its middle; a card that is taller than the window is
	// not, and still has parts in it that are.
	middle := at.AddXY(o.Size().Width/2, o.Size().Height/2)
	if middle.X >= 0 && middle.Y >= 0 && middle.X <= within.Width && middle.Y <= within.Height {
		visit(o, at)
	}
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			walk(child, at, within, visit)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			walk(child, at, within, visit)
		}
	}
}

// patience is how long a journey waits for what must appear: generous, since a
// busy machine draws slowly; a journey that works does not use it.
const patience = 2 * time.Minute

// program is a running SecondLook and the hand that uses it.
type program struct {
	t       *testing.T
	process *exec.Cmd
	ask     io.WriteCloser
	replies *bufio.Scanner
	window  string
	hand    hand
	temp    string // its folder for temporary files
	taps    int    // of the pointer
}

// start starts the program over a data folder and waits for its window.
func start(t *testing.T, data string, args ...string) *program {
	t.Helper()
	require.NotEmpty(t, os.Getenv("DISPLAY"), "the journeys need a display: run ./packaging/test")
	p := &program{t: t, temp: t.TempDir(), process: exec.Command(os.Args[0], append([]string{"--data", data}, args...)...)}
	p.process.Env = append(os.Environ(), playing+"=1", "TMPDIR="+p.temp, "FYNE_SCALE=1", "LIBGL_ALWAYS_SOFTWARE=1")
	p.process.Stderr = os.Stderr
	var err error
	p.ask, err = p.process.StdinPipe()
	require.NoError(t, err)
	out, err := p.process.StdoutPipe()
	require.NoError(t, err)
	p.replies = bufio.NewScanner(out)
	p.replies.Buffer(nil, 1<<20)
	require.NoError(t, p.process.Start())
	t.Cleanup(p.kill)
	id, err := exec.Command("xdotool", "search", "--sync", "--onlyvisible", "--pid", strconv.Itoa(p.process.Process.Pid)).Output()
	require.NoError(t, err, "no window appeared")
	ids := strings.Fields(string(id))
	p.window = ids[len(ids)-1]
	p.xdo("windowfocus", p.window)
	return p
}

// kill ends the program as a power cut would.
func (p *program) kill() {
	p.process.Process.Signal(syscall.SIGKILL)
	p.process.Wait()
}

func (p *program) question(q string) string {
	fmt.Fprintln(p.ask, q)
	require.True(p.t, p.replies.Scan(), "the program ended")
	return p.replies.Text()
}

// where waits until something is on the screen.
func (p *program) where(kind, what string) (x, y int) {
	p.t.Helper()
	var left, top, width, height int
	deadline := time.Now().Add(patience)
	for {
		reply := p.question(kind + " " + what)
		if n, _ := fmt.Sscan(reply, &left, &top, &width, &height); n == 4 {
			return left + width/2, top + height/2
		}
		if time.Now().After(deadline) {
			p.shoot("missing")
			p.t.Fatalf("%s %q did not appear; on the screen: %s", kind, what, p.question("texts"))
		}
		time.Sleep(50 * time.Millisecond) // between two looks, as an eye would
	}
}

// has reports whether something is on the screen now, see answer.
func (p *program) has(kind, what string) bool {
	p.t.Helper()
	return p.question(kind+" "+what) != "none"
}

// sees waits for something, see answer.
func (p *program) sees(kind, what string) { p.t.Helper(); p.where(kind, what) }

// goes waits until something is not on the screen any more, see answer.
func (p *program) goes(kind, what string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); p.has(kind, what); time.Sleep(50 * time.Millisecond) {
		require.True(p.t, time.Now().Before(deadline), "%s %q stays", kind, what)
	}
}

// click clicks the middle of a text.
func (p *program) click(text string) {
	p.t.Helper()
	if p.hand == keyboardOnly {
		p.pressed("button", text)
		return
	}
	x, y := p.where("text", text)
	p.pointer(x, y)
}

// clickFirst clicks a text where it stands first.
func (p *program) clickFirst(text string) {
	p.t.Helper()
	if p.hand == keyboardOnly {
		p.pressed("first", text)
		return
	}
	x, y := p.where("first", text)
	p.pointer(x, y)
}

// answer clicks an answer about a hit. In the first half second after a screen
// appeared it takes none, so that a second tap cannot judge the next hit.
func (p *program) answer(text string) {
	p.t.Helper()
	p.sees("text", text)
	time.Sleep(700 * time.Millisecond)
	p.click(text)
}

func (p *program) pointer(x, y int) {
	p.t.Helper()
	require.NotEqual(p.t, keyboardOnly, p.hand, "there is no pointer")
	p.taps++
	p.xdo("mousemove", "--window", p.window, strconv.Itoa(x), strconv.Itoa(y), "click", "1")
}

// fill types into the field with a label, again where keys went astray: while a
// screen is still changing, nothing has the keys yet.
func (p *program) fill(label, text string) {
	p.t.Helper()
	if p.hand == pointerOnly {
		p.tapsInto(label, text)
		return
	}
	whole := strconv.Itoa(utf8.RuneCountInString(text))
	for range 5 {
		if p.hand == keyboardOnly {
			p.reach("entry", label)
		} else {
			p.pointer(p.where("field", label))
		}
		p.xdo("key", "ctrl+a")
		p.xdo("type", "--delay", "20", "--", text)
		for until := time.Now().Add(patience / 12); time.Now().Before(until); time.Sleep(20 * time.Millisecond) {
			if p.question("length "+label) == whole {
				return
			}
		}
	}
	p.shoot("missing")
	p.t.Fatalf("what was typed into %q did not arrive; on the screen: %s", label, p.question("texts"))
}

func (p *program) key(name string) {
	p.t.Helper()
	require.NotEqual(p.t, pointerOnly, p.hand, "there is no keyboard")
	p.xdo("key", name)
}

func (p *program) xdo(args ...string) {
	p.t.Helper()
	out, err := exec.Command("xdotool", args...).CombinedOutput()
	require.NoError(p.t, err, string(out))
}

// shooting reports whether pictures of the screens are wanted.
func (p *program) shooting() bool { return os.Getenv("SECONDLOOK_SCREENSHOTS") != "" }

// shoot keeps a picture of the screen in the folder that SECONDLOOK_SCREENSHOTS
// names; without it, it does nothing.
func (p *program) shoot(name string) {
	if !p.shooting() {
		return
	}
	time.Sleep(time.Second) // what is laid out is drawn a little later
	folder := os.Getenv("SECONDLOOK_SCREENSHOTS")
	out, err := exec.Command("import", "-window", p.window, filepath.Join(folder, name+".png")).CombinedOutput()
	require.NoError(p.t, err, string(out))
}
