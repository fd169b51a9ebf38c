package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

type lists struct {
	Publish  publishList  `cmd:"" help:"Distribute a hotlist file, in the place of its version before."`
	Withdraw withdrawList `cmd:"" help:"Tell every car that a list is no longer in force."`
	Show     showLists    `cmd:"" help:"Show the lists and their versions."`
}

// publishTimeout bounds publishing a large list on a slow disk.
const publishTimeout = 10 * time.Minute

type publishList struct {
	data
	Name string     `arg:"" help:"The list's name, the same for every version of it."`
	File string     `arg:"" type:"existingfile" help:"The list's file, in a layout that SecondLook knows, or CSV with at least plate and category."`
	Made *time.Time `placeholder:"TIME" help:"When its source made it, as 2026-11-22T06:00:00Z. (default: when the file was changed)"`
}

func (c *publishList) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, publishTimeout)
	defer done()
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	if info.Size() > protocol.MaxList {
		return fmt.Errorf("%s: %w: at most %s", c.File, protocol.ErrSize, size(protocol.MaxList))
	}
	file, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	made := info.ModTime()
	if c.Made != nil {
		made = *c.Made
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	p, err := op.PublishList(ctx, c.Name, made, file)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	fmt.Fprintf(to.out, "%s: version %d is published, %d of %d rows can be used.\n", c.Name, p.Version, p.Report.Accepted, p.Report.Rows)
	if d := p.Delta; d != nil {
		fmt.Fprintf(to.out, "%s: delta from version %d: %d added, %d changed, %d removed, %s.\n", c.Name, p.Version-1, d.Added, d.Changed, d.Removed, size(uint64(d.Bytes)))
	} else {
		fmt.Fprintf(to.out, "%s: no delta, cars fetch the whole list: %s.\n", c.Name, p.NoDelta)
	}
	for _, why := range p.Report.Reasons() {
		r := p.Report.Refused[why]
		fmt.Fprintf(to.err, "%s: %s: %d refused, the first in line %d\n", c.File, why, r.Count, r.First[0].Row)
	}
	return nil
}

type withdrawList struct {
	data
	Name string `arg:"" help:"The list's name."`
}

func (c *withdrawList) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	version, err := op.WithdrawList(ctx, c.Name, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(to.out, "%s: withdrawn with version %d.\n", c.Name, version)
	return nil
}

type showLists struct {
	data
	JSON bool `help:"Print a line of JSON a list."`
}

func (c *showLists) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	all, err := op.Lists(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		for _, l := range all {
			if err := printJSON(to.out, l); err != nil {
				return err
			}
		}
		return nil
	}
	t := table(to.out)
	fmt.Fprintln(t, "LIST\tVERSION\tMADE\tPUBLISHED\tSIZE\tSTATE")
	for _, l := range all {
		state := "in force"
		if l.Withdrawn {
			state = "withdrawn"
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\n", l.Name, l.Version, shown(l.Made), shown(l.Published), size(uint64(l.Bytes)), state)
	}
	return t.Flush()
}
