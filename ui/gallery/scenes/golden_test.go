package scenes

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
)

// update writes the masters anew, to be looked at before they are committed:
//
//	go test ./ui/gallery/scenes -run Requirement51 -update
var update = flag.Bool("update", false, "write the master pictures of the screens")

// The masters are half as large as the window, and were made on one machine. Elsewhere the
// edges of characters differ a little: a pixel counts where a channel is off by more than
// far, and a screen fails where more than one pixel in few counts.
const (
	half = 2
	far  = 40
	few  = 2000
)

// random are the screens on which something is another each time: a key, a code, an id,
// the folder of the test.
var random = map[string]bool{"needs-factor": true, "settings-keys-code": true, "audit-record": true, "audit-export": true,
	"review-draw": true, "answer-finished": true,
	"settings-policy-changes": true, "settings-policy-fault": true, "settings-hotlists-imported": true}

// mastered reports whether a screen has a master in a look: in English at night, and
// some of the longest in French by day.
func mastered(look Look, name string) bool {
	return !random[name] && (look == Looks[0] || look == Looks[1] && inFrench[name])
}

var inFrench = map[string]bool{"alert": true, "hit-owner": true, "check": true, "notice": true, "moving": true, "recovered": true, "sign-in-standby": true, "needs-agreement": true,
	"checklist-faults": true, "settings-keys-rekey": true, "audit": true, "trainer-console": true}

// masterFaults compares a picture with its master.
func masterFaults(look Look, name string, picture image.Image) []string {
	if !mastered(look, name) {
		return nil
	}
	got, path := smaller(picture), filepath.Join("testdata", name+"-"+look.Language+".png")
	if *update {
		return faultOf(write(path, got))
	}
	want, err := read(path)
	if err != nil {
		return faultOf(err)
	}
	if want.Bounds() != got.Bounds() {
		return []string{fmt.Sprintf("it measures %v, and its master %v", got.Bounds(), want.Bounds())}
	}
	n := 0
	for i := 0; i < len(got.Pix); i += 4 {
		if off(got.Pix[i], want.Pix[i]) || off(got.Pix[i+1], want.Pix[i+1]) || off(got.Pix[i+2], want.Pix[i+2]) {
			n++
		}
	}
	if all := len(got.Pix) / 4; n > all/few {
		failed := filepath.Join("testdata", "failed", filepath.Base(path))
		return append(faultOf(write(failed, got)), fmt.Sprintf("%d of %d pixels differ from the master; see %s", n, all, failed))
	}
	return nil
}

func off(a, b uint8) bool { return max(a, b)-min(a, b) > far }

func faultOf(err error) []string {
	if err != nil {
		return []string{err.Error()}
	}
	return nil
}

// smaller is a picture at half its size.
func smaller(i image.Image) *image.NRGBA {
	full := pixels(i)
	b := full.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx()/half, b.Dy()/half))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [3]int
			for dy := range half {
				for dx := range half {
					p := full.Pix[full.PixOffset(b.Min.X+half*x+dx, b.Min.Y+half*y+dy):]
					for c := range sum {
						sum[c] += int(p[c])
					}
				}
			}
			out.SetNRGBA(x, y, color.NRGBA{uint8(sum[0] / half / half), uint8(sum[1] / half / half), uint8(sum[2] / half / half), 255})
		}
	}
	return out
}

// pixels is a picture whose pixels can be read quickly.
func pixels(i image.Image) *image.NRGBA {
	if n, ok := i.(*image.NRGBA); ok {
		return n
	}
	n := image.NewNRGBA(i.Bounds())
	for y := n.Rect.Min.Y; y < n.Rect.Max.Y; y++ {
		for x := n.Rect.Min.X; x < n.Rect.Max.X; x++ {
			n.Set(x, y, i.At(x, y))
		}
	}
	return n
}

func read(path string) (*image.NRGBA, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	i, err := png.Decode(f)
	if err != nil {
		return nil, err
	}
	return pixels(i), nil
}

func write(path string, i image.Image) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	best := png.Encoder{CompressionLevel: png.BestCompression}
	return best.Encode(f, i)
}
