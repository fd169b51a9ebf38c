package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"secondlook/app/patrol"
	"secondlook/vision/camera"
)

// Reel is generated street films as cameras, for measuring what else a terminal does
// while it reads: see [Patrol], which measures reading alone.
type Reel struct {
	folder  string
	films   []*film
	cameras []patrol.CameraSetting
	fps     int
	places  map[string]int
}

// NewReel draws films of a length in seconds, at least 20, which play round and round
// as so many cameras of 1280 by 720 pixels, 1 to 6. folder is where they are kept, a
// temporary one if empty; progress may be nil. Close it.
func NewReel(ctx context.Context, folder string, cameras, fps, seconds int, progress io.Writer) (*Reel, error) {
	if cameras < 1 || cameras > maxCameras {
		return nil, fmt.Errorf("cameras: from 1 to %d", maxCameras)
	}
	if fps < 1 || fps > 60 {
		return nil, fmt.Errorf("frames a second: from 1 to 60")
	}
	if progress == nil {
		progress = io.Discard
	}
	folder, err := os.MkdirTemp(folder, "secondlook-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the films: %w", err)
	}
	r := &Reel{folder: folder, fps: fps, places: map[string]int{}}
	if r.films, err = shootAll(ctx, folder, PatrolOptions{Cameras: cameras, Seconds: seconds, FPS: fps, Seed: 1, Progress: progress}); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	for i := range cameras {
		name := fmt.Sprintf("Camera %d", i+1)
		r.places[name] = i
		r.cameras = append(r.cameras, patrol.CameraSetting{Name: name, Source: name, Side: []string{"front-left", "front-right"}[i%2]})
	}
	return r, nil
}

// Cameras are the settings of the reel's cameras.
func (r *Reel) Cameras() []patrol.CameraSetting { return r.cameras }

// Open plays a camera from its beginning.
func (r *Reel) Open(s patrol.CameraSetting) (camera.Source, error) {
	i, ok := r.places[s.Name]
	if !ok {
		return nil, fmt.Errorf("open a film: no such camera")
	}
	return &player{film: r.films[i%len(r.films)], part: i / len(r.films) * 2, tally: newTally(1), camera: s.Name, fps: r.fps,
		until: time.Now().AddDate(1, 0, 0)}, nil
}

// Close removes the films.
func (r *Reel) Close() error { return os.RemoveAll(r.folder) }
