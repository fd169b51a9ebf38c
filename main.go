// SecondLook is the licence plate recognition (ALPR) application of a patrol
// car. This file reads the command line, builds the parts and runs one command;
// the parts do not know each other.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/assets"
	"secondlook/platform/doctor"
	"secondlook/platform/hotlistfile"
	"secondlook/platform/layoutfile"
	"secondlook/platform/packfile"
	"secondlook/platform/paths"
	"secondlook/platform/scenariofile"
	"secondlook/store"
	"secondlook/vision"
	"secondlook/vision/reading"
	"secondlook/vision/rehearsal"
)

// version is the product's version, as in FyneApp.toml.
const version = "0.1.0"

// The command line. With no command the cruiser's application starts.
type commandLine struct {
	Data string `help:"Keep everything under this folder instead of the user's own folders." type:"path" placeholder:"DIR" env:"SECONDLOOK_DATA"`

	Start    startCommand    `cmd:"" default:"1" help:"Start the application of the patrol car (what happens without a command)."`
	Demo     demoCommand     `cmd:"" help:"Start demo mode for training: a synthetic street, nothing real, nothing kept."`
	Scenario scenarioCommand `cmd:"" help:"List and check the scenarios of demo mode."`
	Read     readCommand     `cmd:"" help:"Read the plates in pictures, folders, videos or from camera addresses."`
	Rehearse rehearseCommand `cmd:"" help:"Run cameras against a hotlist without window or store, to check a mounted camera."`
	Policy   policyCommand   `cmd:"" help:"Check, show, compare, sign and install policy packs."`
	Hotlist  hotlistCommand  `cmd:"" help:"Check hotlist files, and write synthetic ones."`
	Audit    auditCommand    `cmd:"" help:"Check copies of the audit record, and copy it out."`
	Store    storeCommand    `cmd:"" help:"Check, count, recover or destroy this terminal's store."`
	Sync     syncCommand     `cmd:"" help:"Take finished records to the station: over the network, or by a medium where there is none. SecondLook must be closed."`
	Report   reportCommand   `cmd:"" help:"Make the report of a period: a PDF with charts and method, and a CSV of every figure."`
	Sheet    sheetCommand    `cmd:"" help:"Make the sheet that tells the public what is collected, why, for how long, and whom to ask."`
	Decal    decalCommand    `cmd:"" help:"Make the text on a car that uses the system, large, to print."`
	Bench    benchCommand    `cmd:"" help:"Measure this program and this machine."`
	Doctor   doctorCommand   `cmd:"" help:"Check this terminal: a line for each part, ok or what to do."`
	Version  versionCommand  `cmd:"" help:"Print the version."`

	ProveErasure proveErasure `cmd:"" help:"Show plates to a running terminal and look whether anything of them is left."`
	ProveSubject proveSubject `cmd:"" hidden:"" help:"Be the terminal of prove-erasure."`
}

func main() {
	if err := clobberFreed(); err != nil {
		fmt.Fprintln(os.Stderr, "secondlook:", err)
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run runs one command and returns the exit code: 0 done, 1 failed, or what the
// command says. For help, and for a command line that it cannot understand, kong
// prints and exits.
func run(args []string, out, errs io.Writer) int {
	if len(args) > 0 && args[0] == "help" {
		args = append(args[1:], "--help")
	}
	var line commandLine
	parser := kong.Must(&line,
		kong.Name("secondlook"),
		kong.Description("SecondLook reads licence plates from a patrol car, and makes the officer take a second look before anything happens."),
		kong.UsageOnError(), kong.Writers(out, errs), kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true}),
		kong.Vars{"policies": strings.Join(assets.Policies(), ", "), "formats": strings.Join(hotlistfile.Formats(), ", ")})
	command, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	command.BindTo(ctx, (*context.Context)(nil))
	err = command.Run(&terminal{root: line.Data, out: out, errs: errs})
	var code exitCode
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case !errors.Is(err, errSaid):
		fmt.Fprintln(errs, "secondlook:", err)
	}
	return 1
}

// errSaid ends a command whose output has said what is wrong already.
var errSaid = errors.New("said already")

// exitCode ends a command whose output has said what is wrong already, with an
// exit code of its own.
type exitCode int

func (c exitCode) Error() string { return fmt.Sprintf("exit code %d", int(c)) }

// terminal is where a command runs.
type terminal struct {
	root      string
	out, errs io.Writer
	lines     *bufio.Reader // of secrets that are piped in
}

// folders makes the terminal's folders.
func (t *terminal) folders() (paths.Folders, error) {
	if t.root != "" {
		return paths.Under(t.root)
	}
	return paths.Default()
}

// logger writes to a file in the log folder: fixed texts and counts, never
// personal information.
func (t *terminal) logger(f paths.Folders) (*slog.Logger, io.Closer, error) {
	file, err := os.OpenFile(f.Log+"/secondlook.log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the log: %w", err)
	}
	return slog.New(slog.NewJSONHandler(file, nil)), file, nil
}

// storeFile is the name of the store in the data folder.
const storeFile = "terminal.db"

type startCommand struct {
	Policy string `help:"Policy pack in force: ${policies}." default:"ontario" placeholder:"NAME"`
}

// Run starts the application of the patrol car and ends with its window.
func (s startCommand) Run(ctx context.Context, t *terminal) error {
	folders, err := t.folders()
	if err != nil {
		return err
	}
	log, logFile, err := t.logger(folders)
	if err != nil {
		return err
	}
	defer logFile.Close()
	demo := []string{"demo", "--policy", s.Policy}
	if t.root != "" {
		demo = append(demo, "--data", t.root)
	}
	return window{policy: s.Policy, store: filepath.Join(folders.Data, storeFile), log: log, demo: demo}.run(ctx)
}

type demoCommand struct {
	Policy string `help:"Policy pack in force: ${policies}." default:"ontario" placeholder:"NAME"`
	French bool   `help:"Show the demo in French."`

	Scenario string `help:"The scenario to play: one that is built in, or a file." default:"evening" placeholder:"NAME|FILE"`
}

// Run starts demo mode in a store of its own, which is thrown away at the end. It
// has no dock, so nothing can sync.
func (d demoCommand) Run(ctx context.Context, t *terminal) error {
	played, err := scenariofile.Open(d.Scenario)
	if err != nil {
		return err
	}
	folders, err := t.folders()
	if err != nil {
		return err
	}
	// A demo whose power failed left a store that nobody can open.
	old, _ := filepath.Glob(filepath.Join(folders.Cache, "demo-*"))
	for _, folder := range old {
		if _, err := store.Check(filepath.Join(folder, storeFile)); !errors.Is(err, store.ErrInUse) {
			os.RemoveAll(folder)
		}
	}
	folder, err := os.MkdirTemp(folders.Cache, "demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer os.RemoveAll(folder)
	w := window{policy: d.Policy, store: filepath.Join(folder, storeFile), log: slog.New(slog.DiscardHandler), scenario: played}
	if d.French {
		w.language = "fr"
	}
	return w.run(ctx)
}

// startDemo starts demo mode as a program of its own: its store and its cameras
// share nothing with this one's.
func startDemo(args []string) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("start the demo: %w", err)
	}
	command := exec.Command(self, args...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	return command.Start()
}

// loadPack reads a policy pack that ships with the program.
func loadPack(name string) (*policy.Pack, error) {
	text, err := assets.Policy(name)
	if err != nil {
		return nil, err
	}
	pack, err := packfile.Decode(text)
	if err != nil {
		return nil, fmt.Errorf("policy pack %s: %w", name, err)
	}
	return pack, nil
}

func ptr[T any](v T) *T { return &v }

type readCommand struct {
	Region string   `help:"Who issues the plates here, where they do not say: CA-ON, US, EU, BR, …" placeholder:"CODE"`
	Crop   bool     `help:"Each picture is a plate, cut out."`
	JSON   bool     `help:"Print one line of JSON a picture." name:"json"`
	Paths  []string `arg:"" name:"path" help:"Pictures, folders, videos or camera addresses."`
}

// Run reads the plates and prints them.
func (r readCommand) Run(ctx context.Context, t *terminal) error {
	region, err := plate.ParseRegion(r.Region)
	if err != nil {
		return fmt.Errorf("--region: %w", err)
	}
	err = reading.Run(ctx, t.out, reading.Options{Paths: r.Paths, Region: region, Crop: r.Crop, JSON: r.JSON, Problems: t.errs})
	if errors.Is(err, reading.ErrUnread) {
		return errSaid
	}
	return err
}

type rehearseCommand struct {
	Camera  []string `help:"Camera device, address, video file or folder of pictures; may be given up to six times." required:"" placeholder:"SOURCE" sep:"none"`
	Hotlist string   `help:"Hotlist to match against, in any layout that is built in." required:"" type:"existingfile" placeholder:"FILE"`
	Seconds float64  `help:"End after this many seconds; without it, with the last picture or Ctrl-C." placeholder:"S"`
	Region  string   `help:"Who issues the plates here, where they do not say." placeholder:"CODE"`
	JSON    bool     `help:"Print one line of JSON a hit." name:"json"`
}

// Run watches and prints hits; it keeps nothing.
func (r rehearseCommand) Run(ctx context.Context, t *terminal) error {
	region, err := plate.ParseRegion(r.Region)
	if err != nil {
		return fmt.Errorf("--region: %w", err)
	}
	list, err := os.Open(r.Hotlist)
	if err != nil {
		return fmt.Errorf("open the hotlist: %w", err)
	}
	defer list.Close()
	layouts, err := layoutfile.BuiltIn()
	if err != nil {
		return err
	}
	eyes, err := vision.New(vision.Options{})
	if err != nil {
		return err
	}
	defer eyes.Close()
	var cameras []patrol.CameraSetting
	for i, source := range r.Camera {
		cameras = append(cameras, patrol.CameraSetting{Name: fmt.Sprintf("camera %d", i+1), Source: source})
	}
	return rehearsal.Run(ctx, t.out, rehearsal.Options{Cameras: cameras, Hotlist: list, Layouts: layouts, Name: r.Hotlist, Region: region,
		Seconds: r.Seconds, JSON: r.JSON, Vision: eyes, Problems: t.errs})
}

type versionCommand struct{}

// Run prints the version, the revision it was built from, Go's version and the
// cryptographic module.
func (versionCommand) Run(t *terminal) error {
	revision := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) > 12 {
				revision = " (" + s.Value[:12] + ")"
			}
		}
	}
	module, _ := doctor.Cryptography()
	_, err := fmt.Fprintf(t.out, "secondlook %s%s %s/%s %s\n%s\n", version, revision, runtime.GOOS, runtime.GOARCH, runtime.Version(), module)
	return err
}
