package cruiser_test

import (
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
	depots "secondlook/platform/station"
)

// publishPack publishes a pack from the depot, which may have to trust the key first.
func (d *depot) publishPack(trust ed25519.PrivateKey, text, signature []byte) error {
	d.t.Helper()
	ctx := context.Background()
	f, err := depots.Open(d.dir)
	require.NoError(d.t, err)
	if trust != nil {
		_, err = f.TrustPolicyKey(publicFile(d.t, trust))
		require.NoError(d.t, err)
	}
	op, err := depots.Dial(ctx, d.dir)
	require.NoError(d.t, err)
	defer op.Close()
	_, _, err = op.PublishPack(ctx, text, signature, time.Now())
	return err
}

// putPack puts a message where the station's policy pack is, if there is one to put,
// and returns the one that was there.
func (d *depot) putPack(data []byte) (before []byte) {
	d.t.Helper()
	ctx := context.Background()
	js := d.intruder()
	stream, err := js.Stream(ctx, protocol.PolicyStream)
	require.NoError(d.t, err)
	m, err := stream.GetLastMsgForSubject(ctx, protocol.PolicySubject)
	require.NoError(d.t, err)
	if data != nil {
		_, err = js.Publish(ctx, protocol.PolicySubject, data)
		require.NoError(d.t, err)
	}
	return m.Data
}

func TestRequirement5_PublishedPackIsInForceFromTheNextSignIn(t *testing.T) {
	ctx := t.Context()
	d := newDepot(t)
	c := d.car("car-12")
	require.NoError(t, c.StopPatrol(ctx))
	c.as("20418")
	_, err := c.TrustPolicyKey(ctx, publicFile(t, policyKey('a')), "the service's policy key")
	require.NoError(t, err)
	c.as("30001")
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err, "no pack is published yet")

	text, signature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 2\n")
	require.NoError(t, d.publishPack(policyKey('a'), text, signature))
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, 1, c.Pack().Version, "in force until the sign-out")
	c.as("30001")
	require.Equal(t, 2, c.Pack().Version)
	installed := c.acts()[audit.PolicyInstalled]
	require.Len(t, installed, 1)
	require.Equal(t, "publication 1 of the station", installed[0].Reason)
	require.Equal(t, policy.Digest(text), installed[0].Detail["after_digest"])
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Len(t, c.acts()[audit.PolicyInstalled], 1, "it comes once")

	// The same after a start: the terminal kept it, with both signatures checked.
	c.restart()
	c.as("30001")
	require.Equal(t, 2, c.Pack().Version)
	require.Empty(t, c.Problem())
}

// Whatever arrives, the last good pack stays in force, and record and screen say why.
func TestRequirement5_PublishedPackThatIsRefusedLeavesTheLastGoodOne(t *testing.T) {
	ctx := t.Context()
	d := newDepot(t)
	c := d.car("car-12")
	c.as("20418")
	_, err := c.TrustPolicyKey(ctx, publicFile(t, policyKey('a')), "the service's policy key")
	require.NoError(t, err)
	good, signature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 5\n")
	require.NoError(t, d.publishPack(policyKey('a'), good, signature))
	first := d.putPack(nil)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	c.as("20418")
	require.Equal(t, 5, c.Pack().Version)

	refusals := 0
	refused := func(why error, code policy.FaultCode, says string) {
		t.Helper()
		_, err := c.Sync(ctx, nil)
		require.ErrorIs(t, err, cruiser.ErrPackRefused)
		require.ErrorIs(t, err, why)
		refusals++
		recorded := c.acts()[audit.PolicyRefused]
		require.Len(t, recorded, refusals)
		fault, ok := policy.FaultOf(recorded[refusals-1].Detail)
		require.True(t, ok)
		require.Equal(t, code, fault.Code)
		require.Contains(t, fault.Why(), says)
		require.Equal(t, cruiser.ProblemPackRefused, c.Problem())
		c.as("20418")
		require.Equal(t, 5, c.Pack().Version, "the last good one")
	}
	// A key that the station trusts and this car does not.
	text, s := edition(t, "ontario", policyKey('b'), "version = 1\n", "version = 6\n")
	require.NoError(t, d.publishPack(policyKey('b'), text, s))
	refused(policy.ErrUntrusted, policy.FaultUntrusted, "not signed by a key that is trusted here")
	refused(policy.ErrUntrusted, policy.FaultUntrusted, "not signed by a key that is trusted here") // it comes again

	// The first publication in the second one's place: good once, replayed now.
	second := d.putPack(first)
	refused(shift.ErrUntrusted, policy.FaultReplayed, "publication 1 is older than publication 2")

	// One of the station's that nobody signed with its key, and one that was changed.
	d.putPack([]byte("SLK1 nonsense"))
	refused(shift.ErrUntrusted, policy.FaultNotStations, "not in its form")
	changed := append([]byte(nil), second...)
	changed[len(changed)-1] ^= 1
	d.putPack(changed)
	refused(shift.ErrUntrusted, policy.FaultNotStations, "content changed after signing")
	d.putPack(second)

	// With the key trusted, what was refused is taken with the next sync.
	_, err = c.TrustPolicyKey(ctx, publicFile(t, policyKey('b')), "the office has a new key")
	require.NoError(t, err)
	_, err = c.Sync(ctx, nil)
	require.NoError(t, err)
	require.Empty(t, c.Problem())
	c.as("20418")
	require.Equal(t, 6, c.Pack().Version)

	// An older pack with both signatures right: the station forgot that it had newer ones.
	d.putPack(d.sealPack(shift.PackFile{Version: 3, Made: time.Now(), Pack: good, Signature: signature}))
	_, err = c.Sync(ctx, nil)
	require.ErrorIs(t, err, cruiser.ErrPackOlder)
	c.as("20418")
	require.Equal(t, 6, c.Pack().Version)
}

// sealPack is what the station would publish, with its own keys.
func (d *depot) sealPack(p shift.PackFile) []byte {
	d.t.Helper()
	key := func(name string) []byte {
		file, err := os.ReadFile(filepath.Join(d.dir, "keys", name))
		require.NoError(d.t, err)
		block, _ := pem.Decode(file)
		return block.Bytes
	}
	fleet, err := protocol.NewFleetKey(key("fleet.key"))
	require.NoError(d.t, err)
	sealed, err := protocol.SealPack(fleet, ed25519.NewKeyFromSeed(key("publishing.key")), p)
	require.NoError(d.t, err)
	return sealed
}
