package widgets_test

import (
	"bufio"
	"fmt"
	"image"
	"image/color"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"github.com/stretchr/testify/require"

	"secondlook/platform/remains"
	"secondlook/ui/widgets"
	_ "secondlook/vision/scrub" // as in the program: what the graphics library frees is overwritten
)

// showing has this test binary show a picture in a window and erase it, for another
// process to look at its memory.
const showing = "SECONDLOOK_WIDGETS_SHOWING"

func TestMain(m *testing.M) {
	if os.Getenv(showing) != "" {
		showOne() // the window must have the program's first thread
		return
	}
	os.Exit(m.Run())
}

// A picture that was drawn in a window, in software as in the tests, leaves neither
// its pixels behind nor the texture that the graphics library made of them.
func TestRequirement13_56_ErasedPictureLeavesTheWindow(t *testing.T) {
	if os.Getenv("DISPLAY") == "" {
		t.Skip("needs a display: run ./packaging/test")
	}
	needles := remains.NewNeedles()
	picture := noise()
	for y := 20; y < noiseSide-20; y += 5 {
		row := picture.Pix[y*picture.Stride+4*60:][:64]
		require.NoError(t, needles.Add("as drawn", row))
		swapped := make([]byte, len(row))
		for i := 0; i < len(row); i += 4 {
			swapped[i], swapped[i+1], swapped[i+2], swapped[i+3] = row[i+2], row[i+1], row[i], row[i+3]
		}
		require.NoError(t, needles.Add("as drawn, blue first", swapped))
	}
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), showing+"=1", "GODEBUG="+os.Getenv("GODEBUG")+",clobberfree=1,gcshrinkstackoff=1,asyncpreemptoff=1")
	in, err := child.StdinPipe()
	require.NoError(t, err)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	said := bufio.NewReader(out)
	// look looks until it finds enough, or nothing, while the window goes on drawing.
	look := func(when string, enough func(found int) bool) {
		t.Helper()
		line, err := said.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, when, line[:len(line)-1])
		require.Eventually(t, func() bool {
			searched, err := needles.Memory(t.Context(), "memory", child.Process.Pid)
			return err == nil && enough(len(searched.Found))
		}, 3*time.Minute, time.Millisecond, when)
		_, err = fmt.Fprintln(in)
		require.NoError(t, err)
	}
	rows := (noiseSide - 40) / 5
	look("shown", func(found int) bool { return found >= 2*rows }) // the picture and its texture
	look("erased", func(found int) bool { return found == 0 })
	require.NoError(t, child.Wait())
}

// noiseSide makes a picture as large as its place on the screen, so that it is drawn
// as it is.
const noiseSide = 200

func noise() *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, noiseSide, noiseSide))
	rng := rand.New(rand.NewPCG(13, 56))
	for i := range m.Pix {
		m.Pix[i] = byte(rng.Uint32())
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

// showOne is the process that is looked at.
func showOne() {
	program := app.NewWithID("ca.secondlook.test")
	win := program.NewWindow("Test")
	picture := widgets.NewPicture(noise(), "")
	picture.Resize(fyne.NewSize(noiseSide+6, noiseSide+6)) // with its frame
	moving := canvas.NewRectangle(color.White)
	moving.Resize(fyne.NewSize(10, 10))
	content := container.NewWithoutLayout(picture, moving)
	win.SetContent(content)
	win.Resize(fyne.NewSize(400, 300))
	answered := make(chan struct{})
	go func() {
		in := bufio.NewReader(os.Stdin)
		for range 2 {
			in.ReadString('\n')
			answered <- struct{}{}
		}
	}()
	draw := func(until <-chan struct{}) {
		for i := 0; ; i++ {
			select {
			case <-until:
				return
			case <-time.After(100 * time.Millisecond):
				fyne.DoAndWait(func() { moving.Move(fyne.NewPos(float32(i%30), 250)) })
				runtime.GC()
			}
		}
	}
	go func() {
		fmt.Println("shown")
		draw(answered)
		fyne.DoAndWait(func() {
			content.Objects = []fyne.CanvasObject{moving}
			content.Refresh()
			widgets.Erase(picture)
		})
		fmt.Println("erased")
		draw(answered)
		fyne.Do(program.Quit)
	}()
	win.ShowAndRun()
	runtime.KeepAlive(picture)
}
