package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/store"
)

// auditCommand has the commands for the audit record.
type auditCommand struct {
	Verify auditVerify `cmd:"" help:"Check that nobody changed a copy of the audit record, without this terminal. Exit code 0: whole; 1: changed, and where; 2: no copy, or not readable."`
	Export auditExport `cmd:"" help:"Write a signed copy of this terminal's audit record to standard output. SecondLook must be closed. The copy is recorded."`
	Key    auditKey    `cmd:"" help:"Print the public key that signs this terminal's audit record. Note it when you enrol the terminal."`
}

type auditVerify struct {
	Files []string `arg:"" name:"file" type:"path" help:"Copies that \"audit export\" wrote, or copies of the store file."`
	Key   string   `help:"The terminal's public key, or a file that has it, as noted at enrolment. Without it a copy made anew by somebody else is not found." placeholder:"KEY"`
	Badge string   `help:"For copies of the store file: badge of an auditor or administrator of that terminal." placeholder:"BADGE"`
}

// Run checks each file and prints a line a file.
func (v auditVerify) Run(ctx context.Context, t *terminal) error {
	key, err := v.key()
	if err != nil {
		fmt.Fprintln(t.errs, "secondlook:", err)
		return exitCode(2)
	}
	worst := 0
	for _, name := range v.Files {
		report, err := checkCopy(name, key)
		if errors.Is(err, audit.ErrNotCopy) && v.Badge != "" {
			report, err = t.checkStore(ctx, name, access.Badge(v.Badge), key)
		}
		worst = max(worst, printVerdict(t.out, filepath.Base(name), report, err))
	}
	if worst > 0 {
		return exitCode(worst)
	}
	return nil
}

// key reads the key, nil where none is given.
func (v auditVerify) key() (ed25519.PublicKey, error) {
	if v.Key == "" {
		return nil, nil
	}
	if key, err := audit.ParseKey(v.Key); err == nil {
		return key, nil
	}
	text, err := os.ReadFile(v.Key)
	if err != nil {
		return nil, fmt.Errorf("--key is neither a key nor a file that can be read: %w", err)
	}
	key, err := audit.ParseKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("--key: %w", err)
	}
	return key, nil
}

func checkCopy(name string, key ed25519.PublicKey) (audit.Report, error) {
	f, err := os.Open(name)
	if err != nil {
		return audit.Report{}, fmt.Errorf("open the copy: %w", err)
	}
	defer f.Close()
	return audit.Check(f, key)
}

// checkStore checks the audit record in a copy of a store file. Signing in writes,
// so it works on a copy of its own, in which that sign-in is the last record.
func (t *terminal) checkStore(ctx context.Context, name string, badge access.Badge, key ed25519.PublicKey) (r audit.Report, err error) {
	secret, err := t.secret("PIN or passphrase: ")
	if err != nil {
		return r, err
	}
	folder, err := os.MkdirTemp("", "secondlook-audit-")
	if err != nil {
		return r, fmt.Errorf("make a folder for the check: %w", err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, storeFile)
	if err := copyFile(name, path); err != nil {
		return r, err
	}
	if err := copyFile(store.EpochFile(name), store.EpochFile(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return r, err
	}
	kept, err := store.Open(path, store.Options{})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	var o access.Person
	err = t.coded(func(code string) (err error) {
		o, err = kept.SignIn(ctx, badge, access.Proof{Secret: secret, Code: code})
		return err
	})
	switch {
	case err != nil:
		return r, err
	case !o.May(access.ActSeeAudit) && !o.May(access.ActExportAudit):
		return r, access.ErrNotAllowed
	}
	records, err := kept.Records(ctx)
	if err != nil {
		return r, err
	}
	return storeReport(ctx, kept, records, key)
}

// storeReport examines the audit record of a store, held to a key if there is one.
func storeReport(ctx context.Context, kept *store.Store, records []audit.Record, key ed25519.PublicKey) (audit.Report, error) {
	own, err := kept.Key(ctx)
	if err != nil {
		return audit.Report{}, err
	}
	if key != nil && !key.Equal(own) {
		return audit.Report{}, fmt.Errorf("it has another key than this terminal's: %w", audit.ErrBroken)
	}
	r, err := audit.Examine(records, own)
	if err != nil {
		return r, err
	}
	last := records[len(records)-1]
	r.Header = audit.Header{Terminal: last.Event.Terminal, First: 1, Last: last.Sequence, Head: last.Hash, Key: own}
	r.Proven = key != nil
	return r, nil
}

// copyFile copies a file to one that only this user can read.
func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("open the copy of the store: %w", err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("copy the store: %w", err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("copy the store: %w", err)
	}
	return nil
}

// printVerdict prints how a file is and returns its exit code.
func printVerdict(out io.Writer, name string, r audit.Report, err error) int {
	switch {
	case errors.Is(err, audit.ErrNotCopy):
		fmt.Fprintf(out, "%s: NOT A COPY: %v (for a copy of the store file give --badge)\n", name, err)
		return 2
	case errors.Is(err, audit.ErrBroken), errors.Is(err, store.ErrDamaged):
		fmt.Fprintf(out, "%s: CHANGED: %v\n", name, err)
		return 1
	case err != nil:
		fmt.Fprintf(out, "%s: NOT CHECKED: %v\n", name, err)
		return 2
	}
	h := r.Header
	fmt.Fprintf(out, "%s: whole: %s, %d records, %d to %d, last hash %x\n", name, h.Terminal, r.Count, h.First, h.Last, h.Head)
	if r.Signatures > 0 {
		fmt.Fprintf(out, "  signed at sign-outs and shifts' ends: %d times, the last time through record %d\n", r.Signatures, r.Signed)
	}
	if r.Proven {
		fmt.Fprintf(out, "  key %s, as given\n", audit.KeyText(h.Key))
	} else {
		fmt.Fprintf(out, "  key %s: NOT PROVEN, compare it with the one noted at enrolment, or give it with --key\n", audit.KeyText(h.Key))
	}
	return 0
}

type auditExport struct {
	signIn
	Format string    `help:"Format: jsonl or csv." enum:"jsonl,csv" default:"jsonl" placeholder:"F"`
	From   time.Time `help:"First day." format:"2006-01-02" placeholder:"YYYY-MM-DD"`
	To     time.Time `help:"Last day." format:"2006-01-02" placeholder:"YYYY-MM-DD"`
	Reason string    `help:"Why, for the record." default:"audit" placeholder:"TEXT"`
}

// Run writes the copy.
func (a auditExport) Run(ctx context.Context, t *terminal) error {
	return a.do(ctx, t, nil, func(c *cruiser.Cruiser) error {
		from, until := day(a.From, 0), day(a.To, 1)
		copied, err := c.ExportAudit(ctx, from, until, a.Reason)
		if err != nil {
			return err
		}
		return copied.Write(t.out, audit.Format(a.Format))
	})
}

// day is the start of a day in local time, some days later; zero for no day.
func day(t time.Time, later int) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day()+later, 0, 0, 0, 0, time.Local)
}

type auditKey struct{ signIn }

// Run prints the key.
func (a auditKey) Run(ctx context.Context, t *terminal) error {
	return a.do(ctx, t, nil, func(c *cruiser.Cruiser) error {
		key, err := c.AuditKey(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintln(t.out, audit.KeyText(key))
		return nil
	})
}
