package cruiser

import (
	"context"
	"strings"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// Recovery says which recovery code this terminal has, to an administrator; its time
// is zero for none. Until there is one, a terminal whose only administrator forgets
// their PIN cannot be brought back.
func (c *Cruiser) Recovery(ctx context.Context) (access.Recovery, error) {
	if _, err := c.looker(access.ActPeople); err != nil {
		return access.Recovery{}, err
	}
	return c.store.Recovery(ctx)
}

// MakeRecovery makes a recovery code and ends the one before. It is shown once and
// kept on paper in the station's safe.
func (c *Cruiser) MakeRecovery(ctx context.Context) (access.RecoveryCode, access.Recovery, error) {
	if _, err := c.permit(ctx, access.ActPeople); err != nil {
		return "", access.Recovery{}, err
	}
	return c.store.MakeRecovery(ctx, func(name string) audit.Event { return c.event(audit.RecoveryMade, name) })
}

// Recover gives the administrator of a badge a first PIN for the recovery code that
// somebody typed, and releases the badge. It signs nobody in. It returns a
// [access.MistypedError], [access.ErrBadRecovery], [access.ErrLockedOut],
// [access.ErrNotAdministrator] or [access.ErrWeakSecret].
func (c *Cruiser) Recover(ctx context.Context, typed string, badge access.Badge, first string) error {
	code, err := access.ParseRecoveryCode(typed)
	if err != nil {
		return err
	}
	badge = access.Badge(strings.TrimSpace(string(badge)))
	return c.store.Recover(ctx, code, badge, first, func(name, id string) audit.Event {
		e := c.system(audit.RecoveryUsed, id)
		e.Detail = map[string]string{"slot": name}
		return e
	})
}
