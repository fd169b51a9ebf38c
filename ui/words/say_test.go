package words

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/review"
	"secondlook/app/shift"
)

func TestAge(t *testing.T) {
	for _, row := range []struct {
		d    time.Duration
		want string
	}{
		{-time.Second, "now"}, {0, "now"}, {59 * time.Second, "now"}, {time.Minute, "1 min"},
		{59 * time.Minute, "59 min"}, {time.Hour, "1 h"}, {26 * time.Hour, "26 h"},
		{71 * time.Hour, "71 h"}, {72 * time.Hour, "3 d"},
	} {
		require.Equal(t, row.want, Age(row.d), row.d)
	}
}

func TestErrorSaysWhatToDo(t *testing.T) {
	defer Use(English)
	require.Empty(t, Error(nil))
	wrapped := fmt.Errorf("sync: %w", shift.ErrNoAnswer)
	require.Contains(t, Error(wrapped), "safe on this terminal")
	require.Equal(t, "That did not work: disk is full.", Error(errors.New("disk is full")))
	Use(French)
	require.Equal(t, "Votre rôle ne le permet pas.", Error(access.ErrNotAllowed))
}

func TestEveryFaultAndRoleHasAText(t *testing.T) {
	en := texts(t, English)
	for _, f := range faults {
		require.Contains(t, en, f.key)
	}
	for _, r := range access.Roles {
		require.Contains(t, en, "role."+string(r))
	}
}

// Every problem that the terminal tells has a translation.
func TestProblem(t *testing.T) {
	defer Use(English)
	for _, text := range cruiser.Problems {
		Use(English)
		require.Equal(t, text, Problem(text))
		Use(French)
		require.NotEqual(t, text, Problem(text))
	}
	require.Equal(t, "something else", Problem("something else"))
	require.Equal(t, T("problem.set-aside")+"\n"+T("problem.store"), Problem(cruiser.ProblemSetAside+"\n"+cruiser.ProblemStore))
}

// Every act, rule and finding has a name in both languages.
func TestRequirement22_TheAuditIsSaidInBothLanguages(t *testing.T) {
	defer Use(English)
	for _, lang := range []string{English, French} {
		Use(lang)
		seen := map[string]bool{}
		said := func(key, text string) {
			require.NotContains(t, text, key, lang)
			require.False(t, seen[text], "%s: %q is said of two things", lang, text)
			seen[text] = true
		}
		for _, rule := range audit.Catalogue {
			said("audit.act", Act(rule.Act))
		}
		for _, r := range review.Rules {
			said("audit.rule", Rule(r))
		}
		for _, c := range review.Codes {
			said("audit.finding", Finding(c))
		}
		for _, c := range audit.Outcomes {
			require.NotContains(t, Outcome(c), "audit.outcome", lang)
		}
		for _, c := range audit.Reasons {
			require.NotContains(t, Reason(c), "audit.said", lang)
		}
		require.Equal(t, "Robbery on King Street", Reason("Robbery on King Street"))
		require.Equal(t, "nothing found", Outcome("nothing found"))
	}
}

func TestRequirement24_ScreensSayThatTheAuditCannotBeWritten(t *testing.T) {
	defer Use(English)
	Use(English)
	require.Equal(t, cruiser.ProblemAudit, Problem(cruiser.ProblemAudit))
	Use(French)
	require.Contains(t, Problem(cruiser.ProblemAudit), "registre d'audit")
	require.Contains(t, Error(fmt.Errorf("keep the entry: %w", audit.ErrNotWritten)), "registre d'audit")
}
