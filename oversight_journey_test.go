package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The people beside those of the first journey.
const (
	officerName, officerBadge = "Bartholomew Quill", "40866219"
	auditorName, auditorBadge = "Philippa Sandoval", "50944370"
)

// TestJourneySupervisor is a supervisor's part, once by the keyboard alone and once by
// the pointer alone: an officer's entry is approved, not as it was proposed; a review is
// drawn and a finding recorded; unusual use is seen. The administrator before them sets
// up by keyboard alone.
func TestJourneySupervisor(t *testing.T) {
	t.Run("keyboard", func(t *testing.T) { supervise(t, keyboardOnly) })
	t.Run("pointer", func(t *testing.T) { supervise(t, pointerOnly) })
}

func supervise(t *testing.T, by hand) {
	data := filepath.Join(t.TempDir(), "terminal")
	p := start(t, data)
	p.hand = keyboardOnly
	p.setUp()
	p.click("People")
	p.enlist(officerName, officerBadge, "Officer")
	p.enlist(supervisorName, supervisorBadge, "Supervisor")
	p.click("Back")
	p.click("Sign out")

	p.hand = by
	p.signInFirst(officerBadge)
	p.click("New entry")
	p.fill("Plate", manualPlate)
	p.click("Choose…")
	p.click("Amber Alert")
	p.fill("Reason", "Amber Alert 26-17")
	p.click("7 days")
	p.click("Propose")
	p.sees("text", "Waits for a supervisor")
	p.click("Back")
	p.click("Sign out")

	p.signInFirst(supervisorBadge)
	p.click("Approvals")
	p.click("changes…")
	p.sees("text", "Approve with changes")
	p.click("1 day")
	p.fill("Why you changed it", "one day will do")
	p.shoot("approve-changed")
	p.click("Approve as changed")
	p.sees("part", "Approved as changed.")
	p.click("Back")

	p.click("Reviews")
	p.sees("text", "No review was drawn on this terminal yet.")
	p.click("Draw a review")
	p.sees("part", "Drawn by "+supervisorName)
	p.sees("part", "No. ")
	require.False(t, p.has("text", supervisorName+" · "+supervisorBadge+" · Supervisor"), "nobody reviews themselves")
	require.False(t, p.has("part", manualPlate), "a review shows no plates")
	p.shoot("review-draw")
	p.click("Add finding")
	p.click("Follow up")
	p.fill("In your words", "talk about reasons")
	p.shoot("finding")
	p.click("Record this finding")
	p.sees("text", "Add finding") // the review again, and no longer the form
	p.click("Back")
	p.sees("text", "Every person has a finding")
	p.shoot("reviews")
	p.click("Unusual use")
	p.sees("text", "Use outside a shift")
	p.sees("part", officerName)
	require.False(t, p.has("text", supervisorName+" · "+supervisorBadge+" · Supervisor"), "nobody reviews themselves")
	p.shoot("unusual-use")
	p.click("Back")
	p.goes("text", "Use outside a shift") // a second press at once would fall on the same button
	p.click("Back")
	p.click("Sign out")
	p.sees("field", "Badge")
	requireNoTrace(t, []string{data, p.temp}, []string{manualPlate, officerName, officerBadge, supervisorName, supervisorBadge, "one day will do", "talk about reasons"})
}

// TestJourneyAuditor is an auditor's part: the record is read, checked, filtered and
// taken out, and the copy holds without the terminal.
func TestJourneyAuditor(t *testing.T) {
	dir := t.TempDir()
	data, copied := filepath.Join(dir, "terminal"), filepath.Join(dir, "copy")
	p := start(t, data)
	p.setUp()
	p.click("People")
	p.enlist(officerName, officerBadge, "Officer")
	p.enlist(auditorName, auditorBadge, "Auditor")
	p.click("Back")
	p.click("Sign out")

	p.signInFirst(officerBadge)
	p.click("Plate check")
	p.fill("Plate", manualPlate)
	p.click("Choose…")
	p.click("Active and open criminal investigation")
	p.fill("Reason", "theft of 21 November")
	p.fill("File number", "26-118203")
	p.click("Search")
	p.sees("part", "Logged at")
	p.click("Back")
	p.click("Sign out")

	p.signInFirst(auditorBadge)
	p.sees("text", "Audit")
	p.shoot("auditor")
	p.click("Audit")
	p.sees("part", "Whole:")
	p.sees("part", "signatures are right")
	p.shoot("audit")
	p.click("Everybody")
	p.click(officerName + " · " + officerBadge)
	p.sees("text", "Signed in")
	require.False(t, p.has("part", adminName), "the others are left out")
	p.click("Every act")
	p.fill("Type to narrow the list", "Plate")
	p.click("Plate check")
	p.sees("part", "1 of ")
	p.shoot("audit-filtered")
	p.click(officerName + " · " + officerBadge + " · Officer")
	p.sees("text", "theft of 21 November")
	p.sees("text", manualPlate)
	p.sees("text", "Hash of this record")
	p.shoot("audit-record")
	p.click("Back")

	p.click("Export a copy")
	p.click("Everything")
	p.fill("Reason for the copy", "yearly audit")
	p.fill("File", copied)
	p.click("Write the copy")
	p.sees("part", "Written to")
	p.shoot("audit-export")
	p.click("Back")
	p.goes("part", "Written to")
	p.click("Back")
	p.click("Sign out")
	p.sees("field", "Badge")

	verify := func(code int, file string) string {
		t.Helper()
		var out, errs bytes.Buffer
		require.Equal(t, code, run([]string{"--data", t.TempDir(), "audit", "verify", file}, &out, &errs), "%s%s", &out, &errs)
		return out.String()
	}
	copied += ".jsonl"
	require.Contains(t, verify(0, copied), "copy.jsonl: whole: Car 4127")
	text, err := os.ReadFile(copied)
	require.NoError(t, err)
	require.Contains(t, string(text), "theft of 21 November")
	changed := filepath.Join(dir, "changed.jsonl")
	require.NoError(t, os.WriteFile(changed, []byte(strings.Replace(string(text), "theft of 21 November", "theft of 22 November", 1)), 0o600))
	require.Contains(t, verify(1, changed), "CHANGED: line")
	requireNoTrace(t, []string{data, p.temp}, []string{manualPlate, officerName, officerBadge, auditorName, auditorBadge, "yearly audit"})
}
