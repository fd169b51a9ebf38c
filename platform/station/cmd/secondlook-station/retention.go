package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

type purgeRecords struct {
	data
	packOptions
	JSON bool `help:"Print how many of each kind as JSON."`
}

func (c *purgeRecords) Run(ctx context.Context, to streams) error {
	if c.Pack == "" {
		return errors.New("say by whose retention to purge: --pack PACK")
	}
	keep, err := c.retention(c.Data)
	if err != nil {
		return err
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	purged, err := op.Purge(ctx, keep, time.Now())
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(to.out, purged)
	}
	if len(purged) == 0 {
		_, err = fmt.Fprintln(to.out, "No record's time is over.")
		return err
	}
	t := table(to.out)
	fmt.Fprintln(t, "KIND\tDESTROYED")
	for _, kind := range sortedKinds(purged) {
		fmt.Fprintf(t, "%s\t%d\n", kind, purged[kind])
	}
	return t.Flush()
}

// sortedKinds are the kinds that were purged, in their usual order.
func sortedKinds(purged map[shift.Kind]int) (kinds []shift.Kind) {
	for _, k := range protocol.Kinds {
		if purged[k] > 0 {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

type holdRecord struct {
	data
	ID        string `arg:"" name:"id" help:"The record, as “records list” names it."`
	Authority string `required:"" placeholder:"TEXT" help:"The order or the proceeding."`
	Reason    string `required:"" placeholder:"TEXT" help:"Why this record is part of it."`
	By        string `required:"" placeholder:"BADGE" help:"Who orders it."`
}

func (c *holdRecord) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	if err := op.Hold(ctx, c.ID, c.Authority, c.Reason, c.By, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(to.out, "%s is on legal hold until it is released.\n", c.ID)
	return err
}

type releaseRecord struct {
	data
	ID     string `arg:"" name:"id" help:"The record."`
	Reason string `required:"" placeholder:"TEXT" help:"Why the hold ends."`
	By     string `required:"" placeholder:"BADGE" help:"Who orders it."`
}

func (c *releaseRecord) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	if err := op.Release(ctx, c.ID, c.Reason, c.By, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(to.out, "%s is not on legal hold any more. A purge destroys it when its time is over.\n", c.ID)
	return err
}
