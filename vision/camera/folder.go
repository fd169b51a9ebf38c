package camera

import (
	"context"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gocv.io/x/gocv"
)

// defaultRate is how many pictures a second a folder gives if its setting does
// not say.
const defaultRate = 2.0

// folder gives the pictures of a folder, in order of their names, once.
type folder struct {
	files  []string
	period time.Duration
	next   time.Time
	bad    int
}

// openFolder opens "/path" or "folder:/path?rate=2", in pictures a second.
func openFolder(source string) (*folder, error) {
	path, rate, err := folderSetting(source)
	if err != nil {
		return nil, err
	}
	files, err := Pictures(path)
	if err != nil {
		return nil, err
	}
	return &folder{files: files, period: time.Duration(float64(time.Second) / rate)}, nil
}

// folderSetting splits a folder's setting into its path and rate. A plain path
// is taken as it is, question marks and all.
func folderSetting(source string) (path string, rate float64, err error) {
	path, prefixed := strings.CutPrefix(source, "folder:")
	if !prefixed {
		return source, defaultRate, nil
	}
	path, query, asked := strings.Cut(path, "?")
	if !asked {
		return path, defaultRate, nil
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", 0, BadRate
	}
	rate, err = strconv.ParseFloat(values.Get("rate"), 64)
	if err != nil || !(rate >= 0.001 && rate <= 1000) {
		return "", 0, BadRate
	}
	return path, rate, nil
}

// Pictures returns the pictures in a folder, sorted by name; hidden files and
// other kinds of files are left out. It returns [NotFound] or [NoPictures].
func Pictures(path string) ([]string, error) {
	entries, err := os.ReadDir(path) // sorted by name
	if err != nil {
		return nil, NotFound
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && IsPicture(e.Name()) {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, NoPictures
	}
	return files, nil
}

// Read implements [Source]. A file that cannot be decoded is passed over.
func (f *folder) Read(ctx context.Context, frame *gocv.Mat) error {
	for len(f.files) > 0 {
		if err := f.pace(ctx); err != nil {
			return err
		}
		file := f.files[0]
		f.files = f.files[1:]
		picture, err := Load(file)
		if err != nil {
			f.bad++
			continue
		}
		if !frame.Empty() {
			frame.SetTo(gocv.Scalar{})
		}
		frame.Close()
		*frame = picture
		return nil
	}
	if f.bad > 0 {
		return problemAtEnd{BadPictures}
	}
	return io.EOF
}

// pace waits until the next picture is due.
func (f *folder) pace(ctx context.Context) error {
	now := time.Now()
	if f.next.IsZero() || f.next.Before(now) {
		f.next = now
	}
	timer := time.NewTimer(f.next.Sub(now))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	f.next = f.next.Add(f.period)
	return ctx.Err()
}

// Unrelated implements [Unrelated]: each picture is a scene of its own.
func (f *folder) Unrelated() bool { return true }

// Close implements [Source].
func (f *folder) Close() error { return nil }

// problemAtEnd is io.EOF with something to say.
type problemAtEnd struct{ Problem }

// Is makes it io.EOF.
func (p problemAtEnd) Is(target error) bool { return target == io.EOF }

// As makes it its problem.
func (p problemAtEnd) Unwrap() error { return p.Problem }
