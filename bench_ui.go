package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"io"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"secondlook/platform/doctor"
	"secondlook/ui"
	"secondlook/vision/bench"
)

type benchUI struct {
	Tiles   int    `help:"How many cameras look at once, each with its tile, 1 to 6." default:"4" placeholder:"N"`
	Seconds int    `help:"How long they are drawn; the pipeline runs alone for as long again." default:"20" placeholder:"S"`
	FPS     int    `help:"Frames a second that each camera gives." default:"15" name:"fps" placeholder:"F"`
	Width   int    `help:"Width of the window." default:"1280" placeholder:"W"`
	Height  int    `help:"Height of the window." default:"800" placeholder:"H"`
	JSON    bool   `help:"Print one JSON object." name:"json"`
	Folder  string `help:"Keep the films here while they play, some hundred megabytes; without it, in the folder for temporary files." type:"existingdir" placeholder:"DIR"`
}

// Help explains the figures.
func (benchUI) Help() string {
	return `Opens the application's window on a terminal whose cameras are generated street films of 1280×720 pixels, with the whole pipeline behind it, and raises a hit every second. A display is needed (xvfb-run on a machine without one).

The pipeline runs without stopping in four parts of half the time each: without the window, with it, with it, without it. The films are as long as two parts, so that the same frames are read with and without. In every part the same hits are raised.

fps_per_tile counts pictures that were painted, of one tile, the mean of all, while the window is on screen.

main_ms_p50 and main_ms_p99 are for how long one painting of the window kept Fyne's goroutine, from its beginning until it was free for the next call, swapping buffers included.

alert_paint_ms_p99 is from when a hit was raised, which is when it is safe on disk, until its alert was painted.

pipeline_loss_pct is by how much fewer frames the pipeline read each second with the window than without. Frames that cannot be read in time are dropped, never reads.`
}

// uiFigures is what the command prints. Its JSON is a contract with those who measure.
type uiFigures struct {
	Tiles   int     `json:"tiles"`
	FPS     float64 `json:"fps_per_tile"`
	Main50  float64 `json:"main_ms_p50"`
	Main99  float64 `json:"main_ms_p99"`
	Alert99 float64 `json:"alert_paint_ms_p99"`
	Loss    float64 `json:"pipeline_loss_pct"`
	alerts  int
	read    [2]float64 // frames read a second, of all cameras: alone, and beside the window
	alert50 float64
}

// Run measures the window.
func (b benchUI) Run(ctx context.Context, t *terminal) error {
	if found, advice, ok := doctor.Display().Run(ctx); !ok {
		return fmt.Errorf("no window can be opened: %s: %s", found, advice)
	}
	if b.Seconds < 4 {
		return errors.New("seconds: 4 or more")
	}
	reel, err := bench.NewReel(ctx, b.Folder, b.Tiles, b.FPS, b.Seconds, t.errs)
	if err != nil {
		return err
	}
	defer reel.Close()
	folder, err := os.MkdirTemp("", "secondlook-bench-")
	if err != nil {
		return fmt.Errorf("make a folder for the store: %w", err)
	}
	defer os.RemoveAll(folder)
	s, err := newBenchStage(ctx, reel, filepath.Join(folder, storeFile), b.Seconds)
	if err != nil {
		return err
	}
	desktop := app.NewWithID("ca.secondlook.bench")
	open := func() *ui.UI {
		return ui.New(desktop, s.cruiser, ui.Options{Language: "en", Palette: "night", Width: float32(b.Width), Height: float32(b.Height), Painted: s.paint})
	}
	var figures uiFigures
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		figures, failed = s.measure(ctx, open, time.Duration(b.Seconds)*time.Second/2, t.errs)
		fyne.Do(desktop.Quit)
	}()
	desktop.Run()
	<-done
	if err := errors.Join(failed, s.close()); err != nil {
		return err
	}
	figures.Tiles = b.Tiles
	if b.JSON {
		return json.NewEncoder(t.out).Encode(figures)
	}
	return figures.table(t.out)
}

// table prints the figures for people.
func (f uiFigures) table(out io.Writer) error {
	_, err := fmt.Fprintf(out, `tiles                                     %8d
pictures painted a second, each tile      %8.1f
painting keeps the window, median         %8.1f ms
painting keeps the window, 99th of 100    %8.1f ms
hit raised to alert painted, median       %8.1f ms
hit raised to alert painted, 99th of 100  %8.1f ms
  of alerts                               %8d
frames read a second, alone               %8.1f
frames read a second, with the window     %8.1f
  loss                                    %8.1f %%
`, f.Tiles, f.FPS, f.Main50, f.Main99, f.alert50, f.Alert99, f.alerts, f.read[0], f.read[1], f.Loss)
	return err
}
