package ui

import (
	"encoding/json"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"secondlook/ui/words"
)

// toolkit has the keys of our texts for what Fyne itself says, by Fyne's own: in the
// chooser of a file, and in the menu of a field.
var toolkit = map[string]string{
	"Open": "toolkit.open", "File": "toolkit.file", "Cancel": "toolkit.cancel", "New Folder": "toolkit.folder.new", "Create Folder": "toolkit.folder.create",
	"Show Hidden Files": "toolkit.hidden", "file.name": "toolkit.name", "file.parent": "toolkit.parent", "Undo": "toolkit.undo", "Redo": "toolkit.redo",
	"Cut": "toolkit.cut", "Copy": "toolkit.copy", "Paste": "toolkit.paste", "Select all": "toolkit.all",
}

// translateToolkit has Fyne speak the language in use. Fyne follows the system's language
// and cannot be told another: so the texts of whatever language it chose become ours.
// It runs on Fyne's goroutine.
func translateToolkit() {
	texts := make(map[string]string, len(toolkit))
	for theirs, ours := range toolkit {
		texts[theirs] = words.T(ours)
	}
	data, err := json.Marshal(texts)
	// English is what it falls back on.
	for _, chosen := range []string{words.English, lang.SystemLocale().LanguageString()} {
		if err == nil {
			err = lang.AddTranslationsForLocale(data, fyne.Locale(chosen))
		}
	}
	if err != nil { // a fault of the build, which the tests find
		fyne.LogError("translate the toolkit", err)
	}
}
