package main

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"text/tabwriter"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/policy"
	"secondlook/assets"
	"secondlook/platform/packfile"
)

// policyCommand has the commands for policy packs.
type policyCommand struct {
	Check   policyCheck   `cmd:"" help:"Check a policy pack, and its signature if a key is named. Exit code 0: good; 1: bad, with the file, the line and the key."`
	Show    policyShow    `cmd:"" help:"Print a policy pack, or what each role may do."`
	Diff    policyDiff    `cmd:"" help:"Print the keys that two policy packs differ in."`
	Keygen  policyKeygen  `cmd:"" help:"Make the service's policy key: a private key file, and beside it the public one (.pub) that terminals trust."`
	Sign    policySign    `cmd:"" help:"Sign a policy pack: write its signature beside it (.sig)."`
	Trust   policyTrust   `cmd:"" help:"Have this terminal take packs that a key signed. SecondLook must be closed."`
	Install policyInstall `cmd:"" help:"Put a signed policy pack in force on this terminal, from the next sign-in. SecondLook must be closed."`
}

// packs are the built-in packs and how others are read.
var packs = cruiser.Packs{Decode: packfile.Decode, BuiltIn: func(id string) ([]byte, bool) {
	text, err := assets.Policy(id)
	return text, err == nil
}}

// readPack reads the text of a pack: a built-in one by its name, else a file.
func readPack(name string) (text []byte, builtIn bool, err error) {
	if slices.Contains(assets.Policies(), name) {
		text, err = assets.Policy(name)
		return text, true, err
	}
	text, err = readSmall(name, policy.MaxPack)
	return text, false, err
}

// readSmall reads a file that must not be larger than most bytes.
func readSmall(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open the file: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	if int64(len(text)) > most {
		return nil, fmt.Errorf("%s: more than %d bytes", path, most)
	}
	return text, nil
}

// decodePack reads a pack by its name, with the file in its errors.
func decodePack(name string) (*policy.Pack, error) {
	text, _, err := readPack(name)
	if err != nil {
		return nil, err
	}
	p, err := packfile.Decode(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

type policyCheck struct {
	Pack string `arg:"" help:"Policy pack: a .toml file, or one that is built in: ${policies}."`
	Key  string `help:"Public key that must have signed it." type:"existingfile" placeholder:"PUB"`
	JSON bool   `help:"Print one JSON object." name:"json"`
}

// packReport is what is known of a pack after a check.
type packReport struct {
	File    string `json:"file"`
	Good    bool   `json:"good"`
	ID      string `json:"id,omitempty"`
	Version int    `json:"version,omitempty"`
	// Signature is "built in", "good", "not checked" or "none"; KeyID made it.
	Signature string `json:"signature,omitempty"`
	KeyID     string `json:"key_id,omitempty"`
	// Line, Key and Of, the category or choice that the key is in, say where the
	// fault is.
	Line  int    `json:"line,omitempty"`
	Key   string `json:"key,omitempty"`
	Of    string `json:"of,omitempty"`
	Fault string `json:"fault,omitempty"`
}

// Run prints the verdict.
func (p policyCheck) Run(t *terminal) error {
	r, fault := p.check()
	r.Good = fault == nil
	if fault != nil {
		r.Fault = fault.Error()
		if at := (*policy.Fault)(nil); errors.As(fault, &at) {
			r.Line, r.Key, r.Of, r.Fault = at.Line, at.Key, at.ID, at.Why()
		}
	}
	var err error
	switch {
	case p.JSON:
		err = json.NewEncoder(t.out).Encode(r)
	case fault != nil:
		_, err = fmt.Fprintf(t.out, "%s: %v\n", r.File, fault)
	default:
		said := r.Signature
		if r.KeyID != "" {
			said += ", key " + r.KeyID
		}
		_, err = fmt.Fprintf(t.out, "%s: good: %s, version %d; signature: %s\n", r.File, r.ID, r.Version, said)
	}
	if err == nil && fault != nil {
		err = errSaid
	}
	return err
}

// check returns what is wrong beside the report; the report's File is then the one
// at fault.
func (p policyCheck) check() (packReport, error) {
	r := packReport{File: p.Pack}
	text, builtIn, err := readPack(p.Pack)
	if err != nil {
		return r, err
	}
	pack, err := packfile.Decode(text)
	if err != nil {
		return r, err
	}
	r.ID, r.Version = pack.ID, pack.Version
	if builtIn && p.Key == "" {
		r.Signature = "built in"
		return r, nil
	}
	file, err := readSmall(p.Pack+policy.SignatureSuffix, policy.MaxSignature)
	if errors.Is(err, fs.ErrNotExist) && p.Key == "" {
		r.Signature = "none"
		return r, nil
	}
	r.File = p.Pack + policy.SignatureSuffix
	if errors.Is(err, fs.ErrNotExist) {
		return r, errors.New("the pack is not signed: sign it with secondlook policy sign")
	}
	if err != nil {
		return r, err
	}
	signature, err := policy.ParseSignature(file)
	if err != nil {
		return r, err
	}
	r.KeyID, r.Signature = signature.KeyID, "not checked"
	if p.Key != "" {
		key, err := readPublicKey(p.Key)
		if err != nil {
			r.File = p.Key
			return r, err
		}
		if err := signature.Verify(text, []ed25519.PublicKey{key}); err != nil {
			return r, err
		}
		r.Signature = "good"
	}
	r.File = p.Pack
	return r, nil
}

func readPublicKey(path string) (ed25519.PublicKey, error) {
	text, err := readSmall(path, policy.MaxKey)
	if err != nil {
		return nil, err
	}
	return policy.ParsePublicKey(text)
}

type policyShow struct {
	Pack  string `arg:"" optional:"" default:"ontario" help:"Policy pack: a .toml file, or one that is built in: ${policies}."`
	Roles bool   `help:"Print what each role may do, under any pack."`
	JSON  bool   `help:"Print one JSON object." name:"json"`
}

// Run prints the pack or the table.
func (p policyShow) Run(t *terminal) error {
	if p.Roles {
		return showRoles(t.out, p.JSON)
	}
	pack, err := decodePack(p.Pack)
	if err != nil {
		return err
	}
	if p.JSON {
		return packfile.ShowJSON(t.out, pack)
	}
	return packfile.Show(t.out, pack)
}

// showRoles prints the table of permissions that the program goes by.
func showRoles(out io.Writer, asJSON bool) error {
	if asJSON {
		all := map[access.Role][]access.Act{}
		for _, r := range access.Roles {
			all[r] = r.Acts()
		}
		return json.NewEncoder(out).Encode(all)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprint(w, "ACT")
	for _, r := range access.Roles {
		fmt.Fprintf(w, "\t%s", r)
	}
	for _, act := range access.Acts() {
		fmt.Fprintf(w, "\n%s", act)
		for _, r := range access.Roles {
			if slices.Contains(r.Acts(), act) {
				fmt.Fprint(w, "\tyes")
			} else {
				fmt.Fprint(w, "\t-")
			}
		}
	}
	fmt.Fprintln(w)
	return w.Flush()
}

type policyDiff struct {
	A    string `arg:"" help:"Policy pack: a .toml file, or one that is built in: ${policies}."`
	B    string `arg:"" help:"The other one."`
	JSON bool   `help:"Print one JSON object a line." name:"json"`
}

// Run prints - before what A has, + before what B has.
func (p policyDiff) Run(t *terminal) error {
	a, err := decodePack(p.A)
	if err != nil {
		return err
	}
	b, err := decodePack(p.B)
	if err != nil {
		return err
	}
	changes := policy.Diff(a, b)
	if !p.JSON {
		return packfile.PrintDiff(t.out, changes)
	}
	out := json.NewEncoder(t.out)
	for _, c := range changes {
		if err := out.Encode(c); err != nil {
			return fmt.Errorf("print the differences: %w", err)
		}
	}
	return nil
}

type policyKeygen struct {
	File string `arg:"" type:"path" help:"Private key file to make; keep it away from every terminal."`
}

// Run writes both files and never replaces one that is there.
func (p policyKeygen) Run(t *terminal) error {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return fmt.Errorf("make the key: %w", err)
	}
	secret, err := policy.EncodePrivateKey(private)
	if err != nil {
		return err
	}
	open, err := policy.EncodePublicKey(public)
	if err != nil {
		return err
	}
	if err := writeNew(p.File, secret, 0o600); err != nil {
		return fmt.Errorf("write the private key: %w", err)
	}
	if err := writeNew(p.File+".pub", open, 0o644); err != nil {
		return errors.Join(fmt.Errorf("write the public key: %w", err), os.Remove(p.File))
	}
	_, err = fmt.Fprintf(t.out, "key %s\nprivate: %s\npublic:  %s.pub\n", policy.KeyID(public), p.File, p.File)
	return err
}

// writeNew writes a file that must not be there yet; one that cannot be written
// whole is taken away.
func writeNew(path string, text []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

type policySign struct {
	Pack string `arg:"" type:"existingfile" help:"Policy pack."`
	Key  string `help:"Private key file." required:"" type:"existingfile" placeholder:"FILE"`
}

// Run signs a pack that is valid, and only such a one.
func (p policySign) Run(t *terminal) error {
	text, err := readSmall(p.Pack, policy.MaxPack)
	if err != nil {
		return err
	}
	pack, err := packfile.Decode(text)
	if err != nil {
		return fmt.Errorf("%s: %w", p.Pack, err)
	}
	file, err := readSmall(p.Key, policy.MaxKey)
	if err != nil {
		return err
	}
	key, err := policy.ParsePrivateKey(file)
	if err != nil {
		return fmt.Errorf("%s: %w", p.Key, err)
	}
	signature, err := policy.Sign(text, key)
	if err != nil {
		return err
	}
	path := p.Pack + policy.SignatureSuffix
	if err := os.WriteFile(path, signature.Encode(), 0o644); err != nil {
		return fmt.Errorf("write the signature: %w", err)
	}
	_, err = fmt.Fprintf(t.out, "%s: %s, version %d, signed with key %s\n", path, pack.ID, pack.Version, signature.KeyID)
	return err
}

type policyTrust struct {
	signIn
	Key    string `arg:"" type:"existingfile" help:"Public key file."`
	Reason string `help:"Why, for the record." required:"" placeholder:"TEXT"`
}

// Run prints the key's id, to compare with the one that the service names.
func (p policyTrust) Run(ctx context.Context, t *terminal) error {
	text, err := readSmall(p.Key, policy.MaxKey)
	if err != nil {
		return err
	}
	return p.do(ctx, t, nil, func(c *cruiser.Cruiser) error {
		id, err := c.TrustPolicyKey(ctx, text, p.Reason)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Key, err)
		}
		_, err = fmt.Fprintf(t.out, "key %s is trusted on this terminal\n", id)
		return err
	})
}

type policyInstall struct {
	signIn
	Pack   string `arg:"" type:"existingfile" help:"Policy pack; its signature is beside it (.sig)."`
	Reason string `help:"Why, for the record." required:"" placeholder:"TEXT"`
}

// Run installs the pack and prints what it changes.
func (p policyInstall) Run(ctx context.Context, t *terminal) error {
	text, err := readSmall(p.Pack, policy.MaxPack)
	if err != nil {
		return err
	}
	signature, err := readSmall(p.Pack+policy.SignatureSuffix, policy.MaxSignature)
	if err != nil {
		return fmt.Errorf("the pack's signature: %w", err)
	}
	return p.do(ctx, t, nil, func(c *cruiser.Cruiser) error {
		change, err := c.InstallPack(ctx, text, signature, p.Reason)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Pack, err)
		}
		fmt.Fprintf(t.out, "%s, version %d, is in force from the next sign-in; before: %s, version %d\n",
			change.After.ID, change.After.Version, change.Before.ID, change.Before.Version)
		return packfile.PrintDiff(t.out, policy.Diff(change.Before, change.After))
	})
}
