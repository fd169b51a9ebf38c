package station

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/BurntSushi/toml"

	"secondlook/platform/dock/protocol"
)

// Files for a server's machine, and of the authority behind the routes.
const (
	clusterFile = "cluster.toml"
	serverConf  = "server.conf"   // what differs from server to server
	routesFile  = "routes.pem"    // a server's certificate and key towards the others
	routesCA    = "routes-ca.pem" // their authority: no car's certificate is of it
	routesKey   = "routes-ca.key" // stays in the station's folder
	standbyDir  = "station"       // the folder of a service that stands by
)

// Prepare makes, in the folder out, a folder for each server's machine: certificates,
// the server's own part of its configuration, the accounts file and the cluster's
// file. That of a machine which stands by also has the keys that answering cars needs.
// It makes the station's folder where there is none, and calls made then, as [Serve]
// does. Doing it again issues new certificates of the same authorities.
func Prepare(data, name string, c *Cluster, out string, now time.Time, made func(recordsKey string)) error {
	f, err := Open(data)
	if errors.Is(err, ErrNoStation) {
		if err = checkStationName(name); err == nil {
			f, err = create(data, name, nil, now)
		}
		if err == nil && made != nil {
			made(f.path(RecordsKeyFile))
		}
	}
	if err != nil {
		return fmt.Errorf("prepare a cluster: %w", err)
	}
	if err := f.prepareCluster(c, out, now); err != nil {
		return fmt.Errorf("prepare a cluster: %w", err)
	}
	return nil
}

func (f *Folder) prepareCluster(c *Cluster, out string, now time.Time) error {
	ca, err := f.authority()
	if err != nil {
		return err
	}
	if err := f.renew(now); err != nil {
		return err
	}
	if err := f.issueSystem(ca, now); err != nil {
		return err
	}
	routes, err := f.routesAuthority(now)
	if err != nil {
		return err
	}
	if err := writeJSON(f.path(servingFile), c.serving()); err != nil {
		return err
	}
	r, err := f.roll(now)
	if err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	for _, s := range c.Servers {
		if err := f.prepareServer(c, s, filepath.Join(out, s.Name), ca, routes, r, now); err != nil {
			return fmt.Errorf("server %q: %w", s.Name, err)
		}
	}
	return nil
}

func (f *Folder) prepareServer(c *Cluster, s ClusterServer, dir string, ca, routes *authority, r roll, now time.Time) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	from, until := now.Add(-skew), now.Add(ownLife)
	cert, err := ca.issue(protocol.RoleServer, s.Name, s.hosts(), from, until)
	if err != nil {
		return err
	}
	route, err := routes.issue(protocol.RoleRoute, s.Name, s.hosts(), from, until)
	if err != nil {
		return err
	}
	here := *c
	here.Here = s.Name
	var file bytes.Buffer
	if err := toml.NewEncoder(&file).Encode(here); err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		authorityFile: certificatePEM(ca.certificate.Raw), serverFile: cert.pem(),
		routesCA: certificatePEM(routes.certificate.Raw), routesFile: route.pem(),
		serverConf: c.serverConf(s), accountsFile: r.config(), clusterFile: file.Bytes(),
	} {
		if err := writeFile(filepath.Join(dir, name), data); err != nil {
			return err
		}
	}
	if s.Name == c.Keeper {
		return nil
	}
	return f.copyForStandby(filepath.Join(dir, standbyDir))
}

// serverConf is a server's own part of its configuration.
func (c *Cluster) serverConf(s ClusterServer) []byte {
	_, port, _ := net.SplitHostPort(s.Station)
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Written by secondlook-station for this server; nats-server.conf includes it.\n\n"+
		"server_name: %q\nlisten: %q\n", s.Name, net.JoinHostPort("0.0.0.0", port))
	if len(c.Servers) < 2 {
		return b.Bytes()
	}
	fmt.Fprintf(&b, "\ncluster {\n  name: %q\n  listen: %q\n  no_advertise: true\n  routes: [\n", c.Name, s.Routes)
	for _, other := range c.Servers {
		if other.Name != s.Name {
			fmt.Fprintf(&b, "    %q\n", "tls://"+other.Routes)
		}
	}
	fmt.Fprintf(&b, "  ]\n  tls {\n    cert_file: %q\n    key_file: %q\n    ca_file: %q\n    verify: true\n    min_version: \"1.3\"\n    timeout: 10\n  }\n}\n",
		clusterDir+routesFile, clusterDir+routesFile, clusterDir+routesCA)
	return b.Bytes()
}

// clusterDir is where a server's folder stands on its machine.
const clusterDir = "/var/lib/secondlook-cluster/"

// copyForStandby copies what a service needs that only answers cars.
func (f *Folder) copyForStandby(dir string) error {
	for _, sub := range []string{keysFolder, carsFolder} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return err
		}
	}
	for _, name := range []string{settingsFile, filepath.Join(keysFolder, authorityFile), filepath.Join(keysFolder, publishingFile),
		filepath.Join(keysFolder, operatorFile), filepath.Join(keysFolder, systemFile)} {
		data, err := os.ReadFile(f.path(name))
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(dir, name), data); err != nil {
			return err
		}
	}
	return nil
}

// issueSystem makes the certificate with which servers are asked to reload, where there
// is none that lasts.
func (f *Folder) issueSystem(ca *authority, now time.Time) error {
	pair, err := f.pair(systemFile)
	if err == nil && pair.Leaf.NotAfter.After(now.Add(renewBefore)) {
		return nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	system, err := ca.issue(protocol.RoleSystem, "system", nil, now.Add(-skew), now.Add(ownLife))
	if err != nil {
		return err
	}
	return writeFile(f.key(systemFile), system.pem())
}

// routesAuthority is the authority of the servers' certificates towards each other. It
// is another than the cars': whoever has a certificate of this one is a server.
func (f *Folder) routesAuthority(now time.Time) (*authority, error) {
	if _, err := os.Stat(f.key(routesKey)); !errors.Is(err, fs.ErrNotExist) {
		return f.authorityOf(routesCA, routesKey)
	}
	a, err := newAuthority(f.settings.Name+" routes", now)
	if err != nil {
		return nil, err
	}
	key, err := a.keyPEM()
	if err != nil {
		return nil, err
	}
	if err := writeFile(f.key(routesCA), certificatePEM(a.certificate.Raw)); err != nil {
		return nil, err
	}
	return a, writeFile(f.key(routesKey), key)
}
