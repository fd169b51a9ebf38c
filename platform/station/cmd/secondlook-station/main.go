// Secondlook-station runs a police service's station dock and is its operator's
// tool: it enrols cars, publishes hotlists, and hands the records that cars
// deliver to the service's records system.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"secondlook/assets"
	"secondlook/platform/doctor"
)

const description = `The station dock of SecondLook, the licence plate recognition app for patrol cars.

A first station:

  secondlook-station serve --data DIR --host dock.example.org
  secondlook-station enrol car-12 --data DIR --out car-12.bundle
  secondlook-station lists publish stolen stolen.csv --data DIR
  secondlook-station records export records --data DIR --key records.key

“serve” makes every key at its first start. Move records.key out of the folder: it opens the records, and only “stats” and the commands that open “records” need it. The other commands work while “serve” runs.`

type commands struct {
	Serve     serve        `cmd:"" help:"Run the station until it is told to stop. Makes its folder and keys at the first start."`
	Enrol     enrol        `cmd:"" help:"Make the bundle file that enrols a car's terminal. Enrolling a car again replaces its bundle."`
	Revoke    revoke       `cmd:"" help:"Refuse a car from now on, as after the loss of its terminal."`
	Lists     lists        `cmd:"" help:"Distribute hotlists to the cars."`
	Roster    roster       `cmd:"" help:"Distribute who works with the system to the cars."`
	Policy    policies     `cmd:"" help:"Distribute the service's policy pack to the cars."`
	Consumers consumers    `cmd:"" help:"Let records systems take the records on."`
	Entries   entries      `cmd:"" help:"Decide on the manual entries that officers propose."`
	Records   records      `cmd:"" help:"Read what the cars delivered, hold it, and purge it."`
	Stats     stats        `cmd:"" help:"Show the figures of the deployments that the cars delivered; they have no personal information."`
	Status    status       `cmd:"" help:"Show the station at a glance."`
	Cluster   clusters     `cmd:"" help:"Prepare a cluster of servers for the station, and keep who may connect."`
	Bench     bench        `cmd:"" help:"Measure how this machine serves cars, on a station made for it."`
	Version   printVersion `cmd:"" help:"Print the cryptographic module and Go's version."`
}

type printVersion struct{}

// Run prints the cryptographic module and Go's version.
func (printVersion) Run(to streams) error {
	module, _ := doctor.Cryptography()
	_, err := fmt.Fprintf(to.out, "%s\n%s %s/%s\n", module, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// data is the folder that every command works on.
type data struct {
	Data string `required:"" placeholder:"DIR" type:"path" env:"SECONDLOOK_STATION" help:"The station's folder."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// streams are where commands write: results to out, everything else to err.
type streams struct{ out, err io.Writer }

// run runs one command and returns the exit code: 0, 1 for a failure, 2 for a
// command line that was not understood.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	exited := -1
	parser, err := kong.New(&commands{},
		kong.Name("secondlook-station"), kong.Description(description),
		kong.Writers(stdout, stderr), kong.Exit(func(c int) { exited = c }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Vars{"policies": strings.Join(assets.Policies(), ", ")},
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(streams{out: stdout, err: stderr}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "secondlook-station:", err)
		return 2
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // help was shown
		return exited
	}
	if err != nil {
		fmt.Fprintf(stderr, "secondlook-station: %v\nTry: secondlook-station --help\n", err)
		return 2
	}
	if err := parsed.Run(); err != nil {
		fmt.Fprintln(stderr, "secondlook-station:", err)
		return 1
	}
	return 0
}
