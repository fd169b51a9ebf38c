package cruiser

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/policy"
	"secondlook/app/shift"
)

var (
	// ErrPackFixed is returned where no pack can be installed, as in demo mode.
	ErrPackFixed = errors.New("the policy pack cannot be changed here")
	// ErrPackOlder is returned for a pack whose version is below the newest of its
	// id that this terminal has had.
	ErrPackOlder = errors.New("this terminal has had a newer version of the pack")
	// ErrPackVersion is returned for a pack that differs from another of the same
	// id and version.
	ErrPackVersion = errors.New("another pack of this version is known here: raise its version and sign it anew")
	// ErrKeyKnown is returned for a policy key that is trusted already, ErrNoKey
	// for one that is not.
	ErrKeyKnown = errors.New("this policy key is trusted already")
	ErrNoKey    = errors.New("there is no such policy key")
)

// Packs reads policy packs. Package platform/packfile has the functions, the root
// package joins them.
type Packs struct {
	// Decode reads and validates a pack; its error names the line and the key.
	Decode func(text []byte) (*policy.Pack, error)
	// BuiltIn returns the pack that is part of the program under an id. Such packs
	// need no signature: who can change them can change the program.
	BuiltIn func(id string) (text []byte, ok bool)
}

// KeptPolicy is what administrators installed. It is kept sealed.
type KeptPolicy struct {
	// Pack and Signature are the installed files, nil where there is none; ID is
	// the pack's.
	Pack, Signature []byte
	ID              string
	// Installed is when the pack was.
	Installed time.Time
	// Newest is the newest pack of each id that was ever installed.
	Newest map[string]PackVersion
	Keys   []PolicyKey
	// Published is what is known of the packs that stations published, by the id of
	// the station's publishing key.
	Published map[string]shift.KeptPack
}

// PackVersion tells packs of one id apart.
type PackVersion struct {
	Version int
	Digest  string // see [policy.Digest]
}

// PolicyKey is a public key whose packs this terminal takes.
type PolicyKey struct {
	Key       ed25519.PublicKey
	Installed time.Time
	// Station is set for the key of the enrolment bundle; it goes with the bundle.
	Station bool
}

// ID names the key, see [policy.KeyID].
func (k PolicyKey) ID() string { return policy.KeyID(k.Key) }

// PolicyStore keeps installed packs and their keys, sealed. Package store
// satisfies it.
type PolicyStore interface {
	// Policy returns what was last put, the zero KeptPolicy at first.
	Policy(ctx context.Context) (KeptPolicy, error)
	// PutPolicy replaces it.
	PutPolicy(ctx context.Context, kept KeptPolicy, e audit.Event) error
}

// PackChange is what installing a pack changed.
type PackChange struct {
	// Before is the pack that was in force, After the one that will be from the
	// next sign-in.
	Before, After *policy.Pack
	// KeyID is the key that signed it, Digest its SHA-256, see [policy.Digest].
	KeyID, Digest string
}

// InstallPack puts a signed pack in force from the next sign-in, with a reason. A
// pack that is refused leaves everything as it is, and the refusal is recorded. It
// returns a [*policy.Fault] that wraps [policy.ErrSignature], [policy.ErrUntrusted],
// [policy.ErrAltered], [policy.ErrInvalid], [ErrPackOlder] or [ErrPackVersion].
func (c *Cruiser) InstallPack(ctx context.Context, pack, signature []byte, reason string) (PackChange, error) {
	if err := c.mayChangePolicy(ctx, reason); err != nil {
		return PackChange{}, err
	}
	c.installing.Lock()
	defer c.installing.Unlock()
	kept, err := c.store.Policy(ctx)
	if err != nil {
		return PackChange{}, fmt.Errorf("read the installed policy pack: %w", err)
	}
	return c.takePack(ctx, kept, pack, signature, reason, c.store.Append)
}

// CheckPack is what installing a pack would change: it refuses a pack as
// [Cruiser.InstallPack] does, and puts none in force.
func (c *Cruiser) CheckPack(ctx context.Context, pack, signature []byte) (PackChange, error) {
	if _, err := c.looker(access.ActSettings); err != nil {
		return PackChange{}, c.refused(ctx, string(access.ActSettings), "", err)
	}
	if c.fixed() {
		return PackChange{}, ErrPackFixed
	}
	kept, err := c.store.Policy(ctx)
	if err != nil {
		return PackChange{}, fmt.Errorf("read the installed policy pack: %w", err)
	}
	return c.examine(ctx, kept, pack, signature, "", c.store.Append)
}

// takePack is InstallPack whoever is signed in: the signature is the authority. kept
// is what is kept if the pack is taken, beside the pack; a refusal is recorded by
// refuse. The caller holds installing.
func (c *Cruiser) takePack(ctx context.Context, kept KeptPolicy, text, signature []byte, reason string, refuse func(context.Context, audit.Event) error) (PackChange, error) {
	change, err := c.examine(ctx, kept, text, signature, reason, refuse)
	if err != nil {
		return PackChange{}, err
	}
	_, beforeDigest := c.installed(kept)
	e := c.event(audit.PolicyInstalled, change.After.ID)
	e.Reason = reason
	e.Detail = map[string]string{"before": label(change.Before), "before_digest": beforeDigest,
		"after": label(change.After), "after_digest": change.Digest, "key": change.KeyID}
	kept.Pack, kept.Signature, kept.ID, kept.Installed = text, signature, change.After.ID, c.now()
	kept.Newest = maps.Clone(kept.Newest)
	if kept.Newest == nil {
		kept.Newest = map[string]PackVersion{}
	}
	kept.Newest[change.After.ID] = PackVersion{change.After.Version, change.Digest}
	if err := c.store.PutPolicy(ctx, kept, e); err != nil {
		return PackChange{}, fmt.Errorf("keep the policy pack: %w", err)
	}
	return change, nil
}

// examine verifies and reads a pack that somebody would install, beside what is
// installed now. A refusal is recorded by refuse.
func (c *Cruiser) examine(ctx context.Context, kept KeptPolicy, text, signature []byte, reason string, refuse func(context.Context, audit.Event) error) (PackChange, error) {
	s, err := policy.ParseSignature(signature)
	var after *policy.Pack
	if err == nil {
		after, err = c.openPack(text, s, c.trusted(kept, c.Settings()))
	}
	if err == nil {
		err = c.admit(kept, after, policy.Digest(text))
	}
	if err != nil {
		e := c.event(audit.PolicyRefused, "")
		e.Reason, e.Outcome = reason, audit.OutcomeRefused
		e.Detail = whyRefused(err)
		e.Detail["digest"] = policy.Digest(text)
		if noted := refuse(ctx, e); noted != nil {
			err = errors.Join(err, fmt.Errorf("record the refusal of a policy pack: %w", noted))
		}
		return PackChange{}, err
	}
	before, _ := c.installed(kept)
	return PackChange{Before: before, After: after, KeyID: s.KeyID, Digest: policy.Digest(text)}, nil
}

// whyRefused is what the record of a refused pack says of it, see [policy.FaultOf].
func whyRefused(err error) map[string]string {
	f := (*policy.Fault)(nil)
	switch {
	case errors.As(err, &f):
		return f.Detail()
	case errors.Is(err, shift.ErrUntrusted):
		return (&policy.Fault{Code: policy.FaultNotStations, Values: []any{err}}).Detail()
	}
	return map[string]string{"why": err.Error()}
}

func label(p *policy.Pack) string { return p.ID + " " + strconv.Itoa(p.Version) }

// mayChangePolicy reports whether the person signed in may, here and for this reason.
func (c *Cruiser) mayChangePolicy(ctx context.Context, reason string) error {
	if _, err := c.permit(ctx, access.ActSettings); err != nil {
		return err
	}
	switch {
	case c.fixed():
		return ErrPackFixed
	case strings.TrimSpace(reason) == "":
		return fmt.Errorf("reason for the change: %w", access.ErrIncomplete)
	}
	return nil
}

// fixed reports whether no pack can be installed here.
func (c *Cruiser) fixed() bool { return c.parts.Training || c.parts.Packs.Decode == nil }

// openPack verifies a pack before it reads it.
func (c *Cruiser) openPack(text []byte, s policy.Signature, trusted []PolicyKey) (*policy.Pack, error) {
	keys := make([]ed25519.PublicKey, len(trusted))
	for i, k := range trusted {
		keys[i] = k.Key
	}
	if err := s.Verify(text, keys); err != nil {
		return nil, err
	}
	return c.parts.Packs.Decode(text)
}

// trusted are the keys that may sign a pack: the installed ones, and the key of
// the station that this terminal is enrolled at.
func (c *Cruiser) trusted(kept KeptPolicy, s Settings) []PolicyKey {
	keys := slices.Clone(kept.Keys)
	if c.parts.Dock == nil || len(s.Bundle) == 0 {
		return keys
	}
	dock, err := c.parts.Dock(s.Bundle)
	if err != nil {
		return keys // a sync will say what is wrong with the bundle
	}
	if k := dock.Publisher(); len(k) == ed25519.PublicKeySize {
		keys = append(keys, PolicyKey{Key: k, Station: true})
	}
	return keys
}

// admit keeps a pack's version from going down.
func (c *Cruiser) admit(kept KeptPolicy, p *policy.Pack, digest string) error {
	known := []PackVersion{}
	if v, ok := kept.Newest[p.ID]; ok {
		known = append(known, v)
	}
	if own, text := c.builtIn(p.ID); own != nil {
		known = append(known, PackVersion{own.Version, policy.Digest(text)})
	}
	for _, k := range known {
		if p.Version < k.Version {
			return &policy.Fault{Key: "version", Code: policy.FaultOlder, Values: []any{p.Version, k.Version}, Err: ErrPackOlder}
		}
		if p.Version == k.Version && digest != k.Digest {
			return &policy.Fault{Key: "version", Code: policy.FaultSameVersion, Values: []any{p.Version}, Err: ErrPackVersion}
		}
	}
	return nil
}

// builtIn returns the pack that is part of the program under an id, nil if none is.
func (c *Cruiser) builtIn(id string) (*policy.Pack, []byte) {
	if c.parts.Packs.BuiltIn == nil {
		return nil, nil
	}
	text, ok := c.parts.Packs.BuiltIn(id)
	if !ok {
		return nil, nil
	}
	p, err := c.parts.Packs.Decode(text)
	if err != nil {
		return nil, nil
	}
	return p, text
}

// installed is the pack that a sign-in would put in force before a change, and
// its digest.
func (c *Cruiser) installed(kept KeptPolicy) (*policy.Pack, string) {
	if len(kept.Pack) > 0 {
		if p, err := c.parts.Packs.Decode(kept.Pack); err == nil {
			return p, policy.Digest(kept.Pack)
		}
	}
	_, text := c.builtIn(c.parts.Pack.ID)
	return c.parts.Pack, policy.Digest(text)
}

// ProblemPack is what [Cruiser.Problem] says where an installed pack can no longer
// be used.
const ProblemPack = "The installed policy pack cannot be used: the one that ships with SecondLook is in force. Install it again."

// adoptPack puts the installed pack in force at a sign-in. One that does not
// verify or is not valid any more is told and recorded, and the built-in one of
// its id is used, else the one that the terminal was started with.
func (c *Cruiser) adoptPack(ctx context.Context, s Settings) error {
	if c.fixed() {
		return nil
	}
	kept, err := c.store.Policy(ctx)
	if err != nil {
		return fmt.Errorf("read the installed policy pack: %w", err)
	}
	if len(kept.Pack) == 0 {
		c.adopt(c.parts.Pack, origin{}, false)
		return nil
	}
	pack, key, err := c.openKept(kept, s)
	if err == nil {
		c.adopt(pack, origin{policy.Digest(kept.Pack), key, kept.Installed}, false)
		return nil
	}
	instead, _ := c.builtIn(kept.ID)
	if instead == nil {
		instead = c.parts.Pack
	}
	c.adopt(instead, origin{}, true)
	e := c.event(audit.PolicyRefused, kept.ID)
	e.Outcome = audit.OutcomeRefused
	e.Detail = whyRefused(err)
	e.Detail["digest"], e.Detail["instead"] = policy.Digest(kept.Pack), label(instead)
	if err := c.store.Append(ctx, e); err != nil {
		return fmt.Errorf("record the refusal of the policy pack: %w", err)
	}
	return nil
}

// openKept verifies and reads the installed pack; key signed it.
func (c *Cruiser) openKept(kept KeptPolicy, s Settings) (p *policy.Pack, key string, err error) {
	signature, err := policy.ParseSignature(kept.Signature)
	if err != nil {
		return nil, "", err
	}
	p, err = c.openPack(kept.Pack, signature, c.trusted(kept, s))
	return p, signature.KeyID, err
}

// adopt puts a pack in force, and notes where it is from and whether it stands in
// for an installed one that cannot be used, which [Cruiser.Problem] says.
func (c *Cruiser) adopt(p *policy.Pack, from origin, standIn bool) {
	c.pack.Store(p)
	c.mu.Lock()
	c.packFrom, c.standIn = from, standIn
	c.mu.Unlock()
	c.tell(ProblemChanged)
}

// TrustPolicyKey has this terminal take packs that a key signed, with a reason.
// pem is the public key's file. It returns the key's id, to compare with the one
// that the key's owner names, [policy.ErrKey] or [ErrKeyKnown].
func (c *Cruiser) TrustPolicyKey(ctx context.Context, pem []byte, reason string) (id string, err error) {
	if err := c.mayChangePolicy(ctx, reason); err != nil {
		return "", err
	}
	key, err := policy.ParsePublicKey(pem)
	if err != nil {
		return "", err
	}
	id = policy.KeyID(key)
	return id, c.changeKeys(ctx, audit.PolicyKeyTrusted, id, reason, func(keys []PolicyKey, at int) ([]PolicyKey, error) {
		if at >= 0 {
			return nil, ErrKeyKnown
		}
		return append(keys, PolicyKey{Key: key, Installed: c.now()}), nil
	})
}

// DropPolicyKey ends the trust in a key, with a reason. A pack that it signed is
// out of force from the next sign-in. It returns [ErrNoKey]; the station's key goes
// with its bundle.
func (c *Cruiser) DropPolicyKey(ctx context.Context, id, reason string) error {
	if err := c.mayChangePolicy(ctx, reason); err != nil {
		return err
	}
	return c.changeKeys(ctx, audit.PolicyKeyDropped, id, reason, func(keys []PolicyKey, at int) ([]PolicyKey, error) {
		if at < 0 {
			return nil, ErrNoKey
		}
		return slices.Delete(keys, at, at+1), nil
	})
}

// changeKeys replaces the installed keys; change is told where the key of the id
// stands, -1 for nowhere.
func (c *Cruiser) changeKeys(ctx context.Context, act audit.Act, id, reason string, change func([]PolicyKey, int) ([]PolicyKey, error)) error {
	c.installing.Lock()
	defer c.installing.Unlock()
	kept, err := c.store.Policy(ctx)
	if err != nil {
		return fmt.Errorf("read the policy keys: %w", err)
	}
	at := slices.IndexFunc(kept.Keys, func(k PolicyKey) bool { return k.ID() == id })
	if kept.Keys, err = change(slices.Clone(kept.Keys), at); err != nil {
		return err
	}
	e := c.event(act, id)
	e.Reason = reason
	if err := c.store.PutPolicy(ctx, kept, e); err != nil {
		return fmt.Errorf("keep the policy keys: %w", err)
	}
	return nil
}
