package store

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/hit"
)

// forms are the ways in which a text could stand in a file.
func forms(text string) map[string][]byte {
	var little, big []byte
	for _, u := range utf16.Encode([]rune(text)) {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
	}
	quoted, _ := json.Marshal(text)
	return map[string][]byte{
		"as it is":   []byte(text),
		"lower case": []byte(strings.ToLower(text)),
		"UTF-16LE":   little,
		"UTF-16BE":   big,
		"JSON":       bytes.Trim(quoted, `"`),
		"hex":        []byte(hex.EncodeToString([]byte(text))),
		"base64":     []byte(base64.RawStdEncoding.EncodeToString([]byte(text))),
	}
}

func TestRequirement34_TheFileHoldsNothingToRead(t *testing.T) {
	f := setUpFixture(t)
	fill(t, f)
	h, p := sampleHit("h-3")
	require.NoError(t, f.Raise(ctx, h, p, event(audit.HitRaised)))
	require.NoError(t, h.Confirm(officer(), start, 2e9, 1e9))
	require.NoError(t, f.Update(ctx, h, event(audit.HitConfirmed)))
	require.NoError(t, f.Destroy(ctx, "h-1", event(audit.HitDestroyed)))
	require.NoError(t, putList(f.Store, list("stolen", 20), event(audit.HotlistImported)))
	f.SignOut()
	for range maxFailures + 1 { // failures are kept in the clear
		f.SignIn(ctx, adminBadge, "wrong-9911")
		f.SignIn(ctx, "77665544", "wrong-9911")
	}
	_, err := f.SignIn(ctx, patrolID, patrolPIN)
	require.NoError(t, err)
	f.SignOut()
	f.SignIn(ctx, "77665544", "wrong-9911")
	require.NoError(t, f.Close())

	s, e, entryMatch := settings(), manualEntry(""), h.Matches[0].Entry
	secrets := []string{
		string(h.Read.Text), string(h.Read.Candidates[1].Text), string(entryMatch.Plate), string(e.Plate), string(listEntry(11).Plate),
		string(adminBadge), string(patrolID), "77665544", string(admin().Name), "Tremblay", string(officer().Name), "Featherstonehaugh",
		s.Cameras[0].Source, "10.77.3.14", "hunter2x9", string(s.Bundle), s.Authority, s.Service,
		e.Reason, e.FileNumber, e.Descriptors, entryMatch.Reference, entryMatch.Contact, listEntry(0).Note, entryMatch.Agency,
		adminPIN, patrolPIN, "wrong-9911", "PLATEPIC", "CONTEXTPIC", "Brampton", "stolen-vehicle", entryMatch.Driver.Name, "Quillfeather", report("").Words, report("").Contact, "administrator", "officer",
	}
	files, err := os.ReadDir(filepath.Dir(f.path))
	require.NoError(t, err)
	require.Len(t, files, 3, "one file, the epochs, the folder of lists and nothing beside them")
	file, err := os.ReadFile(f.path)
	require.NoError(t, err)
	require.NotEmpty(t, f.listFiles())
	for _, name := range f.listFiles() {
		b, err := os.ReadFile(filepath.Join(f.path+".lists", name))
		require.NoError(t, err)
		file = append(file, b...)
	}
	epochs, err := os.ReadFile(epochPath(f.path))
	require.NoError(t, err)
	file = append(file, epochs...)
	require.True(t, bytes.Contains(file, []byte(bucketHitKeys)), "the search finds what is in the file")
	lower := bytes.ToLower(file)
	for _, secret := range secrets {
		for form, b := range forms(secret) {
			if bytes.Contains(file, b) || bytes.Contains(lower, b) {
				t.Errorf("found %q %s", secret, form)
			}
		}
	}
}

// The key of a file has no word of what it holds, even when ids had one.
func TestKeysInTheFileSayNothing(t *testing.T) {
	f := setUpFixture(t)
	e, d, l := manualEntry("entry for BZTW882"), deployment("Featherstonehaugh's shift"), list("BZTW882 and friends", 3)
	require.NoError(t, f.PutEntry(ctx, e, event(audit.EntryProposed)))
	require.NoError(t, f.PutDeployment(ctx, d, event(audit.PatrolStarted)))
	require.NoError(t, putList(f.Store, l, event(audit.HotlistImported)))
	require.NoError(t, f.Close())
	file, err := os.ReadFile(f.path)
	require.NoError(t, err)
	require.NotContains(t, string(file), "BZTW882")
	require.NotContains(t, string(file), "Featherstonehaugh")
}

func TestErrorsSayNothingPersonal(t *testing.T) {
	f := setUpFixture(t)
	fill(t, f)
	h, p := sampleHit("CKXR417 in the id")
	_, signIn := f.Verify(ctx, adminBadge, "wrong-9911")
	errs := []error{
		f.Raise(ctx, h, p, event(audit.HitRaised)),
		f.Update(ctx, hit.Hit{ID: "h-9"}, event(audit.HitConfirmed)),
		f.Register(ctx, officer(), patrolPIN, event(audit.PersonRegistered)),
		signIn,
	}
	for _, err := range errs {
		require.Error(t, err)
		for _, secret := range []string{"CKXR417", string(adminBadge), string(patrolID), "wrong-9911", "Featherstonehaugh"} {
			require.NotContains(t, fmt.Sprintf("%+v", err), secret)
		}
	}
}
