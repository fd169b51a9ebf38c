package station

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
	"secondlook/platform/packfile"
)

var (
	// ErrOlderPack is returned for a pack whose version is below the published one's of
	// the same id: every car would refuse it.
	ErrOlderPack = errors.New("a newer version of this pack is published")
	// ErrPackVersion is returned for a pack that differs from the published one of the
	// same id and version.
	ErrPackVersion = errors.New("another pack of this version is published: raise its version and sign it anew")
)

// policyKeyPrefix begins the names of the key files whose packs the station takes;
// the key's id and ".pub" follow.
const policyKeyPrefix = "policy-"

// TrustPolicyKey has the station take the policy packs that a key signed. file is the
// public key's. It returns the key's id, to compare with the one that its owner names,
// or [policy.ErrKey].
func (f *Folder) TrustPolicyKey(file []byte) (id string, err error) {
	key, err := policy.ParsePublicKey(file)
	if err != nil {
		return "", err
	}
	id = policy.KeyID(key)
	if err := writeFile(f.key(policyKeyPrefix+id+".pub"), file); err != nil {
		return "", fmt.Errorf("trust a policy key: %w", err)
	}
	return id, nil
}

// PolicyKeys are the keys whose packs the station takes: those that it was told to
// trust, and its own publishing key, which cars trust too.
func (f *Folder) PolicyKeys() ([]ed25519.PublicKey, error) {
	own, err := f.publishingKey()
	if err != nil {
		return nil, fmt.Errorf("read the policy keys: %w", err)
	}
	keys := []ed25519.PublicKey{own.Public().(ed25519.PublicKey)}
	files, err := os.ReadDir(f.path(keysFolder))
	if err != nil {
		return nil, fmt.Errorf("read the policy keys: %w", err)
	}
	for _, file := range files {
		if !strings.HasPrefix(file.Name(), policyKeyPrefix) {
			continue
		}
		text, err := os.ReadFile(f.key(file.Name()))
		if err != nil {
			return nil, fmt.Errorf("read the policy keys: %w", err)
		}
		key, err := policy.ParsePublicKey(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.key(file.Name()), err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// SignPack signs a pack that is valid with the station's publishing key, for a service
// whose policy office is the station. Its cars need not be told to trust that key.
func (f *Folder) SignPack(text []byte) (policy.Signature, error) {
	if _, err := packfile.Decode(text); err != nil {
		return policy.Signature{}, err
	}
	key, err := f.publishingKey()
	if err != nil {
		return policy.Signature{}, fmt.Errorf("sign the policy pack: %w", err)
	}
	return policy.Sign(text, key)
}

// CheckPack verifies a pack's signature file, and then reads the pack. It returns
// [policy.ErrSignature], [policy.ErrUntrusted], [policy.ErrAltered] or
// [policy.ErrInvalid], with the line and the key.
func CheckPack(text, signature []byte, trusted []ed25519.PublicKey) (*policy.Pack, error) {
	s, err := policy.ParseSignature(signature)
	if err != nil {
		return nil, err
	}
	if err := s.Verify(text, trusted); err != nil {
		return nil, err
	}
	return packfile.Decode(text)
}

// PublishPack checks a policy pack, and distributes it with its own signature and the
// station's in the place of the one before. It returns the count of what was published
// and the pack, what [CheckPack] returns, [ErrOlderPack] or [ErrPackVersion].
func (o *Operator) PublishPack(ctx context.Context, text, signature []byte, made time.Time) (int, *policy.Pack, error) {
	publish := func() (int, *policy.Pack, error) {
		keys, err := o.folder.PolicyKeys()
		if err != nil {
			return 0, nil, err
		}
		pack, err := CheckPack(text, signature, keys)
		if err != nil {
			return 0, nil, err
		}
		release, err := o.folder.lockLists(ctx) // versions grow by one: commands take turns
		if err != nil {
			return 0, nil, err
		}
		defer release()
		old, err := o.Pack(ctx)
		if err != nil {
			return 0, nil, err
		}
		if err := follows(pack, text, old); err != nil {
			return 0, nil, err
		}
		fleet, key, err := o.publishingKeys()
		if err != nil {
			return 0, nil, err
		}
		next := shift.PackFile{Version: old.Version + 1, Made: made, Pack: text, Signature: signature}
		sealed, err := protocol.SealPack(fleet, key, next)
		if err != nil {
			return 0, nil, err
		}
		_, err = o.js.PublishMsg(ctx, &nats.Msg{Subject: protocol.PolicySubject, Data: sealed})
		return next.Version, pack, err
	}
	version, pack, err := publish()
	if err != nil {
		return 0, nil, fmt.Errorf("publish the policy pack: %w", err)
	}
	return version, pack, nil
}

// follows holds a pack to the cars' rule: a pack's version does not go down.
func follows(next *policy.Pack, text []byte, old shift.PackFile) error {
	if old.Version == 0 {
		return nil
	}
	before, err := packfile.Decode(old.Pack)
	if err != nil || before.ID != next.ID {
		return nil // by an earlier program, or for another jurisdiction: the cars decide
	}
	switch {
	case next.Version < before.Version:
		return fmt.Errorf("key version: %d is below %d: %w", next.Version, before.Version, ErrOlderPack)
	case next.Version == before.Version && !slices.Equal(text, old.Pack):
		return fmt.Errorf("key version: %d: %w", next.Version, ErrPackVersion)
	}
	return nil
}

// Pack returns the policy pack that is distributed, of version 0 where there is none.
func (o *Operator) Pack(ctx context.Context) (shift.PackFile, error) {
	sealed, err := o.lastOf(ctx, protocol.PolicyStream, protocol.PolicySubject)
	if err != nil || sealed == nil {
		return shift.PackFile{}, err
	}
	fleet, key, err := o.publishingKeys()
	if err != nil {
		return shift.PackFile{}, fmt.Errorf("read the policy pack: %w", err)
	}
	p, err := protocol.OpenPack(fleet, key.Public().(ed25519.PublicKey), sealed)
	if err != nil {
		return shift.PackFile{}, fmt.Errorf("read the policy pack: %w", err)
	}
	return p, nil
}

// lastOf returns the newest message of a stream's subject, nil where there is none.
func (o *Operator) lastOf(ctx context.Context, stream, subject string) ([]byte, error) {
	m, err := o.newest(ctx, stream, subject)
	if err != nil || m == nil {
		return nil, err
	}
	return bytes.Clone(m.Data), nil
}
