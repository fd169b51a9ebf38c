// Package app_test holds the test of which way the packages depend. It stands
// here because the arrows all point at app.
package app_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "secondlook"

// house is which of our own folders the packages of each folder may import, and
// why. A package that is in none of them needs a rule of its own here.
var house = []struct {
	folder    string
	may       []string
	libraries bool // libraries beside the standard one
	why       string
}{
	{"app", []string{"app"}, false, "what the cruiser does knows no toolkit, camera, database or network: declare an interface in app and let main join it"},
	// The gallery plays the screens on whole terminals, which it joins as the root does.
	{"ui/gallery", []string{"app", "assets", "platform", "store", "ui", "vision"}, true, "the gallery joins the parts of a terminal behind the window; the program must not carry it"},
	{"ui", []string{"app", "assets", "ui"}, true, "screens show app's state and send it intents: they never open a store, a camera or a socket"},
	{"store", []string{"app", "assets", "store"}, true, "the store keeps what app gives it: it knows no other part of the terminal"},
	{"vision", []string{"app", "assets", "vision"}, true, "the cameras hand reads to app: they know no other part of the terminal"},
	// The station's own main package joins the parts of its program.
	{"platform/station/cmd", []string{"app", "assets", "platform", "store"}, true, "the station has no window and no camera: it must build without cgo"},
	{"platform", []string{"app", "assets", "platform"}, true, "the outside world serves interfaces of app: it knows no other part of the terminal"},
	{"assets", []string{"assets"}, true, "files that are built in depend on nothing of ours"},
	{"packaging", []string{"packaging"}, true, "what packs the program does not take part in it"},
}

// libraries says in which folders a heavy library may be used at all.
var libraries = []struct {
	path    string
	folders []string
	why     string
}{
	{"fyne.io/fyne/v2", []string{"ui"}, "the toolkit stays in ui"},
	{"gocv.io/x/gocv", []string{"vision"}, "OpenCV stays in vision"},
	{"github.com/yalue/onnxruntime_go", []string{"vision"}, "the networks' runtime stays in vision"},
	{"github.com/otiai10/gosseract/v2", []string{"vision"}, "Tesseract stays in vision"},
	{"go.etcd.io/bbolt", []string{"store"}, "the database stays in store"},
	{"github.com/nats-io/nats.go", []string{"platform"}, "the network stays in platform"},
	{"github.com/lib/pq", []string{"platform/station/cmd/secondlook-postgres"}, "the records system's database is none of the station's"},
	{"github.com/nats-io/nats-server/v2", []string{"platform/station"}, "the server belongs to the station: a car's program must not carry it"},
}

// in reports whether a path is a folder or lies in it.
func in(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func inAny(path string, folders []string) bool {
	for _, f := range folders {
		if in(path, f) {
			return true
		}
	}
	return false
}

// forbidden returns why a package must not import another, empty if it may. The
// root package joins everything.
func forbidden(pkg, imported string) string {
	if pkg == module {
		return ""
	}
	from := strings.TrimPrefix(pkg, module+"/")
	for _, l := range libraries {
		if in(imported, l.path) && !inAny(from, l.folders) {
			return l.why
		}
	}
	for _, rule := range house {
		if !in(from, rule.folder) {
			continue
		}
		if ours, found := strings.CutPrefix(imported, module+"/"); found || imported == module {
			if inAny(ours, rule.may) {
				return ""
			}
			return rule.why
		}
		standard := !strings.Contains(strings.Split(imported, "/")[0], ".")
		if standard || rule.libraries {
			return ""
		}
		return rule.why
	}
	return "its folder is not in the plan of the house: give it a rule in app/arrows_test.go"
}

type listed struct {
	ImportPath string
	Imports    []string // without those of tests
}

// goList asks the go command; packages with errors are listed too, so that the
// arrows can be checked while a package does not build.
func goList(t *testing.T, args ...string) []listed {
	t.Helper()
	root, err := filepath.Abs("..")
	require.NoError(t, err)
	openSources(t, root)
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Imports"}, args...)...)
	cmd.Dir = root
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	require.NoError(t, err, problems.String())
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var l listed
		err := d.Decode(&l)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		all = append(all, l)
	}
}

// openSources opens every source file: the go command keeps a test's result until
// a file changes that the test itself opened, and does not see those of go list.
func openSources(t *testing.T, root string) {
	t.Helper()
	n := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && d.Name() == ".git" {
			return cmp.Or(err, fs.SkipDir)
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		n++
		return f.Close()
	})
	require.NoError(t, err)
	require.NotZero(t, n)
}

func TestArrows(t *testing.T) {
	packages := goList(t, "./...")
	seen := map[string]bool{}
	for _, p := range packages {
		seen[p.ImportPath] = true
		for _, imported := range p.Imports {
			if why := forbidden(p.ImportPath, imported); why != "" {
				t.Errorf("%s imports %s: %s", p.ImportPath, imported, why)
			}
		}
	}
	require.True(t, seen[module+"/app/plate"], "the list of packages is not ours")
}

func TestTheCarDoesNotCarryTheServer(t *testing.T) {
	packages := goList(t, "-deps", ".")
	require.NotEmpty(t, packages)
	for _, p := range packages {
		if in(p.ImportPath, "github.com/nats-io/nats-server") || in(p.ImportPath, module+"/platform/station") {
			t.Errorf("the car's program links %s: the server belongs to the station; a smaller program has less to attack", p.ImportPath)
		}
	}
}

func TestForbidden(t *testing.T) {
	for _, test := range []struct {
		from, to string
		allowed  bool
	}{
		{"app/hit", "time", true},
		{"app/hit", "secondlook/app/plate", true},
		{"app/hit", "github.com/google/uuid", false},
		{"app/hit", "secondlook/assets", false},
		{"app/cruiser", "secondlook/store", false},
		{"app/cruiser", "secondlook", false},
		{"ui/screens", "secondlook/app/cruiser", true},
		{"ui/screens", "fyne.io/fyne/v2/widget", true},
		{"ui/screens", "secondlook/store", false},
		{"ui", "secondlook/vision", false},
		{"ui", "gocv.io/x/gocv", false},
		{"ui/gallery/scenes", "secondlook/store", true},
		{"ui/gallery", "secondlook", false},
		{"store", "go.etcd.io/bbolt", true},
		{"store", "secondlook/platform/keys", false},
		{"vision/camera", "secondlook/vision/threads", true},
		{"vision/camera", "secondlook/store", false},
		{"vision/camera", "fyne.io/fyne/v2", false},
		{"platform/dock", "secondlook/platform/dock/protocol", true},
		{"platform/dock", "secondlook/vision", false},
		{"platform/dock", "github.com/nats-io/nats-server/v2/server", false},
		{"platform/station", "github.com/nats-io/nats-server/v2/server", true},
		{"platform/station/cmd/secondlook-station", "secondlook/store", true},
		{"platform/station/cmd/secondlook-station", "secondlook/vision", false},
		{"assets", "secondlook/app/plate", false},
		{"apple", "time", false},
	} {
		why := forbidden(module+"/"+test.from, test.to)
		require.Equal(t, test.allowed, why == "", "%s imports %s: %s", test.from, test.to, why)
	}
	require.Empty(t, forbidden(module, module+"/store"))
}
