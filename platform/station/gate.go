package station

import (
	"bytes"
	"crypto/subtle"
	"crypto/tls"
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
// that enrol and revoke write while the station runs. What a car may do is in grants.go.
type gate struct {
	server *server.Server
	folder *Folder
	log    *slog.Logger
	now    func() time.Time

	// inside is the secret of this process's own connection, which needs no line.
	inside string

	mu   sync.Mutex
	cars map[uint64]*x509.Certificate // and records systems, by connection
}

var (
	errNoCertificate = errors.New("no verified certificate")
	errRole          = errors.New("a certificate for another use")
	errReplaced      = errors.New("the car was enrolled again since: this bundle no longer counts")
	errRevoked       = errors.New("the car is revoked")
	errConsumer      = errors.New("the records system is revoked, or was enrolled again since")
	errExpired       = errors.New("the certificate has ended: enrol it anew")
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
	if given := c.GetOpts().Token; given != "" && subtle.ConstantTimeCompare([]byte(given), []byte(g.inside)) == 1 {
		c.RegisterUser(&server.User{Username: protocol.RoleOperator})
		return protocol.RoleOperator, nil
	}
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
		may := carGrant(name)
		account, err := g.join(c.GetID(), leaf, may)
		if err != nil {
			return name, err
		}
		c.RegisterUser(&server.User{Username: name, Permissions: may.permissions(), Account: account})
	case hasRole(leaf, protocol.RoleConsumer):
		if err := g.checkConsumer(leaf); err != nil {
			return name, err
		}
		may := consumerGrant(name)
		account, err := g.join(c.GetID(), leaf, may)
		if err != nil {
			return name, err
		}
		c.RegisterUser(&server.User{Username: name, Permissions: may.permissions(), Account: account})
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

func (g *gate) checkConsumer(leaf *x509.Certificate) error {
	c, err := g.folder.consumer(leaf.Subject.CommonName)
	switch {
	case err != nil:
		return err
	case c.Serial != serialText(leaf.SerialNumber), c.Revoked != nil:
		return errConsumer
	case g.now().After(leaf.NotAfter):
		return errExpired
	}
	return nil
}

// check is whether a credential counts that let somebody in before.
func (g *gate) check(leaf *x509.Certificate) error {
	if hasRole(leaf, protocol.RoleConsumer) {
		return g.checkConsumer(leaf)
	}
	return g.checkCar(leaf)
}

// late is who comes with a certificate whose time is over, and why it counts no more; nil
// where it is none that this station gave a car or a records system, as any name can be on
// another's.
func (g *gate) late(refusal *tls.CertificateVerificationError) (name string, why error) {
	ca, err := g.folder.authorityCertificate()
	if err != nil {
		return "", nil
	}
	leaf := refusal.UnverifiedCertificates[0]
	if !g.now().After(leaf.NotAfter) || !hasRole(leaf, protocol.RoleCar) && !hasRole(leaf, protocol.RoleConsumer) || leaf.CheckSignatureFrom(ca) != nil {
		return "", nil
	}
	return leaf.Subject.CommonName, g.check(leaf)
}

// open lets accounts of cars import what cars use of the station's.
func (g *gate) open() error {
	own := g.server.GlobalAccount()
	for _, e := range exports() {
		answers := server.Singleton
		if e.streamed {
			answers = server.Streamed
		}
		if err := own.AddServiceExportWithResponse(e.subject, answers, nil); err != nil {
			return err
		}
	}
	return own.AddStreamExport(protocol.Changes, nil)
}

// join remembers a connection and returns the account of who connects.
func (g *gate) join(connection uint64, leaf *x509.Certificate, may grant) (*server.Account, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	account, isNew := g.server.LookupOrRegisterAccount(may.account)
	if isNew {
		for _, subject := range may.requests {
			if err := account.AddServiceImport(g.server.GlobalAccount(), subject, subject); err != nil {
				return nil, err
			}
		}
		for _, subject := range may.announced {
			if err := account.AddStreamImport(g.server.GlobalAccount(), subject, ""); err != nil {
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
		if err := g.check(leaf); err != nil {
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
		if hasRole(leaf, protocol.RoleCar) && g.server.GetClient(id) != nil && !slices.Contains(names, leaf.Subject.CommonName) {
			names = append(names, leaf.Subject.CommonName)
		}
	}
	slices.Sort(names)
	return names
}
