package main

import (
	"context"

	"secondlook/vision/bench"
)

type benchPatrol struct {
	Cameras int    `help:"How many cameras look at once, 1 to 6." default:"2" placeholder:"N"`
	Seconds int    `help:"How long they look." default:"60" placeholder:"S"`
	FPS     int    `help:"Frames a second that each camera gives." default:"15" name:"fps" placeholder:"F"`
	Workers int    `help:"Frames read side by side; without it, one for each core." placeholder:"N"`
	Seed    int64  `help:"Plates, cars, speeds and lights of the films." default:"1" placeholder:"N"`
	Patient bool   `help:"Each camera waits until its frame was looked at: what is read is then the same on any machine, and the times mean nothing."`
	JSON    bool   `help:"Print one JSON object." name:"json"`
	Folder  string `help:"Keep the films here while they play, some hundred megabytes; without it, in the folder for temporary files." type:"existingdir" placeholder:"DIR"`
}

// Help explains the figures.
func (benchPatrol) Help() string {
	return `Plays generated street films of 1280×720 pixels as so many cameras, without a window, and compares what is read with what is shown. The films are drawn before the clock starts; playing them costs what the picture stream of a USB camera costs.

fps_in and fps_read are of one camera, the mean of all: frames that it gave a second, and frames that were looked at. A frame that is not looked at was dropped because newer ones had come.

latency_ms_p50 and latency_ms_p99 are over all frames looked at, from a frame's capture until what it showed had been handed on.

plates_shown counts plates that were whole and at least 70 pixels wide in 8 frames or more; a car that comes again counts again. plates_read_wrong counts every read that no plate in view at the time has, however small; duplicates are reads of a plate that had been read.

rss_growth_mb is how much the memory of the process grew after the first quarter of the run.`
}

// Run measures a patrol.
func (b benchPatrol) Run(ctx context.Context, t *terminal) error {
	return bench.Patrol(ctx, t.out, bench.PatrolOptions{Cameras: b.Cameras, Seconds: b.Seconds, FPS: b.FPS, Workers: b.Workers,
		Seed: b.Seed, Patient: b.Patient, JSON: b.JSON, Folder: b.Folder, Progress: t.errs})
}
