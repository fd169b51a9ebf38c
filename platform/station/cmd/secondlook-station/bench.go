package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"secondlook/platform/station/stationbench"
)

type bench struct {
	Records benchRecords `cmd:"" default:"withargs" help:"How fast cars get rid of their records, and whether each is there once."`
	Lists   benchLists   `cmd:"" help:"What a long list and its changes cost to distribute."`
}

type benchRecords struct {
	Cars   int           `default:"100" placeholder:"N" help:"How many cars dock. (default ${default})"`
	Hits   int           `default:"20" placeholder:"M" help:"How many hits each has. (default ${default})"`
	Within time.Duration `placeholder:"TIME" help:"Over which time the cars arrive, as 5m. (default: all at once)"`
	Folder string        `type:"existingdir" placeholder:"DIR" help:"Keep the files here meanwhile, half a megabyte a hit. (default: the folder for temporary files)"`
	JSON   bool          `name:"json" help:"Print one JSON object."`
}

// Help explains the figures.
func (benchRecords) Help() string {
	return `Starts a station of its own, enrols the cars, and has them dock with hits of two pictures each: connect, ask for a receipt, seal and deliver, ask for a receipt. Then every record is opened and compared with what was sent. At last the same number of connections publishes as many messages of the same sizes to the same server, with acknowledgements and nothing else.

seconds is from the first connection until the last car has its receipt; mb_per_s goes by it, in millions of bytes of sealed records. raw_mb_per_s is of plain publishing, without connecting; share is of the two. With --within, seconds and all that goes by them tell of the cars' arrival.

hits are those of all cars, acked those that the station signed for. lost and duplicated are by the digest of each opened record. rss_mb is the most memory that the station had while the cars docked.`
}

// Run measures how cars dock.
func (c *benchRecords) Run(ctx context.Context, to streams) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	return stationbench.Run(ctx, to.out, stationbench.Options{
		Program: []string{program, "serve"}, Cars: c.Cars, Hits: c.Hits, Within: c.Within, Folder: c.Folder, JSON: c.JSON, Progress: to.err,
	})
}

type benchLists struct {
	Cars     int    `default:"50" placeholder:"N" help:"How many cars fetch the list. (default ${default})"`
	Entries  int    `default:"1000000" placeholder:"N" help:"Entries of the list. (default ${default})"`
	Delta    int    `default:"1000" placeholder:"N" help:"Entries that change: half are removed, as many added. (default ${default})"`
	Together int    `default:"4" placeholder:"N" help:"How many cars fetch at a time; each needs three times the list's size in memory. (default ${default})"`
	Folder   string `type:"existingdir" placeholder:"DIR" help:"Keep the files here meanwhile. (default: the folder for temporary files)"`
	JSON     bool   `name:"json" help:"Print one JSON object."`
}

// Help explains the figures.
func (benchLists) Help() string {
	return `Starts a station of its own, publishes a list, has every car fetch it, publishes a changed one, and has every car fetch what changed. Each car verifies what came, and it is compared with what was published.

snapshot_bytes and delta_bytes are what was on the wire, both ways and with TLS, of all cars together, connecting included; nothing_bytes are of cars for which there is nothing new. Seconds are until the last car has verified and decrypted it. delta_entries counts what was added and removed.`
}

// Run measures how lists are distributed.
func (c *benchLists) Run(ctx context.Context, to streams) error {
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	return stationbench.Lists(ctx, to.out, stationbench.ListOptions{
		Program: []string{program, "serve"}, Cars: c.Cars, Entries: c.Entries, Delta: c.Delta, Together: c.Together,
		Folder: c.Folder, JSON: c.JSON, Progress: to.err,
	})
}
