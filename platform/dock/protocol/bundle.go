package protocol

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
)

// BundleVersion is the version of the bundle's form that this program writes.
const BundleVersion = 1

const (
	maxBundle    = 64 << 10
	maxAddresses = 16
)

// Bundle enrols one terminal at one station. It holds the terminal's secrets:
// keep its file to the administrator, and delete it once it is imported.
type Bundle struct {
	Version   int      `json:"secondlook_bundle"`
	Station   string   `json:"station"`
	Car       string   `json:"car"`
	Addresses []string `json:"addresses"` // host:port, tried in order
	// Limits bound what may travel each way, in bytes per second, by address: of a
	// radio link that others need too. An address without one has none.
	Limits map[string]int `json:"limits,omitempty"`
	// CA, Certificate and Key are PEM: the station's authority, the car's
	// certificate signed by it, and that certificate's private key (ECDSA P-256).
	CA          string `json:"ca"`
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
	// RecordsKey is the HPKE public key that records are sealed to, PublishingKey
	// the Ed25519 public key that lists are signed with, FleetKey the 32 bytes
	// that seal what is distributed.
	RecordsKey    []byte `json:"records_key"`
	PublishingKey []byte `json:"publishing_key"`
	FleetKey      []byte `json:"fleet_key"`
}

// Identity is a bundle taken apart and checked: what a car works with.
type Identity struct {
	Station, Car string
	Addresses    []string
	Limits       map[string]int // bytes per second, see [Bundle]
	Authority    *x509.Certificate
	Signer       *Signer
	Records      hpke.PublicKey
	Publishing   ed25519.PublicKey
	Fleet        *FleetKey

	certificate tls.Certificate
}

// MinLimit is the lowest limit of a link, in bytes per second: below it a list would
// take days.
const MinLimit = 1000

// CheckLimits returns an error unless each limit is of one of the addresses, and a link
// can work with it.
func CheckLimits(limits map[string]int, addresses []string) error {
	for address, limit := range limits {
		if !slices.Contains(addresses, address) {
			return fmt.Errorf("%q is none of the addresses", address)
		}
		if limit < MinLimit {
			return fmt.Errorf("%s: at least %d bytes per second", address, MinLimit)
		}
	}
	return nil
}

// Encode writes the bundle as JSON that a person can look over.
func (b Bundle) Encode() ([]byte, error) {
	out, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode bundle: %w", err)
	}
	return append(out, '\n'), nil
}

// ParseBundle decodes a bundle and checks every field. It returns [ErrBundle],
// naming the field; no error shows a field's content other than names and addresses.
func ParseBundle(raw []byte) (*Identity, error) {
	if len(raw) > maxBundle {
		return nil, fmt.Errorf("%w: larger than %d bytes", ErrBundle, maxBundle)
	}
	var b Bundle
	if err := json.Unmarshal(raw, &b); err != nil {
		// The decoder's error may quote the input, which holds keys.
		return nil, fmt.Errorf("%w: not JSON of the bundle's form", ErrBundle)
	}
	return b.identity()
}

func (b Bundle) identity() (*Identity, error) {
	bad := func(field string, err error) (*Identity, error) {
		return nil, fmt.Errorf("%w: field %q: %w", ErrBundle, field, err)
	}
	id := &Identity{Station: b.Station, Car: b.Car, Addresses: slices.Clone(b.Addresses)}
	if b.Version != BundleVersion {
		return bad("secondlook_bundle", fmt.Errorf("version %d, this program reads version %d", b.Version, BundleVersion))
	}
	if strings.TrimSpace(b.Station) == "" || len(b.Station) > 128 {
		return bad("station", errors.New("needs a name of at most 128 bytes"))
	}
	if err := CheckName(b.Car); err != nil {
		return bad("car", err)
	}
	if err := checkAddresses(b.Addresses); err != nil {
		return bad("addresses", err)
	}
	if err := CheckLimits(b.Limits, b.Addresses); err != nil {
		return bad("limits", err)
	}
	id.Limits = b.Limits
	var err error
	if id.Authority, err = parseCertificate(b.CA); err != nil {
		return bad("ca", err)
	}
	if !id.Authority.IsCA {
		return bad("ca", errors.New("not an authority's certificate"))
	}
	leaf, err := parseCertificate(b.Certificate)
	if err != nil {
		return bad("certificate", err)
	}
	// Checked as of its own start: a terminal whose clock is wrong must still be
	// able to open its store and say so; the station checks the dates.
	if err := verifyCar(id.Authority, leaf, b.Car, leaf.NotBefore); err != nil {
		return bad("certificate", err)
	}
	if id.certificate, err = tls.X509KeyPair([]byte(b.Certificate), []byte(b.Key)); err != nil {
		return bad("key", errors.New("not the private key of the certificate"))
	}
	key, ok := id.certificate.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return bad("key", ErrKey)
	}
	id.Signer = &Signer{car: b.Car, certificate: leaf.Raw, key: key}
	if id.Records, err = ParseRecordsPublic(b.RecordsKey); err != nil {
		return bad("records_key", err)
	}
	if len(b.PublishingKey) != ed25519.PublicKeySize {
		return bad("publishing_key", ErrKey)
	}
	id.Publishing = ed25519.PublicKey(b.PublishingKey)
	if id.Fleet, err = NewFleetKey(b.FleetKey); err != nil {
		return bad("fleet_key", err)
	}
	return id, nil
}

// TLS is the client's side of the connection: TLS 1.3, this car's certificate,
// and no authority but the station's own.
func (id *Identity) TLS() *tls.Config { return ClientTLS(id.Authority, id.certificate) }

// ClientTLS is the configuration with which a holder of a certificate of the
// authority ca connects.
func ClientTLS(ca *x509.Certificate, cert tls.Certificate) *tls.Config {
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	return &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: roots, Certificates: []tls.Certificate{cert}}
}

// CheckAddress returns an error unless a is host:port with both there.
func CheckAddress(a string) error {
	host, port, err := net.SplitHostPort(a)
	if err != nil || host == "" {
		return fmt.Errorf("%q is not host:port", a)
	}
	// The client builds a URL from the address.
	if strings.ContainsAny(host, "/@?#%\\ \t\r\n") {
		return fmt.Errorf("%q is not a host name or address", host)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("%q has no port between 1 and 65535", a)
	}
	return nil
}

func checkAddresses(all []string) error {
	if len(all) == 0 || len(all) > maxAddresses {
		return fmt.Errorf("needs 1 to %d addresses", maxAddresses)
	}
	for _, a := range all {
		if err := CheckAddress(a); err != nil {
			return err
		}
	}
	return nil
}

func parseCertificate(text string) (*x509.Certificate, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" || len(bytes.TrimSpace(rest)) > 0 {
		return nil, errors.New("not one certificate in PEM")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, errors.New("not a certificate")
	}
	return c, nil
}
