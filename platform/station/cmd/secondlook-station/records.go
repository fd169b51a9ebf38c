package main

import (
	"context"
	"crypto/hpke"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

type records struct {
	List    listRecords   `cmd:"" help:"List the records without opening them."`
	Open    openRecords   `cmd:"" help:"Open records with the records key, as JSON Lines."`
	Reports reportRecords `cmd:"" help:"Show what officers reported of list entries that look wrong, for the lists' owners."`
	Purge   purgeRecords  `cmd:"" help:"Destroy the records whose time is over, as “serve” does every day."`
	Hold    holdRecord    `cmd:"" help:"Put a record on legal hold: no purge destroys it."`
	Release releaseRecord `cmd:"" help:"End a legal hold."`
}

// recordsKey reads the key that opens records.
func recordsKey(path string) (hpke.PrivateKey, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := protocol.ParseRecordsKey(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

type listRecords struct {
	data
	JSON bool `help:"Print a line of JSON a record."`
}

func (c *listRecords) Run(ctx context.Context, to streams) error {
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	if c.JSON {
		return op.Records(ctx, func(r station.Record) error { return printJSON(to.out, r) })
	}
	t := table(to.out)
	fmt.Fprintln(t, "RECORD\tKIND\tCAR\tRECEIVED\tSIZE\tHOLD")
	err = op.Records(ctx, func(r station.Record) error {
		hold := ""
		if r.Held {
			hold = "on legal hold"
		}
		_, err := fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Kind, r.Car, shown(r.Received), size(uint64(r.Bytes)), hold)
		return err
	})
	return errors.Join(err, t.Flush())
}

type openRecords struct {
	data
	Key string   `required:"" placeholder:"FILE" type:"existingfile" help:"The records key that the first “serve” made."`
	Out string   `placeholder:"DIR" type:"path" help:"Write records.jsonl and the pictures as files there. (default: everything to the standard output)"`
	IDs []string `arg:"" optional:"" name:"id" help:"The records to open. (default: all)"`
}

func (c *openRecords) Run(ctx context.Context, to streams) (err error) {
	key, err := recordsKey(c.Key)
	if err != nil {
		return err
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	out := to.out
	if c.Out != "" {
		file, err := outFile(c.Out)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		out = file
	}
	opened, failed, err := c.open(ctx, op, key, out, to.err)
	if c.Out != "" {
		fmt.Fprintf(to.out, "%d records opened in %s.\n", opened, c.Out)
	}
	if failed > 0 {
		err = errors.Join(err, fmt.Errorf("%d records could not be opened", failed))
	}
	return err
}

// outFile makes the folder of opened records, which are personal information.
func outFile(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	name := filepath.Join(dir, "records.jsonl")
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("%s is there already: name another folder", name)
	}
	return file, err
}

func (c *openRecords) open(ctx context.Context, op *station.Operator, key hpke.PrivateKey, out, complain io.Writer) (opened, failed int, err error) {
	err = op.OpenRecords(ctx, key, c.IDs, func(r station.Opened, err error) error {
		if err != nil {
			failed++
			fmt.Fprintf(complain, "record %s of %s: %v\n", r.ID, r.Car, err)
			return nil
		}
		if c.Out != "" {
			if err := picturesBeside(c.Out, &r); err != nil {
				return err
			}
		}
		opened++
		return printJSON(out, r)
	})
	return opened, failed, err
}
