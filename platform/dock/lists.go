package dock

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// replacedTries is how often a list is fetched again because the station
// replaced it while it was being read.
const replacedTries = 3

// maxLists bounds what a station may offer.
const maxLists = 256

// Lists returns the lists whose version is newer than have's, by name: as deltas
// where the station has every one since, else whole. A list that is unsigned,
// changed, signed for another name, or older than have's is left out, a delta that
// is has the list come whole, and the error then wraps [shift.ErrUntrusted] beside
// the lists that are good.
func (l *link) Lists(ctx context.Context, have map[string]shift.KeptList) ([]shift.ListFile, error) {
	ctx, done := l.call(ctx)
	defer done()
	var heads []listObject
	var untrusted []error
	err := l.walk(ctx, protocol.ListStream, protocol.ListHeads, func(s stored) error {
		o, err := parseListObject(s)
		switch {
		case err != nil:
			untrusted = append(untrusted, err)
		case !o.info.Deleted:
			heads = append(heads, o)
		}
		if len(heads)+len(untrusted) > maxLists {
			return fmt.Errorf("%w: more than %d lists", shift.ErrUntrusted, maxLists)
		}
		return nil
	})
	if err != nil {
		return nil, l.listsError(ctx, err)
	}
	var lists []shift.ListFile
	for _, head := range heads {
		file, err := l.update(ctx, head, have[head.info.Name])
		if err != nil && !errors.Is(err, shift.ErrUntrusted) {
			return nil, l.listsError(ctx, err)
		}
		if err != nil {
			untrusted = append(untrusted, err)
		}
		if file != nil {
			lists = append(lists, *file)
		}
	}
	slices.SortFunc(lists, func(a, b shift.ListFile) int { return strings.Compare(a.Name, b.Name) })
	return lists, errors.Join(untrusted...)
}

func (l *link) listsError(ctx context.Context, err error) error {
	if errors.Is(err, shift.ErrUntrusted) {
		return err
	}
	return l.failure(ctx, "fetch lists", err)
}

// listObject is a list's description in the object store. None of it is signed:
// it says what to fetch, and the list itself what to believe.
type listObject struct {
	subject string
	info    jetstream.ObjectInfo
	version int
}

func parseListObject(s stored) (listObject, error) {
	o := listObject{subject: s.subject}
	if json.Unmarshal(s.data, &o.info) != nil || protocol.CheckListName(o.info.Name) != nil {
		return o, fmt.Errorf("a list without a name: %w", shift.ErrUntrusted)
	}
	if o.info.Deleted {
		return o, nil
	}
	version, err := strconv.Atoi(o.info.Metadata[protocol.VersionKey])
	if err != nil || protocol.CheckName(o.info.NUID) != nil || o.info.Size > protocol.MaxList+protocol.ListOverhead {
		return o, fmt.Errorf("list %q: description: %w", o.info.Name, shift.ErrUntrusted)
	}
	o.version = version
	return o, nil
}

// update fetches what is new of one list; it returns nil for one that the car has
// already. The error wraps [shift.ErrUntrusted], beside the whole list, where a
// delta was refused.
func (l *link) update(ctx context.Context, o listObject, old shift.KeptList) (*shift.ListFile, error) {
	deltas, refused := l.deltas(ctx, o, old)
	if refused != nil && !errors.Is(refused, shift.ErrUntrusted) {
		return nil, refused
	}
	if n := len(deltas); n > 0 {
		last := deltas[n-1]
		return &shift.ListFile{Name: last.Name, Version: last.Version, Made: last.Made, Deltas: deltas}, nil
	}
	file, err := l.list(ctx, o, old.Version)
	if err != nil && !errors.Is(err, shift.ErrUntrusted) {
		return nil, err
	}
	return file, errors.Join(refused, err)
}

// list fetches one list whole; it returns nil for one that the car has already.
func (l *link) list(ctx context.Context, o listObject, old int) (*shift.ListFile, error) {
	name := o.info.Name
	for range replacedTries {
		if o.version == old {
			return nil, nil
		}
		if o.version < old {
			return nil, fmt.Errorf("list %q: version %d is older than version %d in this car: %w", name, o.version, old, errOlder)
		}
		raw, err := l.object(ctx, protocol.ListBucket, o.info)
		if err != nil {
			return nil, err
		}
		if uint64(len(raw)) == o.info.Size {
			return l.open(name, old, raw)
		}
		s, ok, err := l.last(ctx, protocol.ListStream, o.subject)
		if err != nil || !ok {
			return nil, err
		}
		if o, err = parseListObject(s); err != nil {
			return nil, err
		}
		if o.info.Deleted || o.info.Name != name {
			return nil, nil
		}
	}
	return nil, fmt.Errorf("%w: list %q arrived incomplete", shift.ErrNoAnswer, name)
}

func (l *link) open(name string, old int, raw []byte) (*shift.ListFile, error) {
	file, err := protocol.OpenList(l.id.Fleet, l.id.Publishing, name, raw)
	if err != nil {
		return nil, fmt.Errorf("list %q: %w", name, err)
	}
	if file.Version <= old {
		return nil, fmt.Errorf("list %q: an older version was put in the newer one's place: %w", name, shift.ErrUntrusted)
	}
	return &file, nil
}

// object reads the chunks of a bucket's object, at most as many bytes as it should
// have.
func (l *link) object(ctx context.Context, bucket string, info jetstream.ObjectInfo) ([]byte, error) {
	var all bytes.Buffer
	tooMuch := errors.New("more than announced")
	err := l.walk(ctx, protocol.ObjectStream(bucket), protocol.ObjectChunks(bucket, info.NUID), func(s stored) error {
		if uint64(all.Len()+len(s.data)) > info.Size {
			return tooMuch
		}
		all.Write(s.data)
		return nil
	})
	if errors.Is(err, tooMuch) {
		return nil, fmt.Errorf("list %q: larger than announced: %w", info.Name, shift.ErrUntrusted)
	}
	return all.Bytes(), err
}
