package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/entry"
	"secondlook/app/policy"
)

func TestRequirement19_SupervisorDecidesAtTheStation(t *testing.T) {
	p := serveProcess(t, t.TempDir(), "127.0.0.1:0")
	link, err := p.enrol(t, "car-12").Connect(t.Context())
	require.NoError(t, err)
	defer link.Close()
	for _, id := range []string{"e1", "e2"} {
		require.NoError(t, link.PublishEntry(t.Context(), entry.Entry{ID: id, State: entry.Proposed, Plate: "QWER123", Jurisdiction: "CA-ON",
			Category: "amber-alert", Reason: "Amber Alert 26-17", Expires: time.Now().AddDate(0, 0, 1), Distribution: policy.Shared, Revision: 1,
			Author: access.Officer{ID: "p1", Name: "Ann Example", Badge: "4127", Roles: []access.Role{access.Patrol}}, Proposed: time.Now()}))
	}
	list := []string{"entries", "list", "--data", p.dir}
	require.Equal(t, 3, strings.Count(must(t, list...), "\n"))
	require.Contains(t, must(t, list...), "QWER123, CA-ON")

	approve := []string{"entries", "approve", "e1", "--data", p.dir, "--by", "31007"}
	says := func(what string, args ...string) {
		t.Helper()
		_, complaint, code := command(t, args...)
		require.Equal(t, 1, code)
		require.Contains(t, complaint, what)
		require.NotContains(t, complaint, "QWER123")
	}
	says("no policy pack is published", approve...)
	approve = append(approve, "--pack", "ontario")
	says("nobody with this badge is on the roster", approve...)
	roster := filepath.Join(t.TempDir(), "roster.csv")
	require.NoError(t, os.WriteFile(roster, []byte("id,name,badge,roles\ns-1,Sue Super,31007,supervisor\n"), 0o600))
	must(t, "roster", "publish", roster, "--data", p.dir)
	require.Contains(t, must(t, approve...), "e1 is approved")
	says("decided already", approve...)
	require.Contains(t, must(t, "entries", "refuse", "e2", "--data", p.dir, "--by", "31007", "--reason", "seen twice"), "e2 is refused")
	require.Equal(t, 1, strings.Count(must(t, list...), "\n"), "none waits")
	require.Equal(t, 2, strings.Count(must(t, append(list, "--all", "--json")...), "\n"))

	got, err := link.Entries(t.Context())
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, entry.Approved, got[0].State)
	require.Equal(t, access.Badge("31007"), got[0].Decider.Badge)
	require.Equal(t, "seen twice", got[1].Decision)

	journal, err := os.ReadFile(filepath.Join(p.dir, "decisions.jsonl"))
	require.NoError(t, err)
	require.NotContains(t, string(journal), "QWER123")
	var states []string
	for line := range strings.Lines(string(journal)) {
		var l struct{ Entry, State, Badge string }
		require.NoError(t, json.Unmarshal([]byte(line), &l))
		require.Equal(t, "31007", l.Badge)
		states = append(states, l.Entry+" "+l.State)
	}
	require.Equal(t, []string{"e1 approved", "e2 refused"}, states)
}
