package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"secondlook/app/access"
	"secondlook/app/entry"
	"secondlook/app/policy"
	"secondlook/assets"
	"secondlook/platform/packfile"
	"secondlook/platform/station"
)

type entries struct {
	List    listEntries  `cmd:"" help:"List the manual entries that wait for a supervisor, or all."`
	Approve approveEntry `cmd:"" help:"Let a proposed entry onto the cars' hotlists."`
	Refuse  refuseEntry  `cmd:"" help:"Turn a proposed entry down."`
}

type listEntries struct {
	data
	All  bool `help:"Those that are decided too."`
	JSON bool `help:"Print a line of JSON an entry."`
}

func (c *listEntries) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	all, unread, err := op.Entries(ctx)
	if err != nil {
		return err
	}
	if unread > 0 {
		fmt.Fprintf(to.err, "%d entries are not signed by a car of this station and are left out.\n", unread)
	}
	now := time.Now()
	t := table(to.out)
	if !c.JSON {
		fmt.Fprintln(t, "ENTRY\tSTATE\tPLATE\tCATEGORY\tPROPOSED\tBY\tUNTIL\tREASON")
	}
	for _, e := range all {
		e.Expire(now)
		if !c.All && e.State != entry.Proposed {
			continue
		}
		if c.JSON {
			if err := printJSON(to.out, e); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", e.ID, e.State, joined(string(e.Plate), string(e.Jurisdiction)), oneLine(e.Category),
			shown(e.Proposed), joined(string(e.Author.Name), string(e.Author.Badge)), shown(e.Expires), oneLine(e.Reason))
	}
	if c.JSON {
		return nil
	}
	return t.Flush()
}

type approveEntry struct {
	data
	ID   string `arg:"" name:"id" help:"The entry, as “entries list” names it."`
	By   string `required:"" placeholder:"BADGE" help:"The supervisor who decides, on the roster that is published."`
	Pack string `placeholder:"PACK" help:"The built-in policy pack whose limits count: ${policies}. (default: the pack that is published)"`
}

func (c *approveEntry) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	pack, err := c.pack(ctx, op)
	if err != nil {
		return err
	}
	if err := op.ApproveEntry(ctx, c.ID, access.Badge(c.By), pack, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(to.out, "%s is approved. Cars put it on their hotlists when they next sync.\n", c.ID)
	return err
}

func (c *approveEntry) pack(ctx context.Context, op *station.Operator) (*policy.Pack, error) {
	if c.Pack != "" {
		text, err := assets.Policy(c.Pack)
		if err != nil {
			return nil, err
		}
		return packfile.Decode(text)
	}
	published, err := op.Pack(ctx)
	if err != nil {
		return nil, err
	}
	if published.Version == 0 {
		return nil, errors.New("no policy pack is published: say whose limits count with --pack")
	}
	return packfile.Decode(published.Pack)
}

type refuseEntry struct {
	data
	ID     string `arg:"" name:"id" help:"The entry, as “entries list” names it."`
	By     string `required:"" placeholder:"BADGE" help:"The supervisor who decides, on the roster that is published."`
	Reason string `required:"" placeholder:"TEXT" help:"Why, for its author."`
}

func (c *refuseEntry) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	if err := op.RefuseEntry(ctx, c.ID, access.Badge(c.By), c.Reason, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(to.out, "%s is refused. Its author sees why after the next sync.\n", c.ID)
	return err
}
