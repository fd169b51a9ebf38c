package ui

import (
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/stretchr/testify/require"

	"secondlook/app/cruiser"
)

// gallery is a folder for pictures of the screens in every size, to look at:
//
//	go test ./ui -run Gallery -gallery /tmp/gallery
var gallery = flag.String("gallery", "", "write pictures of the screens to this folder")

// picture writes what the window shows.
func (f *fixture) picture(name string) {
	f.t.Helper()
	require.NoError(f.t, os.MkdirAll(*gallery, 0o755))
	file, err := os.Create(filepath.Join(*gallery, name+".png"))
	require.NoError(f.t, err)
	defer file.Close()
	require.NoError(f.t, png.Encode(file, f.win.Canvas().Capture()))
}

func TestGallery(t *testing.T) {
	sizes := map[string]fyne.Size{"1280": {Width: 1280, Height: 800}}
	looks := map[string]setting{"night": {}}
	if *gallery == "" {
		*gallery = t.TempDir() // the tour itself is a test
	} else {
		sizes["1024"], sizes["1920"], sizes["800"] = fyne.NewSize(1024, 600), fyne.NewSize(1920, 1080), fyne.NewSize(800, 1280)
		looks["day"], looks["fr"] = setting{palette: "day"}, setting{language: "fr"}
	}
	for name, size := range sizes {
		for look, s := range looks {
			s.size = size
			t.Run(name+look, func(t *testing.T) { tour(newFixture(t, s), name+"-"+look) })
		}
	}
}

// tour goes through the screens of a patrol.
func tour(f *fixture, name string) {
	f.picture(name + "-0-sign-in")
	f.signIn()
	f.picture(name + "-1-patrol-off")
	f.startPatrol()
	f.drive()
	f.cars.lose(1)
	f.changed(cruiser.CamerasChanged)
	f.settle()
	f.picture(name + "-2-patrol")
	f.see("CWTR415", "Front right")
	f.see("CBDA112", "Front left")
	f.see("CBDA113", "Front left")
	f.see("CKLM804", "Front left")
	f.picture(name + "-3-alert-suspended")
	f.openAlert(f.c.Queue()[0].ID)
	f.settle()
	f.picture(name + "-4-alert-wait")
	f.pass(2e9)
	f.picture(name + "-5-alert")
	f.key('?')
	f.picture(name + "-5-help")
	f.escape()
	f.top().(*alert).doubt.Tapped(nil)
	f.settle()
	f.picture(name + "-5-report")
	f.key('2')
	f.openQuieted()
	f.settle()
	f.picture(name + "-5-quieted")
	f.escape()
	f.pass(2e9)
	f.picture(name + "-5-reported")
	f.key('1')
	f.picture(name + "-6-check")
	f.key('0')
	f.key('1')
	f.picture(name + "-7-notice")
	f.key('1')
	f.picture(name + "-8-outcome")
	f.key('1')
	f.picture(name + "-9-after")
}

// key types a key that no field wants.
func (f *fixture) key(r rune) {
	f.t.Helper()
	f.pass(settling)
	f.win.Canvas().OnTypedRune()(r)
	f.settle()
}
