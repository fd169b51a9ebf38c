package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"secondlook/app/policy"
	"secondlook/platform/station"
)

type serve struct {
	data
	Listen string   `default:"0.0.0.0:4222" placeholder:"HOST:PORT" help:"Where to listen; port 0 takes a free one. (default ${default})"`
	Host   []string `placeholder:"NAME" help:"A name or address by which cars reach the station, for its certificate. Repeat it for more."`
	Name   string   `placeholder:"TEXT" help:"The station's name, for the first start. (default: this machine's name)"`
	packOptions
	onCluster
	Standby bool `help:"On a cluster: only answer cars, beside the service on another machine that keeps the station."`
	Verbose bool `short:"v" help:"Log the server's own notes too."`
}

func (c *serve) Run(ctx context.Context, to streams) error {
	level := slog.LevelInfo
	if c.Verbose {
		level = slog.LevelDebug
	}
	cluster, err := c.cluster()
	if err != nil {
		return err
	}
	if c.Standby && cluster == nil {
		return errors.New("--standby goes with --cluster or --nats")
	}
	var keep *policy.Retention
	if c.Pack != "" {
		r, err := c.retention(c.Data)
		if err != nil {
			return err
		}
		keep = &r
	}
	return station.Serve(ctx, station.Options{
		Data: c.Data, Listen: c.Listen, Hosts: c.Host, Name: c.Name, Retention: keep, Cluster: cluster, Standby: c.Standby,
		Log:   slog.New(slog.NewTextHandler(to.err, &slog.HandlerOptions{Level: level})),
		Made:  sayMade(to, c.Data),
		Ready: func(address string) { fmt.Fprintln(to.out, "serving on", address) },
	})
}

// sayMade says where the records key of a new station is.
func sayMade(to streams, dir string) func(recordsKey string) {
	return func(recordsKey string) {
		fmt.Fprintf(to.err, "A new station was made in %s.\n"+
			"The records key is %s. It opens every record and “serve” never reads it:\n"+
			"move it off this machine now, to where records are opened, and keep a copy in a safe.\n", dir, recordsKey)
	}
}

type enrol struct {
	data
	Car     string         `arg:"" help:"The car's name: letters, digits, hyphens and underscores."`
	Out     string         `required:"" placeholder:"FILE" type:"path" help:"The bundle file to make. It holds the terminal's secrets."`
	Limit   map[string]int `placeholder:"HOST:PORT=BYTES" help:"Bytes per second that may travel each way at an address, as over a radio link that others need too. Repeat it for more. (default: no limit)"`
	Address []string       `placeholder:"HOST:PORT" help:"Where the car reaches the station. Repeat it for more, tried in order. (default: where the station serves)"`
}

func (c *enrol) Run(ctx context.Context, to streams) error {
	f, err := station.Open(c.Data)
	if err != nil {
		return err
	}
	// The file first: a car must not lose its credential to a full disk.
	out, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: name another file, or remove it", c.Out)
	}
	if err != nil {
		return fmt.Errorf("make bundle file: %w", err)
	}
	b, err := f.EnrolWithin(c.Car, c.Address, c.Limit, time.Now())
	var raw []byte
	if err == nil {
		raw, err = b.Encode()
	}
	if err == nil {
		_, err = out.Write(raw)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		os.Remove(c.Out)
		return err
	}
	fmt.Fprintf(to.out, "%s is enrolled at %s, reached at %s.\nImport %s on its terminal, then delete the file: it holds the terminal's secrets.\n",
		b.Car, b.Station, strings.Join(b.Addresses, ", "), c.Out)
	return tell(ctx, to, f, c.Data)
}

type revoke struct {
	data
	Car string `arg:"" help:"The car's name."`
}

func (c *revoke) Run(ctx context.Context, to streams) error {
	f, err := station.Open(c.Data)
	if err != nil {
		return err
	}
	if err := f.Revoke(c.Car, time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(to.out, "%s is refused from now on.\n", c.Car)
	return tell(ctx, to, f, c.Data)
}

type status struct {
	data
	JSON bool `help:"Print JSON."`
}

// askTimeout bounds the commands that only ask.
const askTimeout = 30 * time.Second

func (c *status) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	s, err := op.Status(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(to.out, s)
	}
	t := table(to.out)
	fmt.Fprintf(t, "Station\t%s\n", s.Station)
	fmt.Fprintf(t, "Address\t%s\n", s.Address)
	fmt.Fprintf(t, "Running since\t%s\n", shown(s.Since))
	if s.Behind > 0 {
		fmt.Fprintf(t, "Copies missing\t%d: a server is away or catching up\n", s.Behind)
	}
	fmt.Fprintf(t, "Records\t%d, %s\n", s.Records, size(s.RecordBytes))
	if s.LastRecord != nil {
		fmt.Fprintf(t, "Last record\t%s\n", shown(*s.LastRecord))
	}
	fmt.Fprintf(t, "Shared entries\t%d\n", s.Entries)
	fmt.Fprintf(t, "Lists\t%d\n", len(s.Lists))
	fmt.Fprintf(t, "Cars enrolled\t%d\n", len(s.Cars))
	fmt.Fprintf(t, "Cars connected\t%d\n", len(s.Connected))
	for _, car := range s.Cars {
		fmt.Fprintf(t, "  %s\t%s\n", car.Car, carState(car, s.Connected, time.Now()))
	}
	return t.Flush()
}

func carState(c station.Car, connected []string, now time.Time) string {
	for _, name := range connected {
		if name == c.Car {
			return "connected"
		}
	}
	switch {
	case c.Revoked != nil:
		return "revoked " + shown(*c.Revoked)
	case now.After(c.Expires):
		return "ended " + shown(c.Expires) + ": enrol it again"
	}
	return "good until " + c.Expires.Local().Format(time.DateOnly)
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func table(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) }

func shown(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") }

func size(n uint64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d bytes", n)
	case n < 10_000_000:
		return fmt.Sprintf("%.0f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.0f MB", float64(n)/1e6)
}
