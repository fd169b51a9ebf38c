package station

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/hotlist"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// Delta is what was distributed for cars that have a list's version before.
type Delta struct {
	Added, Changed, Removed int // entries
	Bytes                   int // sealed
}

// errNoSmaller ends a delta that has grown as large as its list.
var errNoSmaller = errors.New("so much changed that the list itself is less to fetch")

// putDelta seals and stores what changed since the version before; it says why
// where there is nothing to store. It comes before the list, so that a car that sees
// the list finds it.
func (s shelf) putDelta(ctx context.Context, layouts []hotlist.Layout, old List, next shift.ListFile) (*Delta, string, error) {
	if old.Version == 0 || old.Withdrawn {
		return nil, "there was no version in force before", nil
	}
	before, err := s.open(ctx, old.Name)
	if err != nil {
		return nil, fmt.Sprintf("the version before cannot be read (%v)", err), nil
	}
	if before.Version != old.Version {
		return nil, "the version before cannot be read (a server has not caught up)", nil
	}
	content := bounded{most: len(next.Data)}
	found, err := hotlist.Compare(&content, layouts,
		hotlist.Version{File: before.Data, Name: next.Name, Read: old.read}, hotlist.Version{File: next.Data, Name: next.Name, Read: s.now})
	switch {
	case errors.Is(err, errNoSmaller):
		return nil, errNoSmaller.Error(), nil
	case err != nil:
		return nil, err.Error(), nil
	}
	reading, err := hotlist.Reading(layouts)
	if err != nil {
		return nil, "", err
	}
	sealed, err := protocol.SealDelta(s.fleet, s.publishing, shift.ListDelta{
		Name: next.Name, From: before.Version, Version: next.Version, Made: next.Made,
		Source: found.Source, Contact: found.Contact, Reading: reading, Data: content.Bytes(),
	})
	if err != nil {
		return nil, "", err
	}
	if len(sealed) >= len(next.Data) {
		return nil, errNoSmaller.Error(), nil
	}
	_, err = s.deltas.Put(ctx, jetstream.ObjectMeta{Name: protocol.DeltaName(next.Name, next.Version),
		Metadata: map[string]string{protocol.VersionKey: strconv.Itoa(next.Version)}}, bytes.NewReader(sealed))
	return &Delta{Added: found.Added, Changed: found.Changed, Removed: found.Removed, Bytes: len(sealed)}, "", err
}

// open reads a list back, as a car would.
func (s shelf) open(ctx context.Context, name string) (shift.ListFile, error) {
	raw, err := s.lists.GetBytes(ctx, name)
	if err != nil {
		return shift.ListFile{}, err
	}
	return protocol.OpenList(s.fleet, s.publishing.Public().(ed25519.PublicKey), name, raw)
}

// dropDeltas removes the deltas of a list that no car needs: those from which no
// whole chain leads to the newest version, and those with which the chain would be
// no smaller than the list.
func (s shelf) dropDeltas(ctx context.Context, name string, newest int, list uint64) error {
	left, whole := list, true
	for version := newest; version > 0 && version > newest-protocol.MaxDeltas; version-- {
		object := protocol.DeltaName(name, version)
		info, err := s.deltas.GetInfo(ctx, object)
		if errors.Is(err, jetstream.ErrObjectNotFound) {
			whole = false
			continue
		}
		if err != nil {
			return err
		}
		whole = whole && info.Metadata[protocol.VersionKey] == strconv.Itoa(version) && info.Size < left
		if whole {
			left -= info.Size
			continue
		}
		if err := s.deltas.Delete(ctx, object); err != nil {
			return err
		}
	}
	return nil
}

// bounded takes what is smaller than a list.
type bounded struct {
	bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > b.most {
		return 0, errNoSmaller
	}
	return b.Buffer.Write(p)
}
