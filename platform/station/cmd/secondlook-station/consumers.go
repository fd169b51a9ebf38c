package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"secondlook/platform/station"
)

// consumers has the commands for the systems that take the records on.
type consumers struct {
	Enrol  enrolConsumer  `cmd:"" help:"Make the connection file of a records system. Enrolling it again replaces the file; it goes on where it left off."`
	Revoke revokeConsumer `cmd:"" help:"Refuse a records system from now on, and forget its place in the records."`
}

type enrolConsumer struct {
	data
	Name    string   `arg:"" help:"The records system's name: letters, digits, hyphens and underscores."`
	Out     string   `required:"" placeholder:"FILE" type:"path" help:"The connection file to make. It is a secret."`
	Address []string `placeholder:"HOST:PORT" help:"Where the records system reaches the station. Repeat it for more, tried in order. (default: where the station serves)"`
}

func (c *enrolConsumer) Run(ctx context.Context, to streams) error {
	asking, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(asking, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	// The file first: a system must not lose its credential to a full disk.
	out, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already: name another file, or remove it", c.Out)
	}
	if err != nil {
		return fmt.Errorf("make the connection file: %w", err)
	}
	connection, err := op.EnrolConsumer(asking, c.Name, c.Address, time.Now())
	var raw []byte
	if err == nil {
		raw, err = connection.Encode()
	}
	if err == nil {
		_, err = out.Write(raw)
	}
	if err = errors.Join(err, out.Close()); err != nil {
		os.Remove(c.Out)
		return err
	}
	fmt.Fprintf(to.out, "%s may take the records of %s, reached at %s.\n%s is its secret. To open records it needs the records key too.\n",
		connection.Name, connection.Station, strings.Join(connection.Addresses, ", "), c.Out)
	return tellServers(ctx, to, c.Data)
}

type revokeConsumer struct {
	data
	Name string `arg:"" help:"The records system's name."`
}

func (c *revokeConsumer) Run(ctx context.Context, to streams) error {
	asking, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(asking, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	if err := op.RevokeConsumer(asking, c.Name, time.Now()); err != nil {
		return err
	}
	fmt.Fprintf(to.out, "%s is refused from now on.\n", c.Name)
	return tellServers(ctx, to, c.Data)
}

// tellServers is tell for a station's folder by its name.
func tellServers(ctx context.Context, to streams, dir string) error {
	f, err := station.Open(dir)
	if err != nil {
		return err
	}
	return tell(ctx, to, f, dir)
}
