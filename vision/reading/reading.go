// Package reading reads the plates in pictures, folders, videos and camera
// streams that a person names, and prints them: `secondlook read`.
//
// Start with [Run]. Nothing is kept.
package reading

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"gocv.io/x/gocv"

	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/vision/camera"
	"secondlook/vision/recognize"
)

// ErrUnread is returned when one of the paths or more could not be read. Each
// has been named on Options.Problems.
var ErrUnread = errors.New("some pictures could not be read")

// Options say what to read and how to print it.
type Options struct {
	// Paths are pictures, folders of pictures, videos and camera addresses.
	Paths []string
	// Region is assumed for plates that do not say who issued them; may be empty.
	Region plate.Jurisdiction
	// Crop says that each picture is a plate, cut out, and nothing else.
	Crop bool
	// JSON prints one line of JSON a picture instead of a table.
	JSON bool
	// Problems is where a line for each unreadable file goes; os.Stderr if nil.
	Problems io.Writer
}

// Run reads every path and writes the plates to w. It returns [ErrUnread] if it
// had to pass over one, ctx's error if it was stopped, and an error of w.
func Run(ctx context.Context, w io.Writer, o Options) error {
	if o.Problems == nil {
		o.Problems = os.Stderr
	}
	l, err := NewLooker(o.Region, o.Crop)
	if err != nil {
		return fmt.Errorf("prepare the plate reader: %w", err)
	}
	defer l.Close()
	if err := l.ReadLegends(); err != nil && !errors.Is(err, recognize.ErrNoTesseract) {
		return fmt.Errorf("prepare the plate reader: %w", err)
	}
	out := bufio.NewWriter(w)
	var print printer = &table{out: out}
	if o.JSON {
		print = &lines{out: out}
	}
	r := &run{options: o, looker: l, print: print}
	for _, path := range o.Paths {
		err := r.path(ctx, path)
		if flushed := out.Flush(); flushed != nil {
			return fmt.Errorf("print the plates: %w", flushed)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			r.problem(path, err)
		}
	}
	if r.unread > 0 {
		return ErrUnread
	}
	return nil
}

// run is one call of Run.
type run struct {
	options Options
	looker  *Looker
	print   printer
	unread  int
}

// problem names a path that could not be read.
func (r *run) problem(path string, err error) {
	r.unread++
	fmt.Fprintf(r.options.Problems, "secondlook: %s: %s\n", shown(path), plainly(err))
}

// plainly drops the path that the operating system's errors repeat.
func plainly(err error) string {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err.Error()
	}
	return err.Error()
}

// shown is how a path is printed: an address without user, password and query.
func shown(path string) string {
	if !strings.Contains(path, "://") {
		return path
	}
	u, err := url.Parse(path)
	if err != nil {
		return "camera"
	}
	return u.Scheme + "://" + u.Host + u.Path
}

var errKind = errors.New("neither a picture nor a video")

// videos are the endings of files that are played; others are taken as pictures,
// because FFmpeg would play a text file as a film of its letters.
var videos = []string{
	".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm", ".mpg", ".mpeg", ".ts", ".m2ts", ".mts",
	".wmv", ".asf", ".flv", ".3gp", ".mjpg", ".mjpeg", ".h264", ".264", ".h265", ".hevc", ".dav", ".ogv",
}

// path reads one path of the command line.
func (r *run) path(ctx context.Context, path string) error {
	kind, err := camera.KindOf(path)
	if err != nil {
		return err
	}
	switch kind {
	case camera.Folder:
		return r.folder(ctx, path)
	case camera.Stream, camera.Device:
		source, err := camera.Open(patrol.CameraSetting{Source: path})
		if err != nil {
			return err
		}
		return r.frames(ctx, path, source)
	}
	if slices.Contains(videos, strings.ToLower(filepath.Ext(path))) {
		return r.frames(ctx, path, camera.OpenVideo(path, false))
	}
	return r.file(path)
}

// folder reads every picture of a folder.
func (r *run) folder(ctx context.Context, path string) error {
	files, err := camera.Pictures(strings.TrimPrefix(path, "folder:"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := r.file(file); err != nil {
			r.problem(file, err)
		}
	}
	return nil
}

// file reads one picture.
func (r *run) file(path string) error {
	picture, err := camera.Load(path)
	switch {
	case errors.Is(err, camera.ErrPicture) && !camera.IsPicture(path):
		return errKind
	case err != nil:
		return err
	}
	defer erase(&picture)
	return r.one(path, picture)
}

// frames reads the frames of a video or a stream until it ends.
func (r *run) frames(ctx context.Context, path string, source camera.Source) error {
	defer source.Close()
	frame := gocv.NewMat()
	defer erase(&frame)
	for n := 1; ; n++ {
		switch err := source.Read(ctx, &frame); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := r.one(fmt.Sprintf("%s#%d", shown(path), n), frame); err != nil {
			return err
		}
	}
}

// one reads and prints one picture.
func (r *run) one(name string, picture gocv.Mat) error {
	p, err := r.looker.Look(name, picture)
	if err != nil {
		return err
	}
	return r.print.picture(p)
}

// erase overwrites and frees a picture.
func erase(m *gocv.Mat) {
	if !m.Empty() {
		m.SetTo(gocv.Scalar{})
	}
	m.Close()
}
