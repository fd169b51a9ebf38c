// Package sound plays the program's sounds on the terminal's loudspeaker. Begin
// with Open. A terminal without a sound device is a state to show, not a failure:
// nothing here blocks or crashes for it.
package sound

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ebitengine/oto/v3"

	"secondlook/assets"
	"secondlook/assets/sounds"
)

var (
	// ErrNoDevice is returned when there is nothing to play on.
	ErrNoDevice = errors.New("no sound device")
	// ErrUnknownSound is returned for a name that is none of assets.Sounds.
	ErrUnknownSound = errors.New("unknown sound")
	// ErrClosed is returned by a player that was closed.
	ErrClosed = errors.New("sound is closed")
)

// Player plays one sound at a time, and speaks in between. A graver sound cuts a lesser one short; a
// lesser one waits its turn, once. Its methods may be called from any goroutine.
type Player struct {
	device func(context.Context) (*oto.Context, error)
	wake   chan struct{}
	cancel context.CancelFunc
	done   chan struct{} // closed when the goroutine has ended
	opened chan struct{} // closed when the device was first tried

	mu      sync.Mutex
	waiting []item  // no sound twice, and no more than mostSpeech of what is spoken
	aloud   *speech // was read aloud last
	problem error
	closed  bool
}

// Open starts a player and tries the sound device in the background. Close it.
func Open() *Player {
	return open(openDevice)
}

func open(device func(context.Context) (*oto.Context, error)) *Player {
	ctx, cancel := context.WithCancel(context.Background())
	p := &Player{
		device: device,
		wake:   make(chan struct{}, 1),
		cancel: cancel,
		done:   make(chan struct{}),
		opened: make(chan struct{}),
	}
	go p.run(ctx)
	return p
}

// Play plays a sound of package assets as soon as it may, and returns at once. It
// returns ErrUnknownSound, ErrClosed, or the problem that Err returned before
// this call: the device is tried again all the same, in case it was connected.
func (p *Player) Play(name string) error {
	if !slices.Contains(assets.Sounds(), name) {
		return fmt.Errorf("play %q: %w", name, ErrUnknownSound)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	if !slices.ContainsFunc(p.waiting, func(i item) bool { return i.name == name }) {
		p.add(item{name: name, rank: rank(name)})
	}
	return p.problem
}

// add has something played when its turn comes. The caller holds mu.
func (p *Player) add(i item) {
	p.waiting = append(p.waiting, i)
	slices.SortStableFunc(p.waiting, func(a, b item) int { return b.rank - a.rank })
	select {
	case p.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// Err returns what is wrong with the sound device now, or nil: errors.Is with
// ErrNoDevice tells the officer that alerts are silent.
func (p *Player) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.problem
}

// Ready waits until the device was tried for the first time, and returns what Err
// returns then.
func (p *Player) Ready(ctx context.Context) error {
	select {
	case <-p.opened:
		return p.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close stops what is playing and waits for the player to end. It fails if the
// sound system does not let go of it within two seconds.
func (p *Player) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.cancel()
	select {
	case <-p.done:
		return nil
	case <-time.After(2 * time.Second):
		return errors.New("close sound: the sound system does not answer")
	}
}

// run owns the device and what is playing on it, until ctx ends.
func (p *Player) run(ctx context.Context) {
	defer close(p.done)
	device, err := p.device(ctx)
	p.setProblem(err)
	close(p.opened)

	// The library does not tell when a sound has ended, so it is asked.
	const look = 20 * time.Millisecond
	var playing *oto.Player
	var current item
	defer func() { current.erase() }()
	for {
		var tick <-chan time.Time
		if playing != nil {
			tick = time.After(look)
		}
		select {
		case <-ctx.Done():
			rest(device, playing)
			return
		case <-p.wake:
		case <-tick:
		}
		if device == nil {
			device, err = p.device(ctx)
		} else {
			err = device.Err()
		}
		if p.setProblem(err); err != nil {
			playing = nil
			continue
		}
		if playing != nil && !playing.IsPlaying() {
			current.erase()
			playing = nil
		}
		if next, ok := p.next(current.rank, playing != nil); ok {
			rest(device, playing)
			current.erase()
			playing, current = start(device, next), next
		} else if playing == nil {
			rest(device, nil)
		}
	}
}

// next takes the sound to play now, if there is one: the gravest that waits, when
// nothing plays or a lesser one does.
func (p *Player) next(current int, playing bool) (item, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) == 0 || playing && p.waiting[0].rank <= current {
		return item{}, false
	}
	next := p.waiting[0]
	p.waiting = p.waiting[1:]
	return next, true
}

// setProblem keeps what is wrong, or nil. What waits to be played then is
// forgotten: an alert sounds when it is raised or not at all.
func (p *Player) setProblem(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problem = err
	if err != nil {
		for _, i := range p.waiting {
			i.erase()
		}
		p.waiting = nil
	}
}

// rank orders sounds by gravity.
func rank(name string) int {
	switch name {
	case assets.SoundGrave:
		return 2
	case assets.SoundHigh:
		return 1
	}
	return 0
}

// start plays a sound, or what is spoken, on the device.
func start(device *oto.Context, i item) *oto.Player {
	player := device.NewPlayer(i.reader())
	_ = device.Resume() // a failure shows in device.Err at the next look
	player.Play()
	return player
}

// rest stops what plays and lets the device sleep, so that a silent terminal
// spends nothing on sound.
func rest(device *oto.Context, playing *oto.Player) {
	if playing != nil {
		playing.Pause()
	}
	if device != nil {
		_ = device.Suspend()
	}
}

// shared is the process's one sound context: the library allows no second one,
// also when the first failed.
var shared struct {
	sync.Mutex
	context *oto.Context
	ready   chan struct{}
}

// openDevice returns the process's sound context, opening it the first time that
// there is something to play on.
func openDevice(ctx context.Context) (*oto.Context, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.context == nil {
		if !devicePresent() {
			return nil, ErrNoDevice
		}
		device, ready, err := oto.NewContext(&oto.NewContextOptions{
			SampleRate: sounds.Rate, ChannelCount: 1, Format: oto.FormatSignedInt16LE,
		})
		if err != nil {
			return nil, fmt.Errorf("%w (%s)", ErrNoDevice, reason(err))
		}
		shared.context, shared.ready = device, ready
	}
	select {
	case <-shared.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := shared.context.Err(); err != nil {
		return nil, fmt.Errorf("%w (%s); start again when there is one", ErrNoDevice, reason(err))
	}
	return shared.context, nil
}
