package cruiser_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/policy"
)

// swapDisk puts another handle of the store's file in the place of the open
// store's: one that cannot write, so that each further write fails, or one that can.
func (c *car) swapDisk(flag int) {
	c.t.Helper()
	other, err := os.OpenFile(c.path, flag, 0)
	require.NoError(c.t, err)
	defer other.Close()
	links, err := filepath.Glob("/proc/self/fd/*")
	require.NoError(c.t, err)
	for _, link := range links {
		at, err := os.Readlink(link)
		fd, _ := strconv.Atoi(filepath.Base(link))
		if err == nil && at == c.path && fd != int(other.Fd()) {
			require.NoError(c.t, syscall.Dup3(int(other.Fd()), fd, syscall.O_CLOEXEC))
			return
		}
	}
	c.t.Fatal("the store's file is not open")
}

// everything is all that acts may change, in the store and in memory.
type everything struct {
	Records  []audit.Record
	Hits     []hit.Hit
	Entries  []entry.Entry
	People   []access.Person
	Settings [2]cruiser.Settings
	Lists    []hotlist.Summary
	Queue    []hit.Hit
	Open     []hit.Hit
	Shift    any
	Session  any
}

func (c *car) everything() (e everything) {
	c.t.Helper()
	ctx := context.Background()
	s := c.parts.Store
	var err error
	e.Records = c.records()
	e.Hits, err = s.Hits(ctx)
	require.NoError(c.t, err)
	e.Entries, err = s.Entries(ctx)
	require.NoError(c.t, err)
	e.People, err = s.People(ctx)
	require.NoError(c.t, err)
	e.Settings[0], err = s.Settings(ctx)
	require.NoError(c.t, err)
	e.Settings[1], e.Lists, e.Queue, e.Open = c.Settings(), c.Lists(), c.Queue(), c.Open()
	d, _ := c.Deployment()
	d.Statistics.Reads, d.Statistics.NonHits, d.Statistics.Frames, d.Statistics.FramesDropped = 0, 0, 0, 0 // counted when cameras stop
	session, _ := c.Session()
	e.Shift, e.Session = d, session
	return e
}

// file is the store's file.
func (c *car) file() any {
	b, err := os.ReadFile(c.path)
	require.NoError(c.t, err)
	return sha256.Sum256(b)
}

// Each act, on a disk that takes nothing: it fails, the screen says why, and
// nothing is other than before.
func TestRequirement24_WhatCannotBeRecordedDoesNotHappen(t *testing.T) {
	ctx := context.Background()
	for _, roles := range [][]access.Role{access.Roles, {access.Trainer}} {
		c, s := onStage(t, roles...)
		// A draw from before, to find something about.
		if c.May(access.ActReview) {
			var err error
			s.draw, err = c.DrawReview(ctx, time.Time{}, time.Time{})
			require.NoError(t, err)
		}
		require.NoError(t, c.StopPatrol(ctx)) // so that it can be started
		for _, m := range methods {
			if m.do == nil || m.always {
				continue
			}
			if m.name == "Rekey" {
				continue // it writes another file, with its record in it
			}
			look := func() any { return c.everything() }
			if m.name == "Unlock" {
				require.NoError(t, c.Lock(ctx))
				look = c.file // a locked store shows nothing
			}
			kept := *s
			before := look()
			c.swapDisk(os.O_RDONLY)
			err := m.do(ctx, c, s)
			require.ErrorIs(t, err, audit.ErrNotWritten, m.name)
			require.Equal(t, cruiser.ProblemAudit, c.Problem(), m.name)
			c.swapDisk(os.O_RDWR)
			require.Equal(t, before, look(), m.name)
			*s = kept
			if m.name == "Unlock" {
				require.NoError(t, c.Unlock(ctx, s.badge, secret))
			}
			// The next record that is written ends the problem.
			_, err = c.Records(ctx)
			require.Equal(t, c.May(access.ActSeeAudit), err == nil)
			require.Empty(t, c.Problem(), m.name)
		}
	}
}

// A hit that cannot be recorded raises no alert, and is tried again at the next read.
func TestRequirement24_HitThatCannotBeRecordedIsNotShown(t *testing.T) {
	c := newCar(t, nil).setUp()
	c.swapDisk(os.O_RDONLY)
	c.read("CKLM804")
	require.Empty(t, c.Queue())
	require.Empty(t, c.calls.alerts)
	require.NotEmpty(t, c.Problem())
	c.swapDisk(os.O_RDWR)
	c.read("CKLM804")
	require.Len(t, c.Queue(), 1)
}

// What only takes something away happens all the same, and the error says so.
func TestRequirement24_LockingAndStoppingNeedNoDisk(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.swapDisk(os.O_RDONLY)
	require.ErrorIs(t, c.StopPatrol(ctx), audit.ErrNotWritten)
	require.False(t, c.Patrolling())
	require.ErrorIs(t, c.Lock(ctx), audit.ErrNotWritten)
	session, ok := c.Session()
	require.True(t, ok)
	require.True(t, session.Locked)
	require.Equal(t, cruiser.ProblemAudit, c.Problem())
	require.ErrorIs(t, c.SignOut(ctx), audit.ErrNotWritten)
	_, ok = c.Session()
	require.True(t, ok)
}

// On a new terminal whose disk takes nothing there is no set-up.
func TestRequirement24_SetUpNeedsItsRecord(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil)
	c.swapDisk(os.O_RDONLY)
	f := cruiser.FirstPerson{Terminal: "Car 4127", Service: "Test Service", Name: "Ada Admin", Badge: "20418", Secret: secret,
		Agreed: c.Pack().Agreement.Version, Trained: c.clock().AddDate(0, -1, 0), Course: "ALPR basics"}
	require.ErrorIs(t, c.SetUp(ctx, f), audit.ErrNotWritten)
	require.Equal(t, cruiser.ProblemAudit, c.Problem())
	done, err := c.IsSetUp()
	require.NoError(t, err)
	require.False(t, done)
	c.swapDisk(os.O_RDWR)
	require.NoError(t, c.SetUp(ctx, f))
	require.Empty(t, c.Problem())
	for _, r := range c.records() {
		require.NoError(t, r.Event.Check())
	}
}

// Other problems come and go; that another pack stands in for the service's own, and
// so erases nothing early, stays.
func TestRequirement31_ThePackStillStandsInAfterAnotherProblem(t *testing.T) {
	ctx := context.Background()
	c := newOffice(t)
	text, signature := edition(t, "ontario", policyKey('a'), "version = 1\n", "version = 2\n", "hit_years = 1 ", "hit_years = 7 ")
	_, err := c.InstallPack(ctx, text, signature, "longer proceedings")
	require.NoError(t, err)
	require.NoError(t, c.DropPolicyKey(ctx, policy.KeyID(policyKey('a').Public().(ed25519.PublicKey)), "the key is lost"))
	c.enter(patrolBadge)
	require.Equal(t, cruiser.ProblemPack, c.Problem())
	c.swapDisk(os.O_RDONLY)
	_, err = c.Hits(ctx)
	require.ErrorIs(t, err, audit.ErrNotWritten)
	require.Equal(t, cruiser.ProblemPack+"\n"+cruiser.ProblemAudit, c.Problem())
	c.swapDisk(os.O_RDWR)
	_, err = c.Hits(ctx)
	require.NoError(t, err)
	require.Equal(t, cruiser.ProblemPack, c.Problem())
}
