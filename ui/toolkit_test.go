package ui

import (
	"testing"

	"fyne.io/fyne/v2/lang"
	"github.com/stretchr/testify/require"

	"secondlook/ui/words"
)

// What Fyne itself says is in the language of the settings, whatever the system speaks.
func TestTheToolkitSpeaksTheLanguageInUse(t *testing.T) {
	t.Cleanup(func() { words.Use(words.English); translateToolkit() })
	for _, system := range []string{"en_US.UTF-8", "fr_CA.UTF-8", "de_DE.UTF-8", "C"} {
		t.Setenv("LC_ALL", system)
		for language, want := range map[string][3]string{words.French: {"Annuler", "Coller", "Nom"}, words.English: {"Cancel", "Paste", "Name"}} {
			words.Use(language)
			translateToolkit()
			require.Equal(t, want, [3]string{lang.L("Cancel"), lang.L("Paste"), lang.X("file.name", "?")}, "%s on a system in %s", language, system)
		}
	}
	for theirs, ours := range toolkit {
		require.NotEqual(t, ours, words.T(ours), "%s has no text", theirs)
	}
}
