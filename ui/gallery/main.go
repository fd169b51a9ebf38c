// Gallery makes pictures of SecondLook's screens, in every state, palette, language and
// size, from the code that the program runs; no display is needed:
//
//	go run ./ui/gallery -out DIR
//	go run ./ui/gallery -out DIR -size 1024x600 -lang fr -palette night -screen 'alert*'
//
// It writes DIR/LANGUAGE-PALETTE-SIZE/SCREEN.png and DIR/index.html, a page to look
// through them all. How to add a screen stands in package scenes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"html/template"
	"image/png"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/ui/gallery/scenes"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "gallery:", err)
		os.Exit(1)
	}
}

// wanted is what the command line asks for; an empty text is everything.
type wanted struct{ out, size, palette, language, screen string }

func run() error {
	var w wanted
	flag.StringVar(&w.out, "out", "", "the `folder` to write to")
	flag.StringVar(&w.size, "size", "", "only this `size`, for example 1024x600")
	flag.StringVar(&w.palette, "palette", "", "only this `palette`: night or day")
	flag.StringVar(&w.language, "lang", "", "only this `language`: en or fr")
	flag.StringVar(&w.screen, "screen", "", "only the screens whose name fits this `pattern`, for example 'alert*'")
	flag.Parse()
	if w.out == "" || flag.NArg() > 0 {
		flag.Usage()
		return errors.New("say with -out where the pictures go")
	}
	if _, err := path.Match(w.screen, ""); err != nil {
		return fmt.Errorf("-screen: %w", err)
	}
	shots, err := w.shoot()
	if err == nil && len(shots) == 0 {
		err = errors.New("no screen fits")
	}
	return errors.Join(err, index(w.out, shots))
}

// shot is one picture.
type shot struct{ Folder, Name string }

// File is its place, beside the index.
func (s shot) File() string { return s.Folder + "/" + s.Name + ".png" }

// shoot plays every scene in every look and keeps what is asked for. A scene that fails
// leaves the others' pictures.
func (w wanted) shoot() (shots []shot, failed error) {
	for _, look := range scenes.Looks {
		if w.language != "" && w.language != look.Language || w.palette != "" && w.palette != look.Palette {
			continue
		}
		for _, scene := range scenes.All() {
			err := scenes.Play(scene, look, func(s *scenes.Stage, name string) error {
				if fits, _ := path.Match(w.screen, name); !fits && w.screen != "" {
					return nil
				}
				for _, size := range scenes.Sizes {
					if w.size != "" && w.size != text(size) {
						continue
					}
					one := shot{look.Language + "-" + look.Palette + "-" + text(size), name}
					s.Resize(size)
					if err := save(s, filepath.Join(w.out, filepath.FromSlash(one.File()))); err != nil {
						return err
					}
					shots = append(shots, one)
				}
				return nil
			})
			failed = errors.Join(failed, err)
		}
	}
	return shots, failed
}

func text(size fyne.Size) string { return fmt.Sprintf("%.0fx%.0f", size.Width, size.Height) }

// save writes what a window shows.
func save(s *scenes.Stage, file string) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("make a folder for pictures: %w", err)
	}
	f, err := os.Create(file)
	if err != nil {
		return fmt.Errorf("write a picture: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	fast := png.Encoder{CompressionLevel: png.BestSpeed}
	return fast.Encode(f, s.Window().Canvas().Capture())
}

var page = template.Must(template.New("").Parse(`<!doctype html>
<meta charset="utf-8">
<title>SecondLook: screens</title>
<style>
body { font: 16px sans-serif; background: #888; margin: 16px }
section { display: flex; flex-wrap: wrap; gap: 12px }
figure { margin: 0; width: 420px }
img { width: 100%; display: block }
</style>
{{range .}}<h2 id="{{.Name}}">{{.Name}}</h2>
<section>{{range .Shots}}<figure><a href="{{.File}}"><img loading="lazy" src="{{.File}}" alt="{{.Name}}"></a><figcaption>{{.Folder}}</figcaption></figure>
{{end}}</section>
{{end}}`))

// index writes the page: one part for each screen.
func index(out string, shots []shot) (err error) {
	type part struct {
		Name  string
		Shots []shot
	}
	var parts []*part
	for _, s := range shots {
		i := slices.IndexFunc(parts, func(p *part) bool { return p.Name == s.Name })
		if i < 0 {
			i = len(parts)
			parts = append(parts, &part{Name: s.Name})
		}
		parts[i].Shots = append(parts[i].Shots, s)
	}
	slices.SortFunc(parts, func(a, b *part) int { return strings.Compare(a.Name, b.Name) })
	if err := os.MkdirAll(out, 0o755); err != nil {
		return fmt.Errorf("make the folder: %w", err)
	}
	f, err := os.Create(filepath.Join(out, "index.html"))
	if err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return page.Execute(f, parts)
}
