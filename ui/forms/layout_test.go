package forms

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"secondlook/assets"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// everyScreen opens each screen in turn, each over a terminal that has something
// to show.
func everyScreen(t *testing.T, o []func(*terminalOptions), look func(t *testing.T, name string, term *terminal)) {
	run := func(name string, prepare func(*terminal), open func(*terminal) fyne.CanvasObject, more ...func(*terminalOptions)) {
		t.Run(name, func(t *testing.T) {
			term := newTerminal(t, append(more, o...)...)
			prepare(term)
			term.open(open(term))
			look(t, name, term)
		})
	}
	nothing := func(*terminal) {}
	as := func(badge, pin string) func(*terminal) {
		return func(term *terminal) {
			term.populate()
			term.enrol()
			term.raise()
			term.signIn(badge, pin)
		}
	}
	run("first", nothing, func(x *terminal) fyne.CanvasObject { return NewFirst(x.Cruiser, x, nil) })
	run("set-up", nothing, func(x *terminal) fyne.CanvasObject { return NewSetUp(x.Cruiser, x) })
	run("sign-in", (*terminal).populate, func(x *terminal) fyne.CanvasObject { return NewSignIn(x.Cruiser, x) })
	run("lock", as(officerBadge, officerPIN), func(x *terminal) fyne.CanvasObject { return NewLock(x.Cruiser, x) })
	run("people", as(adminBadge, adminPIN), func(x *terminal) fyne.CanvasObject { return NewPeople(x.Cruiser, x) })
	run("set-up-agreement", nothing, func(x *terminal) fyne.CanvasObject {
		s := newSetUp(x.Cruiser, x)
		s.holder.show(s.duties)
		return s.holder.Container
	})
	run("person", nothing, func(x *terminal) fyne.CanvasObject { return onPerson(x).holder.Container })
	run("account", as(officerBadge, officerPIN), func(x *terminal) fyne.CanvasObject { return NewAccount(x.Cruiser, x) })
	run("needs-secret", newcomer, func(x *terminal) fyne.CanvasObject { return NewNeeds(x.Cruiser, x) })
	run("needs-factor", newcomer, func(x *terminal) fyne.CanvasObject {
		n := blankNeeds(x.Cruiser, x)
		n.factor(enrolment(x))
		return n.page
	})
	run("needs-agreement", newcomer, func(x *terminal) fyne.CanvasObject {
		require.NoError(t, x.ChangeSecret(t.Context(), firstPIN, ownPIN))
		return NewNeeds(x.Cruiser, x)
	})
	run("needs-training", untrained, func(x *terminal) fyne.CanvasObject { return NewNeeds(x.Cruiser, x) })
	for _, part := range []string{partTerminal, partCameras, partLists, partStation, partPolicy, partKeys} {
		run("settings-"+part, as(adminBadge, adminPIN), func(x *terminal) fyne.CanvasObject {
			s := newSettings(x.Cruiser, x)
			s.open(part)
			return s.page
		})
	}
	run("hit-log", as(officerBadge, officerPIN), func(x *terminal) fyne.CanvasObject { return NewHitLog(x.Cruiser, x) })
	run("hit", as(officerBadge, officerPIN), func(x *terminal) fyne.CanvasObject {
		l := newHitLog(x.Cruiser, x)
		l.show("a2")
		return l.holder.Container
	})
	run("manual-entry", as(officerBadge, officerPIN), func(x *terminal) fyne.CanvasObject { return NewManualEntry(x.Cruiser, x) })
	run("entries", someEntries, func(x *terminal) fyne.CanvasObject { return NewEntries(x.Cruiser, x) })
	run("search", as(officerBadge, officerPIN), func(x *terminal) fyne.CanvasObject { return NewSearch(x.Cruiser, x) })
	run("lists", as(officerBadge, officerPIN), func(x *terminal) fyne.CanvasObject { return NewLists(x.Cruiser, x) })
	for name, open := range caseScreens() {
		run(name, withCases, open, ordering)
	}
	run("checklist", as(officerBadge, officerPIN), func(x *terminal) fyne.CanvasObject { return NewChecklist(x.Cruiser, x) })
	for name, open := range oversightScreens() {
		run(name, watched, open, reviewing)
	}
	run("end-shift", as(officerBadge, officerPIN), func(x *terminal) fyne.CanvasObject { return NewEndShift(x.Cruiser, x) })
}

// Row 51: no text is cut and nothing stands outside of the window, in English and
// French, from 1024 by 600 to 1920 by 1080 and upright, below a status bar of 48;
// what is tapped is at least 48 high. What people fill in every day needs no
// scrolling at 1280 by 800.
func TestRequirement51_LayoutsHold(t *testing.T) {
	for _, lang := range []func(*terminalOptions){english, french} {
		everyScreen(t, []func(*terminalOptions){lang}, func(t *testing.T, name string, term *terminal) {
			for _, size := range []fyne.Size{{Width: 1024, Height: 552}, {Width: 1280, Height: 752}, {Width: 800, Height: 1232}, {Width: 1920, Height: 1032}} {
				term.window.Resize(size)
				term.walk(func(o fyne.CanvasObject, at fyne.Position) { holds(t, size, o, at) })
				if size.Width != 1280 || scrolls[name] {
					continue
				}
				for _, s := range find(term, func(*container.Scroll) bool { return true }) {
					require.LessOrEqual(t, s.Content.Size().Height, s.Size().Height+0.5, "%s scrolls", words.Language())
				}
			}
		})
	}
}

// scrolls are the screens that are as long as what they list, or that nobody fills in
// at the wheel.
var scrolls = map[string]bool{"entries": true, "disclosures": true, "disclose": true, "answer": true, "answer-finished": true, "requests": true,
	"audit": true, "audit-record": true, "reviews": true, "review-draw": true, "review-unusual": true}

func english(o *terminalOptions) { o.language = words.English }

// holds checks one object in a window of a size.
func holds(t *testing.T, size fyne.Size, o fyne.CanvasObject, at fyne.Position) {
	t.Helper()
	switch o := o.(type) {
	case *canvas.Text:
		require.False(t, strings.HasSuffix(o.Text, "…") && !whole[o.Text], "%q is cut at %v", o.Text, size)
		require.LessOrEqual(t, at.X+o.MinSize().Width, size.Width+0.5, "%q reaches out of the window", o.Text)
	case *widgets.Button, *widgets.Picker, *widgets.Field, *widgets.Tick:
		require.GreaterOrEqual(t, o.Size().Height, theme.Target, "%T is too low at %v", o, size)
		require.GreaterOrEqual(t, o.Size().Width, theme.Target, "%T is too narrow at %v", o, size)
		require.LessOrEqual(t, at.X+o.Size().Width, size.Width+0.5, "%T reaches out of the window", o)
	}
}

// whole are the texts that end with an ellipsis of their own.
var whole = map[string]bool{"Parcourir…": true, "Choisir…": true, "Browse…": true, "Choose…": true,
	"Modifier…": true, "Renouveler…": true, "modifications…": true, "Change…": true, "Renew…": true, "changes…": true}

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
