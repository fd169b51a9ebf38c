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
	"secondlook/app/training"
	"secondlook/platform/paper"
)

// ErrNoPrinter is returned where the system has no printer and no folder is named.
var ErrNoPrinter = errors.New("this system has no printer")

// patience is how long the system's printing may take to answer.
const patience = 10 * time.Second

// Printer prints through the commands lpstat and lp (CUPS).
type Printer struct {
	// Training is set in demo mode: pages and files say that nothing is real.
	Training bool
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
	var pdf bytes.Buffer
	if err := paper.DriverNotice(&pdf, pages, p.Training, p.now()); err != nil {
		return "", err
	}
	return p.put(ctx, pdf.Bytes(), "notice", folder)
}

// PrintDebrief prints a debrief, or saves it in the folder if one is named.
func (p Printer) PrintDebrief(ctx context.Context, d training.Debrief, folder string) (file string, err error) {
	var pdf bytes.Buffer
	if err := paper.Debrief(&pdf, d, p.now()); err != nil {
		return "", err
	}
	return p.put(ctx, pdf.Bytes(), "debrief", folder)
}

func (p Printer) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now()
}

// put prints a document under a name, or saves it.
func (p Printer) put(ctx context.Context, pdf []byte, name, folder string) (string, error) {
	if p.Training {
		name = "TRAINING-FORMATION-" + name
	}
	if folder != "" {
		return save(pdf, folder, name, p.now())
	}
	if printer, _ := p.Ready(); !printer {
		return "", ErrNoPrinter
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	lp := exec.CommandContext(ctx, "lp", "-t", name)
	lp.Stdin = bytes.NewReader(pdf)
	if out, err := lp.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the system's printing says %q: %w", strings.TrimSpace(string(out)), err)
	}
	return "", nil
}

// save writes a file that is not there yet.
func save(pdf []byte, folder, name string, now time.Time) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("make the folder for the %s: %w", name, err)
	}
	path := filepath.Join(folder, name+"-"+now.Format("2006-01-02-150405")+".pdf")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return "", fmt.Errorf("save the %s: %w", name, err)
	}
	_, err = file.Write(pdf)
	if err = errors.Join(err, file.Close()); err != nil {
		return "", fmt.Errorf("save the %s: %w", name, err)
	}
	return path, nil
}
