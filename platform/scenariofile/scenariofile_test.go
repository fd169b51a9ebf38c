package scenariofile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/training"
	"secondlook/assets"
	"secondlook/platform/scenariofile"
)

// What a trainer's library must hold, see requirement 39.
func TestRequirement39_ScenariosThatShip(t *testing.T) {
	require.Subset(t, assets.Scenarios(), []string{"stolen-vehicle", "wrong-province", "mud", "look-alike", "suspended-driver",
		"amber-alert", "stale-list", "flood", "camera-loss", scenariofile.Standard})
	verdicts := map[training.Verdict]bool{}
	for _, name := range assets.Scenarios() {
		t.Run(name, func(t *testing.T) {
			s, err := scenariofile.BuiltIn(name)
			require.NoError(t, err)
			require.NotEmpty(t, s.Hits)
			for _, h := range s.Hits {
				verdicts[h.Expected] = true
			}
			alertsAsScripted(t, s)
		})
	}
	require.Len(t, verdicts, 3, "every verdict is trained")

	stale, err := scenariofile.BuiltIn("stale-list")
	require.NoError(t, err)
	require.Equal(t, 80*time.Hour, stale.ListAge)
	lost, err := scenariofile.BuiltIn("camera-loss")
	require.NoError(t, err)
	require.NotEmpty(t, lost.Losses)
	flood, err := scenariofile.BuiltIn("flood")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(flood.Hits), 10)
}

// alertsAsScripted fails the test unless a certain read of each car gives what the
// script says: one match with the entry of its hit, or none. Two cars never share a
// plate.
func alertsAsScripted(t *testing.T, s *training.Scenario) {
	t.Helper()
	index := hotlist.NewIndex()
	index.Replace([]hotlist.List{{Name: "training", Entries: s.Entries}})
	scripted := map[int]training.Hit{}
	for _, h := range s.Hits {
		scripted[h.Car] = h
	}
	seen := map[plate.Text]bool{}
	for i, c := range s.Cars {
		require.False(t, seen[plate.Fold(c.Plate)], "car %d has the plate of another", i+1)
		seen[plate.Fold(c.Plate)] = true
		r := plate.Read{Text: c.Plate}
		for k := range len(r.Text) {
			r.Characters = append(r.Characters, plate.Character{Char: r.Text[k], Confidence: 1})
		}
		matches := index.Match(r, time.Now())
		h, ok := scripted[i]
		if !ok {
			require.Empty(t, matches, "car %d", i+1)
			continue
		}
		require.Len(t, matches, 1, "car %d", i+1)
		require.Equal(t, s.Entries[h.Entry].ID, matches[0].Entry.ID)
		require.Equal(t, h.Expected == training.Misread, matches[0].Kind == hotlist.LookAlike, "car %d", i+1)
	}
}

const valid = `name.en = "One"
name.fr = "Un"
summary.en = "One car."
summary.fr = "Une voiture."
length = 30
age = 1.5

[[camera]]
name = "Front"
side = "front-left"

[[phase]]
from = 0
light = "day"

[[car]]
at = 1.5
camera = "Front"
plate = "WKLM804"
issuer = "CA-ON"
vehicle = { make = "Honda", model = "Civic", year = 2019, colour = "grey", body = "sedan" }
mud = 0.25

[car.hit]
id = "exact"
entry = "e"
expect = "correct"
debrief.en = "look"
debrief.fr = "regardez"

[[entry]]
id = "e"
plate = "WKLM804"
issuer = "CA-ON"
category = "stolen-vehicle"
vehicle = { make = "Honda", model = "Civic", year = 2019, colour = "grey" }
note = "taken"
`

func TestDecode(t *testing.T) {
	s, err := scenariofile.Decode("my.toml", []byte(valid))
	require.NoError(t, err)
	require.Equal(t, &training.Scenario{
		Name: training.Text{EN: "One", FR: "Un"}, Summary: training.Text{EN: "One car.", FR: "Une voiture."},
		Length: 30 * time.Second, ListAge: 90 * time.Minute,
		Cameras: []training.Camera{{Name: "Front", Side: "front-left"}},
		Phases:  []training.Phase{{Light: training.Day}},
		Cars: []training.Car{{At: 1500 * time.Millisecond, Camera: "Front", Plate: "WKLM804", Jurisdiction: "CA-ON", Mud: 0.25,
			Vehicle:  training.Vehicle{Make: "Honda", Model: "Civic", Year: 2019, Colour: "grey", Body: "sedan"},
			Approach: training.Approach{Way: training.Approaching, Distance: 48, Speed: 10, Slow: 1.1, Lane: 2.8}}},
		Entries: []hotlist.Entry{{ID: "e", Plate: "WKLM804", Jurisdiction: "CA-ON", Category: "stolen-vehicle",
			Make: "Honda", Model: "Civic", Year: 2019, Colour: "grey", Note: "taken"}},
		Hits: []training.Hit{{ID: "exact", Expected: training.Correct, Debrief: training.Text{EN: "look", FR: "regardez"}}},
	}, s)
}

func TestDecodeSaysWhere(t *testing.T) {
	for name, tt := range map[string]struct{ from, to, want string }{
		"NoTOML":        {`length = 30`, `length = `, "my.toml, line 5: "},
		"WrongKind":     {`length = 30`, `length = "long"`, "my.toml: line 5 (last key"},
		"UnknownKey":    {`mud = 0.25`, `mudd = 0.25`, "my.toml: no scenario has the key car.mudd"},
		"NoLength":      {`length = 30`, ``, "my.toml: the length"},
		"Car":           {`"grey", body`, `"plaid", body`, "my.toml, line 16: car 1: unknown colour"},
		"Hit":           {`expect = "correct"`, `expect = "misread"`, "my.toml, line 16: hit 1: it expects"},
		"HitOfNothing":  {`entry = "e"`, `entry = "f"`, `my.toml, line 16: hit 1: there is no entry "f"`},
		"Entry":         {`category = "stolen-vehicle"`, ``, "my.toml, line 31: entry 1: "},
		"NotANumber":    {`mud = 0.25`, `mud = nan`, "my.toml, line 16: car 1: mud"},
		"Infinite":      {`length = 30`, `length = inf`, "my.toml: the length"},
		"CommentedPart": {`[[phase]]`, "#[[phase]]\n[[phase]]\nfrom = -1\nlight = \"day\"\n[[phase]]", "my.toml: the phases must begin at zero"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, valid, tt.from)
			_, err := scenariofile.Decode("my.toml", []byte(strings.Replace(valid, tt.from, tt.to, 1)))
			require.ErrorIs(t, err, scenariofile.ErrInvalid)
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err := scenariofile.Decode("my.toml", make([]byte, scenariofile.MaxSize+1))
	require.ErrorIs(t, err, scenariofile.ErrInvalid)
}

func TestRequirement12_ASuspendedDriverHasAName(t *testing.T) {
	s, err := scenariofile.BuiltIn("suspended-driver")
	require.NoError(t, err)
	require.Equal(t, hotlist.Driver{Name: "Alphonse Wintergrove", Lenses: true}, s.Entries[s.Hits[0].Entry].SuspendedDriver())

	_, err = scenariofile.Decode("my.toml", []byte(valid+`driver = { name = "Sam Sample" }`))
	require.ErrorContains(t, err, `my.toml, line 31: entry 1: only an entry of the category "suspended-driver" names a driver`)
	require.NotContains(t, err.Error(), "Sam")
	_, err = scenariofile.Decode("my.toml", []byte(valid+`driver = { address = "1 Example Street" }`))
	require.ErrorContains(t, err, "no scenario has the key entry.driver.address")
}

func TestOpen(t *testing.T) {
	s, err := scenariofile.Open("mud")
	require.NoError(t, err)
	require.Equal(t, "Mud", s.Name.EN)

	file := filepath.Join(t.TempDir(), "my.toml")
	require.NoError(t, os.WriteFile(file, []byte(valid), 0o600))
	s, err = scenariofile.Open(file)
	require.NoError(t, err)
	require.Equal(t, "One", s.Name.EN)

	_, err = scenariofile.Open("snow")
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "built in are amber-alert, ")
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(valid))
	for _, name := range assets.Scenarios() {
		text, err := assets.Scenario(name)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := scenariofile.Decode("fuzz.toml", text)
		if err != nil {
			require.ErrorIs(t, err, scenariofile.ErrInvalid)
			return
		}
		require.NoError(t, s.Validate())
		for _, c := range s.Cars {
			_, there := c.Approach.Ahead(c.Approach.Time() / 2)
			require.True(t, there)
		}
	})
}
