package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"secondlook/app/policy"
	"secondlook/assets"
	"secondlook/platform/packfile"
	"secondlook/platform/station"
)

type policies struct {
	Publish publishPolicy `cmd:"" help:"Distribute a signed policy pack, in the place of the pack before."`
	Trust   trustPolicy   `cmd:"" help:"Have the station take policy packs that a key signed."`
	Sign    signPolicy    `cmd:"" help:"Sign a policy pack with the station's own key, which its cars trust: write its signature beside it (.sig)."`
	Show    showPolicy    `cmd:"" help:"Show which policy pack is distributed, and whose packs the station takes."`
}

type publishPolicy struct {
	data
	Pack      string `arg:"" type:"existingfile" help:"The policy pack."`
	Signature string `placeholder:"FILE" type:"existingfile" help:"Its signature file. (default: the pack's name and .sig)"`
}

func (c *publishPolicy) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	text, signature, err := readSigned(c.Pack, c.Signature)
	if err != nil {
		return err
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	version, pack, err := op.PublishPack(ctx, text, signature, time.Now())
	if err != nil {
		return fmt.Errorf("%s: %w", c.Pack, err)
	}
	_, err = fmt.Fprintf(to.out, "%s version %d is published (publication %d). Cars take it in when they next sync; it is in force there from the next sign-in.\n", pack.ID, pack.Version, version)
	return err
}

type trustPolicy struct {
	data
	Key string `arg:"" type:"existingfile" help:"The public key's file."`
}

func (c *trustPolicy) Run(to streams) error {
	f, err := station.Open(c.Data)
	if err != nil {
		return err
	}
	file, err := readSmall(c.Key, policy.MaxKey)
	if err != nil {
		return err
	}
	id, err := f.TrustPolicyKey(file)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Key, err)
	}
	_, err = fmt.Fprintf(to.out, "key %s is trusted at this station. Cars trust the keys that their administrators name.\n", id)
	return err
}

type signPolicy struct {
	data
	Pack string `arg:"" type:"existingfile" help:"The policy pack."`
}

func (c *signPolicy) Run(to streams) error {
	f, err := station.Open(c.Data)
	if err != nil {
		return err
	}
	text, err := readSmall(c.Pack, policy.MaxPack)
	if err != nil {
		return err
	}
	signature, err := f.SignPack(text)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Pack, err)
	}
	path := c.Pack + policy.SignatureSuffix
	if err := os.WriteFile(path, signature.Encode(), 0o644); err != nil {
		return fmt.Errorf("write the signature: %w", err)
	}
	_, err = fmt.Fprintf(to.out, "%s: signed with the station's key %s\n", path, signature.KeyID)
	return err
}

type showPolicy struct{ data }

func (c *showPolicy) Run(ctx context.Context, to streams) error {
	ctx, done := context.WithTimeout(ctx, askTimeout)
	defer done()
	f, err := station.Open(c.Data)
	if err != nil {
		return err
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	published, err := op.Pack(ctx)
	if err != nil {
		return err
	}
	if published.Version == 0 {
		fmt.Fprintln(to.out, "No policy pack is published.")
	} else {
		pack, err := packfile.Decode(published.Pack)
		if err != nil {
			return err
		}
		fmt.Fprintf(to.out, "%s version %d, publication %d of %s.\n", pack.ID, pack.Version, published.Version, shown(published.Made))
	}
	keys, err := f.PolicyKeys()
	if err != nil {
		return err
	}
	for i, k := range keys {
		whose := "trusted"
		if i == 0 {
			whose = "the station's own"
		}
		fmt.Fprintf(to.out, "key %s: %s\n", policy.KeyID(k), whose)
	}
	return nil
}

// readSigned reads a pack and its signature file; the latter has the pack's name with
// .sig where it is not named.
func readSigned(pack, signature string) (text, sig []byte, err error) {
	if text, err = readSmall(pack, policy.MaxPack); err != nil {
		return nil, nil, err
	}
	if signature == "" {
		signature = pack + policy.SignatureSuffix
	}
	if sig, err = readSmall(signature, policy.MaxSignature); err != nil {
		return nil, nil, fmt.Errorf("the pack's signature: %w", err)
	}
	return text, sig, nil
}

// readSmall reads a file that must not be larger than most bytes.
func readSmall(path string, most int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(text)) > most {
		return nil, fmt.Errorf("%s: more than %d bytes", path, most)
	}
	return text, nil
}

// packOptions say by which policy pack a command goes.
type packOptions struct {
	Pack    string   `placeholder:"PACK" env:"SECONDLOOK_PACK" help:"The policy pack by whose retention records are purged: ontario, florida or a file with its signature beside it (.sig)."`
	PackKey []string `placeholder:"PUB" type:"existingfile" help:"A public key that may have signed the pack, beside those that the station trusts. Repeat it for more."`
}

// retention reads the retention of the pack: of one that is built in, which is part of
// the program, or of a file that a trusted key signed.
func (o packOptions) retention(dir string) (policy.Retention, error) {
	if slices.Contains(assets.Policies(), o.Pack) {
		text, err := assets.Policy(o.Pack)
		if err != nil {
			return policy.Retention{}, err
		}
		p, err := packfile.Decode(text)
		if err != nil {
			return policy.Retention{}, fmt.Errorf("policy pack %s: %w", o.Pack, err)
		}
		return p.Retention, nil
	}
	keys, err := o.keys(dir)
	if err != nil {
		return policy.Retention{}, err
	}
	text, signature, err := readSigned(o.Pack, "")
	if err != nil {
		return policy.Retention{}, fmt.Errorf("policy pack: %w", err)
	}
	p, err := station.CheckPack(text, signature, keys)
	if err != nil {
		return policy.Retention{}, fmt.Errorf("policy pack %s: %w", o.Pack, err)
	}
	return p.Retention, nil
}

// keys are those that may have signed the pack; a station that is not made yet has none.
func (o packOptions) keys(dir string) (keys []ed25519.PublicKey, err error) {
	if f, err := station.Open(dir); err == nil {
		if keys, err = f.PolicyKeys(); err != nil {
			return nil, err
		}
	}
	for _, path := range o.PackKey {
		file, err := readSmall(path, policy.MaxKey)
		if err != nil {
			return nil, err
		}
		key, err := policy.ParsePublicKey(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}
