package hotlistfile

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/policy"
	"secondlook/assets"
	"secondlook/platform/packfile"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.Local)

func pack(t testing.TB, name string) *policy.Pack {
	t.Helper()
	text, err := assets.Policy(name)
	require.NoError(t, err)
	p, err := packfile.Decode(text)
	require.NoError(t, err)
	return p
}

func file(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func check(t testing.TB, o CheckOptions) (Verdict, string) {
	t.Helper()
	o.Now = noon
	var out bytes.Buffer
	v, err := Check(&out, o)
	require.NoError(t, err)
	return v, out.String()
}

func synth(t testing.TB, o SynthOptions) string {
	t.Helper()
	o.Made = time.Date(2026, 11, 22, 0, 0, 0, 0, time.Local)
	var out bytes.Buffer
	require.NoError(t, Synth(&out, o))
	return out.String()
}

func TestSyntheticListsAreClean(t *testing.T) {
	for _, format := range Formats() {
		name := map[string]string{"california-svs": "svs.tbl", "california-sfr": "sfr.tbl", "california-slr": "slr.tbl"}[format]
		if name == "" {
			name = "list"
		}
		text := synth(t, SynthOptions{Format: format, N: 20, Seed: 4})
		require.Equal(t, text, synth(t, SynthOptions{Format: format, N: 20, Seed: 4}), "the same seed")
		require.NotEqual(t, text, synth(t, SynthOptions{Format: format, N: 20, Seed: 5}), "another seed")
		v, out := check(t, CheckOptions{File: file(t, name, text)})
		require.Equal(t, Clean, v, out)
		require.Contains(t, out, format+": ")
	}
	for _, name := range assets.Policies() {
		p := pack(t, name)
		v, out := check(t, CheckOptions{File: file(t, "list", synth(t, SynthOptions{N: 200, Seed: 1, Pack: p})), Pack: p})
		require.Equal(t, Clean, v, out)
		require.NotContains(t, out, "every category was accepted")
	}
	var out bytes.Buffer
	require.ErrorContains(t, Synth(&out, SynthOptions{Format: "nothing"}), "ncic")
	require.ErrorContains(t, Synth(&out, SynthOptions{Format: "florida-dhsmv-offender", Pack: pack(t, "ontario")}), "none of the categories")
}

const rows = `plate,category,owner,expires
AB12,stolen-vehicle,x,
AB13,stolen-plate,x,2027-01-01
AB14,stolen-plate,x,2026-01-01
AB12,stolen-vehicle,x,
000,stolen-plate,x,
AB15,joyride,x,
AB16,suspended-driver-in-use,x,
`

func TestRequirement52_CheckSaysWhatBecomesOfEachRow(t *testing.T) {
	path := file(t, "list.csv", rows)
	v, out := check(t, CheckOptions{File: path, Pack: pack(t, "ontario")})
	require.Equal(t, Refusals, v)
	for _, line := range []string{
		"rows 7", "accepted 2", "stolen-vehicle 1", "refused 5", "duplicates 1", "expired 1", "verdict refusals",
		"unknown-category 2, row 7 (category), 8 (category)", "junk-plate 1, row 6 (plate)", "duplicate 1, row 5", "dropped column 3, of unknown name",
	} {
		require.Contains(t, strings.Join(strings.Fields(out), " "), line)
	}
	require.NotContains(t, out, "AB1")

	v, out = check(t, CheckOptions{File: path, Pack: pack(t, "ontario"), JSON: true})
	require.Equal(t, Refusals, v)
	var got struct {
		Verdict                             string
		Layout                              string
		Rows, Accepted, Duplicates, Expired int
		ByCategory                          map[string]int `json:"by_category"`
		Refused                             map[string]struct {
			Count int
			First []struct {
				Row    int
				Column string
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.Equal(t, "refusals", got.Verdict)
	require.Equal(t, "generic", got.Layout)
	require.Equal(t, []int{7, 2, 1, 1}, []int{got.Rows, got.Accepted, got.Duplicates, got.Expired})
	require.Equal(t, map[string]int{"stolen-vehicle": 1, "stolen-plate": 1}, got.ByCategory)
	require.Equal(t, 7, got.Refused["unknown-category"].First[0].Row)
}

func TestVerdicts(t *testing.T) {
	ontario := pack(t, "ontario")
	const clew = "DATE11/22/2026 09:00\n7ABC123 CA0120260627\nTOTAL RECORD 0000001\n"
	for _, test := range []struct {
		name, file, text string
		want             Verdict
		says             string
	}{
		{"clean", "svs.tbl", clew, Clean, "as its footer counts"},
		{"old", "svs.tbl", strings.Replace(clew, "11/22", "11/20", 1), Refusals, ": OLD"},
		{"from the future", "svs.tbl", strings.Replace(clew, "11/22", "12/24", 1), Refusals, "IN THE FUTURE"},
		{"no date", "svs.tbl", strings.Replace(clew, "11/22", "13/22", 1), Refusals, "cannot be read, row 1"},
		{"cut off", "svs.tbl", strings.Replace(clew, "0000001", "0000072", 1), HeldBack, "footer counts 72 records"},
		{"no list", "x.txt", "Dear all\n", Unusable, "no layout that is known"},
		{"no text", "x.txt", "\x00\x01\x02", Unusable, "not text"},
		{"nothing", "x.txt", "", Unusable, "empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v, out := check(t, CheckOptions{File: file(t, test.file, test.text), Pack: ontario})
			require.Equal(t, test.want, v, out)
			require.Contains(t, out, test.says)
			v, out = check(t, CheckOptions{File: file(t, test.file, test.text), Pack: ontario, JSON: true})
			require.Equal(t, test.want, v)
			require.True(t, json.Valid([]byte(out)))
		})
	}
	t.Run("agency", func(t *testing.T) {
		path := file(t, "x.csv", "plate,category,agency\nAB12,stolen-plate,ON100\nAB13,stolen-plate,QC100\n")
		v, out := check(t, CheckOptions{File: path, Agency: "ON"})
		require.Equal(t, Refusals, v)
		require.Contains(t, out, "wrong-agency")
	})
	t.Run("zip", func(t *testing.T) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for name, text := range map[string]string{"svs.tbl": clew, "readme": "hello", "own.csv": "plate,category\n0,stolen-plate\n"} {
			w, err := z.Create(name)
			require.NoError(t, err)
			_, err = w.Write([]byte(text))
			require.NoError(t, err)
		}
		require.NoError(t, z.Close())
		v, out := check(t, CheckOptions{File: file(t, "x.zip", b.String())})
		require.Equal(t, Refusals, v)
		require.Contains(t, out, "2 read, 1 in no layout")
		require.Regexp(t, `junk-plate +1, row 2 of file \d \(plate\)`, out)
	})
	t.Run("files that cannot be read", func(t *testing.T) {
		var out bytes.Buffer
		for _, o := range []CheckOptions{{File: "/nowhere/x"}, {File: file(t, "x", clew), Format: "nothing"}, {File: file(t, "x", clew), Format: "/nowhere/x.toml"}, {File: t.TempDir()}} {
			v, err := Check(&out, o)
			require.Error(t, err)
			require.Equal(t, Unusable, v)
		}
	})
	t.Run("a layout of one's own", func(t *testing.T) {
		own, err := assets.Layout("iowa")
		require.NoError(t, err)
		path := file(t, "own.toml", strings.Replace(string(own), `id = "iowa"`, `id = "own"`, 1))
		v, out := check(t, CheckOptions{File: file(t, "x", "BMAC272,2027,TK,ON,R004163992,CNVP,ON3251500\n"), Format: path})
		require.Equal(t, Clean, v)
		require.Contains(t, out, "own: Iowa")
		_, err = Check(&bytes.Buffer{}, CheckOptions{File: path, Format: file(t, "bad.toml", "id = 1\n")})
		require.ErrorContains(t, err, "bad.toml")
	})
}
