package station

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"slices"
	"time"

	"secondlook/platform/dock/protocol"
)

// How long certificates are good for. The station is its own authority and
// revokes by its own list, so that they need not be short; a car's ends within
// the life of a terminal.
const (
	authorityLife = 30 * 365 * 24 * time.Hour
	ownLife       = 10 * 365 * 24 * time.Hour // server and operator
	carLife       = 5 * 365 * 24 * time.Hour
	// renewBefore is when starting a station renews its own certificates.
	renewBefore = 365 * 24 * time.Hour
	// skew is how far a terminal's clock may be behind the station's.
	skew = time.Hour
)

// authority signs the certificates of one station.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// issued is a new certificate with its private key.
type issued struct {
	certificate []byte // DER
	key         []byte // PKCS #8
	serial      string
	expires     time.Time
}

func newAuthority(station string, now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: newSerial(),
		Subject:      pkix.Name{CommonName: station, OrganizationalUnit: []string{"SecondLook station"}},
		NotBefore:    now.Add(-skew), NotAfter: now.Add(authorityLife),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	return &authority{certificate: cert, key: key}, nil
}

// issue makes a certificate for a role. hosts are for servers only.
func (a *authority) issue(role, name string, hosts []string, from, until time.Time) (*issued, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: newSerial(),
		Subject:      pkix.Name{CommonName: name, OrganizationalUnit: []string{role}},
		NotBefore:    from, NotAfter: until,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	switch role {
	default:
		template.URIs = []*url.URL{credential(role, name, serialText(template.SerialNumber))}
	case protocol.RoleServer, protocol.RoleRoute:
		template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		if role == protocol.RoleRoute { // either end of a route calls the other
			template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageClientAuth)
		}
		for _, h := range hosts {
			if ip := net.ParseIP(h); ip != nil {
				template.IPAddresses = append(template.IPAddresses, ip)
			} else {
				template.DNSNames = append(template.DNSNames, h)
			}
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	return &issued{certificate: der, key: pkcs8, serial: serialText(template.SerialNumber), expires: until.UTC()}, nil
}

// credential names one certificate, in itself: the servers of a cluster know users by
// it, so that a certificate which was replaced is nobody's, whoever's name it bears.
func credential(role, name, serial string) *url.URL {
	return &url.URL{Scheme: "secondlook", Opaque: role + ":" + name + ":" + serial}
}

func (a *authority) keyPEM() ([]byte, error) {
	raw, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return nil, fmt.Errorf("encode authority's key: %w", err)
	}
	return privatePEM(raw), nil
}

// authority loads the station's authority with its private key.
func (f *Folder) authority() (*authority, error) {
	return f.authorityOf(authorityFile, authorityKeyFile)
}

func (f *Folder) authorityOf(certificateFile, keyFile string) (*authority, error) {
	raw, err := f.keyBytes(certificateFile)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(raw)
	if err != nil {
		return nil, err
	}
	raw, err = f.keyBytes(keyFile)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.key(keyFile), protocol.ErrKey)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("%s: %w", f.key(keyFile), protocol.ErrKey)
	}
	return &authority{certificate: cert, key: key}, nil
}

// issueOwn makes the server's and the operator's certificates.
func (f *Folder) issueOwn(ca *authority, now time.Time) error {
	if err := f.issueServer(ca, now); err != nil {
		return err
	}
	operator, err := ca.issue(protocol.RoleOperator, "operator", nil, now.Add(-skew), now.Add(ownLife))
	if err != nil {
		return err
	}
	return writeFile(f.key(operatorFile), operator.pem())
}

// issueServer makes the server's certificate for the station's host names. A
// running station takes it up with the next connection.
func (f *Folder) issueServer(ca *authority, now time.Time) error {
	hosts := append([]string{"localhost", "127.0.0.1", "::1"}, f.settings.Hosts...)
	server, err := ca.issue(protocol.RoleServer, f.settings.Name, hosts, now.Add(-skew), now.Add(ownLife))
	if err != nil {
		return err
	}
	return writeFile(f.key(serverFile), server.pem())
}

// renew makes the station's own certificates again where they end soon.
func (f *Folder) renew(now time.Time) error {
	for _, name := range []string{serverFile, operatorFile} {
		pair, err := f.pair(name)
		if err != nil {
			return err
		}
		if pair.Leaf.NotAfter.Before(now.Add(renewBefore)) {
			ca, err := f.authority()
			if err != nil {
				return err
			}
			return f.issueOwn(ca, now)
		}
	}
	return nil
}

// addHosts puts host names into the settings and the server's certificate.
func (f *Folder) addHosts(hosts []string, now time.Time) error {
	all := slices.Clone(f.settings.Hosts)
	for _, h := range hosts {
		if !slices.Contains(all, h) && h != "localhost" && h != "127.0.0.1" && h != "::1" {
			all = append(all, h)
		}
	}
	if len(all) == len(f.settings.Hosts) {
		return nil
	}
	ca, err := f.authority()
	if err != nil {
		return err
	}
	f.settings.Hosts = all
	if err := f.saveSettings(); err != nil {
		return err
	}
	return f.issueServer(ca, now)
}

// pair loads a certificate with its key from one file, which is replaced whole.
func (f *Folder) pair(name string) (tls.Certificate, error) {
	raw, err := os.ReadFile(f.key(name))
	if err != nil {
		return tls.Certificate{}, err
	}
	pair, err := tls.X509KeyPair(raw, raw)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("%s: %w", f.key(name), errors.Join(protocol.ErrKey, err))
	}
	return pair, nil
}

func (i *issued) pem() []byte { return append(certificatePEM(i.certificate), privatePEM(i.key)...) }

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func privatePEM(pkcs8 []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

// newSerial is a random serial number of 127 bits, so that it is positive.
func newSerial() *big.Int {
	b := make([]byte, 16)
	rand.Read(b)
	b[0] &= 0x7f
	b[15] |= 1
	return new(big.Int).SetBytes(b)
}

func serialText(n *big.Int) string { return n.Text(16) }
