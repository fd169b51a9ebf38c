package speech_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
	"secondlook/app/speech"
)

func TestRequirement42_AlertIsSpokenInBothLanguages(t *testing.T) {
	for _, test := range []struct {
		said speech.Said
		want string
	}{
		{speech.Alert("en", "Stolen vehicle", "front-left", "Camera 1", "CKLM804", true),
			"Stolen vehicle. Front left. Charlie Kilo Lima Mike, eight zero four. Look-alike."},
		{speech.Alert("fr", "Véhicule volé", "front-left", "Caméra 1", "CKLM804", true),
			"Véhicule volé. Avant gauche. Charlie Kilo Lima Mike, huit zéro quatre. Ressemblance."},
		{speech.Alert("en", "Expired plate", "", "Bumper", "W22LBF", false), "Expired plate. Bumper. Whiskey, two two, Lima Bravo Foxtrot."},
		{speech.Alert("de", "Amber Alert", "rear", "", "1", false), "Amber Alert. Rear. one."},
	} {
		require.Equal(t, test.want, test.said.Text)
	}
	require.Equal(t, "en", speech.Alert("de", "", "", "", "A1", false).Language)
}

func TestEveryCharacterHasAWordOfItsOwn(t *testing.T) {
	for _, language := range []string{"en", "fr"} {
		seen := map[string]bool{}
		for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" {
			word := speech.Spell(language, plate.Text(c))
			require.NotEmpty(t, word)
			require.False(t, seen[word], "%s is said twice", word)
			seen[word] = true
		}
	}
}

func TestWhatIsSaidIsNeverPrinted(t *testing.T) {
	said := speech.Alert("en", "Stolen vehicle", "", "", "CKLM804", false)
	require.Equal(t, "[speech] [speech] [speech]", fmt.Sprintf("%v %+v %s", said, said, said))
}

func TestTheVoiceIsTriedInWordsThatAreNoAlert(t *testing.T) {
	require.Contains(t, speech.Test("en").Text, "This is a test.")
	require.Contains(t, speech.Test("fr").Text, "Ceci est un essai.")
	require.Equal(t, "en", speech.Test("de").Language)
}
