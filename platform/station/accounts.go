package station

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/platform/dock/protocol"
)

// In a cluster the servers themselves decide who may connect and do what, by their
// accounts file: TLS verifies the certificate, and the credential that it names is the
// user. Which credentials are good travels through the cluster's own store: the keeper
// puts the newest roll of them into a stream, and the service on each server's machine
// writes the file of it and has its server reload. A server whose machine was off
// takes the newest roll before it starts, see [FetchAccounts].

const (
	carStream = "CARS"
	// rollSubject is where the newest roll is stored.
	rollSubject = "station.cars"
	// newRollSubject says that there is one.
	newRollSubject = "station.cars.new"
	// takenSubject answers with a [taken], once for each service that keeps a server's file.
	takenSubject   = "station.cars.taken"
	accountsLock   = "accounts.lock"
	stationAccount = "STATION"
	systemAccount  = "SYSTEM"
	// rollEvery is how soon a service looks for a roll that it was not told of.
	rollEvery = 10 * time.Second
)

// roll is which credentials are good.
type roll struct {
	Operator string        `json:"operator"`
	System   string        `json:"system"`
	Cars     []enrolledCar `json:"cars"`
	// Consumers are the records systems.
	Consumers []enrolledCar `json:"consumers,omitempty"`
}

type enrolledCar struct {
	Car    string `json:"car"`
	Serial string `json:"serial"`
}

// taken says which roll a server works by: its sequence number in the stream.
type taken struct {
	Server   string `json:"server"`
	Sequence uint64 `json:"sequence"`
}

// roll is what the folder holds to be good at the time now.
func (f *Folder) roll(now time.Time) (roll, error) {
	var r roll
	for _, own := range []struct {
		file, role, name string
		to               *string
	}{{operatorFile, protocol.RoleOperator, "operator", &r.Operator}, {systemFile, protocol.RoleSystem, "system", &r.System}} {
		pair, err := f.pair(own.file)
		if err != nil {
			return r, err
		}
		*own.to = credential(own.role, own.name, serialText(pair.Leaf.SerialNumber)).String()
	}
	cars, err := f.Cars()
	if err != nil {
		return r, err
	}
	for _, c := range cars {
		if c.Revoked == nil && now.Before(c.Expires) {
			r.Cars = append(r.Cars, enrolledCar{Car: c.Car, Serial: c.Serial})
		}
	}
	consumers, err := f.consumers()
	if err != nil {
		return r, err
	}
	for _, c := range consumers {
		if c.Revoked == nil && now.Before(c.Expires) {
			r.Consumers = append(r.Consumers, enrolledCar{Car: c.Name, Serial: c.Serial})
		}
	}
	return r, nil
}

// check returns an error for a roll that could not be written as a file: every text of
// it stands there.
func (r roll) check() error {
	for _, c := range slices.Concat(r.Cars, r.Consumers) {
		if err := errors.Join(protocol.CheckName(c.Car), protocol.CheckName(c.Serial)); err != nil {
			return fmt.Errorf("roll of the cars: %w", err)
		}
	}
	for _, own := range []string{r.Operator, r.System} {
		if strings.ContainsFunc(own, func(c rune) bool { return c <= ' ' || c == '"' || c == '\\' }) || own == "" {
			return errors.New("roll of the cars: the station's own credentials")
		}
	}
	return nil
}

// config is the accounts file of a NATS server: who may do what.
func (r roll) config() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Who may do what. Written by secondlook-station with every change: do not edit.\n\nsystem_account: %s\n\naccounts {\n", systemAccount)
	fmt.Fprintf(&b, "  %s {\n    users: [ { user: %q, permissions: { publish: %s, subscribe: %s } } ]\n  }\n",
		systemAccount, r.System, quoted(systemRequests()), quoted([]string{"_INBOX.>"}))
	fmt.Fprintf(&b, "  %s {\n    jetstream: enabled\n    users: [ { user: %q } ]\n    exports: [\n", stationAccount, r.Operator)
	for _, e := range exports() {
		answers := "single"
		if e.streamed {
			answers = "stream"
		}
		fmt.Fprintf(&b, "      { service: %q, response: %s }\n", e.subject, answers)
	}
	fmt.Fprintf(&b, "      { stream: %q }\n", protocol.Changes)
	b.WriteString("    ]\n  }\n")
	for _, c := range r.Cars {
		carGrant(c.Car).config(&b, credential(protocol.RoleCar, c.Car, c.Serial).String())
	}
	for _, c := range r.Consumers {
		consumerGrant(c.Car).config(&b, credential(protocol.RoleConsumer, c.Car, c.Serial).String())
	}
	b.WriteString("}\n")
	return b.Bytes()
}

// config writes the account of the one user with a credential.
func (g grant) config(b *bytes.Buffer, user string) {
	fmt.Fprintf(b, "  %q {\n    users: [ { user: %q, permissions: { publish: %s, subscribe: %s } } ]\n    imports: [\n",
		g.account, user, quoted(g.requests), quoted(slices.Concat(g.hears, g.announced)))
	for _, subject := range g.requests {
		fmt.Fprintf(b, "      { service: { account: %s, subject: %q } }\n", stationAccount, subject)
	}
	for _, subject := range g.announced {
		fmt.Fprintf(b, "      { stream: { account: %s, subject: %q } }\n", stationAccount, subject)
	}
	b.WriteString("    ]\n  }\n")
}

func quoted(subjects []string) string {
	all := make([]string, len(subjects))
	for i, s := range subjects {
		all[i] = strconv.Quote(s)
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// ShareCars tells the servers of a cluster which cars may connect, and waits until
// each has taken it or ctx ends. It returns the servers that have not: they will when
// they are back. It goes on asking while the servers choose who leads, at most for
// choosing.
func (o *Operator) ShareCars(ctx context.Context) (behind []string, err error) {
	at, err := o.folder.serving()
	if err != nil {
		return nil, err
	}
	sequence, err := o.putRollUntil(ctx, time.Now().Add(choosing))
	if err != nil {
		return at.Servers, fmt.Errorf("tell the servers: %w", err)
	}
	for behind = at.Servers; ; { // who has taken it keeps it
		behind, err = o.behind(ctx, behind, sequence)
		if err != nil || len(behind) == 0 || ctx.Err() != nil {
			return behind, err
		}
	}
}

const (
	// choosing is how long asking goes on without an answer: the servers of a cluster
	// choose who leads within seconds. One question may take askWait: what was asked of a
	// server that is lost is never answered. askPause is between two.
	choosing = time.Minute
	askWait  = 5 * time.Second
	askPause = 250 * time.Millisecond
)

// putRollUntil is putRoll, again while nobody answers, until a time.
func (o *Operator) putRollUntil(ctx context.Context, end time.Time) (uint64, error) {
	for {
		asking, done := context.WithTimeout(ctx, askWait)
		sequence, err := o.putRoll(asking, time.Now())
		done()
		if !unanswered(err) || ctx.Err() != nil || time.Now().After(end) {
			return sequence, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(askPause):
		}
	}
}

// unanswered reports whether an error says only that nobody answered a question.
func unanswered(err error) bool {
	for _, e := range []error{
		context.DeadlineExceeded, nats.ErrTimeout, nats.ErrNoResponders, nats.ErrDisconnected, jetstream.ErrNoStreamResponse,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	var api *jetstream.APIError
	return errors.As(err, &api) && api.Code == http.StatusServiceUnavailable
}

// takenWait is how long the services have to say what they have taken.
const takenWait = time.Second

// behind asks once which of the servers have not taken a roll.
func (o *Operator) behind(ctx context.Context, servers []string, sequence uint64) ([]string, error) {
	behind := slices.Clone(servers)
	err := gather(ctx, o.nc, takenSubject, takenWait, func(m *nats.Msg) (enough bool) {
		var t taken
		if json.Unmarshal(m.Data, &t) == nil && t.Sequence >= sequence {
			behind = slices.DeleteFunc(behind, func(s string) bool { return s == t.Server })
		}
		return len(behind) == 0
	})
	return behind, err
}

// gather calls each for the answers that come to a request, until it has enough or
// nothing more comes for as long as wait.
func gather(ctx context.Context, nc *nats.Conn, subject string, wait time.Duration, each func(*nats.Msg) (enough bool)) error {
	inbox := nc.NewInbox()
	sub, err := nc.SubscribeSync(inbox)
	if err != nil {
		return err
	}
	defer sub.Unsubscribe()
	if err := nc.PublishRequest(subject, inbox, nil); err != nil {
		return err
	}
	for {
		waiting, done := context.WithTimeout(ctx, wait)
		m, err := sub.NextMsgWithContext(waiting)
		done()
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, nats.ErrNoResponders) {
			return nil
		}
		if err != nil {
			return err
		}
		if each(m) {
			return nil
		}
	}
}

// putRoll stores the folder's roll where it is another than the newest stored, and
// returns the sequence number of the one that counts.
func (o *Operator) putRoll(ctx context.Context, now time.Time) (uint64, error) {
	// The folder is read and the roll stored in one turn, else an older roll could
	// come after a newer one.
	release, err := o.folder.lockFile(ctx, accountsLock)
	if err != nil {
		return 0, err
	}
	defer release()
	r, err := o.folder.roll(now)
	if err != nil {
		return 0, err
	}
	raw, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	old, err := o.newest(ctx, carStream, rollSubject)
	if err != nil {
		return 0, err
	}
	if old != nil && bytes.Equal(old.Data, raw) {
		return old.Sequence, nil
	}
	ack, err := o.js.Publish(ctx, rollSubject, raw)
	if err != nil {
		return 0, err
	}
	// Now that it is stored: whoever hears of it finds it.
	return ack.Sequence, o.nc.Publish(newRollSubject, nil)
}

// newest is the newest message of a subject, nil where there is none. It asks the
// stream's leader: another replica may not have it yet.
func (o *Operator) newest(ctx context.Context, stream, subject string) (*jetstream.RawStreamMsg, error) {
	s, err := atLeader(ctx, o.js, stream)
	if err != nil {
		return nil, err
	}
	m, err := s.GetLastMsgForSubject(ctx, subject)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look at stream %s: %w", stream, err)
	}
	return m, nil
}

// doorman keeps the accounts file of the server on this machine.
type doorman struct {
	op      *Operator
	cluster *Cluster
	log     *slog.Logger
	keeps   bool // the folder with the cars is here
	// taken is the sequence number of the roll that the server works by, unread is set
	// while the server has not read the file that was written.
	taken  uint64
	unread bool
}

// keep takes each new roll until ctx ends.
func (d *doorman) keep(ctx context.Context, told, asked <-chan *nats.Msg) {
	tick := time.NewTicker(rollEvery)
	defer tick.Stop()
	for {
		if err := d.turn(ctx); err != nil && ctx.Err() == nil {
			d.log.Warn("the accounts file could not be brought up to date", "server", d.cluster.Here, "reason", err)
		}
		for again := false; !again; {
			select {
			case <-ctx.Done():
				return
			case <-told:
				again = true
			case <-tick.C:
				again = true
			case m := <-asked:
				d.tell(m)
			}
		}
	}
}

func (d *doorman) tell(m *nats.Msg) {
	raw, err := json.Marshal(taken{Server: d.cluster.Here, Sequence: d.taken})
	if err == nil {
		err = m.Respond(raw)
	}
	if err != nil {
		d.log.Warn("not answered which cars the server lets in", "reason", err)
	}
}

// turn takes the newest roll; the keeper's first stores the folder's.
func (d *doorman) turn(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, rollEvery)
	defer done()
	if d.keeps {
		if _, err := d.op.putRoll(ctx, time.Now()); err != nil {
			return err
		}
	}
	m, err := d.op.newest(ctx, carStream, rollSubject)
	if err != nil || m == nil || m.Sequence == d.taken {
		return err
	}
	changed, err := writeAccounts(d.cluster.accounts(), m.Data)
	if err != nil {
		return err
	}
	// Once after the start in any case: the file may be newer than what the server read.
	d.unread = d.unread || changed || d.taken == 0
	if d.unread {
		if err := d.op.reload(ctx, d.cluster.server(d.cluster.Here).Station); err != nil {
			return err
		}
		d.unread = false
		d.log.Info("the server reads its accounts file again", "server", d.cluster.Here)
	}
	d.taken = m.Sequence
	return nil
}

// writeAccounts writes a roll as an accounts file; changed is false where it stands
// there already.
func writeAccounts(file string, raw []byte) (changed bool, err error) {
	var r roll
	if err := json.Unmarshal(raw, &r); err != nil {
		return false, fmt.Errorf("roll of the cars: %w", err)
	}
	if err := r.check(); err != nil {
		return false, err
	}
	config := r.config()
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	if bytes.Equal(old, config) {
		return false, nil
	}
	return true, writeFile(file, config)
}

// FetchAccounts writes the newest accounts file for the server on this machine, which
// is not running yet, from the others. It returns [ErrNotServing] where none answers:
// the file stays as it was.
func FetchAccounts(ctx context.Context, dir string, c *Cluster) error {
	f, err := Open(dir)
	if err != nil {
		return err
	}
	op, err := dialAt(ctx, f, c.serving(), nats.NoReconnect())
	if err != nil {
		return err
	}
	defer op.Close()
	m, err := op.newest(ctx, carStream, rollSubject)
	if err != nil || m == nil {
		return err
	}
	_, err = writeAccounts(c.accounts(), m.Data)
	return err
}
