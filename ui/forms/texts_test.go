package forms

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"secondlook/assets"
	"secondlook/ui/words"
)

// Every key that the code uses has a text, and both languages have the same keys.
func TestEveryKeyHasItsTexts(t *testing.T) {
	keys := map[string]map[string]any{}
	for _, lang := range []string{"en", "fr"} {
		all := map[string]any{}
		for _, file := range []string{"forms", "cases"} {
			text, err := fs.ReadFile(assets.Translations(), file+"."+lang+".json")
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &all))
		}
		keys[lang] = all
	}
	for k := range keys["en"] {
		require.Contains(t, keys["fr"], k)
	}
	for k := range keys["fr"] {
		require.Contains(t, keys["en"], k)
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	literal := regexp.MustCompile(`"([a-z]+\.[a-z.-]+[a-z])"`)
	used := map[string]bool{}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		for _, m := range literal.FindAllStringSubmatch(string(text), -1) {
			used[m[1]] = true
			require.NotEqual(t, m[1], words.T(m[1], "N", 2), "%s: no text for %q", f, m[1])
		}
	}
	// Keys that the code puts together are known by their beginnings.
	parts := regexp.MustCompile(`^(hits\.(state|filter|second|jurisdiction|verification)|cameras\.side|lock\.tier|people\.may|endshift\.(verdict|error|stopped)|entries\.(state|field)|manual\.(distribution|amend|approve|renew)|settings\.(tab|language|palette)|lists\.(why|fault)|breach\.kind|disclosures\.afteruse|cases\.(disclosures|requests|holds|orders)|answer|error|nav|keys|problem)\.|^cases\.(disclosures|requests|holds|orders)$|^manual\.(submit|consequence)$`)
	for k := range keys["en"] {
		assert.True(t, used[k] || parts.MatchString(k), "no code says %q", k)
	}
}
