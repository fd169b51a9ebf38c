package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/hotlist"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/hotlistfile"
	"secondlook/store"
)

// signIn is how a person opens this terminal's store on the command line.
type signIn struct {
	Badge  string `help:"Badge of the person who does it." required:"" placeholder:"BADGE"`
	Policy string `help:"Policy pack in force: ${policies}." default:"ontario" placeholder:"NAME"`
}

// do opens the store with the person's PIN or passphrase, which is asked for, and
// closes it when f is done.
func (s signIn) do(ctx context.Context, t *terminal, layouts []hotlist.Layout, f func(*cruiser.Cruiser) error) (err error) {
	folders, err := t.folders()
	if err != nil {
		return err
	}
	pack, err := loadPack(s.Policy)
	if err != nil {
		return err
	}
	path := filepath.Join(folders.Data, storeFile)
	if _, err := os.Stat(path); err != nil {
		return errors.New("this terminal is not set up: start SecondLook once")
	}
	secret, err := t.secret("PIN or passphrase: ")
	if err != nil {
		return err
	}
	kept, err := store.Open(path, store.Options{})
	if err != nil {
		return err
	}
	c, err := cruiser.New(cruiser.Parts{Store: kept, Vision: blind{}, Pack: pack, Packs: packs, Signals: silent{}, Layouts: layouts,
		Dock: func(bundle []byte) (shift.Dock, error) { return dock.New(bundle) }})
	if err != nil {
		return errors.Join(err, kept.Close())
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	err = t.coded(func(code string) error { return c.SignInWithCode(ctx, access.Badge(s.Badge), secret, code) })
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return errors.Join(f(c), c.SignOut(ctx))
}

// coded tries without a code of a second factor first, and asks for one where it is
// needed.
func (t *terminal) coded(try func(code string) error) error {
	err := try("")
	if !errors.Is(err, access.ErrCodeNeeded) {
		return err
	}
	code, err := t.secret("Code of the authenticator: ")
	if err != nil {
		return err
	}
	return try(code)
}

// line asks for a line of text, which may be seen.
func (t *terminal) line(prompt string) (string, error) {
	if term.IsTerminal(int(os.Stdin.Fd())) {
		fmt.Fprint(t.errs, prompt)
	}
	if t.lines == nil {
		t.lines = bufio.NewReader(io.LimitReader(os.Stdin, 2048))
	}
	line, err := t.lines.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the input: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// secret asks for a PIN, a passphrase or a code: without showing it on a terminal,
// and on one line of any other input.
func (t *terminal) secret(prompt string) (string, error) {
	in := int(os.Stdin.Fd())
	if !term.IsTerminal(in) {
		return t.line("")
	}
	fmt.Fprint(t.errs, prompt)
	defer fmt.Fprintln(t.errs)
	secret, err := term.ReadPassword(in)
	if err != nil {
		return "", fmt.Errorf("read the PIN or passphrase: %w", err)
	}
	return string(secret), nil
}

// errNoCameras is returned by [blind].
var errNoCameras = errors.New("the command line has no cameras")

// blind and silent are the cameras and the sounds of a command: it has none.
type (
	blind  struct{}
	silent struct{}
)

func (blind) Start(context.Context, []patrol.CameraSetting, plate.Jurisdiction, func(plate.Read)) (patrol.Live, error) {
	return nil, errNoCameras
}

func (silent) Alert(policy.Tier) {}
func (silent) CameraLost()       {}
func (silent) PositionLost()     {}
func (silent) PositionBack()     {}
func (silent) CameraBack()       {}

type hotlistImport struct {
	signIn
	File   string `arg:"" type:"path" help:"List file; zip and gzip are read as they are."`
	List   string `help:"Name of the list: the one that it replaces." required:"" placeholder:"NAME"`
	Format string `help:"Layout of the file, if it is not to be recognised: a .toml file of your own, or ${formats}." placeholder:"F"`
	Reason string `help:"Why, for the record." placeholder:"TEXT"`
	JSON   bool   `help:"Print one JSON object." name:"json"`
}

// Run takes the list in and prints the report.
func (h hotlistImport) Run(ctx context.Context, t *terminal) error {
	layouts, err := hotlistfile.Layouts(h.Format)
	if err != nil {
		return unusableFile(t, err)
	}
	file, err := os.Open(h.File)
	if err != nil {
		return unusableFile(t, fmt.Errorf("open the list: %w", err))
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return unusableFile(t, fmt.Errorf("open the list: %w", err))
	}
	return h.do(ctx, t, layouts, func(c *cruiser.Cruiser) error {
		report, err := c.ImportListFor(ctx, h.List, h.Reason, info.ModTime(), file)
		options := hotlistfile.CheckOptions{Pack: c.Pack(), JSON: h.JSON, Now: time.Now()}
		return ended(hotlistfile.Print(t.out, options, layouts, report, err))
	})
}

type hotlistStatus struct {
	signIn
	JSON bool `help:"Print one JSON object a line." name:"json"`
}

// Run prints a line a list.
func (h hotlistStatus) Run(ctx context.Context, t *terminal) error {
	return h.do(ctx, t, nil, func(c *cruiser.Cruiser) error {
		if h.JSON {
			out := json.NewEncoder(t.out)
			for _, l := range c.Lists() {
				if err := out.Encode(l); err != nil {
					return fmt.Errorf("print the lists: %w", err)
				}
			}
			return nil
		}
		w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "LIST\tENTRIES\tMADE\tAGE\tSOURCE\tCONTACT")
		for _, l := range c.Lists() {
			age := fmt.Sprintf("%.0f h", time.Since(l.Made).Hours())
			if l.Old {
				age += ", OLD"
			}
			if l.SetAside {
				age += ", CANNOT BE READ: NOT IN FORCE"
			}
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", l.Name, l.Count, l.Made.Format("2006-01-02 15:04"), age, l.Source, l.Contact)
		}
		if err := w.Flush(); err != nil {
			return fmt.Errorf("print the lists: %w", err)
		}
		return nil
	})
}
