// Package keystest gives tests a machine with a real key store: a GNOME Keyring on a
// session bus of its own, with a home of its own.
package keystest

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
)

// inSession is set for the copy of the test program that runs inside the session.
const inSession = "SECONDLOOK_KEYS_TEST"

// Session reports whether the test runs on such a machine. Where it does not, Session
// runs it there, in a copy of the test program, and the test returns.
func Session(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inSession) != "" {
		return true
	}
	if _, err := exec.LookPath("gnome-keyring-daemon"); err != nil {
		t.Fatal("gnome-keyring-daemon is missing: packaging/test installs it")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	cmd := exec.Command("dbus-run-session", "--", "sh", "-c",
		`printf 'a password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$0" -test.run="^$1\$"`, program, t.Name())
	cmd.Env = append(os.Environ(), inSession+"=yes", "HOME="+home, "XDG_DATA_HOME="+home, "XDG_RUNTIME_DIR="+home)
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("PASS")) {
		t.Fatalf("in a session with a key store: %v\n%s", err, out)
	}
	return false
}
