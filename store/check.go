package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	bolt "go.etcd.io/bbolt"
)

// inspect opens the file read-only, under bbolt's shared lock, and checks its
// pages, its buckets and its format; then it hands the file to look, which may
// be nil. It changes nothing. It returns [ErrInUse], [ErrDamaged] or [ErrNewer].
func inspect(path string, look func(tx *bolt.Tx) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errors.New("this is not a file")
	case info.Size() == 0:
		return damaged("the file is empty")
	}
	return guard(func() error {
		db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait, ReadOnly: true})
		if err != nil {
			return readOnlyError(err)
		}
		defer db.Close()
		// The size again, now that nobody can change the file.
		if info, err = f.Stat(); err != nil {
			return err
		}
		if err := checkPages(f, info.Size()); err != nil {
			return err
		}
		return db.View(func(tx *bolt.Tx) error {
			if err := checkFormat(tx); err != nil {
				return err
			}
			current, err := epochOf(tx)
			if err == nil {
				_, err = (&epochFile{path: epochPath(path)}).check(current)
			}
			if err != nil || look == nil {
				return err
			}
			return look(tx)
		})
	})
}

// readOnlyError maps what bbolt says of a file that exists and can be read.
func readOnlyError(err error) error {
	if mapped := boltError(err); mapped != err {
		return mapped
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return err
	}
	return fmt.Errorf("%w (%w)", ErrDamaged, err)
}

// checkFormat returns [ErrNewer] for a later format and [ErrDamaged] where a
// bucket is missing.
func checkFormat(tx *bolt.Tx) error {
	format, err := formatOf(tx)
	switch {
	case err != nil:
		return err
	case format > Format:
		return fmt.Errorf("format %d, this SecondLook knows %d: %w", format, Format, ErrNewer)
	}
	for _, name := range buckets {
		if tx.Bucket([]byte(name)) == nil {
			return damaged("bucket %s is missing", name)
		}
	}
	return nil
}

// Check looks at the store at path without a secret and without changing it, and
// says in plain words how it is: for a technician. Beside a text it may return
// [ErrInUse], [ErrDamaged], [ErrNewer] or what the file system said.
func Check(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := absent(path); err != nil {
			return "the store is missing", fmt.Errorf("check store %s: %w", path, err)
		}
		return "no store yet: it is made when SecondLook first starts", nil
	case err != nil:
		return "the store cannot be looked at", fmt.Errorf("check store %s: %w", path, err)
	}
	size := fmt.Sprintf("%.1f MB", float64(info.Size())/1e6)
	var detail string
	err = inspect(path, func(tx *bolt.Tx) error {
		people := tx.Bucket([]byte(bucketSlots)).Stats().KeyN
		hits := tx.Bucket([]byte(bucketHitKeys)).Stats().KeyN
		format, err := formatOf(tx)
		detail = fmt.Sprintf("not set up yet, format %d, %s", format, size)
		if people > 0 {
			detail = fmt.Sprintf("set up, people: %d, hits: %d, format %d, %s", people, hits, format, size)
		}
		return err
	})
	if err != nil {
		return size, fmt.Errorf("check store %s: %w", path, err)
	}
	return detail, nil
}
