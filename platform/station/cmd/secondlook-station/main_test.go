package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/station"
)

// asProgram makes the test's own program the station's, so that a test can
// start it as a process, and kill it.
const asProgram = "SECONDLOOK_STATION_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Unsetenv(asProgram)
		main()
		return
	}
	os.Exit(m.Run())
}

const limit = 60 * time.Second

// process is a station in a process of its own.
type process struct {
	cmd     *exec.Cmd
	dir     string
	address string
	out     *bufio.Reader
	err     bytes.Buffer
}

func serveProcess(t *testing.T, dir, listen string, more ...string) *process {
	t.Helper()
	p := &process{dir: dir}
	p.cmd = exec.Command(os.Args[0], "serve", "--data", dir, "--listen", listen, "--name", "West Division")
	if len(more) == 0 {
		more = []string{"--pack", "ontario"}
	}
	p.cmd.Args = append(p.cmd.Args, more...)
	p.cmd.Env = append(os.Environ(), asProgram+"=1")
	p.cmd.Stderr = &p.err
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			p.cmd.Process.Kill()
			p.cmd.Wait()
		}
	})
	p.out = bufio.NewReader(out)
	line, err := p.out.ReadString('\n')
	require.NoError(t, err)
	address, ok := strings.CutPrefix(strings.TrimSpace(line), "serving on ")
	require.True(t, ok, line)
	p.address = address
	return p
}

// command runs one command in this process and returns what it printed.
func command(t *testing.T, args ...string) (out, complaint string, code int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var stdout, stderr bytes.Buffer
	code = run(ctx, args, &stdout, &stderr)
	return stdout.String(), stderr.String(), code
}

func must(t *testing.T, args ...string) string {
	t.Helper()
	out, complaint, code := command(t, args...)
	require.Zero(t, code, complaint)
	return out
}

func (p *process) enrol(t *testing.T, car string) *dock.Dock {
	t.Helper()
	file := filepath.Join(t.TempDir(), car+".bundle")
	must(t, "enrol", car, "--data", p.dir, "--out", file)
	bundle, err := os.ReadFile(file)
	require.NoError(t, err)
	d, err := dock.New(bundle)
	require.NoError(t, err)
	return d
}

// records opens every record and returns the bodies by id; none may come twice.
func (p *process) records(t *testing.T) map[string]string {
	t.Helper()
	bodies := map[string]string{}
	out := must(t, "records", "open", "--data", p.dir, "--key", filepath.Join(p.dir, station.RecordsKeyFile))
	for line := range strings.Lines(out) {
		var r station.Opened
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		require.NotContains(t, bodies, r.ID, "a record is doubled")
		bodies[r.ID] = string(r.Body)
	}
	return bodies
}

func TestRequirement29_StationKilledInMidSync(t *testing.T) {
	dir := t.TempDir()
	p := serveProcess(t, dir, "127.0.0.1:0")
	const cars, each = 3, 20
	picture := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xff, 0xd8, 0x33}, 10_000))
	sent := map[string]string{}
	var parcels [cars][]shift.Parcel
	var docks [cars]*dock.Dock
	for c := range cars {
		docks[c] = p.enrol(t, fmt.Sprintf("car-%d", c))
		for i := range each {
			id := fmt.Sprintf("h-%d-%d", c, i)
			sent[id] = fmt.Sprintf(`{"ID":%q,"Context":%q}`, id, picture)
			parcels[c] = append(parcels[c], shift.Parcel{ID: id, Kind: shift.HitParcel, Body: []byte(sent[id])})
		}
	}

	// Every car is in its sync when the station dies; what was acknowledged is
	// written down, because a car erases it.
	var acked atomic.Int64
	results := make(chan map[string]bool, cars)
	var links [cars]shift.Link
	for c := range cars { // all of them, before the first can have the station killed
		var err error
		links[c], err = docks[c].Connect(t.Context())
		require.NoError(t, err)
	}
	for c, link := range links {
		go func() {
			defer link.Close()
			kept := map[string]bool{}
			for _, parcel := range parcels[c] {
				if link.Deliver(t.Context(), parcel) != nil {
					break
				}
				kept[parcel.ID] = true
				if acked.Add(1) == cars*each/3 {
					p.cmd.Process.Kill()
				}
			}
			results <- kept
		}()
	}
	acknowledged := map[string]bool{}
	for range cars {
		for id := range <-results {
			acknowledged[id] = true
		}
	}
	require.Error(t, p.cmd.Wait(), "the station was killed")
	require.GreaterOrEqual(t, len(acknowledged), cars*each/3)
	require.Less(t, len(acknowledged), cars*each, "the station died in the middle")

	p = serveProcess(t, dir, p.address)
	after := p.records(t)
	for id := range acknowledged {
		require.Contains(t, after, id, "acknowledged, and lost")
	}
	for c := range cars { // the whole sync again, what was acknowledged too
		link, err := docks[c].Connect(t.Context())
		require.NoError(t, err)
		var refs []shift.Ref
		for _, parcel := range parcels[c] {
			require.NoError(t, link.Deliver(t.Context(), parcel))
			refs = append(refs, shift.Ref{Kind: parcel.Kind, ID: parcel.ID})
		}
		receipt, err := link.Receipt(t.Context(), refs)
		require.NoError(t, err)
		require.Equal(t, refs, receipt.Refs(), "the station signs for all of it, before and after")
		require.NoError(t, link.Close())
	}
	require.Equal(t, sent, p.records(t))
}

func TestStationStopsWhenTold(t *testing.T) {
	for name, signal := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
			require.NoError(t, p.cmd.Process.Signal(signal))
			rest, err := p.out.ReadString(0)
			require.Error(t, err, "end of output")
			require.Empty(t, rest)
			require.NoError(t, p.cmd.Wait(), p.err.String())
			require.NoFileExists(t, filepath.Join(p.dir, "serving.json"))
			require.Contains(t, p.err.String(), filepath.Join(p.dir, station.RecordsKeyFile))
			require.NotContains(t, p.err.String(), "level=", "nothing to complain about")
		})
	}
}

func TestOperatorsDay(t *testing.T) {
	p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
	d := p.enrol(t, "car-12")
	require.Equal(t, "West Division", d.Station())

	radio := filepath.Join(t.TempDir(), "radio.bundle")
	must(t, "enrol", "car-radio", "--data", p.dir, "--out", radio, "--limit", p.address+"=64000")
	slow, err := os.ReadFile(radio)
	require.NoError(t, err)
	require.Contains(t, string(slow), `"`+p.address+`": 64000`)

	list := filepath.Join(t.TempDir(), "stolen.csv")
	require.NoError(t, os.WriteFile(list, []byte("plate,category\nABCD123,stolen-vehicle\n??,stolen-vehicle\n"), 0o600))
	out, complaint, code := command(t, "lists", "publish", "stolen", list, "--data", p.dir, "--made", "2026-11-22T06:00:00Z")
	require.Zero(t, code, complaint)
	require.Contains(t, out, "version 1 is published, 1 of 2 rows can be used")
	require.Contains(t, out, "stolen: no delta, cars fetch the whole list: there was no version in force before.")
	require.Contains(t, complaint, "malformed-plate: 1 refused, the first in line 3")
	var long strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&long, "C%06d,stolen-vehicle\n", i)
	}
	many := filepath.Join(t.TempDir(), "many.csv")
	for last, want := range []string{"no delta", "many: delta from version 1: 1 added, 0 changed, 1 removed, "} {
		require.NoError(t, os.WriteFile(many, fmt.Appendf(nil, "plate,category\n%sD%d,stolen-vehicle\n", long.String(), last), 0o600))
		require.Contains(t, must(t, "lists", "publish", "many", many, "--data", p.dir), want)
	}
	must(t, "lists", "withdraw", "many", "--data", p.dir)
	require.Contains(t, must(t, "lists", "show", "--data", p.dir), "in force")

	ctx, done := context.WithTimeout(t.Context(), limit)
	defer done()
	link, err := d.Connect(ctx)
	require.NoError(t, err)
	defer link.Close()
	lists, err := link.Lists(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, lists, 2)
	require.True(t, lists[0].Withdrawn)
	lists = lists[1:]
	require.Equal(t, time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), lists[0].Made)

	jpeg := append([]byte("\xff\xd8\xff\xe0"), bytes.Repeat([]byte("jpeg"), 100)...)
	body, err := json.Marshal(map[string]any{
		"hit": map[string]any{"ID": "h1", "Seen": json.Number("12345678901234567890")}, "pictures": map[string]any{"Plate": jpeg, "Context": jpeg, "Note": "/9j/ not one"},
	})
	require.NoError(t, err)
	require.NoError(t, link.Deliver(t.Context(), shift.Parcel{ID: "h1", Kind: shift.HitParcel, Body: body}))
	require.NoError(t, link.Deliver(t.Context(), shift.Parcel{ID: "d1", Kind: shift.DeploymentParcel, Body: []byte(`{"Area":"<west>"}`)}))

	var st station.Status
	require.NoError(t, json.Unmarshal([]byte(must(t, "status", "--data", p.dir, "--json")), &st))
	require.EqualValues(t, 2, st.Records)
	require.Equal(t, []string{"car-12"}, st.Connected)
	require.Contains(t, must(t, "status", "--data", p.dir), "West Division")
	require.Equal(t, 2, strings.Count(must(t, "records", "list", "--data", p.dir, "--json"), "\n"))
	require.Contains(t, must(t, "records", "list", "--data", p.dir), "deployment")

	key, to := filepath.Join(p.dir, station.RecordsKeyFile), filepath.Join(t.TempDir(), "out")
	open := []string{"records", "open", "--data", p.dir, "--key", key}
	require.Contains(t, must(t, append(open, "d1")...), `"body":{"Area":"<west>"}`)
	export := []string{"records", "export", "--data", p.dir, "--key", key}
	require.Contains(t, must(t, append(export, to)...), "2 records are in")
	for _, name := range []string{"h1-pictures-plate.jpg", "h1-pictures-context.jpg"} {
		got, err := os.ReadFile(filepath.Join(to, name))
		require.NoError(t, err)
		require.Equal(t, jpeg, got)
	}
	lines, err := os.ReadFile(filepath.Join(to, "records.jsonl"))
	require.NoError(t, err)
	require.Equal(t, 2, bytes.Count(lines, []byte("\n")))
	require.Contains(t, string(lines), `"Plate":"h1-pictures-plate.jpg"`)
	require.Contains(t, string(lines), `"Note":"/9j/ not one"`)
	require.Contains(t, string(lines), `12345678901234567890`)
	files, err := os.ReadDir(to)
	require.NoError(t, err)
	require.Len(t, files, 3)
	only := filepath.Join(t.TempDir(), "deployments")
	require.Contains(t, must(t, append(export, only, "--kind", "deployment")...), "1 records are in")
	_, complaint, code = command(t, append(export, only)...)
	require.Equal(t, 1, code)
	require.Contains(t, complaint, "is there already")

	require.Contains(t, must(t, "lists", "withdraw", "stolen", "--data", p.dir), "withdrawn with version 2")
	require.Contains(t, must(t, "revoke", "car-12", "--data", p.dir), "refused")
	_, err = d.Connect(t.Context())
	require.ErrorIs(t, err, shift.ErrRefused)
	for n := 0; link.Deliver(ctx, shift.Parcel{ID: fmt.Sprint("late", n), Kind: shift.AuditParcel, Body: []byte("{}")}) == nil; n++ {
		require.NoError(t, ctx.Err(), "the car that was connected still delivers")
	}
	require.Contains(t, must(t, "status", "--data", p.dir), "revoked")
}

func TestCommandsThatFail(t *testing.T) {
	p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
	dir, empty := p.dir, t.TempDir()
	there := filepath.Join(empty, "there")
	require.NoError(t, os.WriteFile(there, []byte("x"), 0o600))
	key := filepath.Join(dir, station.RecordsKeyFile)
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"UnknownCommand":  {[]string{"dance"}, 2, "dance"},
		"NoData":          {[]string{"status"}, 2, "--data"},
		"NoStation":       {[]string{"status", "--data", empty}, 1, "no station here"},
		"BundleThere":     {[]string{"enrol", "car-1", "--data", dir, "--out", there}, 1, "is there already"},
		"CarName":         {[]string{"enrol", "car 1", "--data", dir, "--out", there + "2"}, 1, "letters, digits"},
		"RevokeUnknown":   {[]string{"revoke", "car-1", "--data", dir}, 1, "no such car"},
		"ExportOfNothing": {[]string{"records", "export", "--data", dir, "--key", key, "--kind", "letters", empty}, 1, "the kinds are"},
		"StatsBackwards":  {[]string{"stats", "--data", dir, "--key", key, "--from", "2026-11-02", "--to", "2026-11-01"}, 1, "--to is before --from"},
		"ListEmpty":       {[]string{"lists", "publish", "x", there, "--data", dir}, 1, there},
		"ListUnknown":     {[]string{"lists", "withdraw", "x", "--data", dir}, 1, "no such list"},
		"WrongKey":        {[]string{"records", "open", "--data", dir, "--key", there}, 1, "not a key"},
		"NoRecord":        {[]string{"records", "open", "--data", dir, "--key", key, "h9"}, 1, "no such record"},
		"TwoClusters":     {[]string{"serve", "--data", dir, "--cluster", there, "--nats", "tls://a:1"}, 1, "not both"},
		"NotACluster":     {[]string{"serve", "--data", dir, "--cluster", there}, 1, "not a usable cluster file"},
		"StandbyOfNone":   {[]string{"serve", "--data", dir, "--standby"}, 1, "--standby goes with"},
		"PrepareNothing":  {[]string{"cluster", "prepare", there, "--data", dir, "--out", empty}, 1, "not a usable cluster file"},
		"SecondServe":     {[]string{"serve", "--data", dir, "--listen", "127.0.0.1:0"}, 1, "another station"},
	} {
		t.Run(name, func(t *testing.T) {
			out, complaint, code := command(t, c.args...)
			require.Equal(t, c.code, code)
			require.Contains(t, complaint, c.says)
			require.Empty(t, out)
		})
	}
	require.NoFileExists(t, there+"2", "no bundle file is left of a failed enrolment")

	require.NoError(t, p.cmd.Process.Kill())
	require.Error(t, p.cmd.Wait())
	for _, args := range [][]string{{"status"}, {"records", "list"}, {"lists", "show"}, {"records", "open", "--key", key}} {
		_, complaint, code := command(t, append(args, "--data", dir)...)
		require.Equal(t, 1, code)
		require.Contains(t, complaint, "the station is not running")
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{nil, {"--help"}, {"serve", "--help"}, {"records", "open", "--help"}} {
		out := must(t, args...)
		require.Contains(t, out, "Usage: secondlook-station")
	}
}
