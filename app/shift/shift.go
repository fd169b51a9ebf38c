// Package shift is one tour of duty: its deployment record (FL 2d, 5e), its
// statistics without personal information (IPC, Reviews), and the sync at the
// station dock that ends it.
package shift

import (
	"context"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
)

// Deployment documents one use of the system.
type Deployment struct {
	ID         string
	Terminal   string
	Officer    access.Officer
	Start, End time.Time // End is zero while it runs
	// Authority says who authorised the deployment.
	Authority  string
	Area       string
	Cameras    []string
	Exceptions string
	Statistics Statistics
}

// Statistics are counts only.
type Statistics struct {
	Reads, NonHits  uint64
	HitsByCategory  map[string]uint64
	Verdicts        map[hit.State]uint64 // every verdict given, destroyed hits included
	NoticesGiven    uint64
	NoticesNotGiven uint64
	NoStops         uint64
	FramesDropped   uint64
	Frames          uint64
	EntriesProposed uint64
	EntriesReported uint64 // as looking wrong
	Searches        uint64
}

// Add sums another shift's counts into s.
func (s *Statistics) Add(o Statistics) {
	s.Reads += o.Reads
	s.NonHits += o.NonHits
	s.NoticesGiven += o.NoticesGiven
	s.NoticesNotGiven += o.NoticesNotGiven
	s.NoStops += o.NoStops
	s.FramesDropped += o.FramesDropped
	s.Frames += o.Frames
	s.EntriesProposed += o.EntriesProposed
	s.EntriesReported += o.EntriesReported
	s.Searches += o.Searches
	for k, n := range o.HitsByCategory {
		s.CountHit(k, n)
	}
	for k, n := range o.Verdicts {
		s.CountVerdict(k, n)
	}
}

// CountHit adds n hits of a category.
func (s *Statistics) CountHit(category string, n uint64) {
	if s.HitsByCategory == nil {
		s.HitsByCategory = map[string]uint64{}
	}
	s.HitsByCategory[category] += n
}

// CountVerdict adds n verdicts.
func (s *Statistics) CountVerdict(v hit.State, n uint64) {
	if s.Verdicts == nil {
		s.Verdicts = map[hit.State]uint64{}
	}
	s.Verdicts[v] += n
}

// Store keeps deployments. Package store satisfies it.
type Store interface {
	// PutDeployment adds or replaces a deployment.
	PutDeployment(ctx context.Context, d Deployment, e audit.Event) error
	// Deployments returns every deployment in the car, oldest first.
	Deployments(ctx context.Context) ([]Deployment, error)
	// DropDeployment removes one that the station has acknowledged.
	DropDeployment(ctx context.Context, id string, e audit.Event) error
}
