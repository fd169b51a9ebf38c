package station

import (
	"bytes"
	"context"
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
}

// Metadata of a list's object beside [protocol.VersionKey], for showing only.
const (
	madeKey      = "made"
	withdrawnKey = "withdrawn"
)

// PublishList signs, seals and distributes a list's file, in one of the built-in
// layouts, in the place of its
// version before, and returns the new version and what cars will make of each
// row. It returns [hotlist.ErrUnusable] for a file of which they could use nothing,
// and [hotlist.ErrHeldBack] for one that looks cut off.
func (o *Operator) PublishList(ctx context.Context, name string, made time.Time, file []byte) (int, hotlist.Report, error) {
	var report hotlist.Report
	version, err := o.putList(ctx, name, func(List, bool) (shift.ListFile, error) {
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
		report, err = hotlist.Import(bytes.NewReader(file), layouts, hotlist.Options{}, func(hotlist.Entry) error { return nil })
		if err != nil {
			return shift.ListFile{}, err
		}
		return shift.ListFile{Made: report.MadeOr(made), Data: file}, nil
	})
	if err != nil {
		return 0, report, fmt.Errorf("publish list %q: %w", name, err)
	}
	return version, report, nil
}

// WithdrawList tells every car that a list is no longer in force. It returns
// [ErrNoList] where it is not.
func (o *Operator) WithdrawList(ctx context.Context, name string, now time.Time) (int, error) {
	version, err := o.putList(ctx, name, func(old List, ok bool) (shift.ListFile, error) {
		if !ok || old.Withdrawn {
			return shift.ListFile{}, ErrNoList
		}
		return shift.ListFile{Made: now, Withdrawn: true}, nil
	})
	if err != nil {
		return 0, fmt.Errorf("withdraw list %q: %w", name, err)
	}
	return version, nil
}

// putList replaces a list by what next makes of the version before it.
func (o *Operator) putList(ctx context.Context, name string, next func(old List, ok bool) (shift.ListFile, error)) (int, error) {
	if err := protocol.CheckListName(name); err != nil {
		return 0, err
	}
	// Versions grow by one: commands take turns.
	release, err := o.folder.lockLists(ctx)
	if err != nil {
		return 0, err
	}
	defer release()
	store, err := o.js.ObjectStore(ctx, protocol.ListBucket)
	if err != nil {
		return 0, err
	}
	info, err := store.GetInfo(ctx, name)
	if err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
		return 0, err
	}
	var old List
	if info != nil {
		old = listed(info)
	}
	file, err := next(old, info != nil)
	if err != nil {
		return 0, err
	}
	file.Name, file.Version = name, old.Version+1
	return file.Version, o.seal(ctx, store, file)
}

func (o *Operator) seal(ctx context.Context, store jetstream.ObjectStore, file shift.ListFile) error {
	fleet, err := o.folder.fleetKey()
	if err != nil {
		return err
	}
	publishing, err := o.folder.publishingKey()
	if err != nil {
		return err
	}
	sealed, err := protocol.SealList(fleet, publishing, file)
	if err != nil {
		return err
	}
	_, err = store.Put(ctx, jetstream.ObjectMeta{Name: file.Name, Metadata: map[string]string{
		protocol.VersionKey: strconv.Itoa(file.Version),
		madeKey:             file.Made.UTC().Format(time.RFC3339),
		withdrawnKey:        strconv.FormatBool(file.Withdrawn),
	}}, bytes.NewReader(sealed))
	return err
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
	return List{
		Name: info.Name, Version: version, Made: made, Published: info.ModTime,
		Withdrawn: info.Metadata[withdrawnKey] == "true", Bytes: int(info.Size),
	}
}
