// Package notify shows desktop notifications for the moments when another window
// is in front. Begin with New.
//
// A notification stays in the desktop's list, is drawn over a locked screen and
// may be logged by the desktop: so its texts are fixed here, and none has room
// for a plate, a name or a place.
package notify

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/gen2brain/beeep"

	"secondlook/assets"
)

// Event is what a notification is about.
type Event int

// The events.
const (
	// Alert: a hit waits for its verdict.
	Alert Event = iota
	// CameraLost: a camera delivers no frames.
	CameraLost
	// CameraBack: it does again.
	CameraBack
	// PositionLost: the receiver reports no position.
	PositionLost
	// PositionBack: it does again.
	PositionBack
	// SyncDone: the station has acknowledged every hit.
	SyncDone
	// SyncFailed: it has not, and the hits wait on the terminal.
	SyncFailed
	events // how many there are
)

// text is a notification's title and body.
type text struct{ title, body string }

var english = [events]text{
	Alert:        {"A hit is waiting", "Open SecondLook and compare the plate."},
	CameraLost:   {"A camera is lost", "Open SecondLook to see which one."},
	CameraBack:   {"The camera is back", "It is reading plates again."},
	PositionLost: {"The position is lost", "The receiver reports nothing: hits carry no place until it does."},
	PositionBack: {"The position is back", "The receiver reports again."},
	SyncDone:     {"Sync complete", "The station has acknowledged everything."},
	SyncFailed:   {"Sync not complete", "The hits are safe on this terminal. Open SecondLook to try again."},
}

var french = [events]text{
	Alert:        {"Une concordance attend", "Ouvrez SecondLook et comparez la plaque."},
	CameraLost:   {"Une caméra est perdue", "Ouvrez SecondLook pour voir laquelle."},
	CameraBack:   {"La caméra est revenue", "Elle lit de nouveau les plaques."},
	PositionLost: {"La position est perdue", "Le récepteur ne dit plus rien : d'ici là, les concordances n'ont pas de lieu."},
	PositionBack: {"La position est revenue", "Le récepteur la donne de nouveau."},
	SyncDone:     {"Synchronisation terminée", "La station a tout confirmé."},
	SyncFailed:   {"Synchronisation inachevée", "Les concordances sont en sûreté sur ce terminal. Ouvrez SecondLook pour réessayer."},
}

// ErrClosed is returned by a notifier that was closed.
var ErrClosed = errors.New("notifications are closed")

// Notifier hands notifications to the desktop, one after the other. Its methods
// may be called from any goroutine.
type Notifier struct {
	send   func(title, body string, icon any) error
	texts  *[events]text
	wake   chan struct{}
	cancel context.CancelFunc
	done   chan struct{} // closed when the goroutine has ended

	mu      sync.Mutex
	waiting []Event // none twice
	problem error
	closed  bool
}

// New starts a notifier that speaks French for the language "fr" and English for
// any other. In training each title begins with that word. Close it.
func New(language string, training bool) *Notifier {
	beeep.AppName = "SecondLook"
	return start(language, training, beeep.Notify)
}

func start(language string, training bool, send func(title, body string, icon any) error) *Notifier {
	ctx, cancel := context.WithCancel(context.Background())
	n := &Notifier{send: send, texts: &english, wake: make(chan struct{}, 1), cancel: cancel, done: make(chan struct{})}
	mark := "TRAINING: "
	if language == "fr" {
		n.texts, mark = &french, "FORMATION : "
	}
	if training {
		marked := *n.texts
		for i := range marked {
			marked[i].title = mark + marked[i].title
		}
		n.texts = &marked
	}
	go n.run(ctx)
	return n
}

// Show shows a notification as soon as the desktop takes it, and returns at once;
// an event that already waits is not shown twice. Whether the window is in front
// is for the caller to know.
func (n *Notifier) Show(event Event) error {
	if event < 0 || event >= events {
		return fmt.Errorf("show notification: there is no event %d", event)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return ErrClosed
	}
	for _, waiting := range n.waiting {
		if waiting == event {
			return nil
		}
	}
	n.waiting = append(n.waiting, event)
	select {
	case n.wake <- struct{}{}:
	default: // it will look anyway
	}
	return nil
}

// Err returns why the last notification could not be shown, or nil.
func (n *Notifier) Err() error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.problem
}

// Close forgets what waits and waits for the notifier to end. It fails if the
// desktop does not take the notification at hand within two seconds.
func (n *Notifier) Close() error {
	n.mu.Lock()
	n.closed, n.waiting = true, nil
	n.mu.Unlock()
	n.cancel()
	select {
	case <-n.done:
		return nil
	case <-time.After(2 * time.Second):
		return errors.New("close notifications: the desktop does not answer")
	}
}

// run hands over what waits, until ctx ends.
func (n *Notifier) run(ctx context.Context) {
	defer close(n.done)
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.wake:
		}
		for event, ok := n.next(); ok && ctx.Err() == nil; event, ok = n.next() {
			text := n.texts[event]
			err := n.send(text.title, text.body, assets.AppIconSmall())
			if err != nil {
				err = fmt.Errorf("show notification: %w", err)
			}
			n.mu.Lock()
			n.problem = err
			n.mu.Unlock()
		}
	}
}

// next takes the event that has waited longest.
func (n *Notifier) next() (Event, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.waiting) == 0 {
		return 0, false
	}
	event := n.waiting[0]
	n.waiting = n.waiting[1:]
	return event, true
}
