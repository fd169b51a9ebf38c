package station

import (
	"context"
	"crypto/ed25519"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"secondlook/app/access"
	"secondlook/platform/dock/protocol"
)

// ErrRosterFile is returned for a roster's file that cannot be used; the error names
// the line and the column, never what stands there.
var ErrRosterFile = errors.New("not a usable roster file")

// rosterColumns are those of a roster's file; the first four must be there.
var rosterColumns = []string{"id", "name", "badge", "roles", "trained", "course", "second_factor"}

// ReadRoster reads a roster's file: CSV in UTF-8 with the columns id, name, badge,
// roles (with blanks between them) and, if known, trained (as 2026-11-22), course and
// second_factor (yes or no), in any order.
func ReadRoster(r io.Reader) ([]access.Listed, error) {
	in := csv.NewReader(r)
	in.TrimLeadingSpace = true
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("%w: line 1 has no columns", ErrRosterFile)
	}
	at := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
		if _, twice := at[name]; twice || !slices.Contains(rosterColumns, name) {
			return nil, fmt.Errorf("%w: line 1: column %d is unknown or stands twice; the columns are %s", ErrRosterFile, i+1, strings.Join(rosterColumns, ", "))
		}
		at[name] = i
	}
	for _, name := range rosterColumns[:4] {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("%w: line 1: column %s is missing", ErrRosterFile, name)
		}
	}
	var people []access.Listed
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(people) == access.MaxListed {
			return nil, fmt.Errorf("%w: the row after person %d", ErrRosterFile, len(people))
		}
		field := func(name string) string {
			if i, ok := at[name]; ok {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		p, column := listedOf(field)
		if column != "" {
			line, _ := in.FieldPos(0)
			return nil, fmt.Errorf("%w: line %d, column %s", ErrRosterFile, line, column)
		}
		people = append(people, p)
	}
	if err := (access.Roster{People: people}).Validate(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRosterFile, err)
	}
	return people, nil
}

// listedOf reads one row; column names the one that cannot be read.
func listedOf(field func(string) string) (p access.Listed, column string) {
	p = access.Listed{ID: field("id"), Name: access.Name(field("name")), Badge: access.Badge(field("badge")), Course: field("course")}
	for _, r := range strings.Fields(strings.ToLower(field("roles"))) {
		if !slices.Contains(access.Roles, access.Role(r)) || slices.Contains(p.Roles, access.Role(r)) {
			return p, "roles"
		}
		p.Roles = append(p.Roles, access.Role(r))
	}
	if trained := field("trained"); trained != "" {
		var err error
		if p.TrainedOn, err = time.Parse(time.DateOnly, trained); err != nil {
			return p, "trained"
		}
	}
	switch strings.ToLower(field("second_factor")) {
	case "", "no":
	case "yes":
		p.SecondFactor = true
	default:
		return p, "second_factor"
	}
	return p, ""
}

// PublishRoster signs, seals and distributes a roster in the place of the one before,
// and returns its version.
func (o *Operator) PublishRoster(ctx context.Context, people []access.Listed, made time.Time) (int, error) {
	release, err := o.folder.lockLists(ctx) // versions grow by one: commands take turns
	if err != nil {
		return 0, fmt.Errorf("publish the roster: %w", err)
	}
	defer release()
	old, err := o.Roster(ctx)
	if err != nil {
		return 0, err
	}
	fleet, key, err := o.publishingKeys()
	if err != nil {
		return 0, fmt.Errorf("publish the roster: %w", err)
	}
	next := access.Roster{Version: old.Version + 1, Made: made, People: people}
	sealed, err := protocol.SealRoster(fleet, key, next)
	if err != nil {
		return 0, fmt.Errorf("publish the roster: %w", err)
	}
	if _, err := o.js.PublishMsg(ctx, &nats.Msg{Subject: protocol.RosterSubject, Data: sealed}); err != nil {
		return 0, fmt.Errorf("publish the roster: %w", err)
	}
	return next.Version, nil
}

// Roster returns the roster that is distributed, of version 0 where there is none.
func (o *Operator) Roster(ctx context.Context) (access.Roster, error) {
	sealed, err := o.lastOf(ctx, protocol.RosterStream, protocol.RosterSubject)
	if err != nil || sealed == nil {
		return access.Roster{}, err
	}
	fleet, key, err := o.publishingKeys()
	if err != nil {
		return access.Roster{}, fmt.Errorf("read the roster: %w", err)
	}
	r, err := protocol.OpenRoster(fleet, key.Public().(ed25519.PublicKey), sealed)
	if err != nil {
		return access.Roster{}, fmt.Errorf("read the roster: %w", err)
	}
	return r, nil
}

func (o *Operator) publishingKeys() (*protocol.FleetKey, ed25519.PrivateKey, error) {
	fleet, err := o.folder.fleetKey()
	if err != nil {
		return nil, nil, err
	}
	key, err := o.folder.publishingKey()
	return fleet, key, err
}
