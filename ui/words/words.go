// Package words is what the screens say, in English and French. Fyne's own
// translations follow the system's language, so the language is chosen here, from
// the terminal's settings; package ui has Fyne follow it.
package words

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync/atomic"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"secondlook/assets"
)

// The two languages, as settings and policy packs write them.
const (
	English = "en"
	French  = "fr"
)

type speaker struct {
	language string
	*i18n.Localizer
}

var (
	bundle = load(assets.Translations())
	now    atomic.Pointer[speaker]
)

func init() { Use(English) }

// load reads every file of translations. A file that cannot be read is a fault of
// the build, which the tests find, and leaves its keys unspoken.
func load(from fs.FS) *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	files, _ := fs.Glob(from, "*.json")
	for _, name := range files {
		text, err := fs.ReadFile(from, name)
		if err != nil {
			continue
		}
		// go-i18n takes the language from a name such as "en.json".
		parts := strings.Split(name, ".")
		_, _ = b.ParseMessageFileBytes(text, path.Join(parts[len(parts)-2]+".json"))
	}
	return b
}

// Use chooses the language: [French] or, for anything else, [English].
func Use(lang string) {
	if lang != French {
		lang = English
	}
	now.Store(&speaker{lang, i18n.NewLocalizer(bundle, lang)})
}

// Language returns the language in use.
func Language() string { return now.Load().language }

// T returns the text of a key in the language in use. args are pairs of the name
// of a placeholder and its value; a value named N is a count, which
// chooses between one and many and stands as [Number] writes it:
//
//	words.T("alert.waiting", "N", 3)
//
// A key without a text comes back as it is, which no test lets pass.
func T(key string, args ...any) string { return In(Language(), key, args...) }

// In is [T] in a given language.
func In(lang, key string, args ...any) string {
	s := now.Load()
	if lang != s.language {
		s = &speaker{lang, i18n.NewLocalizer(bundle, lang)}
	}
	config := &i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 {
		data := make(map[string]any, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			data[fmt.Sprint(args[i])] = args[i+1]
		}
		config.TemplateData = data
		if n, ok := data["N"]; ok {
			config.PluralCount = n
			if n, ok := n.(int); ok {
				data["N"] = Number(n)
			}
		}
	}
	text, err := s.Localize(config)
	if err != nil && text == "" {
		return key
	}
	return text
}
