package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/patrol"
	"secondlook/app/shift"
	"secondlook/app/training"
	"secondlook/platform/dock"
	"secondlook/platform/doctor"
	"secondlook/platform/keys"
	"secondlook/platform/layoutfile"
	"secondlook/platform/position"
	"secondlook/platform/print"
	"secondlook/store"
	"secondlook/ui"
	"secondlook/vision"
	"secondlook/vision/scene"
)

// window is the application with its window, on patrol or in training.
type window struct {
	policy   string
	store    string
	log      *slog.Logger
	scenario *training.Scenario // nil on patrol
	language string             // of the demo
	demo     []string           // the command that starts the demo from here
}

// run builds the parts, shows the window and takes all apart when it is closed.
func (w window) run(ctx context.Context) (err error) {
	if found, advice, ok := doctor.Display().Run(ctx); !ok {
		return fmt.Errorf("no window can be opened: %s: %s", found, advice)
	}
	pack, err := loadPack(w.policy)
	if err != nil {
		return err
	}
	kept, err := store.Open(w.store, store.Options{})
	if errors.Is(err, store.ErrDamaged) {
		w.log.Error("the store is damaged")
		w.sayDamaged(ctx)
	}
	if err != nil {
		return err
	}
	sweeper := patrol.NewSweeper()
	defer sweeper.Close()
	options := vision.Options{Forgotten: sweeper.Ask}
	var receiver position.Receiver
	var player *scene.Player
	if w.scenario != nil {
		if player, err = scene.NewPlayer(w.scenario, nil); err != nil {
			return errors.Join(err, kept.Close())
		}
		options.Open, receiver.Script = player.Open, player.Speed
	}
	eyes, err := vision.New(options)
	if err != nil {
		return errors.Join(err, kept.Close())
	}
	calls := newSignals(w.log, w.language, w.scenario != nil)
	parts := cruiser.Parts{Store: kept, Vision: eyes, Pack: pack, Packs: packs, Signals: calls, Sweeper: sweeper, Log: w.log, Training: w.scenario != nil, Lasting: w.scenario == nil}
	if player != nil {
		if parts.Stage, err = newStage(player); err != nil {
			return errors.Join(err, eyes.Close(), calls.Close(), kept.Close())
		}
	}
	parts.Machine, parts.Printer = doctor.Car{Folder: filepath.Dir(w.store)}, print.Printer{Training: w.scenario != nil}
	parts.Locator = receiver
	if parts.Layouts, err = layoutfile.BuiltIn(); err != nil {
		return errors.Join(err, eyes.Close(), calls.Close(), kept.Close())
	}
	if w.scenario == nil {
		name, err := kept.MachineKeyName()
		if err != nil {
			return errors.Join(err, eyes.Close(), calls.Close(), kept.Close())
		}
		parts.Keys = keys.Slot{Name: name}
		parts.Dock = func(bundle []byte) (shift.Dock, error) { return dock.New(bundle) }
	}
	c, err := cruiser.New(parts)
	if err != nil {
		return errors.Join(err, eyes.Close(), kept.Close())
	}
	defer func() { err = errors.Join(err, c.Close(), eyes.Close(), calls.Close()) }()
	if w.scenario != nil {
		if err := w.begin(ctx, c); err != nil {
			return err
		}
	}
	desktop := app.NewWithID("ca.secondlook.cruiser")
	var screens *ui.UI
	leave := func() {
		screens.Stop() // before Fyne's loop ends: a worker that hops to it later panics
		fyne.Do(desktop.Quit)
	}
	screens = ui.New(desktop, c, ui.Options{Language: w.language, StartDemo: func() {
		if err := startDemo(w.demo); err != nil {
			w.log.Error("start the demo", "error", err)
			return
		}
		go leave() // the workers may still wait for this goroutine's own hop
	}})
	calls.focused.Store(ptr(screens.Focused))
	screens.Show()
	// Beside the window: the key store of the machine may take its time to answer.
	resuming, resumed := context.WithCancel(ctx)
	var resume sync.WaitGroup
	resume.Go(func() {
		if _, err := c.Resume(resuming); err != nil {
			w.log.Error("go on with the patrol after a restart", "error", err)
		}
	})
	defer func() { resumed(); resume.Wait() }()
	defer context.AfterFunc(ctx, leave)()
	desktop.Run()
	screens.Stop()
	return nil
}

// sayDamaged shows that the store is damaged, until the window is closed.
func (w window) sayDamaged(ctx context.Context) {
	desktop := app.NewWithID("ca.secondlook.cruiser")
	page := ui.NewDamaged(desktop, w.language, w.recover, desktop.Quit)
	page.Show()
	defer context.AfterFunc(ctx, func() {
		page.Stop() // before Fyne's loop ends
		fyne.Do(desktop.Quit)
	})()
	desktop.Run()
	page.Stop()
}

// recover does what the command "store recover" does, for the window.
func (w window) recover(ctx context.Context, badge access.Badge, proof access.Proof, tell func(done, total int64)) (ui.Recovered, error) {
	r, err := recoverStore(ctx, w.store, "", badge, proof, tell)
	if err != nil {
		w.log.Error("recover the store", "error", err)
	}
	return ui.Recovered{Kept: r.Kept, Doubtful: r.Doubtful, Hits: r.Lost, Pictures: r.Pictures, Missing: r.Missing, More: r.More, SetAside: filepath.Base(r.SetAside)}, err
}

// begin signs a trainee in and starts the scripted patrol.
func (w window) begin(ctx context.Context, c *cruiser.Cruiser) error {
	err := c.SetUp(ctx, cruiser.FirstPerson{Terminal: "Training", Service: "Training", Name: "Trainee", Badge: cruiser.TraineeBadge,
		Secret: cruiser.TraineeSecret, Roles: []access.Role{access.Patrol, access.Supervisor}})
	if err != nil {
		return err
	}
	if w.language != "" {
		s := c.Settings()
		s.Language = w.language
		if err := c.ChangeSettings(ctx, s, "language of the demo"); err != nil {
			return err
		}
	}
	if err := c.BeginTraining(ctx, w.scenario); err != nil {
		return err
	}
	return c.StartPatrol(ctx)
}
