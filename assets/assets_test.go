package assets

import (
	"bytes"
	"image/png"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/font/sfnt"
)

// licensed returns the files and patterns in LICENSES.md's table: what stands in
// backquotes in the first column.
func licensed(t *testing.T) []string {
	t.Helper()
	var patterns []string
	quoted := regexp.MustCompile("`([^`]+)`")
	for line := range strings.Lines(string(read("LICENSES.md"))) {
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		columns := strings.Split(strings.Trim(line, "| \n"), " | ")
		require.Len(t, columns, 4, line)
		for _, match := range quoted.FindAllStringSubmatch(columns[0], -1) {
			patterns = append(patterns, match[1])
		}
	}
	require.NotEmpty(t, patterns)
	return patterns
}

func TestEveryAssetHasALicence(t *testing.T) {
	patterns := licensed(t)
	used := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path.Ext(name) == ".go" || strings.Contains(name, "testdata/") {
			return err
		}
		found := false
		for _, pattern := range patterns {
			if matches, err := path.Match(pattern, name); err != nil {
				return err
			} else if matches {
				found, used[pattern] = true, true
			}
		}
		if !found {
			t.Errorf("LICENSES.md does not list %s: say where it comes from and under which licence", name)
		}
		return nil
	})
	require.NoError(t, err)
	for _, pattern := range patterns {
		if !used[pattern] {
			t.Errorf("LICENSES.md lists %s, which is not there", pattern)
		}
	}
}

func TestFontsHaveWhatTheScreensWrite(t *testing.T) {
	const (
		letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		accents = "ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿ"
		signs   = "✓≈●·×…–—’‘“”«»°%→←↑↓±≠ \u00a0.,:;!?()/+-#&@$'\""
	)
	tests := []struct{ font, has string }{
		{FontRegular, letters + accents + signs},
		{FontBold, letters + accents + signs},
		{FontPlate, letters + signs},
	}
	for _, test := range tests {
		parsed, err := sfnt.Parse(Font(test.font))
		require.NoError(t, err, test.font)
		for _, r := range test.has {
			glyph, err := parsed.GlyphIndex(nil, r)
			require.NoError(t, err)
			if glyph == 0 {
				t.Errorf("%s has no %q (U+%04X)", test.font, r, r)
			}
		}
		licence, err := parsed.Name(nil, sfnt.NameIDLicense)
		require.NoError(t, err)
		require.Contains(t, licence, "SIL Open Font License, Version 1.1")
		owner, err := parsed.Name(nil, sfnt.NameIDCopyright)
		require.NoError(t, err)
		require.Contains(t, Licences(), owner, "the font's copyright notice travels with it")
	}
}

func TestIcons(t *testing.T) {
	require.Subset(t, Icons(), []string{
		"approve", "camera", "camera-lost", "dock", "end-of-shift", "entry", "exact", "grave", "high", "list", "lock",
		"lookalike", "notice", "person", "plate", "print", "routine", "search", "settings", "sound-off", "training", "warning",
	})
	require.NotContains(t, Icons(), "secondlook")
	for _, name := range Icons() {
		require.NotEmpty(t, Icon(name), name)
	}
	require.Nil(t, Icon("no-such-icon"))
	for size, icon := range map[int][]byte{512: AppIcon(), 64: AppIconSmall()} {
		picture, err := png.DecodeConfig(bytes.NewReader(icon))
		require.NoError(t, err)
		require.Equal(t, size, picture.Width)
		require.Equal(t, size, picture.Height)
	}
}

func TestSounds(t *testing.T) {
	require.ElementsMatch(t, Sounds(), []string{
		SoundGrave, SoundHigh, SoundRoutine, SoundCameraLost, SoundCameraBack, SoundConfirmed,
	})
	for _, name := range Sounds() {
		require.NotEmpty(t, Sound(name), name)
	}
	require.Nil(t, Sound("no-such-sound"))
	require.Nil(t, Font("no-such-font"))
}
