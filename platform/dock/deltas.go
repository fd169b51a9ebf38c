package dock

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// deltas fetches what makes the list that the car has the one that the station
// offers. It returns none where a step is missing, or the list itself is smaller;
// [shift.ErrUntrusted] where a step is not as the station signed it.
func (l *link) deltas(ctx context.Context, list listObject, old shift.KeptList) ([]shift.ListDelta, error) {
	steps := list.version - old.Version
	if old.Whole || old.Version < 1 || steps < 1 || steps > protocol.MaxDeltas {
		return nil, nil
	}
	name, left := list.info.Name, list.info.Size
	heads := make([]jetstream.ObjectInfo, 0, steps)
	for version := old.Version + 1; version <= list.version; version++ {
		head, ok, err := l.deltaHead(ctx, name, version)
		if err != nil || !ok || head.Size >= left {
			return nil, err
		}
		left -= head.Size
		heads = append(heads, head)
	}
	deltas := make([]shift.ListDelta, 0, steps)
	for i, head := range heads {
		raw, err := l.object(ctx, protocol.DeltaBucket, head)
		if err != nil || uint64(len(raw)) != head.Size { // replaced meanwhile
			return nil, err
		}
		d, err := protocol.OpenDelta(l.id.Fleet, l.id.Publishing, name, old.Version+i, raw)
		if err != nil {
			return nil, fmt.Errorf("list %q: delta to version %d: %w", name, old.Version+i+1, err)
		}
		deltas = append(deltas, d)
	}
	return deltas, nil
}

// deltaHead returns the description of the delta that makes a list's version, and
// whether there is one. None of it is signed.
func (l *link) deltaHead(ctx context.Context, list string, version int) (info jetstream.ObjectInfo, ok bool, err error) {
	name := protocol.DeltaName(list, version)
	s, found, err := l.last(ctx, protocol.DeltaStream, protocol.ObjectHead(protocol.DeltaBucket, name))
	if err != nil || !found {
		return info, false, err
	}
	if json.Unmarshal(s.data, &info) != nil || info.Name != name {
		return info, false, fmt.Errorf("list %q: description of the delta to version %d: %w", list, version, shift.ErrUntrusted)
	}
	ok = !info.Deleted && info.Metadata[protocol.VersionKey] == strconv.Itoa(version)
	if ok && protocol.CheckName(info.NUID) != nil {
		return info, false, fmt.Errorf("list %q: description of the delta to version %d: %w", list, version, shift.ErrUntrusted)
	}
	return info, ok, nil
}
