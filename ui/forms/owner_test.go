package forms

import (
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hotlist"
	"secondlook/ui/gallery/props"
	"secondlook/ui/widgets"
)

// A hit names the suspended owner as far as the list did; a search for the plate does not.
func TestRequirement12_AHitPageNamesASuspendedOwner(t *testing.T) {
	alphonse := hotlist.Driver{Name: "Alphonse Wintergrove", Lenses: true}
	for name, test := range map[string]struct {
		category string
		driver   hotlist.Driver
		language func(*terminalOptions)
		says     string
	}{
		"both":             {"suspended-driver", alphonse, english, "Alphonse Wintergrove, corrective lenses required"},
		"both, in French":  {"suspended-driver", alphonse, french, "Alphonse Wintergrove, verres correcteurs exigés"},
		"name":             {"suspended-driver", hotlist.Driver{Name: alphonse.Name}, english, "Alphonse Wintergrove"},
		"lenses":           {"suspended-driver", hotlist.Driver{Lenses: true}, english, "corrective lenses required"},
		"nothing":          {"suspended-driver", hotlist.Driver{}, english, ""},
		"another category": {"wanted-person", alphonse, english, ""},
	} {
		t.Run(name, func(t *testing.T) {
			term := newTerminal(t, test.language)
			h := props.Hits(access.Officer{})[1]
			h.Matches[0].Entry.Category, h.Matches[0].Entry.Driver = test.category, test.driver
			label := map[bool]string{true: "Owner", false: "Titulaire"}[test.says != "Alphonse Wintergrove, verres correcteurs exigés"]
			term.open(hitPage(term.Cruiser, term, cruiser.Alert{Hit: h}, func() {}))
			require.Equal(t, test.says != "", term.says(label))
			require.True(t, test.says == "" || term.says(test.says))

			found := widgets.NewColumn(0.5, (&manualSearch{c: term.Cruiser}).match(h.Matches[0], start))
			term.open(found)
			require.True(t, term.says("Grey Honda Civic, 2019"))
			require.False(t, term.says(label))
		})
	}
}
