package cruiser_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
	depots "secondlook/platform/station"
)

// logBook is what a station logs.
type logBook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write satisfies [io.Writer].
func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// says waits until a line has all the parts.
func (l *logBook) says(t *testing.T, parts ...string) {
	t.Helper()
	require.Eventually(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		for line := range strings.Lines(l.text.String()) {
			all := true
			for _, p := range parts {
				all = all && strings.Contains(line, p)
			}
			if all {
				return true
			}
		}
		return false
	}, time.Minute, 10*time.Millisecond, "%q is not in the station's log", parts)
}

// loggedDepot is a station whose log can be read.
func loggedDepot(t *testing.T) (*depot, *logBook) {
	log := &logBook{}
	d := newDepotWith(t, slog.New(slog.NewTextHandler(log, nil)))
	return d, log
}

// enrolled gives a terminal another bundle.
func (c *car) enrolled(t *testing.T, b protocol.Bundle) {
	t.Helper()
	raw, err := b.Encode()
	require.NoError(t, err)
	s := c.Settings()
	s.Bundle = raw
	require.NoError(t, c.ChangeSettings(context.Background(), s, "another bundle"))
}

// refusedOnRecord is why the last sync that failed did, as the audit record has it.
func (c *car) refusedOnRecord(t *testing.T) string {
	t.Helper()
	failed := c.acts()[audit.SyncFailed]
	require.NotEmpty(t, failed)
	last := failed[len(failed)-1]
	require.Equal(t, audit.OutcomeRefused, last.Outcome)
	require.NotContains(t, fmt.Sprint(last), "CKLM804", "nothing personal")
	return last.Detail["why"]
}

func TestRequirement35_AStolenCredentialIsRefusedOnBothSides(t *testing.T) {
	ctx := t.Context()
	d, log := loggedDepot(t)
	f, err := depots.Open(d.dir)
	require.NoError(t, err)
	stolen, err := f.Enrol("car-13", []string{d.line}, time.Now())
	require.NoError(t, err)

	// Car 13's bundle with car 12's name on it is none.
	renamed := stolen
	renamed.Car = "car-12"
	raw, err := renamed.Encode()
	require.NoError(t, err)
	_, err = dock.New(raw)
	require.ErrorIs(t, err, protocol.ErrBundle)
	require.ErrorContains(t, err, "the certificate is not this car's")

	// On another terminal it counts until car 13 has another one.
	thief := d.car("car-12")
	thief.enrolled(t, stolen)
	_, err = f.Enrol("car-13", []string{d.line}, time.Now())
	require.NoError(t, err)
	_, err = thief.Sync(ctx, nil)
	require.ErrorIs(t, err, shift.ErrRefused)
	require.Contains(t, thief.refusedOnRecord(t), "the station refused this terminal's credential")
	log.says(t, "connection refused", "name=car-13", "the car was enrolled again since")

	require.NoError(t, f.Revoke("car-13", time.Now()))
	_, err = thief.Sync(ctx, nil)
	require.ErrorIs(t, err, shift.ErrRefused)

	// With the credential of one car nothing goes into the name of another.
	other, err := f.Enrol("car-14", []string{d.line}, time.Now())
	require.NoError(t, err)
	raw, err = other.Encode()
	require.NoError(t, err)
	id, err := protocol.ParseBundle(raw)
	require.NoError(t, err)
	refusals := make(chan error, 1)
	nc, err := nats.Connect("tls://"+d.line, nats.Secure(id.TLS()), nats.TLSHandshakeFirst(), nats.CustomInboxPrefix(protocol.InboxPrefix("car-14")),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refusals <- err }))
	require.NoError(t, err)
	defer nc.Close()
	require.NoError(t, nc.Publish(protocol.RecordSubject(shift.HitParcel, "car-12", "h1"), []byte("{}")))
	require.ErrorIs(t, <-refusals, nats.ErrPermissionViolation)
	log.says(t, "Publish Violation", "hit.car-12.h1", "car-14")
	require.Empty(t, d.arrived())
}

// certificate makes a car's certificate that the station's authority signs.
func (d *depot) certificate(car string, until time.Time) (certificate, key string) {
	d.t.Helper()
	pair, err := tls.LoadX509KeyPair(filepath.Join(d.dir, "keys", "ca.pem"), filepath.Join(d.dir, "keys", "ca.key"))
	require.NoError(d.t, err)
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(d.t, err)
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: car, OrganizationalUnit: []string{protocol.RoleCar}},
		NotBefore: until.Add(-time.Minute), NotAfter: until, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, pair.Leaf, own.Public(), pair.PrivateKey)
	require.NoError(d.t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(own)
	require.NoError(d.t, err)
	encode := func(kind string, b []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}))
	}
	return encode("CERTIFICATE", der), encode("PRIVATE KEY", pkcs8)
}

func TestRequirement35_AnExpiredCertificateIsRefusedOnBothSides(t *testing.T) {
	ctx := t.Context()
	d, log := loggedDepot(t)
	c := d.car("car-12")
	f, err := depots.Open(d.dir)
	require.NoError(t, err)
	b, err := f.Enrol("car-12", []string{d.line}, time.Now())
	require.NoError(t, err)
	b.Certificate, b.Key = d.certificate("car-12", time.Now().Add(-time.Minute))
	require.NoError(t, os.WriteFile(filepath.Join(d.dir, "cars", "car-12.json"), []byte(`{"car": "car-12", "serial": "7"}`), 0o600))
	c.enrolled(t, b)
	_, err = c.Sync(ctx, nil)
	require.ErrorIs(t, err, shift.ErrRefused)
	require.ErrorContains(t, err, "expired certificate")
	require.Contains(t, c.refusedOnRecord(t), "expired certificate")
	log.says(t, "connection refused", "name=car-12", "from=127.0.0.1:", "the certificate has ended: enrol it anew")
}

func TestRequirement29_AReplayedReceiptIsRefusedOnBothSides(t *testing.T) {
	ctx := t.Context()
	d, log := loggedDepot(t)
	c := d.car("car-12")
	shiftOf(t, c)
	js := d.intruder()

	// Somebody on the station's machine asks in the car's place, keeps the answer, and
	// gives it to the car.
	ask, err := json.Marshal(protocol.ReceiptRequest{Request: protocol.NewRequest(), Records: []shift.Ref{}})
	require.NoError(t, err)
	old, err := js.Conn().RequestWithContext(ctx, protocol.ReceiptSubject("car-12"), ask)
	require.NoError(t, err)
	sub, err := js.Conn().Subscribe(protocol.ReceiptSubject("car-12"), func(m *nats.Msg) { m.Respond(old.Data) })
	require.NoError(t, err)
	require.NoError(t, js.Conn().Flush())
	// The station answers as well: the intruder's answer has to be the first once.
	require.Eventually(t, func() bool {
		_, err = c.Sync(ctx, nil)
		require.True(t, err == nil || errors.Is(err, shift.ErrReceipt), "%v", err)
		if err == nil {
			shiftOf(t, c)
		}
		return err != nil
	}, time.Minute, time.Millisecond)
	require.NoError(t, sub.Unsubscribe())
	require.ErrorContains(t, err, "the answer to another request")
	refused := c.acts()[audit.ReceiptRefused]
	require.Len(t, refused, 1)
	require.Contains(t, refused[0].Detail["why"], "the answer to another request")
	log.says(t, "a car refused what came from here", "name=car-12", "the answer to another request")
	pending, err := c.Pending(ctx)
	require.NoError(t, err)
	require.Positive(t, pending, "nothing was erased for it")
}

func TestRequirement8_AListOfTheWrongKeyIsRefusedOnBothSides(t *testing.T) {
	ctx := t.Context()
	d, log := loggedDepot(t)
	c := d.car("car-12")
	d.publish(1000, "MTOX001")
	_, err := c.Sync(ctx, nil)
	require.NoError(t, err)

	// Another service's station signs as well as this one does, with another key.
	other := newDepot(t)
	other.publish(1000, "MTOX666")
	object, err := other.intruder().ObjectStore(ctx, protocol.ListBucket)
	require.NoError(t, err)
	foreign, err := object.GetBytes(ctx, "MTO")
	require.NoError(t, err)
	d.put(protocol.ListBucket, "MTO", "2", foreign)
	_, err = c.Sync(ctx, nil)
	require.ErrorIs(t, err, shift.ErrUntrusted)
	require.ErrorContains(t, err, `list "MTO": signature`)
	require.Len(t, c.acts()[audit.HotlistRefused], 1)
	require.Contains(t, c.refusedOnRecord(t), `list "MTO": signature`)
	log.says(t, "a car refused what came from here", "name=car-12", "MTO", "signature")
	require.Empty(t, c.matches("MTOX666"))
	require.Len(t, c.matches("MTOX001"), 1, "the list before stays in force")

	// The log has cars, lists and reasons, and nothing about anybody.
	log.mu.Lock()
	defer log.mu.Unlock()
	for _, personal := range []string{"MTOX001", "MTOX666", "CKLM804", "20418"} {
		require.NotContains(t, log.text.String(), personal)
	}
}
