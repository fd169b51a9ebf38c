package patrol

import (
	"context"
	"image"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"weak"

	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

type evidence struct{ erased atomic.Int32 }

func (e *evidence) Plate() (image.Image, error)   { return nil, nil }
func (e *evidence) Context() (image.Image, error) { return nil, nil }
func (e *evidence) Erase()                        { e.erased.Add(1) }

// Requirement 3: a non-hit is erased before Handle returns; a hit after it was
// raised, and none is dropped however many wait.
func TestRequirement3_LoopErasesEveryRead(t *testing.T) {
	const cameras, each = 6, 40
	var raised, finished atomic.Int32
	s := NewSweeper()
	defer s.Close()
	l := NewLoop(func(r plate.Read) []hotlist.Match {
		if r.Text == "LISTED1" {
			return []hotlist.Match{{}}
		}
		return nil
	}, func(r plate.Read, _ []hotlist.Match) func() {
		if r.Evidence.(*evidence).erased.Load() == 0 && r.Text == "LISTED1" && raised.Add(1)%2 == 0 {
			return func() {
				if r.Evidence.(*evidence).erased.Load() == 0 {
					finished.Add(1)
				}
			}
		}
		return nil
	}, s)
	var all [cameras][each]evidence
	var group sync.WaitGroup
	for c := range cameras {
		group.Go(func() {
			for i := range each {
				text := plate.Text("OTHER22")
				if i%2 == 0 {
					text = "LISTED1"
				}
				l.Handle(plate.Read{Text: text, Evidence: &all[c][i]})
				if i%2 == 1 && all[c][i].erased.Load() == 0 {
					t.Error("a non-hit outlived Handle")
				}
			}
		})
	}
	group.Wait()
	l.Close()
	require.EqualValues(t, cameras*each/2, raised.Load())
	require.EqualValues(t, cameras*each/4, finished.Load())
	for c := range cameras {
		for i := range each {
			require.Positive(t, all[c][i].erased.Load())
		}
	}
	reads, hits, nonHits := l.Counts()
	require.EqualValues(t, cameras*each, reads)
	require.EqualValues(t, cameras*each/2, hits)
	require.EqualValues(t, cameras*each/2, nonHits)
}

// What was given up is collected without anybody's waiting for it, and what was
// given up last when the sweeper ends.
func TestRequirement3_13_SweeperCollectsWhatWasGivenUp(t *testing.T) {
	s := NewSweeper()
	gone := make(chan struct{}, 2)
	giveUp := func() { // the value is out of reach once it returns
		text := new([64]byte)
		runtime.AddCleanup(text, func(gone chan struct{}) { gone <- struct{}{} }, gone)
	}
	giveUp()
	s.Ask()
	<-gone
	giveUp()
	s.Ask()
	s.Close()
	<-gone
	s.Ask() // does nothing any more
	s.Close()
}

// Who waits for the sweeper's rest finds nothing of what was given up before.
func TestRequirement3_56_SweeperRestsWhenAllIsCollected(t *testing.T) {
	s := NewSweeper()
	defer s.Close()
	require.NoError(t, s.Rest(t.Context()), "nothing was given up")
	text := giveUp()
	s.Ask()
	require.NoError(t, s.Rest(t.Context()))
	require.Nil(t, text.Value())
	stopped, stop := context.WithCancel(t.Context())
	stop()
	s.Ask()
	require.ErrorIs(t, s.Rest(stopped), context.Canceled)
}

// giveUp makes a text that nobody has.
//
//go:noinline
func giveUp() weak.Pointer[[64]byte] { return weak.Make(new([64]byte)) }
