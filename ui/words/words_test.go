package words

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/assets"
)

// texts reads all files of a language: for each key its forms, "" for a plain text.
func texts(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	files, err := fs.Glob(assets.Translations(), "*"+lang+".json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range files {
		data, err := fs.ReadFile(assets.Translations(), name)
		require.NoError(t, err)
		var raw map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(data, &raw), name)
		for key, value := range raw {
			require.NotContains(t, all, key, "%s has %s again", name, key)
			forms := map[string]string{}
			var plain string
			if json.Unmarshal(value, &plain) == nil {
				forms[""] = plain
			} else {
				require.NoError(t, json.Unmarshal(value, &forms), "%s: %s", name, key)
			}
			for form, text := range forms {
				require.NotEmpty(t, strings.TrimSpace(text), "%s: %s %s", name, key, form)
			}
			all[key] = forms
		}
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

func placeholders(forms map[string]string) map[string]bool {
	found := map[string]bool{}
	for form, text := range forms {
		if form == "one" {
			continue // "one hit" need not say the number
		}
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			found[m[1]] = true
		}
	}
	return found
}

func TestBothLanguagesSayTheSame(t *testing.T) {
	en, fr := texts(t, English), texts(t, French)
	for key, forms := range en {
		if !assertKey(t, fr, key, "French") {
			continue
		}
		require.Equal(t, placeholders(forms), placeholders(fr[key]), "placeholders of %s", key)
		_, plainEN := forms[""]
		_, plainFR := fr[key][""]
		require.Equal(t, plainEN, plainFR, "plural forms of %s", key)
	}
	for key := range fr {
		assertKey(t, en, key, "English")
	}
}

func assertKey(t *testing.T, in map[string]map[string]string, key, language string) bool {
	t.Helper()
	if _, ok := in[key]; !ok {
		t.Errorf("%s is missing in %s", key, language)
		return false
	}
	return true
}

// used are keys in the screens' code: words.T("…") and words.In(lang, "…"). A key
// that is put together ends with a dot there and is checked as a beginning.
var used = regexp.MustCompile(`words\.(?:T|In)\((?:[A-Za-z.]+(?:\(\))?, )?"([^"]+)"|\bT\("([^"]+)"|"((?:error|problem)\.[a-z-]+)"`)

func TestEveryKeyInUseHasAText(t *testing.T) {
	en := texts(t, English)
	seen := 0
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, line := range strings.Split(string(source), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for _, m := range used.FindAllStringSubmatch(line, -1) {
				key := m[1] + m[2] + m[3]
				seen++
				require.True(t, known(en, key), "%s uses %s, which has no text", path, key)
			}
		}
		return nil
	}))
	require.Greater(t, seen, 40, "the search for keys finds nothing")
}

func known(in map[string]map[string]string, key string) bool {
	if !strings.HasSuffix(key, ".") {
		_, ok := in[key]
		return ok
	}
	for k := range in {
		if strings.HasPrefix(k, key) {
			return true
		}
	}
	return false
}

func TestLanguageCanChange(t *testing.T) {
	defer Use(English)
	Use(French)
	require.Equal(t, French, Language())
	require.Equal(t, "Retour", T("action.back"))
	require.Equal(t, "Back", In(English, "action.back"))
	Use("de")
	require.Equal(t, English, Language(), "an unknown language is English")
	require.Equal(t, "3 h", T("age.hours", "Hours", 3))
	require.Equal(t, "no.such.key", T("no.such.key"))
}

// broken are places of a French text at which a line would begin with a sign or a unit,
// were the space before it an ordinary one.
var broken = regexp.MustCompile(`[^ ] [:»%]( |$)|« |(\d|\}\}) (h|j|min|s|o|[kMG]o|Mio|octets)\b`)

// In French a no-break space stands before a colon and between a number and its unit,
// in every text of the screens and the packs.
func TestFrenchSignsAndUnitsStayWithTheirWords(t *testing.T) {
	for _, wrong := range []string{"Plaque : AB", "32 %", "« manual »", "{{.Hours}} h", "20 s"} {
		require.Regexp(t, broken, wrong)
	}
	for key, forms := range texts(t, French) {
		for _, text := range forms {
			require.NotRegexp(t, broken, text, key)
		}
	}
	french := regexp.MustCompile(`\bfr = "([^"]*)"`)
	for _, name := range assets.Policies() {
		pack, err := assets.Policy(name)
		require.NoError(t, err)
		found := french.FindAllStringSubmatch(string(pack), -1)
		require.NotEmpty(t, found, name)
		for _, text := range found {
			require.NotRegexp(t, broken, text[1], name)
		}
	}
}
