package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"secondlook/platform/station"
)

type clusters struct {
	Prepare  prepareCluster `cmd:"" help:"Make a folder for each server's machine: certificates, addresses, who may connect. Makes the station's folder and keys where there are none."`
	Accounts fetchAccounts  `cmd:"" help:"Fetch who may connect from the other servers, before the one on this machine starts."`
	Share    shareCars      `cmd:"" help:"Tell the servers who may connect, and say which of them know."`
}

// onCluster are the ways to name an existing cluster.
type onCluster struct {
	Cluster string   `placeholder:"FILE" type:"path" help:"Work on an existing cluster of NATS servers, which this file describes."`
	NATS    []string `name:"nats" placeholder:"URL" sep:"," help:"Work on existing NATS servers at these addresses, tls://HOST:PORT; their accounts files are kept by hand."`
}

// cluster is the one that was named, nil where none was.
func (c onCluster) cluster() (*station.Cluster, error) {
	switch {
	case c.Cluster != "" && len(c.NATS) > 0:
		return nil, errors.New("name the cluster by --cluster or by --nats, not both")
	case c.Cluster != "":
		return station.ReadCluster(c.Cluster)
	case len(c.NATS) > 0:
		return station.ClusterAt(c.NATS)
	}
	return nil, nil
}

type prepareCluster struct {
	data
	File string `arg:"" type:"existingfile" help:"The cluster's file; see cluster.toml beside the operator's page."`
	Out  string `required:"" placeholder:"DIR" type:"path" help:"Where to make the folders, one for each server."`
	Name string `placeholder:"TEXT" help:"The station's name, where its folder is made. (default: this machine's name)"`
}

func (c *prepareCluster) Run(to streams) error {
	cluster, err := station.ReadCluster(c.File)
	if err != nil {
		return err
	}
	if c.Name == "" {
		if c.Name, err = os.Hostname(); err != nil {
			return err
		}
	}
	if err := station.Prepare(c.Data, c.Name, cluster, c.Out, time.Now(), sayMade(to, c.Data)); err != nil {
		return err
	}
	fmt.Fprintf(to.out, "%s has a folder for each of %d servers. Each holds its server's keys: take it to its machine, then delete it here.\n",
		c.Out, len(cluster.Servers))
	return nil
}

type fetchAccounts struct {
	data
	Cluster string `required:"" placeholder:"FILE" type:"existingfile" help:"The cluster's file on this machine."`
}

// fetchTime is how long a server's start may wait for the others.
const fetchTime = 5 * time.Second

func (c *fetchAccounts) Run(ctx context.Context, to streams) error {
	cluster, err := station.ReadCluster(c.Cluster)
	if err != nil {
		return err
	}
	ctx, done := context.WithTimeout(ctx, fetchTime)
	defer done()
	err = station.FetchAccounts(ctx, c.Data, cluster)
	if errors.Is(err, station.ErrNotServing) {
		fmt.Fprintln(to.err, "No other server answers: who may connect stays as it was.")
		return nil
	}
	return err
}

type shareCars struct{ data }

func (c *shareCars) Run(ctx context.Context, to streams) error {
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	return share(ctx, to, op)
}

// shareTime is how long the servers have to take up who may connect.
const shareTime = 30 * time.Second

func share(ctx context.Context, to streams, op *station.Operator) error {
	ctx, done := context.WithTimeout(ctx, shareTime)
	defer done()
	behind, err := op.ShareCars(ctx)
	if err != nil {
		return err
	}
	if len(behind) > 0 {
		slices.Sort(behind)
		return fmt.Errorf("%s did not answer: each takes up who may connect when it and its service are back (see “cluster share”)", strings.Join(behind, ", "))
	}
	fmt.Fprintln(to.out, "Every server knows who may connect.")
	return nil
}

// tell tells the servers of a cluster what enrol or revoke changed. A station that is
// its own server reads it from the folder.
func tell(ctx context.Context, to streams, f *station.Folder, dir string) error {
	if !f.Clustered() {
		return nil
	}
	op, err := station.Dial(ctx, dir)
	if err != nil {
		return fmt.Errorf("the servers were not told: %w", err)
	}
	defer op.Close()
	return share(ctx, to, op)
}
