package station

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"secondlook/platform/dock/protocol"
)

// Car is a car's credential as the station knows it: the one certificate that is
// good now. Enrolling a car again replaces it, and the earlier bundle is refused.
type Car struct {
	Car      string     `json:"car"`
	Serial   string     `json:"serial"`
	Enrolled time.Time  `json:"enrolled"`
	Expires  time.Time  `json:"expires"`
	Revoked  *time.Time `json:"revoked,omitempty"`
}

// Enrol makes the bundle that enrols a car's terminal, reachable at addresses
// (host:port, tried in order). Without addresses it takes those of the running
// station. It works while the station runs. New host names are put into the
// server's certificate.
func (f *Folder) Enrol(car string, addresses []string, now time.Time) (protocol.Bundle, error) {
	return f.EnrolWithin(car, addresses, nil, now)
}

// EnrolWithin is Enrol with limits on what may travel each way, in bytes per second, by
// address.
func (f *Folder) EnrolWithin(car string, addresses []string, limits map[string]int, now time.Time) (protocol.Bundle, error) {
	b, c, err := f.bundle(car, addresses, now, now.Add(carLife))
	if err != nil {
		return protocol.Bundle{}, fmt.Errorf("enrol %q: %w", car, err)
	}
	if err := protocol.CheckLimits(limits, b.Addresses); err != nil {
		return protocol.Bundle{}, fmt.Errorf("enrol %q: limit: %w", car, err)
	}
	b.Limits = limits
	if err := f.saveCar(c); err != nil {
		return protocol.Bundle{}, fmt.Errorf("enrol %q: %w", car, err)
	}
	return b, nil
}

func (f *Folder) bundle(car string, addresses []string, now, until time.Time) (protocol.Bundle, Car, error) {
	var none protocol.Bundle
	if err := protocol.CheckName(car); err != nil {
		return none, Car{}, fmt.Errorf("the car's name: %w", err)
	}
	addresses, err := f.addresses(addresses, now)
	if err != nil {
		return none, Car{}, err
	}
	ca, err := f.authority()
	if err != nil {
		return none, Car{}, err
	}
	publishing, err := f.publishingKey()
	if err != nil {
		return none, Car{}, err
	}
	records, err := f.keyBytes(recordsFile)
	if err != nil {
		return none, Car{}, err
	}
	fleet, err := f.keyBytes(fleetFile)
	if err != nil {
		return none, Car{}, err
	}
	cert, err := ca.issue(protocol.RoleCar, car, nil, now.Add(-skew), until)
	if err != nil {
		return none, Car{}, err
	}
	b := protocol.Bundle{
		Version: protocol.BundleVersion, Station: f.settings.Name, Car: car, Addresses: addresses,
		CA: string(certificatePEM(ca.certificate.Raw)), Certificate: string(certificatePEM(cert.certificate)), Key: string(privatePEM(cert.key)),
		RecordsKey: records, PublishingKey: publishing.Public().(ed25519.PublicKey), FleetKey: fleet,
	}
	return b, Car{Car: car, Serial: cert.serial, Enrolled: now.UTC(), Expires: cert.expires}, nil
}

// addresses are where a terminal will look for the station.
func (f *Folder) addresses(given []string, now time.Time) ([]string, error) {
	if len(given) == 0 {
		return f.ownAddresses()
	}
	var hosts []string
	for _, a := range given {
		if err := protocol.CheckAddress(a); err != nil {
			return nil, fmt.Errorf("address: %w", err)
		}
		host, _, _ := net.SplitHostPort(a)
		hosts = append(hosts, host)
	}
	return given, f.addHosts(hosts, now)
}

func (f *Folder) ownAddresses() ([]string, error) {
	s, err := f.serving()
	if errors.Is(err, ErrNotServing) {
		return nil, errors.New("say where cars reach the station: --address HOST:PORT")
	}
	if err != nil {
		return nil, err
	}
	if len(s.Cars) > 0 {
		return s.Cars, nil
	}
	host, port, err := net.SplitHostPort(s.Address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", servingFile, err)
	}
	if !unspecified(host) {
		return []string{s.Address}, nil
	}
	if len(f.settings.Hosts) == 0 {
		return nil, errors.New("the station listens on every address: say by which cars reach it: --address HOST:PORT")
	}
	var all []string
	for _, h := range f.settings.Hosts {
		all = append(all, net.JoinHostPort(h, port))
	}
	return all, nil
}

func unspecified(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || (ip != nil && ip.IsUnspecified())
}

// Revoke ends a car's credential. A running station refuses it from now on, and
// ends its connection within seconds. It returns [ErrNoCar] for an unknown car.
func (f *Folder) Revoke(car string, now time.Time) error {
	c, err := f.car(car)
	if err != nil {
		return fmt.Errorf("revoke %q: %w", car, err)
	}
	if c.Revoked != nil {
		return nil
	}
	at := now.UTC()
	c.Revoked = &at
	if err := f.saveCar(c); err != nil {
		return fmt.Errorf("revoke %q: %w", car, err)
	}
	return nil
}

// Cars returns every car that was ever enrolled, by name.
func (f *Folder) Cars() ([]Car, error) {
	files, err := os.ReadDir(f.path(carsFolder))
	if err != nil {
		return nil, fmt.Errorf("read cars: %w", err)
	}
	var all []Car
	for _, file := range files {
		name, ok := strings.CutSuffix(file.Name(), ".json")
		if !ok {
			continue
		}
		c, err := f.car(name)
		if err != nil {
			return nil, fmt.Errorf("read car %q: %w", name, err)
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b Car) int { return strings.Compare(a.Car, b.Car) })
	return all, nil
}

func (f *Folder) carFile(car string) string {
	return filepath.Join(f.dir, carsFolder, car+".json")
}

func (f *Folder) saveCar(c Car) error { return writeJSON(f.carFile(c.Car), c) }

func (f *Folder) car(name string) (Car, error) {
	var c Car
	if protocol.CheckName(name) != nil {
		return c, ErrNoCar
	}
	raw, err := os.ReadFile(f.carFile(name))
	if errors.Is(err, fs.ErrNotExist) {
		return c, ErrNoCar
	}
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, err
	}
	if c.Car != name || c.Serial == "" {
		return c, fmt.Errorf("%s: not this car's credential", f.carFile(name))
	}
	return c, nil
}
