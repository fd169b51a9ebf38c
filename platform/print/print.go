// Package print gives pages to the system's printing, or saves them where there is
// no printer.
package print

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"

	"secondlook/app/notice"
	"secondlook/platform/paper"
)

// ErrNoPrinter is returned where the system has no printer and no folder is named.
var ErrNoPrinter = errors.New("this system has no printer")

// patience is how long the system's printing may take to answer.
const patience = 10 * time.Second

// Printer prints drivers' notices through the commands lpstat and lp (CUPS).
type Printer struct {
	// Folder is offered for saving; the user's documents if empty.
	Folder string
	// Now is the clock; nil is the real one.
	Now func() time.Time
}

// Ready reports whether the system has a printer, and the folder to save in.
func (p Printer) Ready() (printer bool, folder string) {
	folder = p.Folder
	if folder == "" {
		folder = xdg.UserDirs.Documents
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	names, err := exec.CommandContext(ctx, "lpstat", "-e").Output()
	return err == nil && strings.TrimSpace(string(names)) != "", folder
}

// Print prints the notice, or saves it in the folder if one is named. The file's
// name has the date and the time and nothing else.
func (p Printer) Print(ctx context.Context, pages []notice.Driver, folder string) (file string, err error) {
	now := time.Now
	if p.Now != nil {
		now = p.Now
	}
	var pdf bytes.Buffer
	if err := paper.DriverNotice(&pdf, pages, now()); err != nil {
		return "", err
	}
	if folder != "" {
		return save(pdf.Bytes(), folder, now())
	}
	if printer, _ := p.Ready(); !printer {
		return "", ErrNoPrinter
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	lp := exec.CommandContext(ctx, "lp", "-t", "notice")
	lp.Stdin = &pdf
	if out, err := lp.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the system's printing says %q: %w", strings.TrimSpace(string(out)), err)
	}
	return "", nil
}

// save writes a file that is not there yet.
func save(pdf []byte, folder string, now time.Time) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("make the folder for the notice: %w", err)
	}
	path := filepath.Join(folder, "notice-"+now.Format("2006-01-02-150405")+".pdf")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", fmt.Errorf("save the notice: %w", err)
	}
	_, err = file.Write(pdf)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", fmt.Errorf("save the notice: %w", err)
	}
	return path, nil
}
