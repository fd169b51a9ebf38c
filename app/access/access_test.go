package access_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
)

func TestRequirement54_CheckSecret(t *testing.T) {
	for _, test := range []struct {
		secret string
		ok     bool
	}{
		{"", false},
		{"1", false},
		{"7391846", false},
		{"73918462", true},
		{"11111111", false},
		{"éééééééé", false},
		{"12345678", false},
		{"87654321", false},
		{"abcdefgh", false},
		{"ZYXWVUTS", false},
		{"23456789", false},
		{"12345679", true},
		{"11111112", true},
		{"éèàùçôîê", true},
		{"éèàùçôî", false}, // seven characters in fourteen bytes
		{"correct horse battery", true},
	} {
		err := access.CheckSecret(test.secret)
		if test.ok {
			require.NoError(t, err, "%q", test.secret)
		} else {
			require.ErrorIs(t, err, access.ErrWeakSecret, "%q", test.secret)
		}
	}
}

var acts = []access.Act{access.ActPatrol, access.ActProposeEntry, access.ActApproveEntry, access.ActSearch, access.ActSeeHits,
	access.ActSync, access.ActStatistics, access.ActPeople, access.ActTrain, access.ActSettings, access.ActSeeAudit, access.ActDisclose, access.ActSeeDisclosures,
	access.ActAnswerRequest, access.ActHold, access.ActOrder, access.ActReportBreach}

// Every role with every act.
func TestRequirement21_EachRoleSeesOnlyWhatItNeeds(t *testing.T) {
	table := map[access.Role][]access.Act{
		access.Patrol: {access.ActPatrol, access.ActProposeEntry, access.ActSearch, access.ActSeeHits, access.ActSync, access.ActReportBreach},
		access.Supervisor: {access.ActPatrol, access.ActProposeEntry, access.ActApproveEntry, access.ActSearch, access.ActSeeHits, access.ActSync, access.ActStatistics,
			access.ActDisclose, access.ActSeeDisclosures, access.ActAnswerRequest, access.ActHold, access.ActOrder, access.ActReportBreach},
		access.Trainer:       {access.ActPatrol, access.ActTrain, access.ActReportBreach},
		access.Administrator: {access.ActPeople, access.ActTrain, access.ActSettings, access.ActSync, access.ActStatistics, access.ActReportBreach},
		access.Auditor:       {access.ActSeeAudit, access.ActStatistics, access.ActSeeDisclosures, access.ActReportBreach},
	}
	require.Len(t, table, len(access.Roles))
	for _, role := range access.Roles {
		o := access.Officer{Roles: []access.Role{role}}
		for _, act := range acts {
			require.Equal(t, contains(table[role], act), o.May(act), "%s %s", role, act)
		}
		require.False(t, o.May("anything else"))
	}
	both := access.Officer{Roles: []access.Role{access.Auditor, access.Trainer}}
	require.True(t, both.May(access.ActSeeAudit) && both.May(access.ActPatrol))
	require.False(t, both.May(access.ActSearch))
	for _, act := range acts {
		require.False(t, access.Officer{}.May(act), "nobody without a role")
		require.False(t, access.Officer{Roles: []access.Role{"chief"}}.May(act), "no role that is not in the table")
	}
}

func contains(acts []access.Act, act access.Act) bool {
	for _, a := range acts {
		if a == act {
			return true
		}
	}
	return false
}

func TestOfficerValidate(t *testing.T) {
	whole := access.Officer{Name: "Ann Example", Badge: "4127", Roles: []access.Role{access.Patrol}}
	require.NoError(t, whole.Validate())
	for name, change := range map[string]func(*access.Officer){
		"name":         func(o *access.Officer) { o.Name = " " },
		"badge":        func(o *access.Officer) { o.Badge = "\t" },
		"roles":        func(o *access.Officer) { o.Roles = nil },
		"unknown role": func(o *access.Officer) { o.Roles = []access.Role{access.Patrol, "chief"} },
	} {
		o := whole
		change(&o)
		require.ErrorIs(t, o.Validate(), access.ErrIncomplete, name)
	}
}

func TestPeopleDoNotPrint(t *testing.T) {
	o := access.Officer{ID: "o1", Name: "Ann Example", Badge: "4127", Roles: []access.Role{access.Patrol}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, v := range []any{o, &o, []access.Officer{o}, o.Name, o.Badge, struct{ By access.Officer }{o}} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("signed in", "officer", o, "pointer", &o, "name", o.Name, "badge", o.Badge)
	}
	require.NotContains(t, out.String(), "Ann")
	require.NotContains(t, out.String(), "4127")
	require.NotContains(t, out.String(), "416e6e")
	require.Contains(t, out.String(), "[name]")
	require.Contains(t, out.String(), "[badge]")
}
