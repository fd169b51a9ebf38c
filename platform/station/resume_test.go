package station

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
)

// A line that is cut after, in the middle of, or before the answer to each message of a
// large record: nothing of it shows, a car that comes again, as after a restart, sends
// what is missing, and the record is there once and as it was sent.
func TestRequirement29_ALargeRecordResumesInTheMiddle(t *testing.T) {
	noLeaks(t)
	r := start(t)
	l := lineTo(t, r.address)
	bundle := at(t, r.bundle(t, "car-12"), l.address)
	again := func() shift.Link {
		l.mend()
		d, err := dock.New(bundle)
		require.NoError(t, err)
		return connect(t, d)
	}
	const pieces = 3
	for name, c := range map[string]struct {
		// when the car has heard that so many pieces are stored, happens.
		after   int
		happens func(id string)
		stored  int
	}{
		"Before":              {0, func(string) { l.cut() }, 0},
		"AfterTheFirst":       {1, func(string) { l.cut() }, 1},
		"AfterTheSecond":      {2, func(string) { l.cut() }, 2},
		"AfterTheLast":        {3, func(string) { l.cut() }, 3},
		"WithinTheFirst":      {0, func(string) { l.breakAt.Store(l.sent.Load() + protocol.PieceSize/2) }, 0},
		"WithinTheThird":      {2, func(string) { l.breakAt.Store(l.sent.Load() + protocol.PieceSize/2) }, 2},
		"AnswerToTheSecond":   {1, func(id string) { r.cutWhen(l, func() bool { return r.stored(t, id) == 2 }) }, 2},
		"AnswerToTheRecord":   {3, func(id string) { r.cutWhen(l, func() bool { return r.has(t, id) }) }, 3},
		"NoAnswerBeforehand":  {-1, nil, 0},
		"StationOutInBetween": {1, func(string) { l.cut() }, 1},
	} {
		all := t
		t.Run(name, func(t *testing.T) {
			p := largeHit("h-"+name, pieces)
			ref := shift.Ref{Kind: p.Kind, ID: p.ID}
			if c.after >= 0 {
				p.Stored = func(bytes int) {
					if bytes == c.after*protocol.PieceSize {
						c.happens(p.ID)
					}
				}
				require.ErrorIs(t, again().Deliver(testContext(t), p), shift.ErrNoAnswer)
			}
			require.Equal(t, c.stored, r.stored(t, p.ID))
			if name == "StationOutInBetween" {
				r.stop()
				r = startIn(all, r.dir, r.address)
			}
			car := again()
			done := name == "AnswerToTheRecord"
			require.Equal(t, done, r.visible(t, car, ref))
			before := l.sent.Load()
			var told []int
			p.Stored = func(bytes int) { told = append(told, bytes/protocol.PieceSize) }
			require.NoError(t, car.Deliver(testContext(t), p))
			for want := c.stored; want <= pieces; want++ {
				require.Contains(t, told, want)
			}
			require.Len(t, told, pieces-c.stored+2, "at last that all of it is there")
			missing := int64(pieces - c.stored)
			require.Less(t, l.sent.Load()-before, missing*(protocol.PieceSize+overhead)+overhead, "only what is missing")

			require.True(t, r.visible(t, car, ref))
			require.Equal(t, pieces, r.stored(t, p.ID), "nothing doubled")
			opened := r.open(t, p.ID)
			require.Len(t, opened, 1)
			require.True(t, bytes.Equal(p.Body, opened[p.ID].Body))
			require.Greater(t, opened[p.ID].Bytes, len(p.Body))
		})
	}
	require.Len(t, r.list(t), 10)
}

// A car whose program is killed in the middle of a record goes on where it was.
func TestRequirement29_AKilledCarSendsOnlyWhatIsMissing(t *testing.T) {
	const asCar, until = "SECONDLOOK_TEST_CAR", "SECONDLOOK_TEST_CAR_UNTIL"
	p := largeHit("h1", 5)
	if bundle := os.Getenv(asCar); bundle != "" {
		raw, err := os.ReadFile(bundle)
		require.NoError(t, err)
		d, err := dock.New(raw)
		require.NoError(t, err)
		p.Stored = func(bytes int) {
			if strconv.Itoa(bytes/protocol.PieceSize) == os.Getenv(until) {
				fmt.Println("there")
				select {} // until it is killed
			}
		}
		require.Error(t, connect(t, d).Deliver(testContext(t), p))
		return
	}
	r := start(t)
	l := lineTo(t, r.address)
	bundle := at(t, r.bundle(t, "car-12"), l.address)
	file := filepath.Join(t.TempDir(), "car-12.bundle")
	require.NoError(t, os.WriteFile(file, bundle, 0o600))
	for _, kill := range []int{1, 3} {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), asCar+"="+file, until+"="+strconv.Itoa(kill))
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		said, err := bufio.NewReader(out).ReadString('\n')
		require.NoError(t, child.Process.Kill())
		child.Wait()
		require.NoError(t, err)
		require.Equal(t, "there\n", said)
		require.Equal(t, kill, r.stored(t, p.ID))
	}
	l.mend()
	d, err := dock.New(bundle)
	require.NoError(t, err)
	car := connect(t, d)
	require.NoError(t, car.Deliver(testContext(t), p))
	require.Less(t, l.sent.Load(), int64(5-3)*(protocol.PieceSize+overhead)+overhead)
	require.Equal(t, 5, r.stored(t, p.ID))
	require.True(t, r.visible(t, car, shift.Ref{Kind: p.Kind, ID: p.ID}))
	require.Equal(t, string(p.Body), string(r.open(t)[p.ID].Body))
}

// What changed in the car since the line was cut is another body: its pieces do not mix
// with those of before.
func TestRequirement29_ARecordThatChangedInBetweenArrivesAsItIs(t *testing.T) {
	r := start(t)
	l := lineTo(t, r.address)
	d, err := dock.New(at(t, r.bundle(t, "car-12"), l.address))
	require.NoError(t, err)
	p := largeHit("h1", 2)
	p.Stored = func(bytes int) {
		if bytes == protocol.PieceSize {
			l.cut()
		}
	}
	require.Error(t, connect(t, d).Deliver(testContext(t), p))
	p.Body, p.Stored = bytes.Replace(p.Body, []byte(`"ID"`), []byte(`"Note":"late","ID"`), 1), nil
	car := connect(t, d)
	require.NoError(t, car.Deliver(testContext(t), p))
	require.True(t, r.visible(t, car, shift.Ref{Kind: p.Kind, ID: p.ID}))
	require.Equal(t, string(p.Body), string(r.open(t)["h1"].Body))
	require.Equal(t, 3, r.stored(t, "h1"))
	// What the first attempt left goes with the record.
	_, err = r.operator(t).Purge(testContext(t), oneYear, time.Now().AddDate(3, 0, 0))
	require.NoError(t, err)
	require.Zero(t, r.stored(t, "h1"))
}
