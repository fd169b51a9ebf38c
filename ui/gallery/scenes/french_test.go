package scenes

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"strings"
	"sync"

	"fyne.io/fyne/v2/canvas"

	"secondlook/assets"
	"secondlook/ui/widgets"
)

// foreign are the English texts that read otherwise in French.
var foreign = sync.OnceValues(func() ([]*regexp.Regexp, error) {
	english, err := readTexts("en")
	if err != nil {
		return nil, err
	}
	french, err := readTexts("fr")
	if err != nil {
		return nil, err
	}
	same := map[string]bool{}
	for _, text := range french {
		same[text] = true
	}
	var all []*regexp.Regexp
	for key, text := range english {
		parts := placeholder.Split(text, -1)
		if same[text] || french[key] == "" || len(letters.FindAllString(strings.Join(parts, ""), -1)) < 4 {
			continue
		}
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		all = append(all, regexp.MustCompile("^"+strings.Join(parts, ".+")+"$"))
	}
	return all, nil
})

var (
	placeholder = regexp.MustCompile(`\{\{.*?\}\}`)
	letters     = regexp.MustCompile(`\pL`)
	bareKey     = regexp.MustCompile(`^[a-z]+(\.[a-z][a-z-]*)+$`)
)

// readTexts are the texts of a language by their keys; of a plural, the form for many.
func readTexts(language string) (map[string]string, error) {
	texts := map[string]string{}
	files, err := fs.Glob(assets.Translations(), "*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		if !strings.HasSuffix("."+name, "."+language+".json") {
			continue
		}
		raw, err := fs.ReadFile(assets.Translations(), name)
		if err != nil {
			return nil, err
		}
		var all map[string]any
		if err := json.Unmarshal(raw, &all); err != nil {
			return nil, err
		}
		for key, text := range all {
			switch text := text.(type) {
			case string:
				texts[key] = text
			case map[string]any:
				texts[key], _ = text["other"].(string)
			}
		}
	}
	return texts, nil
}

// languageFaults are texts that are in English on a French screen, and keys without a
// text on any.
func languageFaults(places []Place, french bool) (faults []string) {
	english, err := foreign()
	if err != nil {
		return []string{err.Error()}
	}
	for _, p := range places {
		var text string
		switch o := p.Object.(type) {
		case *widgets.Text:
			text = o.Text()
		case *canvas.Text:
			text = o.Text
		}
		if bareKey.MatchString(text) {
			faults = append(faults, fmt.Sprintf("%q is a key", text))
		}
		if strings.HasPrefix(text, "Front ") { // cameras are called so in both languages
			continue
		}
		for _, e := range english {
			if french && e.MatchString(text) {
				faults = append(faults, fmt.Sprintf("%q is not in French", text))
				break
			}
		}
	}
	return faults
}
