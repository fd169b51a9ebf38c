package station

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

const (
	holdsFile      = "holds.json"      // legal holds that the operator set or released
	journalFile    = "retention.jsonl" // every purge, hold and release; it only grows
	recordLockFile = "records.lock"
	// purgeEvery is how often a serving station purges, purgeAgain how soon after a
	// purge that failed, purgeTimeout how long one may take.
	purgeEvery   = 24 * time.Hour
	purgeAgain   = time.Minute
	purgeTimeout = time.Hour
)

var (
	// ErrHoldIncomplete is returned for a hold or release without authority, reason or
	// the badge of who orders it.
	ErrHoldIncomplete = errors.New("a hold needs its authority, a reason and a badge")
	// ErrNotOnHold is returned for the release of a record that is not on hold.
	ErrNotOnHold = errors.New("this record is not on legal hold")
)

// Hold is a legal hold on a record at the station: it outlives retention (IPC,
// Retention). Released is nil while it lasts.
type Hold struct {
	Authority string     `json:"authority"`
	Reason    string     `json:"reason"`
	Badge     string     `json:"badge"`
	Since     time.Time  `json:"since"`
	Released  *time.Time `json:"released,omitempty"`
}

// journalLine is one act of retention. A purge says what kinds and how many, never
// what.
type journalLine struct {
	At        time.Time          `json:"at"`
	Act       string             `json:"act"` // "purge", "hold", "release"
	Record    string             `json:"record,omitempty"`
	Authority string             `json:"authority,omitempty"`
	Reason    string             `json:"reason,omitempty"`
	Badge     string             `json:"badge,omitempty"`
	Purged    map[shift.Kind]int `json:"purged,omitempty"`
	// Unfinished counts large records of which pieces came and never the rest.
	Unfinished int    `json:"unfinished,omitempty"`
	Outcome    string `json:"outcome"`
}

// ends is when a record's time is over. A hit goes by the policy's time for hits,
// everything else by that for logs; where the car did not say a day, the day of
// receipt counts.
func ends(p policy.Retention, r Record) time.Time {
	captured, used := r.Received, r.Received
	if r.Captured != nil {
		captured = *r.Captured
	}
	if r.Used != nil {
		used = *r.Used
	}
	if r.Kind == shift.HitParcel {
		return p.HitEnds(captured, used)
	}
	return p.LogEnds(captured)
}

// Purge destroys the records whose time is over at the time now, those on legal hold
// left out, and returns how many of each kind; and with them the pieces that waited too
// long for the rest of their record. Their bytes are overwritten. The journal has the
// purge before anything is destroyed.
func (o *Operator) Purge(ctx context.Context, p policy.Retention, now time.Time) (map[shift.Kind]int, error) {
	release, err := o.folder.lockFile(ctx, recordLockFile)
	if err != nil {
		return nil, fmt.Errorf("purge records: %w", err)
	}
	defer release()
	due, plan := map[shift.Kind]int{}, purge{kept: map[string]bool{}}
	err = o.Records(ctx, func(r Record) error {
		subject := protocol.RecordSubject(r.Kind, r.Car, r.ID)
		if r.Held || now.Before(ends(p, r)) {
			plan.kept[subject] = true
			return nil
		}
		due[r.Kind]++
		plan.records = append(plan.records, r.sequence)
		plan.gone = append(plan.gone, subject)
		return nil
	})
	if err == nil {
		err = o.planPieces(ctx, &plan, now)
	}
	if err != nil || len(plan.records)+len(plan.pieces) == 0 {
		return due, err
	}
	line := journalLine{At: now, Act: "purge", Purged: due, Unfinished: plan.unfinished, Outcome: "ok"}
	if err := o.folder.journal(line); err != nil {
		return nil, fmt.Errorf("purge records: %w", err)
	}
	// The records first: what is left of one is then no record any more.
	err = o.destroy(ctx, protocol.RecordStream, plan.records)
	if err == nil {
		err = o.destroy(ctx, protocol.PieceStream, plan.pieces)
	}
	if err != nil {
		line.Outcome = "not all were destroyed: the next purge goes on"
		return nil, errors.Join(fmt.Errorf("purge records: %w", err), o.folder.journal(line))
	}
	return due, nil
}

// purge is what is to be destroyed, by sequence numbers.
type purge struct {
	kept            map[string]bool // subjects of records that stay
	gone            []string        // subjects of those that go
	records, pieces []uint64
	unfinished      int // records of which only pieces came
}

func (o *Operator) destroy(ctx context.Context, name string, sequences []uint64) error {
	stream, err := atLeader(ctx, o.js, name)
	if err != nil {
		return err
	}
	for _, n := range sequences {
		if err := overwrite(ctx, stream, n); err != nil {
			return err
		}
	}
	return nil
}

// overwrite destroys a message; one that is gone already is no error.
func overwrite(ctx context.Context, stream jetstream.Stream, sequence uint64) error {
	err := stream.SecureDeleteMsg(ctx, sequence)
	if err == nil {
		return nil
	}
	if _, gone := stream.GetMsg(ctx, sequence); errors.Is(gone, jetstream.ErrMsgNotFound) {
		return nil
	}
	return err
}

// purgeDaily purges now and every day until ctx ends, and soon again where a purge
// failed. Without a policy nothing is purged, which is said once.
func (o *Operator) purgeDaily(ctx context.Context, p *policy.Retention, log *slog.Logger) {
	if p == nil {
		log.Warn("no policy pack was given: records are not purged when their time is over")
		return
	}
	for {
		next := purgeEvery
		// The deadline is also what single requests may take: on a busy machine they
		// need more than the client's own five seconds.
		purging, done := context.WithTimeout(ctx, purgeTimeout)
		purged, err := o.Purge(purging, *p, time.Now())
		done()
		switch {
		case err != nil && ctx.Err() == nil:
			next = purgeAgain
			log.Error("records not purged", "reason", err)
		case len(purged) > 0:
			log.Info("records purged", "kinds", purged)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(next):
		}
	}
}

// Hold puts a record on legal hold. It returns [ErrNoRecord] or [ErrHoldIncomplete].
func (o *Operator) Hold(ctx context.Context, id, authority, reason, badge string, now time.Time) error {
	if blank(authority, reason, badge) {
		return ErrHoldIncomplete
	}
	return o.changeHold(ctx, id, func(_ Record, holds map[string]Hold) (journalLine, error) {
		holds[id] = Hold{Authority: authority, Reason: reason, Badge: badge, Since: now.UTC()}
		return journalLine{At: now, Act: "hold", Record: id, Authority: authority, Reason: reason, Badge: badge, Outcome: "ok"}, nil
	})
}

// Release ends a legal hold, whoever set it: the next purge destroys the record if
// its time is over. It returns [ErrNoRecord], [ErrNotOnHold] or [ErrHoldIncomplete].
func (o *Operator) Release(ctx context.Context, id, reason, badge string, now time.Time) error {
	if blank(reason, badge) {
		return ErrHoldIncomplete
	}
	return o.changeHold(ctx, id, func(r Record, holds map[string]Hold) (journalLine, error) {
		if !r.Held {
			return journalLine{}, ErrNotOnHold
		}
		h, at := holds[id], now.UTC()
		h.Released = &at
		holds[id] = h
		return journalLine{At: now, Act: "release", Record: id, Reason: reason, Badge: badge, Outcome: "ok"}, nil
	})
}

// changeHold changes the holds and writes that into the journal first.
func (o *Operator) changeHold(ctx context.Context, id string, change func(Record, map[string]Hold) (journalLine, error)) error {
	release, err := o.folder.lockFile(ctx, recordLockFile)
	if err != nil {
		return err
	}
	defer release()
	holds, err := o.folder.holds()
	if err != nil {
		return err
	}
	subjects, err := subjectsOf([]string{id})
	if err != nil {
		return err
	}
	var found *Record
	err = o.records(ctx, subjects, true, func(r Record, _ []byte) error { r.Held = held(r, holds); found = &r; return nil })
	if err != nil {
		return err
	}
	if found == nil {
		return fmt.Errorf("%q: %w", id, ErrNoRecord)
	}
	line, err := change(*found, holds)
	if err != nil {
		return err
	}
	if err := o.folder.journal(line); err != nil {
		return err
	}
	return writeJSON(o.folder.path(holdsFile), holds)
}

func blank(texts ...string) bool {
	for _, t := range texts {
		if strings.TrimSpace(t) == "" {
			return true
		}
	}
	return false
}

// held reports whether a record is on hold: by the operator's word, else by its car's.
func held(r Record, holds map[string]Hold) bool {
	if h, ok := holds[r.ID]; ok {
		return h.Released == nil
	}
	return r.Held
}

func (f *Folder) holds() (map[string]Hold, error) {
	holds := map[string]Hold{}
	raw, err := os.ReadFile(f.path(holdsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return holds, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read legal holds: %w", err)
	}
	if err := json.Unmarshal(raw, &holds); err != nil {
		return nil, fmt.Errorf("read legal holds: %s: %w", holdsFile, err)
	}
	return holds, nil
}

// journal adds a line to the journal of retention.
func (f *Folder) journal(line journalLine) error {
	line.At = line.At.UTC()
	return f.appendLine(journalFile, line)
}
