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

	"secondlook/platform/dock/protocol"
)

// gate decides who may connect, and as whom. TLS has verified the certificate
// already; the gate asks whether it is still the one that counts, in the files
// that enrol and revoke write while the station runs.
//
// Each car has an account of its own, joined to the station's by the few subjects
// it may use. Permissions alone would not do: the server sends an answer to
// whatever subject a request names, without asking what its sender may publish
// to, so that in one common account a car could have an answer sent to the
// subject that deletes a stream.
type gate struct {
	server *server.Server
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
		var from string
		if a := c.RemoteAddress(); a != nil { // it has none when it was closed meanwhile
			from = a.String()
		}
		g.log.Warn("connection refused", "name", name, "from", from, "reason", err)
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
		account, err := g.join(c.GetID(), leaf)
		if err != nil {
			return name, err
		}
		c.RegisterUser(&server.User{Username: name, Permissions: carPermissions(name), Account: account})
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

// open lets accounts of cars import what cars use of the station's.
func (g *gate) open() error {
	own := g.server.GlobalAccount()
	for _, subject := range append(protocol.RecordSubjects(), protocol.EntrySubjects, allReceipts, allComplaints) {
		if err := own.AddServiceExport(subject, nil); err != nil {
			return err
		}
	}
	for _, subject := range readable() {
		// A page is many answers to one request.
		if err := own.AddServiceExportWithResponse(subject, server.Streamed, nil); err != nil {
			return err
		}
	}
	return nil
}

// join remembers a car's connection and returns the car's account.
func (g *gate) join(connection uint64, leaf *x509.Certificate) (*server.Account, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	car := leaf.Subject.CommonName
	account, isNew := g.server.LookupOrRegisterAccount("car_" + car)
	if isNew {
		for _, subject := range append(writable(car), readable()...) {
			if err := account.AddServiceImport(g.server.GlobalAccount(), subject, subject); err != nil {
				return nil, err
			}
		}
	}
	g.cars[connection] = leaf
	return account, nil
}

// sweep ends the connections of cars whose credential no longer counts, and
// forgets the ones that have ended.
func (g *gate) sweep() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, leaf := range g.cars {
		if g.server.GetClient(id) == nil {
			delete(g.cars, id)
			continue
		}
		if err := g.checkCar(leaf); err != nil {
			g.log.Warn("connection ended", "name", leaf.Subject.CommonName, "reason", err)
			g.server.DisconnectClientByID(id)
			delete(g.cars, id)
		}
	}
}

// connected names the cars that are connected, each once.
func (g *gate) connected() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	names := []string{}
	for id, leaf := range g.cars {
		if g.server.GetClient(id) != nil && !slices.Contains(names, leaf.Subject.CommonName) {
			names = append(names, leaf.Subject.CommonName)
		}
	}
	slices.Sort(names)
	return names
}

// carPermissions let a car write under its own name, read the distributed
// streams by direct requests, ask for the time, and hear its own inbox; nothing else.
func carPermissions(car string) *server.Permissions {
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: append(writable(car), readable()...)},
		Subscribe: &server.SubjectPermission{Allow: []string{protocol.InboxPrefix(car) + ".>"}},
	}
}

func writable(car string) []string {
	subjects := []string{protocol.EntrySubject(car, "*"), protocol.ReceiptSubject(car), protocol.ComplaintSubject(car)}
	for _, k := range protocol.Kinds {
		subjects = append(subjects, protocol.RecordSubject(k, car, "*"))
	}
	return subjects
}

// readable has no consumers: a consumer can make the server send to any subject.
func readable() []string {
	return []string{protocol.DirectGet(protocol.ListStream), protocol.DirectGet(protocol.DeltaStream),
		protocol.DirectGet(protocol.EntryStream), protocol.DirectGet(protocol.RosterStream),
		protocol.DirectGet(protocol.PolicyStream), protocol.TimeSubject}
}
