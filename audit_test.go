package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/store"
)

// An auditor copies the record out, and somebody without terminal or PIN checks it.
// enlist registers a person, who then does what the policy asks of them. The
// administrator of the tests is signed in before and after.
func enlist(t *testing.T, c *cruiser.Cruiser, name access.Name, badge access.Badge, role access.Role) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, c.Register(ctx, name, badge, []access.Role{role}, firstPIN))
	people, err := c.People(ctx)
	require.NoError(t, err)
	for _, p := range people {
		if p.Badge == badge {
			require.NoError(t, c.RecordTraining(ctx, p.ID, time.Now().AddDate(0, -1, 0), "ALPR basics"))
		}
	}
	require.NoError(t, c.SignOut(ctx))
	require.NoError(t, c.SignIn(ctx, badge, firstPIN))
	require.NoError(t, c.ChangeSecret(ctx, firstPIN, pin))
	require.NoError(t, c.AcceptAgreement(ctx, c.Pack().Agreement.Version))
	require.NoError(t, c.SignOut(ctx))
	require.NoError(t, c.SignIn(ctx, "20418", pin))
}

func TestRequirement24_AuditExportAndVerify(t *testing.T) {
	root := t.TempDir()
	c, _, file := terminalIn(t, root)
	enlist(t, c, "Al Auditor", "60001", access.Auditor)
	enlist(t, c, "Pat Patrol", "50001", access.Patrol)
	require.NoError(t, c.Close())

	command := func(code int, args ...string) (out, errs string) {
		t.Helper()
		got, out, errs := typed(t, pin, append([]string{"--data", root, "audit"}, args...)...)
		require.Equal(t, code, got, "%s%s", out, errs)
		return out, errs
	}
	write := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	key, _ := command(0, "key", "--badge", "20418")
	key = strings.TrimSpace(key)
	require.Len(t, key, 64)
	for _, format := range []string{"jsonl", "csv"} {
		text, _ := command(0, "export", "--badge", "60001", "--format", format, "--reason", "yearly audit")
		require.Contains(t, text, "yearly audit")
		whole := write("copy", text)
		out, _ := command(0, "verify", whole, "--key", key)
		require.Contains(t, out, "copy: whole: Car 7")
		require.Contains(t, out, "as given")
		out, _ = command(0, "verify", whole, "--key", write("key.txt", key+"\n"))
		require.Contains(t, out, "as given")
		out, _ = command(0, "verify", whole)
		require.Contains(t, out, "NOT PROVEN")
		require.Contains(t, text, "60001")
		bad := write("bad", strings.Replace(text, "60001", "60002", 1))
		out, _ = command(1, "verify", bad, whole, "--key", key)
		require.Regexp(t, `bad: CHANGED: line \d+, record \d+: it was changed`, out)
		require.Contains(t, out, "copy: whole", "each file is told")
		out, _ = command(1, "verify", whole, "--key", strings.Repeat("0", 64))
		require.Contains(t, out, "another key")
	}
	today := time.Now().Format("2006-01-02")
	text, _ := command(0, "export", "--badge", "20418", "--from", today, "--to", today)
	require.Contains(t, text, `"first":1,`)
	_, errs := command(1, "export", "--badge", "20418", "--to", "2020-01-01")
	require.Contains(t, errs, "no audit record")
	_, errs = command(1, "export", "--badge", "50001")
	require.Contains(t, errs, "role does not allow")

	out, _ := command(2, "verify", write("letter", "Dear all\n"), filepath.Join(root, "none"))
	require.Contains(t, out, "letter: NOT A COPY")
	require.Contains(t, out, "none: NOT CHECKED")
	_, errs = command(2, "verify", "x", "--key", "short")
	require.Contains(t, errs, "--key")

	// A copy of the store file, with an auditor's PIN.
	image, err := os.ReadFile(file)
	require.NoError(t, err)
	copied := write("terminal.db", string(image))
	epochs, err := os.ReadFile(store.EpochFile(file))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(store.EpochFile(copied), epochs, 0o600))
	out, _ = command(0, "verify", copied, "--badge", "60001", "--key", key)
	require.Contains(t, out, "terminal.db: whole: Car 7")
	require.Contains(t, out, "signed at")
	again, err := os.ReadFile(copied)
	require.NoError(t, err)
	require.Equal(t, image, again, "checking leaves the copy as it is")
	out, _ = command(2, "verify", copied, "--badge", "50001")
	require.Contains(t, out, "role does not allow")
	out, _ = command(1, "verify", copied, "--badge", "60001", "--key", strings.Repeat("0", 64))
	require.Contains(t, out, "another key")
	out, _ = command(2, "verify", copied)
	require.Contains(t, out, "give --badge")
}
