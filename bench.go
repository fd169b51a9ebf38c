package main

import (
	"context"
	"fmt"

	"secondlook/app/plate"
	"secondlook/vision/bench"
)

// benchCommand has a command for each thing that is measured.
type benchCommand struct {
	Read   benchRead   `cmd:"" help:"How many plates of pictures whose truth is known are read right, and how fast."`
	Patrol benchPatrol `cmd:"" help:"How well this machine keeps up with cameras, and which plates it reads right, wrong and twice."`
	Redact benchRedact `cmd:"" help:"How many faces and other plates redaction leaves in pictures."`

	UI benchUI `cmd:"" name:"ui" help:"How fast the window draws cameras and alerts, and what that costs the pipeline."`

	Hotlist benchHotlist `cmd:"" help:"What a long hotlist costs: import, memory, matches, updates."`
}

type benchRead struct {
	Folder   string `arg:"" name:"dir" type:"existingdir" help:"Folder of pictures with a truth.csv: file,x,y,w,h,plate (pixels, one row a plate), or file,plate for crops."`
	Region   string `help:"Who issues the plates, where they do not say: CA-ON, US, EU, BR, …" placeholder:"CODE"`
	Crop     bool   `help:"Each picture is a plate, cut out."`
	Cores    int    `help:"Read so many pictures side by side, each on one core. The times are of wall clock and of finding and reading only, not of loading the picture." default:"1" placeholder:"N"`
	JSON     bool   `help:"Print one JSON object." name:"json"`
	Failures string `help:"Write the plates that were not read right to this file (CSV). It holds plates." type:"path" placeholder:"FILE"`
}

// Run measures reading.
func (b benchRead) Run(ctx context.Context, t *terminal) error {
	region, err := plate.ParseRegion(b.Region)
	if err != nil {
		return fmt.Errorf("--region: %w", err)
	}
	return bench.Read(ctx, t.out, bench.ReadOptions{Folder: b.Folder, Region: region, Crop: b.Crop, Cores: b.Cores, JSON: b.JSON, Failures: b.Failures, Problems: t.errs})
}

type benchRedact struct {
	Folder string `arg:"" name:"dir" type:"existingdir" help:"Folder of pictures. The surest plate of each is taken as the hit."`
	Width  int    `help:"Shrink wider pictures to this width first, in pixels, as is done with the pictures that are kept." default:"960" placeholder:"N"`
	JSON   bool   `help:"Print one JSON object." name:"json"`
	Out    string `help:"Write the redacted pictures to this folder. They hold plates." type:"existingdir" placeholder:"DIR"`
}

// Run measures redaction.
func (b benchRedact) Run(ctx context.Context, t *terminal) error {
	return bench.Redact(ctx, t.out, bench.RedactOptions{Folder: b.Folder, Width: b.Width, JSON: b.JSON, Out: b.Out, Problems: t.errs})
}
