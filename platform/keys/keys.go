// Package keys keeps small secrets in the key store of the machine: the Secret Service
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
	// ErrNone is returned where nothing is kept under a name.
	ErrNone = errors.New("the machine's key store has nothing of this terminal")
)

// answers is how long a key store may take. One that asks a person for its password
// waits for them for ever, and there may be nobody.
const answers = 5 * time.Second

// service is what the secrets are kept under.
const service = "SecondLook"

// Keep keeps a secret of at most 1 KiB under a name, in place of an earlier one. It
// returns [ErrAbsent].
func Keep(ctx context.Context, name string, secret []byte) error {
	if len(secret) > 1024 { // Credential Manager takes 2560 bytes, in base64
		return fmt.Errorf("keep a secret: %d bytes are too many", len(secret))
	}
	_, err := ask(ctx, func() (string, error) {
		return "", keyring.Set(service, name, base64.StdEncoding.EncodeToString(secret))
	})
	return err
}

// Get returns the secret of a name. It returns [ErrAbsent] or [ErrNone].
func Get(ctx context.Context, name string) ([]byte, error) {
	text, err := ask(ctx, func() (string, error) { return keyring.Get(service, name) })
	if err != nil {
		return nil, err
	}
	secret, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, ErrNone // somebody else's
	}
	return secret, nil
}

// Forget deletes the secret of a name; where there is none it does nothing. It returns
// [ErrAbsent].
func Forget(ctx context.Context, name string) error {
	_, err := ask(ctx, func() (string, error) { return "", keyring.Delete(service, name) })
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
