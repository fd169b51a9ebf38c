package main

import (
	"context"

	"secondlook/store/hotlistbench"
)

type benchHotlist struct {
	Entries int    `help:"Entries of the list." default:"1000000" placeholder:"N"`
	Seed    uint64 `help:"Which plates are listed." default:"1" placeholder:"N"`
	JSON    bool   `help:"Print one JSON object." name:"json"`
	Folder  string `help:"Keep files here meanwhile, some 300 bytes an entry; without it, in the folder for temporary files." type:"existingdir" placeholder:"DIR"`
}

// Help explains the figures.
func (benchHotlist) Help() string {
	return `Takes in a synthetic list from a CSV file, matches reads against it, and applies an update of 100,000 entries more and as many less while reads go on.

import_rows_per_s is from the file to the sealed list. build_s is from the unlocked store to the index ready to match. index_bytes_per_entry is all that stays in memory of a list.

match_ns_p50 and match_ns_p99 are of one read that matches nothing, exactly or as a look-alike, which nearly all reads are; map_ns_p50 and bbolt_ns_p50 look for the same texts, exactly only, in a Go map and in a bbolt file. What reading the clock takes is taken off.

delta_s is from the changed rows to the list in force, delta_worst_match_ms the slowest match meanwhile: a machine that is busy with other programs shows here first.

rss_mb is the memory of the process with the list in force.`
}

// Run measures a hotlist.
func (b benchHotlist) Run(ctx context.Context, t *terminal) error {
	return hotlistbench.Run(ctx, t.out, hotlistbench.Options{Entries: b.Entries, Seed: b.Seed, JSON: b.JSON, Folder: b.Folder, Progress: t.errs})
}
