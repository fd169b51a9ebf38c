package position

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Kind is how a receiver is spoken to.
type Kind string

const (
	// GPSD is the daemon of that name, which shares one receiver among programs.
	GPSD Kind = "gpsd"
	// TCP is a server of NMEA 0183 lines, as in-car routers have one.
	TCP Kind = "tcp"
	// Device is a serial port, a named pipe or a file of NMEA 0183 lines.
	Device Kind = "device"
	// Script is the scenario of demo mode.
	Script Kind = "script"
)

const (
	// ScriptSource is the source in demo mode.
	ScriptSource = "script:"
	// gpsdPort is the one that IANA lists for gpsd.
	gpsdPort = "2947"
	// usualBaud is what receivers on a serial port speak unless told otherwise; those on
	// USB speak at any speed.
	usualBaud = 9600
)

// ErrSource is returned for an address that names no receiver.
var ErrSource = errors.New("is no address of a receiver: write gpsd://localhost:2947, tcp://192.168.0.1:10110, /dev/ttyACM0 or /dev/ttyUSB0@4800")

// Source is the address of a receiver.
type Source struct {
	Kind Kind
	// Address is host and port, or the path of a device or file.
	Address string
	// Baud is the speed of a serial port.
	Baud int
}

// ParseSource reads the address of a receiver as it stands in the settings. It returns
// [ErrSource].
func ParseSource(text string) (Source, error) {
	text = strings.TrimSpace(text)
	if text == ScriptSource {
		return Source{Kind: Script}, nil
	}
	if strings.Contains(text, "://") {
		return parseServer(text)
	}
	s := Source{Kind: Device, Address: text, Baud: usualBaud}
	if path, speed, ok := strings.Cut(text, "@"); ok {
		baud, err := strconv.Atoi(speed)
		if err != nil || baud < 300 || baud > 4_000_000 {
			return Source{}, fmt.Errorf("the speed after @ %w", ErrSource)
		}
		s.Address, s.Baud = path, baud
	}
	if !strings.ContainsAny(s.Address, `/\`) && !strings.HasPrefix(s.Address, "COM") {
		return Source{}, fmt.Errorf("this %w", ErrSource)
	}
	return s, nil
}

func parseServer(text string) (Source, error) {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || strings.Trim(u.Path, "/") != "" {
		return Source{}, fmt.Errorf("this %w", ErrSource)
	}
	port := u.Port()
	switch kind := Kind(u.Scheme); {
	case kind == GPSD && port == "":
		port = gpsdPort
	case kind == GPSD, kind == TCP && port != "":
	default:
		return Source{}, fmt.Errorf("this %w", ErrSource)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return Source{}, fmt.Errorf("the port %w", ErrSource)
	}
	return Source{Kind: Kind(u.Scheme), Address: net.JoinHostPort(u.Hostname(), port)}, nil
}
