package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

// importRecords takes in what cars put onto a medium where there is no network, and
// leaves the receipts there.
type importRecords struct {
	data
	Dir string `arg:"" type:"existingdir" help:"The folder on the medium that “secondlook sync --to” wrote to."`
}

func (c *importRecords) Run(ctx context.Context, to streams) error {
	files, err := filepath.Glob(filepath.Join(c.Dir, "*"+protocol.RecordsSuffix))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: no file of records (*%s) is there", c.Dir, protocol.RecordsSuffix)
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	failed := 0
	for _, name := range files {
		in, err := importFile(ctx, op, name)
		if err != nil {
			failed++
			fmt.Fprintf(to.err, "%s: %v\n", name, err)
			continue
		}
		fmt.Fprintf(to.out, "%s: %d records of %s, %d of them new. The receipt is beside it.\n", name, in.Records, in.Car, in.New)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d files were not taken in: their cars keep the records", failed, len(files))
	}
	return nil
}

// importFile takes in one file and writes its receipt in its place with the other
// suffix, on the disk before anybody takes the medium out.
func importFile(ctx context.Context, op *station.Operator, name string) (station.Imported, error) {
	file, err := os.Open(name)
	if err != nil {
		return station.Imported{}, err
	}
	defer file.Close()
	in, err := op.ImportRecords(ctx, file, time.Now())
	if err != nil {
		return in, err
	}
	receipt, err := os.Create(strings.TrimSuffix(name, protocol.RecordsSuffix) + protocol.ReceiptSuffix)
	if err != nil {
		return in, fmt.Errorf("write the receipt: %w", err)
	}
	_, err = receipt.Write(in.Receipt)
	if err = errors.Join(err, receipt.Sync(), receipt.Close()); err != nil {
		return in, fmt.Errorf("write the receipt: %w", err)
	}
	return in, nil
}
