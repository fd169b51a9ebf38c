package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"secondlook/app/cruiser"
	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
	"secondlook/platform/layoutfile"
)

// syncCommand takes a terminal's finished records to the station without its window.
type syncCommand struct {
	signIn
	To      string `help:"Seal what is finished into a file in this folder, on a medium for the station, where there is no network. Nothing is erased yet." type:"existingdir" placeholder:"DIR" xor:"way"`
	Receipt string `help:"Take the station's receipts from this folder, and erase what they name." type:"existingdir" placeholder:"DIR" xor:"way"`
}

// Run syncs over the network where no folder is named.
func (s syncCommand) Run(ctx context.Context, t *terminal) error {
	layouts, err := layoutfile.BuiltIn()
	if err != nil {
		return err
	}
	return s.do(ctx, t, layouts, func(c *cruiser.Cruiser) error {
		switch {
		case s.To != "":
			return s.export(ctx, t, c)
		case s.Receipt != "":
			return s.receipts(ctx, t, c)
		}
		sum, err := c.Sync(ctx, func(p cruiser.Progress) {
			if p.Step == cruiser.Delivering && p.Total > 0 {
				fmt.Fprintf(t.errs, "%d of %d records, %d bytes, %s left\n", p.Done, p.Total, p.Bytes, p.Left.Round(time.Second))
			}
		})
		fmt.Fprintf(t.out, "%d records delivered; %d lists and %d entries arrived.\n", sum.Delivered, sum.Lists, sum.Entries)
		return err
	})
}

// export writes a file, on the disk and under its name only when it is whole.
func (s syncCommand) export(ctx context.Context, t *terminal, c *cruiser.Cruiser) error {
	bundle, err := dock.New(c.Settings().Bundle)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(s.To, ".secondlook-*")
	if err != nil {
		return fmt.Errorf("make the file on the medium: %w", err)
	}
	defer os.Remove(file.Name()) // renamed already when all went well
	request, records, err := c.SyncTo(ctx, file, nil)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if records == 0 {
		_, err = fmt.Fprintln(t.out, "No record is finished: there is nothing for the station.")
		return err
	}
	path := filepath.Join(s.To, bundle.Car()+"-"+request+protocol.RecordsSuffix)
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("name the file on the medium: %w", err)
	}
	_, err = fmt.Fprintf(t.out, "%s: %d records, sealed. They stay on this terminal until the station's receipt is back: secondlook sync --receipt DIR\n", path, records)
	return err
}

// receipts takes every receipt that is for this car.
func (s syncCommand) receipts(ctx context.Context, t *terminal, c *cruiser.Cruiser) error {
	bundle, err := dock.New(c.Settings().Bundle)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(s.Receipt, bundle.Car()+"-*"+protocol.ReceiptSuffix))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: no receipt for %s is there", s.Receipt, bundle.Car())
	}
	var failed []error
	for _, name := range files {
		raw, err := readSmall(name, protocol.MaxReceipt)
		if err != nil {
			return err
		}
		sum, err := c.TakeReceipt(ctx, raw)
		if errors.Is(err, shift.ErrReceipt) {
			failed = append(failed, fmt.Errorf("%s: %w", name, err))
			continue
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%s: %d records are at the station, and erased here.\n", name, sum.Delivered)
	}
	return errors.Join(failed...)
}
