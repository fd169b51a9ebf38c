package ui

import (
	"testing"

	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// The screen says in both languages what happened and what an administrator does; its
// one button ends the program.
func TestRequirement29_ADamagedStoreIsSaidOnScreen(t *testing.T) {
	defer words.Use(words.English)
	for _, language := range []string{words.English, words.French} {
		words.Use(language)
		closed := false
		page := damagedPage(func() { closed = true })
		w := test.NewTempWindow(t, page)
		w.Resize(page.MinSize())
		var said []string
		var button *widgets.Button
		for _, o := range test.LaidOutObjects(page) {
			switch o := o.(type) {
			case *widgets.Text:
				said = append(said, o.Text())
			case *widgets.Button:
				button = o
			}
		}
		require.Contains(t, said, words.T("damaged.title"))
		require.Contains(t, said, words.T("damaged.recover"))
		require.NotNil(t, button)
		require.GreaterOrEqual(t, button.Size().Height, float32(48))
		test.Tap(button)
		require.True(t, closed)
	}
}
