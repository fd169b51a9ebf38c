package scenes

import (
	"context"
	"time"

	"secondlook/app/audit"
	"secondlook/app/notice"
	"secondlook/store"
)

// desk is a place to print: none, but for a folder.
type desk struct{}

func (desk) Ready() (bool, string) { return false, "/home/officer/Documents" }
func (desk) Print(_ context.Context, _ []notice.Driver, folder string) (string, error) {
	return folder + "/notice-2026-11-22-214708.pdf", nil
}

// vault is a store that can be full, and at which a scene can look on while it works.
type vault struct {
	*store.Store
	full   bool
	during func()
}

func (v *vault) Append(ctx context.Context, e audit.Event) error {
	if v.full {
		return audit.ErrFull
	}
	return v.Store.Append(ctx, e)
}

func (v *vault) Rekey(ctx context.Context, e audit.Event, tell func(done, total int64, left time.Duration)) error {
	if during := v.during; during != nil {
		v.during = nil
		tell(61_000_000, 160_000_000, 50*time.Second)
		during()
	}
	return v.Store.Rekey(ctx, e, tell)
}
