package main

import (
	"fmt"
	"time"

	"secondlook/app/policy"
	"secondlook/platform/hotlistfile"
)

// hotlistCommand has the commands for list files.
type hotlistCommand struct {
	Check  hotlistCheck  `cmd:"" help:"Read a list file as a terminal would, keep nothing, and print what would become of it. Exit code 0: clean; 1: some rows are refused, or the list is old; 2: it would not be taken in."`
	Import hotlistImport `cmd:"" help:"Take a list file in on this terminal, in place of the list of that name. SecondLook must be closed. Exit codes as those of check."`
	Status hotlistStatus `cmd:"" help:"Print the lists in force on this terminal, their ages and how long they are."`
	Synth  hotlistSynth  `cmd:"" help:"Write a synthetic list to standard output; the same seed gives the same list."`
}

type hotlistCheck struct {
	File   string `arg:"" type:"path" help:"List file; zip and gzip are read as they are."`
	Format string `help:"Layout of the file, if it is not to be recognised: a .toml file of your own, or ${formats}." placeholder:"F"`
	Pack   string `help:"Policy pack that says which categories are allowed: ${policies}. Without it all are." placeholder:"P"`
	Agency string `help:"Refuse entries of agencies that do not begin with this." placeholder:"ORI"`
	JSON   bool   `help:"Print one JSON object." name:"json"`
}

// Run prints the report.
func (h hotlistCheck) Run(t *terminal) error {
	pack, err := packOf(h.Pack)
	if err != nil {
		return unusableFile(t, err)
	}
	verdict, err := hotlistfile.Check(t.out, hotlistfile.CheckOptions{File: h.File, Format: h.Format, Pack: pack, Agency: h.Agency, JSON: h.JSON, Now: time.Now()})
	if err != nil {
		return unusableFile(t, err)
	}
	return ended(verdict, nil)
}

// ended is the exit code that goes with a verdict.
func ended(v hotlistfile.Verdict, err error) error {
	switch {
	case err != nil:
		return err
	case v == hotlistfile.Clean:
		return nil
	case v == hotlistfile.Refusals:
		return exitCode(1)
	}
	return exitCode(2)
}

// unusableFile says what is wrong, and ends the command with 2: there is no list.
func unusableFile(t *terminal, err error) error {
	fmt.Fprintln(t.errs, "secondlook:", err)
	return exitCode(2)
}

// packOf reads a built-in policy pack; none for no name.
func packOf(name string) (*policy.Pack, error) {
	if name == "" {
		return nil, nil
	}
	return loadPack(name)
}

type hotlistSynth struct {
	N      int       `short:"n" help:"Entries." default:"1000" placeholder:"N"`
	Format string    `help:"Layout to write: a .toml file of your own, or ${formats}." default:"generic" placeholder:"F"`
	Seed   uint64    `help:"Seed." default:"1" placeholder:"S"`
	Date   time.Time `help:"When the list was made; the start of today without it." format:"2006-01-02" placeholder:"YYYY-MM-DD"`
	Pack   string    `help:"Only categories of this policy pack: ${policies}." placeholder:"P"`
}

// Run writes the list.
func (h hotlistSynth) Run(t *terminal) error {
	pack, err := packOf(h.Pack)
	if err != nil {
		return err
	}
	made := h.Date
	if made.IsZero() {
		made = time.Now()
	}
	made = time.Date(made.Year(), made.Month(), made.Day(), 0, 0, 0, 0, time.Local)
	return hotlistfile.Synth(t.out, hotlistfile.SynthOptions{Format: h.Format, N: h.N, Seed: h.Seed, Made: made, Pack: pack})
}
