package ui

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/patrol"
	"secondlook/app/training"
	"secondlook/platform/remains"
	"secondlook/ui/widgets"
	"secondlook/vision/scene"
)

// leaving has this test binary show a hit and reject it, and say so, for another
// process to look at its memory.
const leaving = "SECONDLOOK_UI_LEAVING"

// A rejected hit's pictures are nowhere in the memory of the program: not in what was
// on the screen, nor in what the toolkit keeps of it for the next time.
func TestRequirement13_56_RejectedPicturesLeaveTheScreen(t *testing.T) {
	if os.Getenv(leaving) != "" {
		rejectOne(t)
		return
	}
	needles := remains.NewNeedles()
	car := street(t).Cars[0]
	car.Plate, car.Jurisdiction = "CKLM804", "CA-ON"
	addRows(t, needles, "plate", scene.Plate(car.Plate, car.Jurisdiction, 640), 640)
	addRows(t, needles, "street", scene.Context(car, training.Dusk), 1280/3)

	child := exec.Command(os.Args[0], "-test.run=^TestRequirement13_56_RejectedPicturesLeaveTheScreen$", "-test.count=1")
	child.Env = append(os.Environ(), leaving+"=1", "GODEBUG="+os.Getenv("GODEBUG")+",clobberfree=1,gcshrinkstackoff=1,asyncpreemptoff=1")
	child.Stderr = os.Stderr
	in, err := child.StdinPipe()
	require.NoError(t, err)
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	said := bufio.NewScanner(out)
	look := func(when string) map[string]int {
		for said.Scan() && said.Text() != when {
		}
		require.Equal(t, when, said.Text())
		searched, err := needles.Memory(t.Context(), "memory", child.Process.Pid)
		require.NoError(t, err)
		_, err = fmt.Fprintln(in, "go on")
		require.NoError(t, err)
		found := map[string]int{}
		for _, f := range searched.Found {
			found[f.Kind]++
		}
		return found
	}
	shown := look("shown")
	require.Positive(t, shown["plate"], "the search finds what is there")
	require.Positive(t, shown["street"])
	require.Zero(t, shown["decoded plate"]+shown["decoded street"], "only what is drawn is kept")
	require.Empty(t, look("rejected"))
	for said.Scan() { // to its end
	}
	require.NoError(t, child.Wait())
}

// rejectOne is the process that is looked at.
func rejectOne(t *testing.T) {
	f := newFixture(t, setting{})
	in := bufio.NewReader(os.Stdin)
	say := func(what string) {
		fmt.Println(what)
		_, err := in.ReadString('\n')
		require.NoError(t, err)
	}
	f.startPatrol()
	f.see("CKLM804", "Front left")
	f.pass(2 * time.Second)
	f.win.Canvas().Capture()
	say("shown")
	f.tap("Misread")
	f.win.Canvas().Capture()
	sweeper := patrol.NewSweeper()
	sweeper.Ask()
	require.NoError(t, sweeper.Rest(t.Context()))
	sweeper.Close()
	say("rejected")
	runtime.KeepAlive(f)
}

// addRows adds rows of a picture as it lies in memory once the store's copy of it
// is decoded, and then made ready to be drawn so many pixels wide.
func addRows(t *testing.T, n *remains.Needles, kind string, picture image.Image, wide int) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, picture, &jpeg.Options{Quality: 92}))
	decoded, err := jpeg.Decode(&b)
	require.NoError(t, err)
	m := decoded.(*image.YCbCr)
	size := m.Rect.Size()
	add := func(kind string, pixels []byte, stride, pixel, high int) {
		added := 0
		for y := high / 4; y < high*3/4; y += 5 {
			row := pixels[y*stride+stride/(2*pixel)*pixel:][:48*pixel]
			least, most := row[0], row[0]
			for x := 0; x < len(row); x += pixel {
				least, most = min(least, row[x]), max(most, row[x])
			}
			if most-least > 60 { // nothing flat
				require.NoError(t, n.Add(kind, row))
				added++
			}
		}
		require.Positive(t, added)
	}
	add("decoded "+kind, m.Y, m.YStride, 1, size.Y)
	shown := widgets.Ready(decoded, wide).(*image.RGBA)
	add(kind, shown.Pix, shown.Stride, 4, shown.Rect.Dy())
}
