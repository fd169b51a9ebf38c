package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Stats are sizes and counts of a store: nothing personal, and nothing that needs a
// key.
type Stats struct {
	Format uint32 `json:"format"`
	Epoch  uint64 `json:"epoch"`
	// Bytes are the bbolt file's, FreeBytes those of its free pages.
	Bytes     int64 `json:"bytes"`
	Pages     int   `json:"pages"`
	FreePages int   `json:"free_pages"`
	// ListFiles are the files of lists, ListBytes all of them together.
	ListFiles int   `json:"list_files"`
	ListBytes int64 `json:"list_bytes"`
	// Values are counted by bucket.
	Values map[string]int `json:"values"`
	// OldestHit is when the oldest hit was raised, by its id; zero where there is none.
	OldestHit time.Time `json:"oldest_hit,omitzero"`
	// SetAside are damaged stores that were set aside here.
	SetAside int `json:"set_aside"`
}

// StatsOf counts the store at path, which must not be open. It returns [ErrInUse],
// [ErrDamaged] or [ErrNewer].
func StatsOf(path string) (Stats, error) {
	s := Stats{Values: map[string]int{}}
	err := inspect(path, func(tx *bolt.Tx) (err error) {
		if s.Format, err = formatOf(tx); err != nil {
			return err
		}
		if s.Epoch, err = epochOf(tx); err != nil {
			return err
		}
		for _, name := range slices.Concat(buckets, laterBuckets) {
			if b := tx.Bucket([]byte(name)); b != nil {
				s.Values[name] = b.Stats().KeyN
			}
		}
		if oldest, _ := tx.Bucket([]byte(bucketHits)).Cursor().First(); oldest != nil {
			s.OldestHit = raisedAt(string(oldest))
		}
		return nil
	})
	if err != nil {
		return s, fmt.Errorf("count store %s: %w", path, err)
	}
	if err := s.files(path); err != nil {
		return s, fmt.Errorf("count store %s: %w", path, err)
	}
	return s, nil
}

func (s *Stats) files(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	s.Bytes = info.Size()
	if s.Pages, s.FreePages, err = countPages(f, info.Size()); err != nil {
		return err
	}
	lists, err := os.ReadDir(path + listsSuffix)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, l := range lists {
		if info, err := l.Info(); err == nil {
			s.ListFiles, s.ListBytes = s.ListFiles+1, s.ListBytes+info.Size()
		}
	}
	aside, err := SetAsideStores(path)
	s.SetAside = len(aside)
	return err
}

// raisedAt reads the time out of a hit's id, which begins with the milliseconds since
// 1970 in hexadecimal; zero for an id that does not.
func raisedAt(id string) time.Time {
	text, _, _ := strings.Cut(id, "-")
	ms, err := strconv.ParseInt(text, 16, 64)
	if err != nil || len(text) != 12 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
