package remains

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Searched is what one place had.
type Searched struct {
	Place string
	Bytes int64
	Found []Find
	// Left is why the place, or a part of it, was not searched; empty where all was.
	Left string
}

// Folder searches the files under a folder that were written at or after since, and
// their names, but for what lies in the folder except, which is searched by itself.
// Files that end or change meanwhile are searched as far as they go.
func (n *Needles) Folder(ctx context.Context, name, folder string, since time.Time, except string) (Searched, error) {
	s := Searched{Place: name}
	unread := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case path == except:
			return fs.SkipDir
		case err != nil:
			unread++
			return nil
		}
		if info, err := d.Info(); err != nil || info.ModTime().Before(since) && !d.IsDir() {
			return nil
		}
		s.Found = n.in([]byte(d.Name()), len(d.Name()), s.Bytes, s.Found)
		s.Bytes += int64(len(d.Name()))
		if !d.Type().IsRegular() {
			return nil
		}
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			unread++
			return nil
		}
		defer f.Close()
		searched, found, err := n.Search(f)
		s.Bytes += searched
		s.Found = append(s.Found, found...)
		if err != nil {
			unread++
		}
		return nil
	})
	if unread > 0 {
		s.Left = fmt.Sprintf("%d files could not be read", unread)
	}
	if err != nil {
		return s, fmt.Errorf("search %s: %w", name, err)
	}
	return s, nil
}
