package cruiser

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"secondlook/app/shift"
)

// Line is how the lasting connection to the station is.
type Line int

const (
	// LineOff: nobody is signed in, or the terminal is enrolled nowhere.
	LineOff Line = iota
	// LineLost: the station does not answer; it is tried again and again.
	LineLost
	// LineUp: what the station distributes arrives at once.
	LineUp
	// LineRefused: the station does not accept this terminal's credential.
	LineRefused
)

const (
	// A lost line is tried again after firstTry, then after twice as long each time, up
	// to longestTry; one that was refused, after refusedTry.
	firstTry   = time.Second
	longestTry = time.Minute
	refusedTry = 10 * time.Minute
)

var (
	// errOver is returned when the session ended, or another bundle is in force.
	errOver = errors.New("the terminal belongs to another station, or to none")
	// errStirred ends a wait because something changed on this terminal.
	errStirred = errors.New("something changed here")
	// errAgain is returned when everything has to be looked at again.
	errAgain = errors.New("look at everything again")
)

// Line returns how the lasting connection to the station is.
func (c *Cruiser) Line() Line {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.line
}

func (c *Cruiser) setLine(l Line) {
	c.mu.Lock()
	changed := c.line != l
	c.line = l
	c.mu.Unlock()
	if changed {
		c.tell(LineChanged, ProblemChanged)
	}
}

// attendant holds the lasting connection to one station.
type attendant struct {
	c       *Cruiser
	bundle  string
	dock    shift.Dock
	stirred <-chan struct{}

	in *intake
	// news is what of the station's news was not taken in yet.
	news shift.News
	// lifted is set when some of it was only acted upon, under a lock, and seen is what
	// of each list.
	lifted bool
	seen   map[string]shift.KeptList
}

// stayConnected holds a connection to the station that the terminal is enrolled at until
// its context ends. It works under a lock too, see [attendant.lift]. Records do not
// travel over it: they wait for a sync.
func (c *Cruiser) stayConnected(ctx context.Context) {
	stirred := make(chan struct{}, 1)
	defer c.Subscribe(func(t Topic) {
		if t == EntriesChanged || t == SettingsChanged || t == SessionChanged {
			select {
			case stirred <- struct{}{}:
			default:
			}
		}
	})()
	defer c.index.Settle()
	defer c.setLine(LineOff)
	for ctx.Err() == nil {
		a := attendant{c: c, bundle: string(c.Settings().Bundle), stirred: stirred, in: newIntake()}
		var err error
		if a.dock, err = c.dock(); err == nil {
			a.attend(ctx)
			continue
		}
		c.setLine(LineOff)
		select {
		case <-stirred:
		case <-ctx.Done():
		}
	}
}

// attend connects again and again until the context ends or the bundle is another.
func (a *attendant) attend(ctx context.Context) {
	for wait := firstTry; ; {
		err := a.connection(ctx, func() { wait = firstTry })
		switch {
		case ctx.Err() != nil, errors.Is(err, errOver):
			return
		case errors.Is(err, errAgain):
			continue
		case errors.Is(err, shift.ErrRefused):
			a.c.setLine(LineRefused)
			wait = refusedTry
		default:
			a.c.setLine(LineLost)
		}
		a.c.log.Info("no line to the station", "error", err)
		pause := time.NewTimer(jittered(wait))
		select {
		case <-pause.C:
		case <-a.stirred:
		case <-ctx.Done():
		}
		pause.Stop()
		if ctx.Err() != nil || a.over() {
			return
		}
		wait = min(2*wait, longestTry)
	}
}

// jittered is a time between half of one and all of it: cars that lost their station
// together do not come back together.
func jittered(d time.Duration) time.Duration {
	var b [1]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return d/2 + d/2*time.Duration(b[0])/255
}

// over reports whether the terminal has another bundle now.
func (a *attendant) over() bool { return string(a.c.Settings().Bundle) != a.bundle }

// connection takes in what arrives over one connection until it ends. well is called
// when everything was looked at once.
func (a *attendant) connection(ctx context.Context, well func()) error {
	link, err := a.dock.Connect(ctx)
	if err != nil {
		return err
	}
	defer link.Close()
	for {
		news, err := a.await(ctx, link)
		switch {
		case err != nil:
			return err
		case a.over():
			return errOver
		}
		a.news = a.news.And(news)
		if err := a.take(ctx, link); err != nil {
			return err
		}
		well()
		a.c.setLine(LineUp)
	}
}

// await waits for the station's news, or for a change on this terminal.
func (a *attendant) await(ctx context.Context, link shift.Link) (shift.News, error) {
	waiting, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		select {
		case <-a.stirred:
			stop(errStirred)
		case <-waiting.Done():
		}
	}()
	news, err := link.Await(waiting)
	stop(nil)
	<-heard
	if err != nil && errors.Is(context.Cause(waiting), errStirred) {
		return shift.News{}, nil
	}
	return news, err
}

// take takes in what there is news of. It returns an error where the line is broken:
// whatever else stands in the way is on record or in the log, and the line holds.
func (a *attendant) take(ctx context.Context, link shift.Link) error {
	c := a.c
	defer c.keepOpen(ctx)()
	if c.closed() {
		return a.lift(ctx, link)
	}
	if a.lifted {
		a.lifted, a.seen = false, nil
		return errAgain
	}
	before := a.in.summary
	if a.news == shift.Everything {
		if _, err := c.askStation(ctx, link); err != nil {
			return err
		}
	}
	err := c.receive(ctx, a.dock, link, a.in, a.news)
	if a.in.summary.Entries != before.Entries {
		c.tell(EntriesChanged)
	}
	if errors.Is(err, shift.ErrNoAnswer) || errors.Is(err, shift.ErrRefused) || ctx.Err() != nil {
		return err
	}
	if err != nil {
		c.log.Warn("take in what the station distributes", "error", err)
	}
	a.news = shift.News{}
	c.index.Settle() // what was lifted under a lock is gone, or stays for good reason
	return nil
}
