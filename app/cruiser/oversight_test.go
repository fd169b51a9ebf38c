package cruiser_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/review"
	"secondlook/app/search"
)

func TestRequirement25_ReviewIsDrawnRecordedAndRepeated(t *testing.T) {
	ctx := context.Background()
	c, _ := onStage(t, access.Supervisor)
	d, err := c.DrawReview(ctx, time.Time{}, time.Time{})
	require.NoError(t, err)
	drawn := map[access.Badge]int{}
	for _, p := range d.Picks {
		drawn[p.Person.Badge] = len(p.Acts)
	}
	require.Equal(t, map[access.Badge]int{"20418": reviewing.DrawActs, "30001": reviewing.DrawActs}, drawn, "all who were at the terminal but the reviewer")
	require.Equal(t, access.Badge("50001"), d.By.Badge)
	last := c.acts()[audit.ReviewDrawn]
	require.Equal(t, d.Seed, last[0].Detail["seed"])

	f := review.Finding{About: d.ID, Badge: "20418", Code: review.FollowUp, Note: "opened a hit of another car"}
	require.NoError(t, c.RecordFinding(ctx, f))
	require.ErrorIs(t, c.RecordFinding(ctx, review.Finding{About: d.ID, Badge: "50001", Code: review.NoConcern}), review.ErrOwnActs)
	require.Equal(t, audit.OutcomeOwnActs, c.acts()[audit.Refused][0].Outcome)
	require.ErrorIs(t, c.RecordFinding(ctx, review.Finding{About: "no such", Badge: "20418", Code: review.NoConcern}), review.ErrNotFound)
	require.ErrorIs(t, c.RecordFinding(ctx, review.Finding{About: d.ID, Badge: "20418", Code: review.Breach}), review.ErrIncomplete)

	// The program ends; the record has it all.
	require.NoError(t, c.Close())
	c.start()
	require.NoError(t, c.SignIn(ctx, "50001", secret))
	all, err := c.Reviews(ctx)
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.Len(t, all[0].Findings, 1)
	require.Equal(t, f.Note, all[0].Findings[0].Note)
	require.Equal(t, access.Name("Rae Role"), all[0].Findings[0].By.Name)
	all[0].Findings = nil
	require.Equal(t, d, all[0])

	// Whoever is reviewed does not see it, even where their role lets them review.
	require.NoError(t, c.SignOut(ctx))
	require.NoError(t, c.SignIn(ctx, "20418", secret))
	require.NoError(t, c.Register(ctx, "Al Auditor", "60001", []access.Role{access.Auditor}, secret))
	_, err = c.Reviews(ctx)
	require.ErrorIs(t, err, access.ErrNotAllowed)
}

func TestRequirement25_UnusualUseIsShownWithoutPlates(t *testing.T) {
	ctx := context.Background()
	c, s := onStage(t, access.Patrol)
	for range 3 {
		_, err := c.Search(ctx, search.Query{Plate: "CKLM804", Purpose: c.Pack().Purposes[0].Code, Reason: "r", FileNumber: "f"})
		require.NoError(t, err)
	}
	require.NoError(t, c.Reject(ctx, s.rejected, "misread", 300*time.Millisecond))
	_, err := c.Unusual(ctx, time.Time{}, time.Time{})
	require.ErrorIs(t, err, access.ErrNotAllowed)

	require.NoError(t, c.Lock(ctx))
	require.NoError(t, c.Unlock(ctx, "30001", secret)) // the supervisor
	flags, err := c.Unusual(ctx, time.Time{}, time.Time{})
	require.NoError(t, err)
	require.Len(t, flags, 1)
	require.Equal(t, review.RepeatedSearch, flags[0].Rule)
	require.Equal(t, access.Badge("50001"), flags[0].Person.Badge)
	for _, a := range flags[0].Acts {
		require.NotContains(t, a.Event.Detail, audit.DetailPlate)
	}
	require.NoError(t, c.RecordFinding(ctx, review.Finding{About: flags[0].ID, Badge: "50001", Code: review.Explained, Note: "one theft, three cars"}))
	flags, err = c.Unusual(ctx, time.Time{}, time.Time{})
	require.NoError(t, err)
	require.Len(t, flags[0].Findings, 1)
}

func TestRequirement24_ExportIsWholeRecordedAndSigned(t *testing.T) {
	ctx := context.Background()
	c, _ := onStage(t, access.Auditor)
	key, err := c.AuditKey(ctx)
	require.NoError(t, err)
	_, err = c.ExportAudit(ctx, time.Time{}, time.Time{}, " ")
	require.ErrorIs(t, err, access.ErrIncomplete)
	copied, err := c.ExportAudit(ctx, time.Time{}, time.Time{}, "yearly audit")
	require.NoError(t, err)
	for _, f := range []audit.Format{audit.JSONLines, audit.CSV} {
		var out bytes.Buffer
		require.NoError(t, copied.Write(&out, f))
		report, err := audit.Check(&out, key)
		require.NoError(t, err)
		require.Equal(t, len(c.records()), report.Count, "its own record is the last")
	}
	last := copied.Records[len(copied.Records)-1].Event
	require.Equal(t, audit.AuditExported, last.Act)
	require.Equal(t, "yearly audit", last.Reason)
	require.NoError(t, c.Lock(ctx))
	_, err = c.AuditKey(ctx)
	require.ErrorIs(t, err, access.ErrNotSignedIn)
}
