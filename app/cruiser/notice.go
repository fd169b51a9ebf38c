package cruiser

import (
	"context"
	"errors"
	"fmt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/notice"
)

// ErrCannotPrint is returned where this terminal has no way to print.
var ErrCannotPrint = errors.New("this terminal cannot print: show the notice on the screen or as a QR code")

// Printer puts a driver's notice on paper. Package main joins it from platform.
type Printer interface {
	// Ready reports whether the system has a printer, and the folder that notices
	// are saved in where it has none.
	Ready() (printer bool, folder string)
	// Print prints the notice, a page for each language. With a folder, it saves it
	// there instead. It returns the file, "" if it was printed.
	Print(ctx context.Context, pages []notice.Driver, folder string) (file string, err error)
}

// DriverNotice is what the driver of a hit is told, in a language (requirements
// row 15). It holds nothing of the driver, the plate or the car.
func (c *Cruiser) DriverNotice(id, language string) (notice.Driver, error) {
	if _, err := c.officer(access.ActPatrol); err != nil {
		return notice.Driver{}, err
	}
	c.mu.Lock()
	h, ok := c.waiting[id]
	c.mu.Unlock()
	switch {
	case !ok:
		return notice.Driver{}, hit.ErrNotFound
	case h.State.Waiting():
		return notice.Driver{}, hit.ErrWrongState
	}
	return notice.ForDriver(c.Pack(), h.Matches[0].Entry, language), nil
}

// CanPrint reports whether the system has a printer, and the folder in which
// notices are saved where it has none; ok is false where neither is there.
func (c *Cruiser) CanPrint() (printer bool, folder string, ok bool) {
	if c.parts.Printer == nil {
		return false, "", false
	}
	printer, folder = c.parts.Printer.Ready()
	return printer, folder, printer || folder != ""
}

// PrintNotice prints the driver's notice of a hit in both languages, or saves it as
// a file in the folder if one is named. That it did is recorded.
func (c *Cruiser) PrintNotice(ctx context.Context, id, folder string) (file string, err error) {
	if c.parts.Printer == nil {
		return "", ErrCannotPrint
	}
	if _, err := c.permit(ctx, access.ActPatrol); err != nil {
		return "", err
	}
	var pages []notice.Driver
	for _, language := range notice.Languages {
		d, err := c.DriverNotice(id, language)
		if err != nil {
			return "", err
		}
		pages = append(pages, d)
	}
	e := c.event(audit.NoticePrinted, id)
	e.Detail = map[string]string{"to": "printer"}
	if folder != "" {
		e.Detail["to"] = "file"
	}
	if err := c.store.Append(ctx, e); err != nil {
		return "", fmt.Errorf("record the printing: %w", err)
	}
	file, err = c.parts.Printer.Print(ctx, pages, folder)
	if err != nil {
		return "", fmt.Errorf("print the notice: %w", err)
	}
	return file, nil
}
