package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"secondlook/platform/station"
)

type roster struct {
	Publish publishRoster `cmd:"" help:"Distribute who works with the system, in the place of the roster before."`
	Show    showRoster    `cmd:"" help:"Show the roster's version and how many people are on it."`
}

type publishRoster struct {
	data
	File string `arg:"" type:"existingfile" help:"CSV with the columns id, name, badge, roles (with blanks between them) and, if known, trained (as 2026-11-22), course and second_factor (yes or no)."`
}

func (c *publishRoster) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	people, err := station.ReadRoster(file)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	version, err := op.PublishRoster(ctx, people, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(to.out, "Roster version %d is published, %d people. Cars take it in when they next sync.\n", version, len(people))
	return nil
}

type showRoster struct{ data }

func (c *showRoster) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	r, err := op.Roster(ctx)
	if err != nil {
		return err
	}
	if r.Version == 0 {
		fmt.Fprintln(to.out, "No roster is published.")
		return nil
	}
	fmt.Fprintf(to.out, "Roster version %d of %s, %d people.\n", r.Version, shown(r.Made), len(r.People))
	return nil
}
