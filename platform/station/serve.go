package station

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"secondlook/app/policy"
	"secondlook/platform/dock/protocol"
)

// Options say how a station runs.
type Options struct {
	// Data is the station's folder; it is made at the first start.
	Data string
	// Listen is host:port; port 0 takes a free one. Empty: every address, port 4222.
	Listen string

	// Optional:

	// Cluster is an existing cluster to work on, see [ReadCluster]; Listen, Name and
	// Hosts then count for nothing, and the folder must be there. nil: the station is
	// a server itself.
	Cluster *Cluster
	// Standby has the service only answer cars beside a cluster that another keeps. The
	// service on a machine that is not the keeper's stands by in any case.
	Standby bool
	// Name is the station's name; it counts at the first start only. Empty: the
	// machine's name.
	Name string
	// Hosts are more names and addresses by which cars reach the station.
	Hosts []string
	// Retention is the policy's, by which records are purged every day; nil: never.
	Retention *policy.Retention
	// Log takes what happens; nil: nowhere. It names cars, and nothing personal.
	Log *slog.Logger
	// Made is called after a first start made the keys, with the path of the
	// records key, which belongs elsewhere.
	Made func(recordsKey string)
	// Ready is called once, with the address, when the station serves.
	Ready func(address string)
}

const (
	defaultListen = "0.0.0.0:4222"
	startTimeout  = 30 * time.Second
	// sweepEvery is how soon a revocation ends a connection.
	sweepEvery = time.Second
	// statusSubject answers with a [Presence]; only the operator may ask.
	statusSubject = "station.status"
)

// Presence is what only the running station knows.
type Presence struct {
	Since     time.Time `json:"since"`
	Connected []string  `json:"connected"` // cars
}

// Serve runs a station until ctx ends, and returns nil then. It makes the folder
// and every key at the first start. It returns [ErrInUse] where another process
// serves from the same folder.
func Serve(ctx context.Context, o Options) error {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Listen == "" {
		o.Listen = defaultListen
	}
	host, port, err := splitListen(o.Listen)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.Data, 0o700); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	release, err := lock(filepath.Join(o.Data, lockFile))
	if errors.Is(err, errLocked) {
		return fmt.Errorf("serve: %s: %w", o.Data, ErrInUse)
	}
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer release()
	if o.Cluster != nil {
		err = joinCluster(ctx, o)
	} else {
		err = serveAlone(ctx, o, host, port)
	}
	if ctx.Err() != nil {
		return nil // told to stop, at whatever step
	}
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

func splitListen(listen string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(listen)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("serve: %q is not HOST:PORT", listen)
	}
	if host == "" {
		host = "0.0.0.0"
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

// prepare opens or makes the folder, and sees that its certificates fit.
func prepare(o Options, listenHost string) (*Folder, error) {
	hosts := o.Hosts
	if !unspecified(listenHost) {
		hosts = append([]string{listenHost}, hosts...)
	}
	now := time.Now()
	f, err := Open(o.Data)
	if errors.Is(err, ErrNoStation) {
		name := o.Name
		if name == "" {
			if name, err = os.Hostname(); err != nil {
				return nil, fmt.Errorf("name the station: %w", err)
			}
		}
		if err := checkStationName(name); err != nil {
			return nil, err
		}
		if f, err = create(o.Data, name, nil, now); err == nil && o.Made != nil {
			o.Made(f.path(RecordsKeyFile))
		}
	}
	if err != nil {
		return nil, err
	}
	if err := f.addHosts(hosts, now); err != nil {
		return nil, err
	}
	return f, f.renew(now)
}

func serveAlone(ctx context.Context, o Options, host string, port int) error {
	f, err := prepare(o, host)
	if err != nil {
		return err
	}
	return f.run(ctx, o, host, port)
}

func (f *Folder) run(ctx context.Context, o Options, host string, port int) error {
	g := &gate{folder: f, log: o.Log, now: time.Now, inside: rand.Text(), cars: map[uint64]*x509.Certificate{}}
	opts, err := f.serverOptions(g, host, port)
	if err != nil {
		return err
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return err
	}
	g.server = s
	if err := g.open(); err != nil {
		return err
	}
	fatal := make(chan error, 1)
	s.SetLoggerV2(&natsLog{log: o.Log, gate: g, fatal: fatal}, false, false, false)
	started := make(chan struct{})
	go func() { defer close(started); s.Start() }()
	defer func() {
		s.Shutdown()
		s.WaitForShutdown()
		<-started
	}()
	if err := awaitReady(ctx, s, fatal); err != nil {
		return err
	}
	address := s.Addr().String()
	if err := f.announce(address); err != nil {
		return err
	}
	defer os.Remove(f.path(servingFile))
	// The station makes its streams as its own operator, over the real line: what
	// it does at every start is what a car needs to be able to do.
	op, err := dial(ctx, f, nats.MaxReconnects(-1))
	if err != nil {
		return err
	}
	defer op.Close()
	if err := op.makeStreams(ctx, 1); err != nil {
		return err
	}
	// Receipts read records without the line: their digest says that they are whole.
	reading, err := op.inside(ctx, s, g.inside)
	if err != nil {
		return err
	}
	defer reading.Close()
	stop, err := op.answerCars(ctx, o.Log, reading.js, func() ([]string, error) { return g.connected(), nil })
	if err != nil {
		return err
	}
	defer stop()
	working, stopWork := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() { op.purgeDaily(working, o.Retention, o.Log) })
	defer func() { stopWork(); work.Wait() }()
	if o.Ready != nil {
		o.Ready(address)
	}
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-fatal:
			return err
		case <-tick.C:
			g.sweep()
		}
	}
}

func (f *Folder) serverOptions(g *gate, host string, port int) (*server.Options, error) {
	ca, err := f.authorityCertificate()
	if err != nil {
		return nil, err
	}
	clients := x509.NewCertPool()
	clients.AddCert(ca)
	return &server.Options{
		ServerName: "station", Host: host, Port: port,
		NoSigs: true, MaxPayload: protocol.MaxPayload,
		JetStream: true, StoreDir: f.dir, DisableJetStreamBanner: true,
		// A car erases what was acknowledged, so an acknowledgement must outlast a
		// power cut, not only the process.
		SyncAlways: true,
		TLS:        true, TLSVerify: true, TLSHandshakeFirst: true, TLSTimeout: 10, AuthTimeout: 12,
		TLSConfig: &tls.Config{
			MinVersion: tls.VersionTLS13,
			ClientAuth: tls.RequireAndVerifyClientCert,
			ClientCAs:  clients,
			// Read anew for each connection: enrolling may add a host name.
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
				pair, err := f.pair(serverFile)
				return &pair, err
			},
		},
		CustomClientAuthentication: g,
		PingInterval:               30 * time.Second,
		// A page has to pass a slow radio link within it, see package dock.
		WriteDeadline: time.Minute,
	}, nil
}

// readyPoll is how often starting looks whether the server is ready.
const readyPoll = 50 * time.Millisecond

func awaitReady(ctx context.Context, s *server.Server, fatal <-chan error) error {
	limit := time.NewTimer(startTimeout)
	defer limit.Stop()
	for !s.ReadyForConnections(readyPoll) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-fatal:
			return err
		case <-limit.C:
			return errors.New("the server did not start in time")
		default:
		}
	}
	return nil
}

// announce tells the operator's commands where the station serves.
func (f *Folder) announce(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if unspecified(host) {
		host = "127.0.0.1"
	}
	return writeJSON(f.path(servingFile), serving{Address: address, Dial: "tls://" + net.JoinHostPort(host, port)})
}

// answering is the group of the services that answer: each question goes to one of them.
const answering = "station"

// stopTime is how long a service that stops waits for the server to hear of it.
const stopTime = 5 * time.Second

// answerCars answers what cars ask, and the operator's question for the status, until
// stop is called. Stop returns when everything is answered that was asked of this
// service; what comes later another one answers.
func (o *Operator) answerCars(ctx context.Context, log *slog.Logger, reading jetstream.JetStream, connected func() ([]string, error)) (stop func(), err error) {
	inTime, err := answerTime(o.nc, log)
	if err != nil {
		return nil, err
	}
	onStatus, err := answerStatus(o.nc, log, connected)
	if err != nil {
		return nil, err
	}
	onComplaints, err := logComplaints(o.nc, log)
	if err != nil {
		return nil, err
	}
	given, err := o.receipts(ctx, reading, log)
	if err != nil {
		return nil, err
	}
	asked, onReceipts, err := given.listen()
	if err != nil {
		return nil, err
	}
	answers, cancel := context.WithCancel(context.WithoutCancel(ctx))
	last := make(chan struct{})
	var work sync.WaitGroup
	work.Go(func() { given.serve(answers, asked, last) })
	return func() {
		for _, s := range append(onReceipts, inTime, onStatus, onComplaints) {
			s.Drain()
		}
		o.nc.FlushTimeout(stopTime) // what the server sent before it heard of it is here then
		close(last)
		enough := time.AfterFunc(stopTime, cancel)
		work.Wait()
		enough.Stop()
		cancel()
	}, nil
}

// answerTime says what the station's clock shows, to cars that doubt theirs.
func answerTime(nc *nats.Conn, log *slog.Logger) (*nats.Subscription, error) {
	return nc.QueueSubscribe(protocol.TimeSubject, answering, func(m *nats.Msg) {
		if err := m.Respond([]byte(time.Now().UTC().Format(time.RFC3339Nano))); err != nil {
			log.Warn("time not answered", "reason", err)
		}
	})
}

func answerStatus(nc *nats.Conn, log *slog.Logger, connected func() ([]string, error)) (*nats.Subscription, error) {
	since := time.Now().UTC()
	return nc.QueueSubscribe(statusSubject, answering, func(m *nats.Msg) {
		cars, err := connected()
		var answer []byte
		if err == nil {
			answer, err = json.Marshal(Presence{Since: since, Connected: cars})
		}
		if err == nil {
			err = m.Respond(answer)
		}
		if err != nil {
			log.Warn("status not answered", "reason", err)
		}
	})
}

// makeStreams makes the streams, or changes them to what this version wants.
func (o *Operator) makeStreams(ctx context.Context, replicas int, more ...jetstream.StreamConfig) error {
	for _, c := range append([]jetstream.StreamConfig{
		{
			Name: protocol.RecordStream, Description: "Sealed records from cars",
			Subjects: protocol.RecordSubjects(), Storage: jetstream.FileStorage, AllowDirect: true,
			MaxMsgSize: protocol.MaxPayload,
		},
		{
			Name: protocol.PieceStream, Description: "Sealed pieces of large records",
			Subjects: []string{protocol.PieceSubjects}, Storage: jetstream.FileStorage, AllowDirect: true,
			MaxMsgSize: protocol.MaxPayload,
		},
		{
			Name: protocol.EntryStream, Description: "Manual entries, the newest revision of each",
			Subjects: []string{protocol.EntrySubjects}, Storage: jetstream.FileStorage, AllowDirect: true,
			MaxMsgsPerSubject: 1, MaxMsgSize: protocol.MaxEntry + 4<<10,
			RePublish: announced(protocol.EntryStream, ">"),
		},
		{
			Name: protocol.RosterStream, Description: "The newest signed, sealed roster",
			Subjects: []string{protocol.RosterSubject}, Storage: jetstream.FileStorage, AllowDirect: true,
			MaxMsgsPerSubject: 1, MaxMsgSize: protocol.MaxPayload,
			RePublish: announced(protocol.RosterStream, ">"),
		},
		{
			Name: protocol.PolicyStream, Description: "The newest signed, sealed policy pack",
			Subjects: []string{protocol.PolicySubject}, Storage: jetstream.FileStorage, AllowDirect: true,
			MaxMsgsPerSubject: 1, MaxMsgSize: protocol.MaxPack + 4<<10,
			RePublish: announced(protocol.PolicyStream, ">"),
		},
	}, more...) {
		c.Replicas = replicas
		if _, err := o.js.CreateOrUpdateStream(ctx, c); err != nil {
			return fmt.Errorf("make stream %s: %w", c.Name, err)
		}
	}
	for bucket, what := range map[string]string{
		protocol.ListBucket: "Signed, sealed lists", protocol.DeltaBucket: "Signed, sealed changes of lists",
	} {
		_, err := o.js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: bucket, Description: what, Storage: jetstream.FileStorage, Replicas: replicas})
		if err != nil {
			return fmt.Errorf("make object store %s: %w", bucket, err)
		}
	}
	return o.announceLists(ctx)
}

// natsLog hands the server's own log on, and its fatal errors to whoever serves.
type natsLog struct {
	log   *slog.Logger
	gate  *gate
	fatal chan<- error
}

func (l *natsLog) Noticef(format string, v ...any) {
	l.log.Debug("server", "note", fmt.Sprintf(format, v...))
}

func (l *natsLog) Warnf(format string, v ...any) {
	if strings.HasPrefix(format, "Clients that are not using") {
		return // every client of ours begins with the TLS handshake
	}
	l.log.Warn("server", "warning", fmt.Sprintf(format, v...))
}

// Errorf says who it was where the server itself refused somebody of ours: it begins
// with the address, and the gate was not asked.
func (l *natsLog) Errorf(format string, v ...any) {
	text := fmt.Sprintf(format, v...)
	for _, a := range v {
		refusal, ok := a.(*tls.CertificateVerificationError)
		if !ok {
			continue
		}
		if name, why := l.gate.late(refusal); why != nil {
			from, _, _ := strings.Cut(text, " ")
			l.log.Warn("connection refused", "name", name, "from", from, "reason", why)
			return
		}
	}
	l.log.Error("server", "error", text)
}

func (l *natsLog) Fatalf(format string, v ...any) {
	select {
	case l.fatal <- fmt.Errorf(format, v...):
	default: // the first one is why
	}
}

func (l *natsLog) Debugf(string, ...any) {}
func (l *natsLog) Tracef(string, ...any) {}
