// Package assets holds what the program carries with it: fonts, icons, sounds,
// networks, policy packs and translations, all embedded. LICENSES.md says where
// each file comes from and under which licence it may be passed on.
//
// The icons and sounds are the project's own and are made by code: change them
// in assets/icons and assets/sounds, then run go generate ./assets.
package assets

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:generate go run ./generate

// Fonts. Interface text is B612, which lacks ▲ and ◆ among others: use the icons
// "grave" and "high" for these. Plates are set in the plate font, and nothing else is.
const (
	FontRegular = "B612-Regular.otf"
	FontBold    = "B612-Bold.otf"
	FontPlate   = "JetBrainsMono-ExtraBold.ttf"
	// The Latin part of B612 with TrueType outlines, which is what PDF libraries embed.
	FontPaper     = "B612-Regular.ttf"
	FontPaperBold = "B612-Bold.ttf"
)

// Sounds.
const (
	SoundGrave      = "alert-grave"
	SoundHigh       = "alert-high"
	SoundRoutine    = "alert-routine"
	SoundCameraLost = "camera-lost"
	SoundCameraBack = "camera-back"
	SoundConfirmed  = "confirmed"
)

//go:embed fonts/*.otf fonts/*.ttf fonts/*.txt icons/*.svg icons/*.png sounds/*.wav LICENSES.md
var files embed.FS

// Font returns a font file by one of the constants above, or nil.
func Font(name string) []byte { return read("fonts/" + name) }

// Icon returns an icon of the set as SVG by its name, one of Icons, or nil. Each
// is 24 by 24 and has one black fill and no stroke, so that Fyne's themed
// resources can recolour it.
func Icon(name string) []byte { return read("icons/" + name + ".svg") }

// Icons returns the names of the set, without the application's own icon.
func Icons() []string {
	var names []string
	for _, name := range list("icons/*.svg") {
		if name != "secondlook" {
			names = append(names, name)
		}
	}
	return names
}

// AppIcon returns the application's icon as PNG, 512 by 512 pixels.
func AppIcon() []byte { return read("icons/secondlook.png") }

// AppIconSmall returns the application's icon as PNG, 64 by 64 pixels.
func AppIconSmall() []byte { return read("icons/secondlook-64.png") }

// Sound returns a sound by its name, one of Sounds, or nil: a WAV file of 16-bit
// PCM, one channel, 44,100 samples a second.
func Sound(name string) []byte { return read("sounds/" + name + ".wav") }

// Sounds returns the names of all sounds.
func Sounds() []string { return list("sounds/*.wav") }

// Licences returns the list of all assets with their licences, in Markdown, and
// the licence texts of the fonts after it.
func Licences() string {
	text := string(read("LICENSES.md"))
	for _, name := range []string{"B612-OFL.txt", "JetBrainsMono-OFL.txt"} {
		text += "\n" + string(read("fonts/"+name))
	}
	return text
}

// read returns the embedded file, or nil when there is none.
func read(name string) []byte {
	content, err := files.ReadFile(name)
	if err != nil {
		return nil
	}
	return content
}

// list returns the names, without folder and extension, of the embedded files
// that match the pattern.
func list(pattern string) []string {
	matches, _ := fs.Glob(files, pattern) // the patterns are ours and well-formed
	for i, match := range matches {
		matches[i] = strings.TrimSuffix(path.Base(match), path.Ext(match))
	}
	return matches
}
