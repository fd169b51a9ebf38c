package main

import (
	"bytes"
	"encoding/base32"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/assets"
	"secondlook/vision/scene"
)

// TestJourneyFlorida is the same program under Florida's policy pack: its own
// categories, words, notice and rules, without a line of code of its own. The officer's
// part is by the pointer alone.
func TestJourneyFlorida(t *testing.T) {
	dir := t.TempDir()
	pictures := filepath.Join(dir, "pictures")
	require.NoError(t, os.Mkdir(pictures, 0o700))
	require.NoError(t, scene.WritePictures(pictures, 11, 3))
	plates := truth(t, pictures)
	list := filepath.Join(dir, "dhsmv.csv")
	rows := "plate,category,agency,contact\n" + plates[0] + ",suspended-driver,DHSMV,850-555-0101\n" + plates[1] + ",unissued-plate,,\n"
	require.NoError(t, os.WriteFile(list, []byte(rows), 0o600))

	p := start(t, filepath.Join(dir, "terminal"), "start", "--policy", "florida")
	p.setUp("Officer")
	p.sees("text", "Enrol your second factor") // asked of everybody here
	p.shoot("florida-second-factor")
	factor := p.factor()
	p.fill("Code of your authenticator", factor.Code(time.Now()))
	p.click("Confirm with this code")

	p.click("Settings")
	p.mount(pictures)
	p.importList(list, "DHSMV")
	p.sees("part", "category not allowed by the policy") // Ontario's is none of Florida's
	p.shoot("florida-import")
	p.takeIn(dir)
	p.click("Back")
	p.click("Sign out")

	// From here on the officer works by the pointer alone.
	p.hand = pointerOnly
	p.fill("Badge", adminBadge)
	p.fill("PIN or passphrase", pin)
	p.click("Sign in")
	p.fill("Code of your authenticator", factor.Code(time.Now().Add(30*time.Second))) // the next: each is good once
	p.click("Sign in")
	p.sees("text", "badge "+adminBadge)

	p.click("New entry")
	p.click("Choose…")
	p.sees("text", "Vehicle in an active criminal investigation")
	require.False(t, p.has("text", "In use by a suspended driver, not the owner"))
	p.shoot("florida-categories")
	p.click("Cancel")
	p.click("Back")
	p.click("Plate check")
	p.sees("field", "File number (optional)") // within tactical access
	p.click("Back")

	p.click("Start patrol")
	p.click("Sanctioned driver")
	p.sees("text", "then check the record")
	p.answer("Correct read")
	p.click("I have taken note: the driver may not be the registered owner.")
	p.answer("Active")
	p.sees("part", "Our automated licence plate reader signalled this vehicle.")
	p.shoot("florida-notice")
	p.answer("Given")
	p.sees("part", "What came of it?")
	p.answer("Warned")
	p.click("Stop patrol")
	p.click("Sign out")
	p.sees("part", "criminal justice information system")

	p.sees("field", "Badge")

	var out, errs bytes.Buffer
	require.Zero(t, run([]string{"policy", "diff", "ontario", "florida"}, &out, &errs), errs.String())
	for _, difference := range []string{"retention.tactical_days", "retention.case_beyond_tactical", "retention.hit_years"} {
		require.Contains(t, out.String(), difference)
	}
}

// takeIn puts the service's own signed edition of Florida's pack in force, from files
// in dir and through the settings' screen, on which the program is.
func (p *program) takeIn(dir string) {
	p.t.Helper()
	text, err := assets.Policy("florida")
	require.NoError(p.t, err)
	pack, key := filepath.Join(dir, "ours.toml"), filepath.Join(dir, "service")
	text = bytes.Replace(text, []byte("version = 1\n"), []byte("version = 2\n"), 1)
	text = bytes.Replace(text, []byte("quiet_minutes = 10"), []byte("quiet_minutes = 15"), 1)
	require.NoError(p.t, os.WriteFile(pack, text, 0o600))
	for _, command := range [][]string{{"policy", "keygen", key}, {"policy", "sign", pack, "--key", key}} {
		var out, errs bytes.Buffer
		require.Zero(p.t, run(command, &out, &errs), errs.String())
	}
	p.click("Policy")
	p.sees("text", "Florida, version 1")
	p.fill("Public key file", key+".pub")
	p.fill("Reason for trusting it", "The policy key of the service")
	p.click("Trust this key")
	p.sees("part", "Trusted since")
	p.fill("Policy pack", pack)
	p.click("Check the pack")
	p.sees("text", "15 (was 10)")
	p.fill("Reason for the change", "Procedure of the agency")
	p.shoot("florida-policy")
	p.click("Put in force")
	p.sees("part", "version 2, is in force from the next sign-in.")
}

// factor is the second factor, from the key that the screen shows to be typed into an
// authenticator.
func (p *program) factor() access.Factor {
	p.t.Helper()
	lines := strings.Split(p.question("texts"), " | ")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasSuffix(l, "SHA-256:") })
	key := ""
	for _, l := range lines[at+1:] {
		if !regexp.MustCompile(`^[A-Z2-7]{1,4}( [A-Z2-7]{1,4})*$`).MatchString(l) {
			break
		}
		key += " " + l
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(key, " ", ""))
	require.NoError(p.t, err)
	return access.Factor{Secret: secret}
}
