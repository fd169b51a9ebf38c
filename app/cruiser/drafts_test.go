package cruiser_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/draft"
)

// write writes a plate into the draft of a form, as its form does.
func (c *car) write(form, plate string) draft.Draft {
	c.t.Helper()
	d, err := c.Draft(context.Background(), form)
	require.NoError(c.t, err)
	c.WriteDraft(d.ID, map[string]string{"plate": plate})
	return d
}

// drafted is the plate in the draft of a form of who is signed in, "" for none.
func (c *car) drafted(form string) string {
	c.t.Helper()
	d, err := c.Draft(context.Background(), form)
	require.NoError(c.t, err)
	return d.Fields["plate"]
}

// keptDrafts counts the drafts that are in the store.
func (c *car) keptDrafts() int {
	c.t.Helper()
	all, err := c.parts.Store.Drafts(context.Background())
	require.NoError(c.t, err)
	return len(all)
}

func TestRequirement37_ADraftIsItsAuthorsAndOutlastsLockAndSignOut(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil)
	c.setUp()
	c.enter(patrolBadge)
	c.write("search", "CKLM804")
	require.Equal(t, "CKLM804", c.drafted("search"), "at once")
	require.Empty(t, c.drafted("disclosure"))
	require.Zero(t, c.keptDrafts())
	require.NoError(t, c.Lock(ctx))
	_, err := c.Draft(ctx, "search")
	require.ErrorIs(t, err, access.ErrNotSignedIn)
	require.NoError(t, c.Unlock(ctx, supervisorBadge, secret))
	require.Equal(t, 1, c.keptDrafts())
	require.Empty(t, c.drafted("search"), "who takes over sees nothing of it")
	c.write("search", "BTXV117")
	c.enter(patrolBadge)
	require.Equal(t, "CKLM804", c.drafted("search"))
	require.Equal(t, 2, c.keptDrafts())
	n, err := c.Drafts(ctx)
	require.NoError(t, err)
	require.Equal(t, 2, n)
}

// What was sent while the terminal locked itself is erased by whoever comes next.
func TestRequirement36_ADraftThatWasSentIsErasedAfterTheLockToo(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil)
	c.setUp()
	c.enter(patrolBadge)
	d := c.write("search", "CKLM804")
	require.NoError(t, c.Lock(ctx))
	c.WriteDraft(d.ID, nil)
	require.NoError(t, c.KeepDrafts(ctx), "waits")
	require.NoError(t, c.Unlock(ctx, supervisorBadge, secret))
	require.Equal(t, 1, c.keptDrafts())
	require.NoError(t, c.KeepDraftsIfDue(ctx))
	require.Equal(t, 1, c.keptDrafts(), "not yet")
	c.pass(draft.Rest)
	require.NoError(t, c.KeepDraftsIfDue(ctx))
	require.Zero(t, c.keptDrafts())
}

func TestRequirement31_DraftsEndWithTheShiftAndAfterADay(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil)
	c.setUp()
	for _, badge := range []access.Badge{supervisorBadge, patrolBadge} {
		c.enter(badge)
		c.write("search", "CKLM804")
	}
	_, err := c.EndShift(ctx)
	require.NoError(t, err)
	require.Zero(t, c.keptDrafts())
	require.Empty(t, c.drafted("search"), "not on the desk either")
	require.NoError(t, c.KeepDrafts(ctx))
	require.Zero(t, c.keptDrafts())

	c.write("search", "CKLM804")
	require.NoError(t, c.KeepDrafts(ctx))
	c.pass(draft.Lasts - time.Hour)
	c.enter(patrolBadge)
	require.Equal(t, "CKLM804", c.drafted("search"))
	c.pass(time.Hour)
	require.Empty(t, c.drafted("search"), "nobody is offered it any more")
	require.Equal(t, 1, c.keptDrafts())
	c.enter(patrolBadge)
	require.Zero(t, c.keptDrafts())
	doubt, _ := c.Clock()
	require.NotEqual(t, cruiser.ClockUnproven, doubt, "no draft waits for the clock")
	var purged []audit.Record
	for _, r := range c.records() {
		if r.Event.Act == audit.RetentionPurged {
			purged = append(purged, r)
		}
	}
	require.Len(t, purged, 1)
	require.Equal(t, map[string]string{"drafts": "1"}, purged[0].Event.Detail)
}

func TestRequirement22_WritingADraftIsNoAct(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil)
	c.setUp()
	c.enter(patrolBadge)
	n := len(c.records())
	d := c.write("search", "CKLM804")
	require.NoError(t, c.KeepDrafts(ctx))
	c.WriteDraft(d.ID, nil)
	require.NoError(t, c.KeepDrafts(ctx))
	require.Len(t, c.records(), n)
}

// awkward takes no drafts for a while.
type awkward struct {
	cruiser.Store
	refuses bool
}

func (s *awkward) PutDraft(ctx context.Context, d draft.Draft) error {
	if s.refuses {
		return errors.New("no room")
	}
	return s.Store.PutDraft(ctx, d)
}

func TestRequirement37_ADraftThatTheDiskDoesNotTakeIsNotForgotten(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil)
	c.setUp()
	require.NoError(t, c.StopPatrol(ctx))
	disk := &awkward{Store: c.parts.Store, refuses: true}
	c.parts.Store = disk
	var err error
	c.Cruiser, err = cruiser.New(c.parts)
	require.NoError(t, err)
	c.enter(patrolBadge)
	c.write("search", "CKLM804")
	require.ErrorContains(t, c.KeepDrafts(ctx), "no room")
	require.NoError(t, c.Lock(ctx), "it keeps nobody from locking the terminal")
	require.NoError(t, c.Unlock(ctx, patrolBadge, secret))
	require.Equal(t, "CKLM804", c.drafted("search"))
	disk.refuses = false
	require.NoError(t, c.KeepDrafts(ctx))
	require.Equal(t, 1, c.keptDrafts())
}
