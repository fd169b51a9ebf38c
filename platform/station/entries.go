package station

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/access"
	"secondlook/app/entry"
	"secondlook/app/policy"
	"secondlook/platform/dock/protocol"
)

var (
	// ErrNoEntry is returned for an entry that no car sent.
	ErrNoEntry = errors.New("no car sent such an entry")
	// ErrNotListed is returned for a decision by somebody who is not on the published
	// roster.
	ErrNotListed = errors.New("nobody with this badge is on the roster that is published")
)

// decisionsFile has every decision on an entry that was made at the station; it only
// grows.
const decisionsFile = "decisions.jsonl"

// decisionLine is one decision. The entry's id stands for it, and the badge for who
// decided.
type decisionLine struct {
	At      time.Time   `json:"at"`
	Entry   string      `json:"entry"`
	State   entry.State `json:"state"`
	Badge   string      `json:"badge"`
	Reason  string      `json:"reason,omitempty"`
	Outcome string      `json:"outcome"`
}

// Entries returns the newest revision of every manual entry, by when it was proposed.
// unread counts what no car of this station signed.
func (o *Operator) Entries(ctx context.Context) (all []entry.Entry, unread int, err error) {
	fleet, key, err := o.publishingKeys()
	if err != nil {
		return nil, 0, fmt.Errorf("read entries: %w", err)
	}
	ca, err := o.folder.authorityCertificate()
	if err != nil {
		return nil, 0, fmt.Errorf("read entries: %w", err)
	}
	stream, err := streamOf(ctx, o.js, protocol.EntryStream)
	if err != nil {
		return nil, 0, fmt.Errorf("read entries: %w", err)
	}
	newest := map[string]entry.Entry{}
	for next := uint64(1); ; {
		m, err := stream.GetMsg(ctx, next, jetstream.WithGetMsgSubject(protocol.EntrySubjects))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return nil, 0, fmt.Errorf("read entries: %w", err)
		}
		next = m.Sequence + 1
		car, id, err := protocol.ParseEntrySubject(m.Subject)
		var e entry.Entry
		switch {
		case err != nil:
		case car == protocol.StationAuthor:
			e, err = protocol.OpenDecision(fleet, key.Public().(ed25519.PublicKey), id, m.Data)
		default:
			e, err = protocol.OpenEntry(fleet, ca, car, id, m.Time, m.Data)
		}
		if err != nil {
			unread++
			continue
		}
		if old, ok := newest[id]; !ok || e.Follows(old) {
			newest[id] = e
		}
	}
	for _, e := range newest {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b entry.Entry) int {
		return cmp.Or(a.Proposed.Compare(b.Proposed), cmp.Compare(a.ID, b.ID))
	})
	return all, unread, nil
}

// ApproveEntry puts an officer's proposal on the cars' hotlists, decided at the station
// by the supervisor with a badge on the roster, within the limits of the pack. It
// returns [ErrNoEntry], [ErrNotListed], or what [entry.Entry.Approve] does.
func (o *Operator) ApproveEntry(ctx context.Context, id string, badge access.Badge, pack *policy.Pack, now time.Time) error {
	err := o.decide(ctx, id, badge, now, func(e *entry.Entry, by access.Officer) error { return e.Approve(by, pack, now) })
	if err != nil {
		return fmt.Errorf("approve an entry: %w", err)
	}
	return nil
}

// RefuseEntry turns a proposal down, with a reason. It returns [ErrNoEntry],
// [ErrNotListed], or what [entry.Entry.Refuse] does.
func (o *Operator) RefuseEntry(ctx context.Context, id string, badge access.Badge, reason string, now time.Time) error {
	err := o.decide(ctx, id, badge, now, func(e *entry.Entry, by access.Officer) error { return e.Refuse(by, reason, now) })
	if err != nil {
		return fmt.Errorf("refuse an entry: %w", err)
	}
	return nil
}

func (o *Operator) decide(ctx context.Context, id string, badge access.Badge, now time.Time, do func(*entry.Entry, access.Officer) error) error {
	by, err := o.listed(ctx, badge)
	if err != nil {
		return err
	}
	release, err := o.folder.lockLists(ctx)
	if err != nil {
		return err
	}
	defer release()
	all, _, err := o.Entries(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(e entry.Entry) bool { return e.ID == id })
	if i < 0 {
		return fmt.Errorf("%q: %w", id, ErrNoEntry)
	}
	e := all[i]
	e.Expire(now) // as it stands now
	if err := do(&e, by); err != nil {
		return err
	}
	fleet, key, err := o.publishingKeys()
	if err != nil {
		return err
	}
	sealed, err := protocol.SealDecision(fleet, key, e)
	if err != nil {
		return err
	}
	// The journal first: no decision without its record.
	line := decisionLine{At: now.UTC(), Entry: id, State: e.State, Badge: string(badge), Reason: e.Decision, Outcome: "ok"}
	if err := o.folder.appendLine(decisionsFile, line); err != nil {
		return err
	}
	if _, err := o.js.PublishMsg(ctx, &nats.Msg{Subject: protocol.EntrySubject(protocol.StationAuthor, id), Data: sealed}); err != nil {
		line.Outcome = "not sent"
		return errors.Join(err, o.folder.appendLine(decisionsFile, line))
	}
	return nil
}

// listed is the person with a badge on the published roster.
func (o *Operator) listed(ctx context.Context, badge access.Badge) (access.Officer, error) {
	r, err := o.Roster(ctx)
	if err != nil {
		return access.Officer{}, err
	}
	i := slices.IndexFunc(r.People, func(p access.Listed) bool {
		return strings.EqualFold(string(p.Badge), strings.TrimSpace(string(badge)))
	})
	if i < 0 {
		return access.Officer{}, ErrNotListed
	}
	p := r.People[i]
	return access.Officer{ID: p.ID, Name: p.Name, Badge: p.Badge, Roles: p.Roles}, nil
}

// appendLine adds a line of JSON to a file that only grows, durably.
func (f *Folder) appendLine(name string, line any) error {
	raw, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	file, err := os.OpenFile(f.path(name), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	_, err = file.Write(append(raw, '\n'))
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
