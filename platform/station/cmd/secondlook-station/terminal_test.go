package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/search"
	"secondlook/app/shift"
	"secondlook/assets"
	"secondlook/platform/dock"
	"secondlook/platform/layoutfile"
	"secondlook/platform/packfile"
	"secondlook/store"
)

// blind is a terminal's cameras and sounds, of which it has none.
type blind struct{ patrol.Vision }

func (blind) Alert(policy.Tier) {}
func (blind) CameraLost()       {}
func (blind) PositionLost()     {}
func (blind) PositionBack()     {}
func (blind) CameraBack()       {}

// terminalOf sets a whole terminal up, with a store of its own and no camera, and
// enrols it.
func (p *process) terminalOf(t *testing.T, car string) *cruiser.Cruiser {
	t.Helper()
	kept, err := store.Open(filepath.Join(t.TempDir(), "terminal.db"), store.Options{Rounds: 64})
	require.NoError(t, err)
	text, err := assets.Policy("ontario")
	require.NoError(t, err)
	pack, err := packfile.Decode(text)
	require.NoError(t, err)
	pack.Session.SecondFactor = nil // there is no phone to type a code from
	layouts, err := layoutfile.BuiltIn()
	require.NoError(t, err)
	c, err := cruiser.New(cruiser.Parts{Store: kept, Vision: blind{}, Signals: blind{}, Pack: pack, Layouts: layouts,
		Dock: func(bundle []byte) (shift.Dock, error) { return dock.New(bundle) }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	ctx := t.Context()
	require.NoError(t, c.SetUp(ctx, cruiser.FirstPerson{Terminal: "Car 12", Service: "Test Service", Name: "Ada Admin", Badge: "20418", Secret: "maple-481920",
		Roles: []access.Role{access.Patrol}, Agreed: pack.Agreement.Version, Trained: time.Now().AddDate(0, -1, 0), Course: "ALPR basics"}))
	file := filepath.Join(t.TempDir(), car+".bundle")
	must(t, "enrol", car, "--data", p.dir, "--out", file)
	s := c.Settings()
	s.Bundle, err = os.ReadFile(file)
	require.NoError(t, err)
	s.Authority = "Insp. Test"
	require.NoError(t, c.ChangeSettings(ctx, s, "enrolled"))
	return c
}

// What is proposed in the car comes to the station, is decided there, and counts in the
// car after its next sync.
func TestRequirement19_TheStationDecidesOnWhatATerminalProposed(t *testing.T) {
	p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
	c := p.terminalOf(t, "car-12")
	ctx := t.Context()
	propose := func(text plate.Text) entry.Entry {
		e, err := c.Propose(ctx, entry.Entry{Plate: text, Jurisdiction: "CA-ON", Category: "amber-alert", Reason: "a child is missing",
			Expires: time.Now().Add(6 * time.Hour), Distribution: policy.Shared})
		require.NoError(t, err)
		return e
	}
	matches := func(text plate.Text) int {
		r, err := c.Search(ctx, search.Query{Plate: text, Purpose: c.Pack().Purposes[0].Code, Reason: "r", FileNumber: "f"})
		require.NoError(t, err)
		return len(r.Matches)
	}
	sync := func() {
		_, err := c.Sync(ctx, nil)
		require.NoError(t, err)
	}
	good, bad := propose("QWER123"), propose("ASDF456")
	sync()
	require.Zero(t, matches("QWER123"), "nobody has decided")
	list := must(t, "entries", "list", "--data", p.dir)
	require.Equal(t, 3, strings.Count(list, "\n"))
	for _, e := range []entry.Entry{good, bad} {
		require.Contains(t, list, e.ID)
		require.Contains(t, list, string(e.Plate))
	}

	roster := filepath.Join(t.TempDir(), "roster.csv")
	require.NoError(t, os.WriteFile(roster, []byte("id,name,badge,roles\ns-1,Sue Super,31007,supervisor\ns-2,Ada Admin,20418,administrator supervisor officer\n"), 0o600))
	must(t, "roster", "publish", roster, "--data", p.dir)
	_, complaint, code := command(t, "entries", "approve", good.ID, "--data", p.dir, "--by", "20418", "--pack", "ontario")
	require.Equal(t, 1, code, "nobody decides on their own")
	require.NotContains(t, complaint, "QWER123")
	must(t, "entries", "approve", good.ID, "--data", p.dir, "--by", "31007", "--pack", "ontario")
	must(t, "entries", "refuse", bad.ID, "--data", p.dir, "--by", "31007", "--reason", "no such alert")
	require.Equal(t, 1, strings.Count(must(t, "entries", "list", "--data", p.dir), "\n"), "none waits")
	sync()
	require.Equal(t, 1, matches("QWER123"))
	require.Zero(t, matches("ASDF456"))
	all, err := c.Entries(ctx)
	require.NoError(t, err)
	require.Len(t, all, 2)
	for _, e := range all {
		require.NotNil(t, e.Decider)
		require.EqualValues(t, "31007", e.Decider.Badge)
		if e.ID == bad.ID {
			require.Equal(t, entry.Refused, e.State)
			require.Equal(t, "no such alert", e.Decision, "its author sees why")
		}
	}
}
