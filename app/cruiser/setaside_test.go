package cruiser_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/shift"
)

// listFile is the one file that holds the car's lists.
func (c *car) listFile() string {
	c.t.Helper()
	files, err := os.ReadDir(c.path + ".lists")
	require.NoError(c.t, err)
	require.Len(c.t, files, 1)
	return filepath.Join(c.path+".lists", files[0].Name())
}

func flipBytes(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := range b {
		b[i] ^= 0x55
	}
	require.NoError(t, os.WriteFile(path, b, 0o600))
}

// One damaged list file sets one list aside; the terminal goes on with the others.
func TestRequirement9_ADamagedListIsSetAsideAndTheTerminalGoesOn(t *testing.T) {
	ctx := context.Background()
	for name, damage := range map[string]func(t *testing.T, path string){
		"Flipped": flipBytes,
		"Missing": func(t *testing.T, path string) { require.NoError(t, os.Remove(path)) },
		"Folder": func(t *testing.T, path string) {
			require.NoError(t, os.Remove(path))
			require.NoError(t, os.Mkdir(path, 0o700))
		},
	} {
		t.Run(name, func(t *testing.T) {
			st := newStation()
			c := newCar(t, st).setUp()
			broken := c.listFile()
			_, err := c.ImportList(ctx, "MTO", c.clock(), strings.NewReader("plate,category\nAAAA111,expired-plate\n"))
			require.NoError(t, err)
			require.Empty(t, c.Problem())
			require.NoError(t, c.Close())
			damage(t, broken)
			c.start()
			require.NoError(t, c.SignIn(ctx, "20418", secret))

			require.True(t, c.summary("CPIC").SetAside)
			require.Equal(t, 2, c.summary("CPIC").Count, "how many it had")
			require.False(t, c.summary("MTO").SetAside)
			require.Equal(t, cruiser.ProblemSetAside, c.Problem())
			noted := c.acts()[audit.HotlistSetAside]
			require.Len(t, noted, 1)
			require.Equal(t, map[string]string{"list": "CPIC", "version": "0"}, noted[0].Detail)
			require.NoError(t, c.StartPatrol(ctx))
			c.read("CKLM804")
			require.Empty(t, c.Queue(), "it is not matched")
			c.read("AAAA111")
			require.Len(t, c.Queue(), 1, "the others are")

			// It stays as it is until it is replaced, by hand or by the station.
			_, err = c.ImportList(ctx, "MTO", c.clock(), strings.NewReader("plate,category\nAAAA111,expired-plate\n"))
			require.NoError(t, err)
			require.Len(t, c.acts()[audit.HotlistSetAside], 1, "it is said once")
			if name != "Missing" {
				_, err = os.Stat(broken)
				require.NoError(t, err)
			}
			require.Equal(t, cruiser.ProblemSetAside, c.Problem())
			st.lists = []shift.ListFile{{Name: "CPIC", Version: 1, Made: c.clock(), Data: []byte("plate,category\nCKLM804,stolen-vehicle\nBWKB881,suspended-driver\n")}}
			_, err = c.Sync(ctx, nil)
			require.NoError(t, err)
			require.Empty(t, c.Problem())
			c.read("CKLM804")
			require.Len(t, c.Queue(), 2)
		})
	}
}

// The station is asked for the whole list again, though its version is not newer.
func TestRequirement9_AListSetAsideIsFetchedAgain(t *testing.T) {
	ctx := context.Background()
	st := newStation()
	st.lists = []shift.ListFile{{Name: "MTO", Version: 7, Made: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC), Data: []byte("plate,category\nAAAA111,expired-plate\n")}}
	c := newCar(t, st).setUp()
	require.NoError(t, c.WithdrawList(ctx, "CPIC"))
	_, err := c.Sync(ctx, nil)
	require.NoError(t, err)
	broken := c.listFile()
	require.NoError(t, c.Close())
	flipBytes(t, broken)
	c.start()
	require.NoError(t, c.SignIn(ctx, "20418", secret))
	require.True(t, c.summary("MTO").SetAside)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.False(t, c.summary("MTO").SetAside)
	require.NoFileExists(t, broken)
}

// A list grows old while the program runs, with nothing else happening.
func TestRequirement9_AListGrowsOldDuringTheShift(t *testing.T) {
	c := newCar(t, nil).setUp()
	require.False(t, c.summary("CPIC").Old)
	c.pass(c.Pack().ListAge("CPIC") + time.Minute)
	require.True(t, c.summary("CPIC").Old)
}

// A list that cannot be read may be withdrawn, and still guards against one that
// lost its entries.
func TestRequirement9_AListSetAsideStillHoldsItsPlace(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	broken := c.listFile()
	require.NoError(t, c.Close())
	flipBytes(t, broken)
	c.start()
	require.NoError(t, c.SignIn(ctx, "20418", secret))
	_, err := c.ImportList(ctx, "CPIC", c.clock(), strings.NewReader("plate,category\nBWKB881,suspended-driver\n"))
	require.Error(t, err, "it has too few entries of what it had")
	require.FileExists(t, broken)
	require.NoError(t, c.WithdrawList(ctx, "CPIC"))
	require.NoFileExists(t, broken)
	require.Empty(t, c.Lists())
	require.Empty(t, c.Problem())
}
