package hotlist

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

const (
	// maxSpool bounds a zip file that cannot be read where it lies, in bytes: its
	// directory stands at its end, so it is held in memory.
	maxSpool = 256 << 20
	// maxMembers bounds the files in a zip file.
	maxMembers = 256
	// A packed file may expand to maxRatio times its size, and to minExpanded bytes
	// in any case. Lists shrink to a tenth or so; a file made to fill a disk
	// expands a thousandfold.
	maxRatio    = 100
	minExpanded = 8 << 20
)

var errExpands = errors.New("the packed file expands beyond measure")

// source is one text that may be a list.
type source struct {
	name string // of the file, for recognition only; never printed
	// number is its place in a zip file, from 1; 0 is a file of its own.
	number int
	// choice is set where the zip file has others, of which some may be no lists.
	choice bool
	in     io.Reader
}

// sources calls do for the text in r, or for each text in the packed file.
func sources(r io.Reader, name string, do func(source) error) error {
	in := bufio.NewReaderSize(r, bufferSize)
	start, err := in.Peek(4)
	switch {
	case err != nil && err != io.EOF:
		return fmt.Errorf("read hotlist: %w", err)
	case bytes.HasPrefix(start, []byte("PK\x03\x04")), bytes.HasPrefix(start, []byte("PK\x05\x06")):
		return zipped(r, in, do)
	case bytes.HasPrefix(start, []byte("\x1f\x8b")):
		counted := &counter{in: in}
		unpacked, err := gzip.NewReader(counted)
		if err != nil {
			return damaged(err)
		}
		return do(source{name: strings.TrimSuffix(strings.ToLower(name), ".gz"), in: &bounded{in: unpacked, packed: counted.read}})
	}
	return do(source{name: name, in: in})
}

// zipped calls do for each file in a zip file.
func zipped(r io.Reader, in *bufio.Reader, do func(source) error) error {
	at, size, err := whole(r, in)
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(within{at, size}, size)
	if err != nil {
		return damaged(err)
	}
	if len(archive.File) > maxMembers {
		return unusable(FaultZipFiles, "the zip file has more than %d files: take the lists out of it", maxMembers)
	}
	left := int64(minExpanded)
	if size > minExpanded/maxRatio {
		left = size * maxRatio
	}
	members := 0
	for _, f := range archive.File {
		if isMember(f) {
			members++
		}
	}
	for i, f := range archive.File {
		switch {
		case !isMember(f):
			continue
		case f.Flags&1 != 0:
			return unusable(FaultZipPassword, "the zip file has a password: unpack it with the password first")
		}
		member, err := f.Open()
		if err != nil {
			return damaged(err)
		}
		err = do(source{name: path.Base(f.Name), number: i + 1, choice: members > 1, in: &bounded{in: member, left: &left}})
		member.Close() // reading only
		if err != nil {
			return err
		}
	}
	return nil
}

// isMember reports whether a file of a zip file may be a list: packers add folders
// and files of their own.
func isMember(f *zip.File) bool {
	return !f.FileInfo().IsDir() && !strings.HasPrefix(f.Name, "__MACOSX/") && !strings.HasPrefix(path.Base(f.Name), ".")
}

// within is a file of a known size, of which a damaged directory may ask what it
// does not have.
type within struct {
	io.ReaderAt
	size int64
}

func (w within) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off > w.size {
		return 0, io.ErrUnexpectedEOF
	}
	return w.ReaderAt.ReadAt(p, off)
}

// whole returns a zip file to be read anywhere: where it lies, if r can do that
// from its start, or in memory.
func whole(r io.Reader, in *bufio.Reader) (io.ReaderAt, int64, error) {
	if file, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	}); ok {
		size, err := file.Seek(0, io.SeekEnd)
		if err != nil {
			return nil, 0, fmt.Errorf("read hotlist: %w", err)
		}
		return file, size, nil
	}
	b, err := io.ReadAll(io.LimitReader(in, maxSpool+1))
	switch {
	case err != nil:
		return nil, 0, fmt.Errorf("read hotlist: %w", err)
	case len(b) > maxSpool:
		return nil, 0, unusable(FaultZipSize, "the zip file is larger than %d MiB: unpack it first", maxSpool>>20)
	}
	return bytes.NewReader(b), int64(len(b)), nil
}

func damaged(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || isFormat(err) {
		return unusable(FaultPacked, "the packed file is damaged or cut off: fetch it again")
	}
	return fmt.Errorf("read hotlist: %w", err)
}

// isFormat reports whether an unpacker found its own format damaged.
func isFormat(err error) bool {
	for _, e := range []error{zip.ErrFormat, zip.ErrAlgorithm, zip.ErrChecksum, gzip.ErrHeader, gzip.ErrChecksum} {
		if errors.Is(err, e) {
			return true
		}
	}
	return errors.As(err, new(flate.CorruptInputError))
}

// counter counts what was read of a packed file.
type counter struct {
	in *bufio.Reader
	n  int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}

// ReadByte keeps gzip from putting a buffer of its own between.
func (c *counter) ReadByte() (byte, error) {
	b, err := c.in.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

func (c *counter) read() int64 { return c.n }

// bounded ends a packed file that expands beyond measure.
type bounded struct {
	in     io.Reader
	packed func() int64 // how much of the packed file was read; nil if left counts
	left   *int64       // shared by the files of a zip file
	out    int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.in.Read(p)
	b.out += int64(n)
	switch {
	case b.left != nil:
		if *b.left -= int64(n); *b.left < 0 {
			return 0, errExpands
		}
	case b.out > minExpanded && b.out > maxRatio*b.packed():
		return 0, errExpands
	}
	return n, err
}
