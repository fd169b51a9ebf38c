package station

import (
	"bytes"
	"crypto/x509"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// gate decides who may connect, and as whom. TLS has verified the certificate
// already; the gate asks whether it is still the one that counts, in the files
// that enrol and revoke write while the station runs.
type gate struct {
	folder *Folder
	log    *slog.Logger
	now    func() time.Time

	mu   sync.Mutex
	cars map[uint64]*x509.Certificate // by connection
}

var (
	errNoCertificate = errors.New("no verified certificate")
	errRole          = errors.New("a certificate for another use")
	errReplaced      = errors.New("the car was enrolled again since: this bundle no longer counts")
	errRevoked       = errors.New("the car is revoked")
	errExpired       = errors.New("the certificate has ended")
)

// Check satisfies [server.Authentication].
func (g *gate) Check(c server.ClientAuthentication) bool {
	name, err := g.admit(c)
	if err != nil {
		g.log.Warn("connection refused", "name", name, "from", c.RemoteAddress().String(), "reason", err)
		return false
	}
	return true
}

func (g *gate) admit(c server.ClientAuthentication) (name string, err error) {
	state := c.GetTLSConnectionState()
	if c.Kind() != server.CLIENT || state == nil || len(state.VerifiedChains) == 0 {
		return "", errNoCertificate
	}
	leaf := state.PeerCertificates[0]
	name = leaf.Subject.CommonName
	switch {
	case hasRole(leaf, protocol.RoleOperator):
		if err := g.checkOperator(leaf); err != nil {
			return name, err
		}
		c.RegisterUser(&server.User{Username: protocol.RoleOperator})
	case hasRole(leaf, protocol.RoleCar):
		if err := g.checkCar(leaf); err != nil {
			return name, err
		}
		c.RegisterUser(&server.User{Username: name, Permissions: carPermissions(name)})
		g.mu.Lock()
		g.cars[c.GetID()] = leaf
		g.mu.Unlock()
	default:
		return name, errRole
	}
	return name, nil
}

func hasRole(c *x509.Certificate, role string) bool {
	return slices.Contains(c.Subject.OrganizationalUnit, role)
}

func (g *gate) checkOperator(leaf *x509.Certificate) error {
	own, err := g.folder.pair(operatorFile)
	if err != nil {
		return err
	}
	if !bytes.Equal(own.Leaf.Raw, leaf.Raw) {
		return errReplaced
	}
	return nil
}

func (g *gate) checkCar(leaf *x509.Certificate) error {
	car, err := g.folder.car(leaf.Subject.CommonName)
	switch {
	case err != nil:
		return err
	case car.Serial != serialText(leaf.SerialNumber):
		return errReplaced
	case car.Revoked != nil:
		return errRevoked
	case g.now().After(leaf.NotAfter):
		return errExpired
	}
	return nil
}

// sweep ends the connections of cars whose credential no longer counts, and
// forgets the ones that have ended.
func (g *gate) sweep(s *server.Server) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, leaf := range g.cars {
		if s.GetClient(id) == nil {
			delete(g.cars, id)
			continue
		}
		if err := g.checkCar(leaf); err != nil {
			g.log.Warn("connection ended", "name", leaf.Subject.CommonName, "reason", err)
			s.DisconnectClientByID(id)
			delete(g.cars, id)
		}
	}
}

// connected names the cars that are connected, each once.
func (g *gate) connected(s *server.Server) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	names := []string{}
	for id, leaf := range g.cars {
		if s.GetClient(id) != nil && !slices.Contains(names, leaf.Subject.CommonName) {
			names = append(names, leaf.Subject.CommonName)
		}
	}
	slices.Sort(names)
	return names
}

// carPermissions let a car write under its own name, read the two distributed
// streams by direct requests, and hear its own inbox; nothing else. It has no
// consumers, because a consumer can make the server send to any subject.
func carPermissions(car string) *server.Permissions {
	write := []string{protocol.EntrySubject(car, "*")}
	for _, k := range protocol.Kinds {
		write = append(write, protocol.RecordSubject(shift.Kind(k), car, "*"))
	}
	read := []string{protocol.DirectGet(protocol.ListStream), protocol.DirectGet(protocol.EntryStream)}
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: append(write, read...)},
		Subscribe: &server.SubjectPermission{Allow: []string{protocol.InboxPrefix(car) + ".>"}},
	}
}
