// Package keys keeps a small secret of a terminal in the key store of the machine: the Secret Service
// on Linux (GNOME Keyring, KWallet), Keychain on macOS, Credential Manager on Windows.
// A machine without one, or with one that is locked, is no fault: see [ErrAbsent].
package keys

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/zalando/go-keyring"
)

var (
	// ErrAbsent is returned where the machine has no key store, or none that answers
	// without a person at the keyboard. What needs one is off then.
	ErrAbsent = errors.New("this machine has no key store that answers")
	// ErrNone is returned where a slot is empty.
	ErrNone = errors.New("the machine's key store has nothing of this terminal")
)

// answers is how long a key store may take. One that asks a person for its password
// waits for them for ever, and there may be nobody.
const answers = 5 * time.Second

// service is what the secrets are kept under.
const service = "SecondLook"

// Slot is the place of one secret in the key store.
type Slot struct {
	// Name tells the secrets of several terminals on one machine apart.
	Name string
}

// Ready returns [ErrAbsent] where the key store does not answer. It keeps something
// that is no secret, and destroys it: one that only answers questions is of no use.
func (s Slot) Ready(ctx context.Context) error {
	probe := Slot{s.Name + " probe"}
	if err := probe.Keep(ctx, []byte("probe")); err != nil {
		return err
	}
	return probe.Forget(ctx)
}

// Keep keeps a secret of at most 1 KiB, in place of an earlier one. It returns
// [ErrAbsent].
func (s Slot) Keep(ctx context.Context, secret []byte) error {
	if len(secret) > 1024 { // Credential Manager takes 2560 bytes, in base64
		return fmt.Errorf("keep a secret: %d bytes are too many", len(secret))
	}
	_, err := ask(ctx, func() (string, error) {
		return "", keyring.Set(service, s.Name, base64.StdEncoding.EncodeToString(secret))
	})
	return err
}

// Get returns the secret. It returns [ErrAbsent] or [ErrNone].
func (s Slot) Get(ctx context.Context) ([]byte, error) {
	text, err := ask(ctx, func() (string, error) { return keyring.Get(service, s.Name) })
	if err != nil {
		return nil, err
	}
	secret, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrNone // somebody else's
	}
	return secret, nil
}

// Forget deletes the secret; where there is none it does nothing. It returns
// [ErrAbsent].
func (s Slot) Forget(ctx context.Context) error {
	_, err := ask(ctx, func() (string, error) { return "", keyring.Delete(service, s.Name) })
	if errors.Is(err, ErrNone) {
		return nil
	}
	return err
}

// ask has the key store do something, and waits for it no longer than it should take.
// The goroutine of one that still asks a person ends when that person answers, or with
// the program.
func ask(ctx context.Context, do func() (string, error)) (string, error) {
	if !reachable() {
		return "", ErrAbsent
	}
	ctx, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	type answer struct {
		text string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := do()
		got <- answer{text, err}
	}()
	select {
	case a := <-got:
		switch {
		case errors.Is(a.err, keyring.ErrNotFound):
			return "", ErrNone
		case a.err != nil:
			return "", fmt.Errorf("%w: %w", ErrAbsent, a.err)
		}
		return a.text, nil
	case <-ctx.Done():
		return "", fmt.Errorf("%w: %w", ErrAbsent, ctx.Err())
	}
}

// reachable reports whether there is a session bus to ask, where one is needed: without
// its address D-Bus would start one of its own, which no key store is on.
func reachable() bool {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return true
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	_, err := os.Stat(filepath.Join("/run/user", strconv.Itoa(os.Getuid()), "bus"))
	return err == nil
}
