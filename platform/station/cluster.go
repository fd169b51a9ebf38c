package station

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"secondlook/platform/dock/protocol"
)

// Cluster is an existing cluster of NATS servers that a station works on.
type Cluster struct {
	// Name is the cluster's name, the same on every server.
	Name string `toml:"name"`
	// Keeper names the server on whose machine the station's folder is: there cars
	// are enrolled, records are purged, and holds stand. A service on another machine
	// stands by: it answers cars.
	Keeper string `toml:"keeper"`
	// Here names the server on this machine, "" for none: the service keeps that
	// server's accounts file.
	Here    string          `toml:"here,omitempty"`
	Servers []ClusterServer `toml:"server"`

	// file is where the cluster was read from, "" where it is named by addresses only.
	file string
}

// ClusterServer is one server of a cluster. Each address is host:port.
type ClusterServer struct {
	Name string `toml:"name"`
	// Cars is where cars reach the server, Station where the station's service and
	// commands do; that is Cars where it is empty.
	Cars    string `toml:"cars"`
	Station string `toml:"station,omitempty"`
	// Routes is where the other servers reach it.
	Routes string `toml:"routes"`
}

// ErrCluster is returned for a cluster's file that cannot be used; the error says why.
var ErrCluster = errors.New("not a usable cluster file")

// accountsFile says who may do what, for the server on this machine. It is beside the
// cluster's file.
const accountsFile = "accounts.conf"

// ReadCluster reads a cluster's file, or returns [ErrCluster].
func ReadCluster(file string) (*Cluster, error) {
	c := &Cluster{file: file}
	meta, err := toml.DecodeFile(file, c)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCluster, err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("%w: %s: nothing of this name belongs there", ErrCluster, unknown[0])
	}
	if c.Keeper == "" && len(c.Servers) > 0 {
		c.Keeper = c.Servers[0].Name
	}
	for i := range c.Servers {
		if c.Servers[i].Station == "" {
			c.Servers[i].Station = c.Servers[i].Cars
		}
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrCluster, err)
	}
	return c, nil
}

// ClusterAt is a cluster that is known by its servers' addresses only, as URL
// (tls://host:port) or host:port. Its accounts files are kept by hand.
func ClusterAt(urls []string) (*Cluster, error) {
	c := &Cluster{}
	for _, u := range urls {
		address := u
		if scheme, rest, ok := strings.Cut(u, "://"); ok {
			if scheme != "tls" && scheme != "nats" {
				return nil, fmt.Errorf("%w: %q is not tls://HOST:PORT", ErrCluster, u)
			}
			address = rest
		}
		if err := protocol.CheckAddress(address); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCluster, err)
		}
		c.Servers = append(c.Servers, ClusterServer{Cars: address, Station: address})
	}
	return c, nil
}

func (c *Cluster) check() error {
	if len(c.Servers) == 0 {
		return errors.New("name at least one [[server]]")
	}
	if err := protocol.CheckName(c.Name); err != nil {
		return fmt.Errorf("name: %w", err)
	}
	names := map[string]bool{}
	for _, s := range c.Servers {
		if err := protocol.CheckName(s.Name); err != nil {
			return fmt.Errorf("a server's name: %w", err)
		}
		if names[s.Name] {
			return fmt.Errorf("server %q stands twice", s.Name)
		}
		names[s.Name] = true
		for _, address := range []string{s.Cars, s.Station, s.Routes} {
			if err := protocol.CheckAddress(address); err != nil {
				return fmt.Errorf("server %q: %w", s.Name, err)
			}
		}
	}
	if !names[c.Keeper] {
		return fmt.Errorf("keeper: no server is called %q", c.Keeper)
	}
	if c.Here != "" && !names[c.Here] {
		return fmt.Errorf("here: no server is called %q", c.Here)
	}
	return nil
}

// standsBy reports whether the service on this machine is not the keeper's.
func (c *Cluster) standsBy() bool { return c.Here != c.Keeper }

// accounts is the path of the accounts file on this machine.
func (c *Cluster) accounts() string { return filepath.Join(filepath.Dir(c.file), accountsFile) }

// server is the server of a name.
func (c *Cluster) server(name string) ClusterServer {
	return c.Servers[slices.IndexFunc(c.Servers, func(s ClusterServer) bool { return s.Name == name })]
}

// serving is where commands and cars find the cluster: the server on this machine first.
func (c *Cluster) serving() serving {
	var s serving
	for _, server := range c.Servers {
		s.Cars = append(s.Cars, server.Cars)
		if server.Name != "" { // else known by its address only
			s.Servers = append(s.Servers, server.Name)
		}
	}
	s.Address = strings.Join(s.Cars, ", ")
	order := slices.Clone(c.Servers)
	slices.SortStableFunc(order, func(a, b ClusterServer) int {
		switch {
		case a.Name == b.Name, a.Name != c.Here && b.Name != c.Here:
			return 0
		case a.Name == c.Here:
			return -1
		}
		return 1
	})
	var dial []string
	for _, server := range order {
		dial = append(dial, "tls://"+server.Station)
	}
	s.Dial = strings.Join(dial, ",")
	return s
}

// hosts are the names and addresses in a server's certificate.
func (s ClusterServer) hosts() []string {
	hosts := []string{"localhost", "127.0.0.1", "::1"}
	for _, address := range []string{s.Cars, s.Station, s.Routes} {
		host, _, _ := net.SplitHostPort(address)
		if !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	return hosts
}
