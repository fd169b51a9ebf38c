package position

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.bug.st/serial"

	"secondlook/app/position"
)

// stream is an open source; it may be closed more than once.
type stream struct {
	io.Reader
	// paced is set for a file, which would be read at once: one fix a second of it.
	paced bool
	close func() error
}

// Close closes it.
func (s *stream) Close() error { return s.close() }

func newStream(in io.ReadCloser) *stream {
	return &stream{Reader: in, close: sync.OnceValue(in.Close)}
}

// dialling is how long a server may take to answer.
const dialling = 5 * time.Second

// open opens a source.
func open(ctx context.Context, s position.Source) (*stream, error) {
	if s.Kind == position.Device {
		return openDevice(s)
	}
	conn, err := (&net.Dialer{Timeout: dialling}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, err
	}
	if s.Kind == position.GPSD {
		if _, err := io.WriteString(conn, watch); err != nil {
			return nil, errors.Join(fmt.Errorf("ask gpsd for its reports: %w", err), conn.Close())
		}
	}
	return newStream(conn), nil
}

// openDevice opens a serial port, a named pipe or a file.
func openDevice(s position.Source) (*stream, error) {
	if strings.HasPrefix(s.Address, "COM") {
		return openPort(s)
	}
	info, err := os.Stat(s.Address)
	switch {
	case err != nil:
		return nil, err
	case info.Mode()&os.ModeCharDevice != 0:
		return openPort(s)
	}
	// A pipe that nobody writes to is opened all the same: it must not hold up the end.
	file, err := os.OpenFile(s.Address, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	in := newStream(file)
	in.paced = info.Mode().IsRegular()
	return in, nil
}

func openPort(s position.Source) (*stream, error) {
	port, err := serial.Open(s.Address, &serial.Mode{BaudRate: s.Baud})
	if err != nil {
		return nil, err
	}
	return newStream(portReader{port}), nil
}

// portReader ends where the port is closed or unplugged: the port itself then reads
// nothing, for ever.
type portReader struct{ serial.Port }

func (p portReader) Read(b []byte) (int, error) {
	n, err := p.Port.Read(b)
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}
