package ui

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/ui/gallery/props"
)

// hour is what a car on a busy highway meets in an hour: mostly expired plates.
func hour() (plates []plate.Text, list string) {
	var b strings.Builder
	b.WriteString("plate,jurisdiction,category\n")
	for i := range 100 {
		category := "expired-plate"
		switch {
		case i%33 == 20:
			category = "stolen-vehicle"
		case i%8 == 3:
			category = "suspended-driver"
		}
		text := plate.Text(fmt.Sprintf("%c%cWX%03d", 'J'+i%3, 'J'+i/50, 100+7*i))
		plates = append(plates, text)
		fmt.Fprintf(&b, "%s,CA-ON,%s\n", string(text), category)
	}
	return plates, b.String()
}

// meet raises a hit of every plate, evenly over an hour.
func (f *fixture) meet(plates []plate.Text) {
	f.t.Helper()
	small := image.NewGray(image.Rect(0, 0, 16, 8))
	for _, text := range plates {
		f.c.Touch()
		f.pass(time.Hour / time.Duration(len(plates)))
		r := plate.Read{Camera: "Front left", At: f.clock(), Text: text, Confidence: 0.9, Jurisdiction: "CA-ON", Basis: plate.BasisRead, Evidence: props.Evidence{PlatePicture: small, Street: small}}
		for i := range text {
			r.Characters = append(r.Characters, plate.Character{Char: text[i], Confidence: 0.98})
		}
		f.cars.OnRead(r)
		<-f.raised
		f.settle()
	}
}

// listed puts a list in force.
func (f *fixture) listed(name, list string) {
	f.t.Helper()
	require.NoError(f.t, f.c.SignIn(ctx, adminBadge, adminPIN))
	_, err := f.c.ImportList(ctx, name, f.clock(), strings.NewReader(list))
	require.NoError(f.t, err)
	require.NoError(f.t, f.c.SignOut(ctx))
	f.settle()
}

func TestRequirement41_AHundredHitsInAnHourStayInOrder(t *testing.T) {
	f := newFixture(t, setting{})
	plates, list := hour()
	f.listed("Highway", list)
	f.startPatrol()
	f.meet(plates)

	waiting := f.c.Queue()
	require.Len(t, waiting, 100, "none is lost")
	require.True(t, slices.IsSortedFunc(waiting, func(a, b hit.Hit) int {
		if d := f.c.Tier(a).Rank() - f.c.Tier(b).Rank(); d != 0 {
			return d
		}
		return b.RaisedAt.Compare(a.RaisedAt)
	}), "gravest first, then newest")
	for _, h := range waiting {
		require.Equal(t, hit.Raised, h.State, "none is decided by the machine")
		require.Nil(t, h.Verdict)
	}
	n := f.c.WaitingCounts()
	cards := f.shell.queue.cards
	require.Len(t, cards, n[policy.Grave]+n[policy.High]+1, "routine hits share a card")
	require.Equal(t, n[policy.Routine], cards[len(cards)-1].Item().Count)
	f.requireSays(fmt.Sprintf("%d grave, %d high, %d routine", n[policy.Grave], n[policy.High], n[policy.Routine]))
	require.Equal(t, "oldest 59 min", cards[len(cards)-1].Item().Detail)

	// Those that press are put off; then one tap opens the card of routine hits, and
	// one more answers each.
	for range n[policy.Grave] + n[policy.High] {
		require.IsType(t, &alert{}, f.top())
		f.pass(time.Second)
		f.rune('4')
		f.settle()
	}
	require.IsType(t, &patrolScreen{}, f.top())
	cards = f.shell.queue.cards
	test.Tap(cards[len(cards)-1])
	f.settle()
	for left := n[policy.Routine]; left > n[policy.Routine]-5; left-- {
		require.IsType(t, &alert{}, f.top(), "the next of the card")
		require.Equal(t, left, f.c.WaitingCounts()[policy.Routine])
		f.pass(time.Second)
		f.rune('3')
		f.settle()
	}
	f.escape()
	f.settle()
	require.IsType(t, &patrolScreen{}, f.top(), "Esc leaves the card")
	require.Len(t, f.c.Queue(), 95)

	started := time.Now()
	const times = 20
	for range times {
		f.shell.queue.fill()
	}
	t.Logf("the queue's list of %d is made in %v", len(f.c.Queue()), time.Since(started)/times)
}
