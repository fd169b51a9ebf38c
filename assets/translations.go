package assets

import (
	"embed"
	"io/fs"
)

//go:embed translations/*.json
var translations embed.FS

// Translations returns the folder of the screens' words: en.json and fr.json, and
// for each part of the screens a further pair such as forms.en.json and
// forms.fr.json, in the format of go-i18n.
func Translations() fs.FS {
	folder, err := fs.Sub(translations, "translations")
	if err != nil {
		return translations // cannot happen: the name is well-formed
	}
	return folder
}
