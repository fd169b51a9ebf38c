package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"secondlook/app/audit"
)

// ErrUnsynced is returned by [Store.Decommission] while the terminal has records that
// the station does not have.
var ErrUnsynced = errors.New("this terminal has records that the station does not have: sync it first")

// Unsynced counts by kind what the station does not have, and says when a sync last
// ended; zero for never.
func (s *Store) Unsynced(ctx context.Context) (waiting map[string]int, last time.Time, err error) {
	waiting = map[string]int{}
	err = s.read(ctx, "count what waits for the station", func(t txn) error {
		count := func(kind string, n int) {
			if n > 0 {
				waiting[kind] = n
			}
		}
		for kind, bucket := range map[string]string{"hits": bucketHits, "reports of entries": bucketReports,
			"deployments": bucketDeployments, "reports of breaches": bucketBreaches, "access requests": bucketRequests,
			"preservation orders": bucketOrders} {
			count(kind, t.bucket(bucket).Stats().KeyN)
		}
		disclosures, err := all[struct{ Delivered time.Time }](t, bucketDisclosures)
		if err != nil {
			return err
		}
		n := 0
		for _, d := range disclosures {
			if d.Delivered.IsZero() {
				n++
			}
		}
		count("disclosures", n)
		records, err := t.records()
		for _, r := range records {
			if r.Event.Act == audit.SyncEnded {
				last = r.Event.At
			}
		}
		return err
	})
	return waiting, last, err
}

// Destroyed is one file that [Store.Decommission] overwrote and removed.
type Destroyed struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

// Decommission ends this terminal: it records the event, gives its signed record to
// keep, which may be nil, has machine forget what the machine's key store has, which
// may be nil too, and destroys every key and every file: the epoch's keys first, then
// the file with the key slots, then the lists and whatever was set aside or left by a
// cut migration. The store is closed. It returns [ErrUnsynced] where records wait and
// forced is not set; nothing is destroyed then, nor where keep or machine fails.
func (s *Store) Decommission(ctx context.Context, e audit.Event, forced bool, keep func(audit.Copy) error, machine func() error) ([]Destroyed, error) {
	waiting, _, err := s.Unsynced(ctx)
	if err != nil {
		return nil, err
	}
	if len(waiting) > 0 && !forced {
		return nil, ErrUnsynced
	}
	copied, err := s.Copy(ctx, e, time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	if keep != nil {
		if err := keep(copied); err != nil {
			return nil, fmt.Errorf("keep the audit record: %w", err)
		}
	}
	if machine != nil {
		if err := machine(); err != nil {
			return nil, fmt.Errorf("destroy the key in the machine's key store: %w", err)
		}
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return destroyAll(s.path)
}

// destroyAll overwrites and removes a store and all that belongs to it. It goes on
// where one file fails.
func destroyAll(path string) (done []Destroyed, err error) {
	names := []string{epochPath(path), path, path + aside, path + migrating, path + rekeying, path + recovering}
	folders := []string{path + listsSuffix}
	set, err := SetAsideStores(path)
	for _, name := range set {
		names = append(names, name, name+epochSuffix)
		folders = append(folders, name+listsSuffix)
	}
	for _, folder := range folders {
		files, listErr := os.ReadDir(folder)
		if listErr != nil && !errors.Is(listErr, fs.ErrNotExist) {
			err = errors.Join(err, listErr)
		}
		for _, f := range files {
			names = append(names, filepath.Join(folder, f.Name()))
		}
	}
	for _, name := range names {
		info, statErr := os.Lstat(name)
		if errors.Is(statErr, fs.ErrNotExist) {
			continue
		}
		if statErr = errors.Join(statErr, destroyFile(name)); statErr != nil {
			err = errors.Join(err, statErr)
			continue
		}
		rel, relErr := filepath.Rel(filepath.Dir(path), name)
		done = append(done, Destroyed{rel, info.Size()})
		err = errors.Join(err, relErr)
	}
	for _, folder := range folders {
		if rmErr := os.Remove(folder); rmErr != nil && !errors.Is(rmErr, fs.ErrNotExist) {
			err = errors.Join(err, rmErr)
		}
	}
	return done, wrap("destroy the store", errors.Join(err, syncFolder(filepath.Dir(path))))
}
