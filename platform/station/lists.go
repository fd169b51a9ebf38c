package station

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/hotlist"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
	"secondlook/platform/layoutfile"
)

// ErrNoList is returned for a list that is not in force.
var ErrNoList = errors.New("no such list is in force")

// List is a list as the station distributes it.
type List struct {
	Name      string    `json:"name"`
	Version   int       `json:"version"`
	Made      time.Time `json:"made"`
	Published time.Time `json:"published"`
	Withdrawn bool      `json:"withdrawn,omitempty"`
	Bytes     int       `json:"bytes"` // sealed
	// read is as of when the publisher read the file.
	read time.Time
}

// Metadata of a list's object beside [protocol.VersionKey], for the station only.
const (
	madeKey      = "made"
	withdrawnKey = "withdrawn"
	readKey      = "read"
)

// Published is a list as it was published.
type Published struct {
	Version int
	// Report says what cars will make of each row.
	Report hotlist.Report
	// Delta is what cars fetch that have the version before; nil where they fetch the
	// list, and NoDelta then says why.
	Delta   *Delta
	NoDelta string
}

// PublishList signs, seals and distributes a list's file, in one of the built-in
// layouts, in the place of its version before, and beside it what changed since. It
// returns [hotlist.ErrUnusable] for a file of which cars could use nothing, and
// [hotlist.ErrHeldBack] for one that looks cut off.
func (o *Operator) PublishList(ctx context.Context, name string, made time.Time, file []byte) (Published, error) {
	var p Published
	err := o.putList(ctx, name, func(old List, is shelf) (shift.ListFile, error) {
		switch {
		case name == hotlist.ManualList:
			return shift.ListFile{}, fmt.Errorf("the name %q is kept for manual entries", name)
		case len(bytes.TrimSpace(file)) == 0:
			return shift.ListFile{}, errors.New("the file is empty; to end a list, withdraw it")
		}
		layouts, err := layoutfile.BuiltIn()
		if err != nil {
			return shift.ListFile{}, err
		}
		p.Report, err = hotlist.Import(bytes.NewReader(file), layouts, hotlist.Options{FileName: name, Now: is.now}, func(hotlist.Entry) error { return nil })
		if err != nil {
			return shift.ListFile{}, err
		}
		next := shift.ListFile{Name: name, Version: old.Version + 1, Made: p.Report.MadeOr(made), Data: file}
		p.Version = next.Version
		p.Delta, p.NoDelta, err = is.putDelta(ctx, layouts, old, next)
		return next, err
	})
	if err != nil {
		return p, fmt.Errorf("publish list %q: %w", name, err)
	}
	return p, nil
}

// WithdrawList tells every car that a list is no longer in force. It returns
// [ErrNoList] where it is not.
func (o *Operator) WithdrawList(ctx context.Context, name string, now time.Time) (int, error) {
	var version int
	err := o.putList(ctx, name, func(old List, _ shelf) (shift.ListFile, error) {
		if old.Version == 0 || old.Withdrawn {
			return shift.ListFile{}, ErrNoList
		}
		version = old.Version + 1
		return shift.ListFile{Name: name, Version: version, Made: now, Withdrawn: true}, nil
	})
	if err != nil {
		return 0, fmt.Errorf("withdraw list %q: %w", name, err)
	}
	return version, nil
}

// shelf is where lists and deltas are put, and with which keys.
type shelf struct {
	lists, deltas jetstream.ObjectStore
	fleet         *protocol.FleetKey
	publishing    ed25519.PrivateKey
	now           time.Time
}

func (o *Operator) shelf(ctx context.Context) (s shelf, err error) {
	s.now = time.Now()
	if s.lists, err = o.js.ObjectStore(ctx, protocol.ListBucket); err != nil {
		return s, err
	}
	if s.deltas, err = o.js.ObjectStore(ctx, protocol.DeltaBucket); err != nil {
		return s, err
	}
	if s.fleet, err = o.folder.fleetKey(); err != nil {
		return s, err
	}
	s.publishing, err = o.folder.publishingKey()
	return s, err
}

// putList replaces a list by what next makes of the version before it; that is of
// version 0 where there was none.
func (o *Operator) putList(ctx context.Context, name string, next func(old List, is shelf) (shift.ListFile, error)) error {
	if err := protocol.CheckListName(name); err != nil {
		return err
	}
	// Versions grow by one: commands take turns.
	release, err := o.folder.lockLists(ctx)
	if err != nil {
		return err
	}
	defer release()
	s, err := o.shelf(ctx)
	if err != nil {
		return err
	}
	old, err := o.publishedList(ctx, name)
	if err != nil {
		return err
	}
	// One that a publication left behind that did not come to its list.
	err = s.deltas.Delete(ctx, protocol.DeltaName(name, old.Version+1))
	if err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
		return err
	}
	file, err := next(old, s)
	if err != nil {
		return err
	}
	size, err := s.put(ctx, file)
	if err != nil {
		return err
	}
	return s.dropDeltas(ctx, file.Name, file.Version, size)
}

// publishedList is a list as it stands in the object store, of version 0 where it does
// not. The object store itself would ask any replica.
func (o *Operator) publishedList(ctx context.Context, name string) (List, error) {
	m, err := o.newest(ctx, protocol.ListStream, protocol.ObjectHead(protocol.ListBucket, name))
	if err != nil || m == nil {
		return List{}, err
	}
	info := jetstream.ObjectInfo{}
	if err := json.Unmarshal(m.Data, &info); err != nil {
		return List{}, fmt.Errorf("description of the list: %w", err)
	}
	if info.Deleted {
		return List{}, nil
	}
	info.ModTime = m.Time
	return listed(&info), nil
}

// put seals and stores a list, and returns its size.
func (s shelf) put(ctx context.Context, file shift.ListFile) (size uint64, err error) {
	sealed, err := protocol.SealList(s.fleet, s.publishing, file)
	if err != nil {
		return 0, err
	}
	_, err = s.lists.Put(ctx, jetstream.ObjectMeta{Name: file.Name, Metadata: map[string]string{
		protocol.VersionKey: strconv.Itoa(file.Version),
		madeKey:             file.Made.UTC().Format(time.RFC3339),
		withdrawnKey:        strconv.FormatBool(file.Withdrawn),
		readKey:             s.now.UTC().Format(time.RFC3339Nano),
	}}, bytes.NewReader(sealed))
	return uint64(len(sealed)), err
}

// Lists returns every list, withdrawn ones too, by name.
func (o *Operator) Lists(ctx context.Context) ([]List, error) {
	store, err := o.js.ObjectStore(ctx, protocol.ListBucket)
	if err != nil {
		return nil, fmt.Errorf("read lists: %w", err)
	}
	infos, err := store.List(ctx)
	if err != nil && !errors.Is(err, jetstream.ErrNoObjectsFound) {
		return nil, fmt.Errorf("read lists: %w", err)
	}
	lists := []List{}
	for _, info := range infos {
		lists = append(lists, listed(info))
	}
	slices.SortFunc(lists, func(a, b List) int { return strings.Compare(a.Name, b.Name) })
	return lists, nil
}

func listed(info *jetstream.ObjectInfo) List {
	// What another program wrote there shows as version 0, made at no time.
	version, _ := strconv.Atoi(info.Metadata[protocol.VersionKey])
	made, _ := time.Parse(time.RFC3339, info.Metadata[madeKey])
	read, err := time.Parse(time.RFC3339Nano, info.Metadata[readKey])
	if err != nil {
		read = info.ModTime
	}
	return List{
		Name: info.Name, Version: version, Made: made, Published: info.ModTime,
		Withdrawn: info.Metadata[withdrawnKey] == "true", Bytes: int(info.Size), read: read,
	}
}
