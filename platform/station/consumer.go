package station

import (
	"context"
	"crypto/hpke"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/platform/dock/protocol"
)

// A records system takes the records of the station from where it left off, with a
// durable consumer of its own name on [protocol.RecordStream], and acknowledges each
// when it has it. Its credential lets it do that and no more.

const (
	// consumerAhead is how many records a consumer may have unacknowledged, consumerWait
	// how long it may work on one before the station gives it again.
	consumerAhead = 64
	consumerWait  = 10 * time.Second
	// consumerVersion is the version of the connection file's form.
	consumerVersion = 1
)

// ErrConnection is returned for a connection file that cannot be used.
var ErrConnection = errors.New("not the connection file of a records system")

// Connection is how a records system reaches the station: its secret, a file. It has no
// key to open a record with.
type Connection struct {
	Version   int      `json:"secondlook_consumer"`
	Station   string   `json:"station"`
	Name      string   `json:"name"`
	Addresses []string `json:"addresses"` // host:port, tried in order
	// CA, Certificate and Key are PEM, as in a car's bundle.
	CA          string `json:"ca"`
	Certificate string `json:"certificate"`
	Key         string `json:"key"`
}

// ConsumerCredential is a records system's credential as the station knows it: the one
// certificate that is good now.
type ConsumerCredential struct {
	Name     string     `json:"name"`
	Serial   string     `json:"serial"`
	Enrolled time.Time  `json:"enrolled"`
	Expires  time.Time  `json:"expires"`
	Revoked  *time.Time `json:"revoked,omitempty"`
}

// EnrolConsumer makes the connection of a records system, reachable at addresses like a
// car's bundle, and its place in the records: the beginning for a new one, where it left
// off for one that is enrolled again.
func (o *Operator) EnrolConsumer(ctx context.Context, name string, addresses []string, now time.Time) (Connection, error) {
	fail := func(err error) (Connection, error) {
		return Connection{}, fmt.Errorf("enrol records system %q: %w", name, err)
	}
	if err := protocol.CheckName(name); err != nil {
		return fail(err)
	}
	addresses, err := o.folder.addresses(addresses, now)
	if err != nil {
		return fail(err)
	}
	ca, err := o.folder.authority()
	if err != nil {
		return fail(err)
	}
	cert, err := ca.issue(protocol.RoleConsumer, name, nil, now.Add(-skew), now.Add(carLife))
	if err != nil {
		return fail(err)
	}
	_, err = o.js.CreateOrUpdateConsumer(ctx, protocol.RecordStream, jetstream.ConsumerConfig{
		Durable: name, Description: "A records system", DeliverPolicy: jetstream.DeliverAllPolicy,
		AckPolicy: jetstream.AckExplicitPolicy, AckWait: consumerWait, MaxAckPending: consumerAhead,
	})
	if err != nil {
		return fail(err)
	}
	credential := ConsumerCredential{Name: name, Serial: cert.serial, Enrolled: now.UTC(), Expires: cert.expires}
	if err := o.folder.saveConsumer(credential); err != nil {
		return fail(err)
	}
	return Connection{Version: consumerVersion, Station: o.folder.Name(), Name: name, Addresses: addresses,
		CA:          string(certificatePEM(ca.certificate.Raw)),
		Certificate: string(certificatePEM(cert.certificate)), Key: string(privatePEM(cert.key))}, nil
}

// RevokeConsumer ends a records system's credential, within seconds, and its place in
// the records. It returns [ErrNoConsumer].
func (o *Operator) RevokeConsumer(ctx context.Context, name string, now time.Time) error {
	c, err := o.folder.consumer(name)
	if err == nil && c.Revoked == nil {
		at := now.UTC()
		c.Revoked = &at
		err = o.folder.saveConsumer(c)
	}
	if err == nil {
		err = o.js.DeleteConsumer(ctx, protocol.RecordStream, name)
	}
	if err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		return fmt.Errorf("revoke records system %q: %w", name, err)
	}
	return nil
}

func (f *Folder) saveConsumer(c ConsumerCredential) error {
	if err := os.MkdirAll(f.path(consumersFolder), 0o700); err != nil {
		return err
	}
	return writeJSON(f.consumerFile(c.Name), c)
}

func (f *Folder) consumerFile(name string) string {
	return filepath.Join(f.dir, consumersFolder, name+".json")
}

func (f *Folder) consumer(name string) (c ConsumerCredential, err error) {
	if protocol.CheckName(name) != nil {
		return c, ErrNoConsumer
	}
	raw, err := os.ReadFile(f.consumerFile(name))
	if errors.Is(err, fs.ErrNotExist) {
		return c, ErrNoConsumer
	}
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err == nil && (c.Name != name || c.Serial == "") {
		err = fmt.Errorf("%s: not this records system's credential", f.consumerFile(name))
	}
	return c, err
}

// consumers are the records systems that were ever enrolled, by name.
func (f *Folder) consumers() (all []ConsumerCredential, err error) {
	files, err := os.ReadDir(f.path(consumersFolder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read records systems: %w", err)
	}
	for _, file := range files {
		name, ok := strings.CutSuffix(file.Name(), ".json")
		if !ok {
			continue
		}
		c, err := f.consumer(name)
		if err != nil {
			return nil, fmt.Errorf("read records system %q: %w", name, err)
		}
		all = append(all, c)
	}
	return all, nil
}

// Encode writes the connection file.
func (c Connection) Encode() ([]byte, error) {
	out, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the connection: %w", err)
	}
	return append(out, '\n'), nil
}

// ParseConnection reads a connection file. It returns [ErrConnection], naming the field
// and never its content.
func ParseConnection(raw []byte) (Connection, error) {
	var c Connection
	if json.Unmarshal(raw, &c) != nil || c.Version != consumerVersion {
		return c, fmt.Errorf("%w: not its form", ErrConnection)
	}
	if protocol.CheckName(c.Name) != nil {
		return c, fmt.Errorf("%w: name", ErrConnection)
	}
	if len(c.Addresses) == 0 {
		return c, fmt.Errorf("%w: no address", ErrConnection)
	}
	for _, a := range c.Addresses {
		if protocol.CheckAddress(a) != nil {
			return c, fmt.Errorf("%w: addresses", ErrConnection)
		}
	}
	if _, _, err := c.identity(); err != nil {
		return c, fmt.Errorf("%w: certificate or key", ErrConnection)
	}
	return c, nil
}

func (c Connection) identity() (ca *x509.Certificate, own tls.Certificate, err error) {
	block, _ := pem.Decode([]byte(c.CA))
	if block == nil {
		return nil, own, protocol.ErrKey
	}
	if ca, err = x509.ParseCertificate(block.Bytes); err != nil {
		return nil, own, err
	}
	own, err = tls.X509KeyPair([]byte(c.Certificate), []byte(c.Key))
	return ca, own, err
}

// Consume hands on each record that this records system has not acknowledged yet, in the
// order received, opened with the records key and verified, until ctx ends; it waits for
// more and outlasts lost lines. each is called with the reason in err for a record that
// cannot be opened. A record is acknowledged when each returns nil for it, and given
// again if the acknowledgement is lost or the program ends before it: each has to keep
// one that it had before only once, by car, kind and id. An error of each ends Consume.
func (c Connection) Consume(ctx context.Context, key hpke.PrivateKey, each func(ctx context.Context, r Opened, err error) error) error {
	err := c.consume(ctx, key, each)
	if err == nil || ctx.Err() != nil {
		return nil // told to stop, at whatever step
	}
	return fmt.Errorf("consume records: %w", err)
}

func (c Connection) consume(ctx context.Context, key hpke.PrivateKey, each func(ctx context.Context, r Opened, err error) error) error {
	ca, own, err := c.identity()
	if err != nil {
		return ErrConnection
	}
	nc, err := nats.Connect("tls://"+strings.Join(c.Addresses, ",tls://"), nats.Name("SecondLook records system "+c.Name),
		nats.Secure(protocol.ClientTLS(ca, own)), nats.TLSHandshakeFirst(), nats.DontRandomize(),
		nats.CustomInboxPrefix(protocol.InboxPrefix(c.Name)), nats.MaxReconnects(-1), nats.IgnoreAuthErrorAbort())
	if err != nil {
		return err
	}
	defer nc.Close()
	place := &place{nc: nc, name: c.Name, open: &Opener{key: key, ca: ca, pieces: &reader{nc: nc, stream: protocol.PieceStream}}}
	return place.follow(ctx, each)
}
