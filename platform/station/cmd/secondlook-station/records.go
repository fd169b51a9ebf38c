package main

import (
	"context"
	"crypto/hpke"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

type records struct {
	List    listRecords   `cmd:"" help:"List the records without opening them."`
	Open    openRecords   `cmd:"" help:"Open records with the records key, as JSON Lines."`
	Export  exportRecords `cmd:"" help:"Open records into a folder for the service's records system: records.jsonl, and the pictures as files beside it."`
	Import  importRecords `cmd:"" help:"Take in what cars put onto a medium where there is no network, and leave the receipts there."`
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
	IDs []string `arg:"" optional:"" name:"id" help:"The records to open. (default: all)"`
}

func (c *openRecords) Run(ctx context.Context, to streams) error {
	key, err := recordsKey(c.Key)
	if err != nil {
		return err
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	failed := 0
	err = op.OpenRecords(ctx, key, c.IDs, func(r station.Opened, err error) error {
		if err != nil {
			failed++
			fmt.Fprintf(to.err, "record %s of %s: %v\n", r.ID, r.Car, err)
			return nil
		}
		return printJSON(to.out, r)
	})
	return errors.Join(err, notAll(failed))
}

// notAll is the error of a command that could not open some records.
func notAll(failed int) error {
	if failed == 0 {
		return nil
	}
	return fmt.Errorf("%d records could not be opened", failed)
}

type exportRecords struct {
	data
	Key  string       `required:"" placeholder:"FILE" type:"existingfile" help:"The records key that the first “serve” made."`
	Dir  string       `arg:"" type:"path" help:"The folder to make."`
	Kind []shift.Kind `placeholder:"KIND" help:"Only records of this kind, as “records list” names it. Repeat it for more. (default: all)"`
}

func (c *exportRecords) Run(ctx context.Context, to streams) (err error) {
	kinds := c.Kind
	for _, kind := range kinds {
		if !slices.Contains(protocol.Kinds, kind) {
			return fmt.Errorf("no record is of kind %q; the kinds are %v", kind, protocol.Kinds)
		}
	}
	if len(kinds) == 0 {
		kinds = protocol.Kinds
	}
	key, err := recordsKey(c.Key)
	if err != nil {
		return err
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	file, err := outFile(c.Dir)
	if err != nil {
		return err
	}
	exported, failed := 0, 0
	err = op.OpenKinds(ctx, key, kinds, func(r station.Opened, err error) error {
		if err != nil {
			failed++
			fmt.Fprintf(to.err, "record %s of %s: %v\n", r.ID, r.Car, err)
			return nil
		}
		if err := picturesBeside(c.Dir, &r); err != nil {
			return err
		}
		exported++
		return printJSON(file, r)
	})
	// Whoever reads the folder may delete the station's copy: it must be on the disk.
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	fmt.Fprintf(to.out, "%d records are in %s.\n", exported, c.Dir)
	return notAll(failed)
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
