package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/platform/keys"
	"secondlook/store"
)

// storeCommand has the commands for this terminal's store. SecondLook must be closed.
type storeCommand struct {
	Verify       storeVerify       `cmd:"" help:"Check the whole store: with --badge every value, the audit chain and the lists, without only what needs no key. Exit code 0: whole; 1: damaged, and where; 2: not checked."`
	Stats        storeStats        `cmd:"" help:"Print sizes and counts of the store. Nothing in it is personal."`
	Recover      storeRecover      `cmd:"" help:"Set a damaged store aside and make a new one of what verifies in it."`
	Rekey        storeRekey        `cmd:"" help:"Give the store another file key and destroy the old one. Cut, the next goes on where it stopped."`
	Decommission storeDecommission `cmd:"" help:"Destroy every key and file of this terminal's store, for good."`
}

// storePath is where this terminal's store is.
func (t *terminal) storePath() (string, error) {
	folders, err := t.folders()
	return filepath.Join(folders.Data, storeFile), err
}

// opened opens the store for a person who may do one of some acts, and closes it after
// f. Their secret is asked for.
func (t *terminal) opened(ctx context.Context, path, badge string, acts []access.Act, f func(*store.Store, access.Person) error) error {
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
	defer kept.Close()
	var who access.Person
	err = t.coded(func(code string) (err error) {
		who, err = kept.SignIn(ctx, access.Badge(badge), access.Proof{Secret: secret, Code: code})
		return err
	})
	switch {
	case err != nil:
		return err
	case !slices.ContainsFunc(acts, who.May):
		return access.ErrNotAllowed
	}
	return f(kept, who)
}

type storeVerify struct {
	Badge string `help:"Badge of an auditor or administrator of this terminal." placeholder:"BADGE"`
	JSON  bool   `help:"Print one JSON object." name:"json"`
}

// verdict is what verify prints as JSON.
type verdict struct {
	Whole bool `json:"whole"`
	// Keys is set where every value was opened.
	Keys bool `json:"keys"`
	store.Inspection
}

// Run prints the verdict.
func (v storeVerify) Run(ctx context.Context, t *terminal) error {
	path, err := t.storePath()
	if err != nil {
		return t.notChecked(err)
	}
	detail, err := store.Check(path)
	found := verdict{Whole: err == nil, Inspection: store.Inspection{Faults: []store.Fault{}}}
	switch {
	case errors.Is(err, store.ErrDamaged):
		found.Faults = append(found.Faults, store.Fault{Where: "pages", What: err.Error()})
	case err != nil:
		return t.notChecked(err)
	case v.Badge != "":
		err = t.opened(ctx, path, v.Badge, []access.Act{access.ActSettings, access.ActSeeAudit}, func(kept *store.Store, _ access.Person) (err error) {
			found.Inspection, err = kept.Inspect(ctx)
			return err
		})
		if err != nil && !errors.Is(err, store.ErrDamaged) {
			return t.notChecked(err)
		}
		if err != nil {
			found.Faults = append(found.Faults, store.Fault{Where: "sign-in", What: err.Error()})
		}
		found.Whole, found.Keys, detail = found.Inspection.Whole() && err == nil, true, found.Inspection.String()
	}
	if v.JSON {
		err = json.NewEncoder(t.out).Encode(found)
	} else {
		err = found.print(t.out, detail)
	}
	if err == nil && !found.Whole {
		err = exitCode(1)
	}
	return err
}

func (v verdict) print(out io.Writer, detail string) error {
	state := "WHOLE"
	switch {
	case !v.Whole:
		state = "DAMAGED"
	case !v.Keys:
		state = "whole, as far as it can be seen without a key (give --badge)"
	}
	_, err := fmt.Fprintf(out, "%s: %s\n", state, detail)
	for _, f := range v.Faults {
		fmt.Fprintf(out, "  %s: %s\n", f.Where, f.What)
	}
	if !v.Whole {
		fmt.Fprintln(out, "Leave the files as they are. An administrator can make a new store of what verifies: secondlook store recover")
	}
	return err
}

// notChecked says why nothing was checked.
func (t *terminal) notChecked(err error) error {
	fmt.Fprintln(t.errs, "secondlook:", err)
	return exitCode(2)
}

type storeStats struct {
	JSON bool `help:"Print one JSON object." name:"json"`
}

// Run prints the figures.
func (s storeStats) Run(t *terminal) error {
	path, err := t.storePath()
	if err != nil {
		return err
	}
	stats, err := store.StatsOf(path)
	if err != nil {
		return err
	}
	if s.JSON {
		return json.NewEncoder(t.out).Encode(stats)
	}
	fmt.Fprintf(t.out, "format %d, epoch %d\n", stats.Format, stats.Epoch)
	fmt.Fprintf(t.out, "store: %.1f MB, %d pages, %d of them free\n", float64(stats.Bytes)/1e6, stats.Pages, stats.FreePages)
	fmt.Fprintf(t.out, "lists: %d files, %.1f MB\n", stats.ListFiles, float64(stats.ListBytes)/1e6)
	for _, name := range slices.Sorted(maps.Keys(stats.Values)) {
		fmt.Fprintf(t.out, "%-20s %d\n", name, stats.Values[name])
	}
	if !stats.OldestHit.IsZero() {
		fmt.Fprintf(t.out, "oldest hit: %.1f hours\n", time.Since(stats.OldestHit).Hours())
	}
	if stats.SetAside > 0 {
		fmt.Fprintf(t.out, "damaged stores set aside: %d\n", stats.SetAside)
	}
	return nil
}

type storeRecover struct {
	Badge string `help:"Badge of an administrator of this terminal." required:"" placeholder:"BADGE"`
	From  string `help:"A store that was set aside before, if not the one in place." type:"path" placeholder:"FILE"`
	JSON  bool   `help:"Print one JSON object." name:"json"`
}

// Run recovers the store.
func (r storeRecover) Run(ctx context.Context, t *terminal) error {
	path, err := t.storePath()
	if err != nil {
		return err
	}
	secret, err := t.secret("PIN or passphrase: ")
	if err != nil {
		return err
	}
	var got store.Recovery
	err = t.coded(func(code string) (err error) {
		got, err = recoverStore(ctx, path, r.From, access.Badge(r.Badge), access.Proof{Secret: secret, Code: code}, nil)
		return err
	})
	if errors.Is(err, store.ErrNothingDamaged) {
		return fmt.Errorf("%w: to recover one all the same, move it away and name it with --from", err)
	}
	if err != nil {
		return err
	}
	if r.JSON {
		return json.NewEncoder(t.out).Encode(got)
	}
	return printRecovery(t.out, got)
}

// recoverStore recovers the store at path: of one that was set aside, or of the damaged
// one that is found there, or was there, for from "".
func recoverStore(ctx context.Context, path, from string, badge access.Badge, proof access.Proof, tell func(done, total int64)) (store.Recovery, error) {
	if from == "" {
		var err error
		if from, err = store.ToRecover(path); err != nil {
			return store.Recovery{}, err
		}
	}
	return store.Recover(ctx, from, path, badge, proof, store.Options{}, tell)
}

// printRecovery says in plain words what is there again and what is not.
func printRecovery(out io.Writer, r store.Recovery) error {
	fmt.Fprintf(out, "%d pages looked at, %d of them with values\n", r.Pages, r.Leaves)
	for _, name := range slices.Sorted(maps.Keys(r.Kept)) {
		fmt.Fprintf(out, "%-20s %d recovered\n", name, r.Kept[name])
	}
	fmt.Fprintf(out, "hits lost: %d; pictures lost of recovered hits: %d\n", r.Lost, r.Pictures)
	if len(r.Doubtful) > 0 {
		fmt.Fprintf(out, "not proven to be all there and newest: %s\n", strings.Join(r.Doubtful, ", "))
	}
	fmt.Fprintf(out, "audit record: %d records carried on", r.Records)
	if r.Gap != "" {
		fmt.Fprintf(out, "; MISSING: %s", r.Gap)
	}
	_, err := fmt.Fprintf(out, "\nThe damaged store is kept as %s. It still has what it had: what is destroyed from now on is not destroyed in it.\n", filepath.Base(r.SetAside))
	return err
}

type storeRekey struct {
	Badge  string `help:"Badge of an administrator of this terminal." required:"" placeholder:"BADGE"`
	Reason string `help:"Why, for the record." required:"" placeholder:"TEXT"`
}

// Run re-keys the store, and prints how far it is.
func (r storeRekey) Run(ctx context.Context, t *terminal) error {
	path, err := t.storePath()
	if err != nil {
		return err
	}
	return t.opened(ctx, path, r.Badge, []access.Act{access.ActSettings}, func(kept *store.Store, who access.Person) error {
		e := audit.Event{Name: string(who.Name), Badge: string(who.Badge), Role: string(access.Administrator), Act: audit.StoreRekeyed, Reason: r.Reason}
		told := int64(-1)
		err := kept.Rekey(ctx, e, func(done, total int64, left time.Duration) {
			if percent := done * 100 / max(total, 1); percent >= told+10 {
				told = percent
				fmt.Fprintf(t.out, "%3d %%, %s left\n", percent, left.Round(time.Second))
			}
		})
		if err == nil {
			fmt.Fprintln(t.out, "re-keyed: the old file key opens nothing any more")
		}
		return err
	})
}

type storeDecommission struct {
	Badge  string `help:"Badge of an administrator of this terminal." required:"" placeholder:"BADGE"`
	Reason string `help:"Why, for the record." required:"" placeholder:"TEXT"`
	Force  bool   `help:"Destroy records too that the station does not have."`
	Record string `help:"Keep a signed copy of the audit record, the decommissioning in it, in this new file." type:"path" placeholder:"FILE"`
}

// Run asks for the terminal's name and destroys the store.
func (d storeDecommission) Run(ctx context.Context, t *terminal) error {
	path, err := t.storePath()
	if err != nil {
		return err
	}
	return t.opened(ctx, path, d.Badge, []access.Act{access.ActSettings}, func(kept *store.Store, who access.Person) error {
		settings, err := kept.Settings(ctx)
		if err != nil {
			return err
		}
		waiting, last, err := kept.Unsynced(ctx)
		if err != nil {
			return err
		}
		if len(waiting) > 0 && !d.Force {
			return fmt.Errorf("%w, or destroy them with --force: %s", store.ErrUnsynced, counts(waiting))
		}
		name, err := t.line(fmt.Sprintf("This destroys everything on this terminal. Type its name (%s): ", settings.Terminal))
		if err != nil {
			return err
		}
		if strings.TrimSpace(name) != settings.Terminal {
			return errors.New("that is not this terminal's name: nothing was done")
		}
		synced := "never"
		if !last.IsZero() {
			synced = last.UTC().Format(time.RFC3339)
		}
		e := audit.Event{Name: string(who.Name), Badge: string(who.Badge), Role: string(access.Administrator), Act: audit.StoreDecommissioned,
			Object: settings.Terminal, Reason: d.Reason, Detail: map[string]string{"unsynced": counts(waiting), "last-sync": synced}}
		name, err = kept.MachineKeyName()
		if err != nil {
			return err
		}
		machine := &machineKey{slot: keys.Slot{Name: name}}
		done, err := kept.Decommission(ctx, e, d.Force, d.keep(), func() error { return machine.destroy(ctx) })
		printDestroyed(t.out, done, machine.said, synced)
		return err
	})
}

// machineKey is the key in the machine's key store.
type machineKey struct {
	slot keys.Slot
	said string
}

// destroy destroys it. A key store that does not answer keeps nobody from
// decommissioning: the store's own half of what the key opened goes with the files.
func (m *machineKey) destroy(ctx context.Context) error {
	switch err := m.slot.Forget(ctx); {
	case errors.Is(err, keys.ErrAbsent):
		m.said = "no key store of this machine answers: a key of this terminal that it may still have opens nothing without the files"
	case err != nil:
		return err
	default:
		m.said = "destroyed in the machine's key store: the key of this terminal, if it had one"
	}
	return nil
}

// keep writes the audit record to the file that was named.
func (d storeDecommission) keep() func(audit.Copy) error {
	if d.Record == "" {
		return nil
	}
	return func(c audit.Copy) error {
		f, err := os.OpenFile(d.Record, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		return errors.Join(c.Write(f, audit.JSONLines), f.Sync(), f.Close())
	}
}

// counts is "hits 3, reports of entries 1", or "nothing".
func counts(of map[string]int) string {
	if len(of) == 0 {
		return "nothing"
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(of)) {
		parts = append(parts, fmt.Sprintf("%s %d", kind, of[kind]))
	}
	return strings.Join(parts, ", ")
}

// printDestroyed says what is gone, what remains, and what nobody can prove.
func printDestroyed(out io.Writer, done []store.Destroyed, machine, synced string) {
	if machine != "" {
		fmt.Fprintln(out, machine)
	}
	for _, d := range done {
		fmt.Fprintf(out, "overwritten and removed: %s, %d bytes\n", d.Name, d.Bytes)
	}
	fmt.Fprintln(out, "the station last had something from this terminal:", synced)
	fmt.Fprint(out, `What remains: the program itself, its log (fixed texts and counts), copies of the audit
record and reports that people saved, and what the station has.
What cannot be proven: that a solid-state disk, a snapshot or a backup keeps no old
block. Such a block is sealed; it opens only with a PIN of this terminal and a copy of
its key slots. Destroy or erase the disk as your service's rules say.
`)
}
