package station

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/dock/protocol"
)

// largeHit is a hit of so many pieces and a kilobyte.
func largeHit(id string, pieces int) shift.Parcel {
	picture := make([]byte, (pieces*protocol.PieceSize+1024)*3/4)
	rand.NewChaCha8([32]byte{byte(pieces), 7}).Read(picture)
	body := fmt.Sprintf(`{"ID":%q,"Picture":%q}`, id, base64.StdEncoding.EncodeToString(picture))
	return shift.Parcel{ID: id, Kind: shift.HitParcel, Body: []byte(body), Captured: time.Now()}
}

// stored says how many pieces of a record the station has.
func (r *running) stored(t *testing.T, id string) (n int) {
	t.Helper()
	p, err := openPieces(testContext(t), r.operator(t).js)
	require.NoError(t, err)
	info, err := p.stream.Info(testContext(t), jetstream.WithSubjectFilter("piece.*.*."+id+".*.*"))
	require.NoError(t, err)
	for _, messages := range info.State.Subjects {
		n += int(messages)
	}
	return n
}

// visible reports whether a record is there for whoever reads or counts records.
func (r *running) visible(t *testing.T, l shift.Link, ref shift.Ref) bool {
	t.Helper()
	receipt, err := l.Receipt(testContext(t), []shift.Ref{ref})
	require.NoError(t, err)
	signed := len(receipt.Records) == 1
	require.Equal(t, signed, r.has(t, ref.ID))
	return signed
}

// has reports whether the station lists a record.
func (r *running) has(t *testing.T, id string) bool {
	t.Helper()
	return slices.ContainsFunc(r.list(t), func(rec Record) bool { return rec.ID == id })
}

// overhead is more than one message has beside its part of the body, and what a
// connection says beside its messages, in bytes.
const overhead = 16 << 10

// A station's store that somebody else wrote to: no receipt, nothing opened.
func TestRequirement35_PiecesThatAreNotTheRecordsGetNoReceipt(t *testing.T) {
	t.Parallel()
	r := start(t)
	ctx := testContext(t)
	bundle := r.bundle(t, "car-a")
	id, err := protocol.ParseBundle(bundle)
	require.NoError(t, err)
	op := r.operator(t)
	put := func(subject string, data []byte) {
		_, err := op.js.Publish(ctx, subject, data)
		require.NoError(t, err)
	}
	for name, change := range map[string]func(pieces [][]byte) [][]byte{
		"good":      func(p [][]byte) [][]byte { return p },
		"missing":   func(p [][]byte) [][]byte { return p[:2] },
		"swapped":   func(p [][]byte) [][]byte { return [][]byte{p[1], p[0], p[2]} },
		"repeated":  func(p [][]byte) [][]byte { return [][]byte{p[0], p[0], p[2]} },
		"truncated": func(p [][]byte) [][]byte { return [][]byte{p[0], p[1], p[2][:len(p[2])-1]} },
		"nonsense":  func(p [][]byte) [][]byte { return [][]byte{p[0], []byte("{}"), p[2]} },
	} {
		u, err := id.Upload(largeHit(name, 3))
		require.NoError(t, err)
		var pieces [][]byte
		for i := range u.Head().Pieces {
			_, b, err := u.Piece(i)
			require.NoError(t, err)
			pieces = append(pieces, b)
		}
		for i, b := range change(pieces) {
			put(protocol.PieceSubject(u.Ref, "car-a", u.Head().Upload, i), b)
		}
		m, err := u.Record()
		require.NoError(t, err)
		put(m.Subject, m.Sealed)
	}
	d, err := dock.New(bundle)
	require.NoError(t, err)
	car := connect(t, d)
	names := []string{"good", "missing", "nonsense", "repeated", "swapped", "truncated"}
	var refs []shift.Ref
	for _, name := range names {
		refs = append(refs, shift.Ref{Kind: shift.HitParcel, ID: name})
	}
	receipt, err := car.Receipt(ctx, refs)
	require.NoError(t, err)
	require.Equal(t, refs[:1], receipt.Refs())
	var refused []string
	require.NoError(t, op.OpenRecords(ctx, r.recordsKey(t), names, func(o Opened, err error) error {
		if err != nil {
			require.Empty(t, o.Body)
			refused = append(refused, o.ID)
		}
		return nil
	}))
	slices.Sort(refused)
	require.Equal(t, names[1:], refused)

	// A piece that went missing is sent again, and all is well.
	require.NoError(t, car.Deliver(ctx, largeHit("missing", 3)))
	receipt, err = car.Receipt(ctx, refs)
	require.NoError(t, err)
	require.Equal(t, refs[:2], receipt.Refs())
}

func TestRequirement31_PiecesAreKeptAndDestroyedWithTheirRecord(t *testing.T) {
	r := start(t)
	ctx := testContext(t)
	now := time.Now()
	car := r.link(t, "car-12")
	old, held, fresh := largeHit("old", 2), largeHit("held", 2), largeHit("fresh", 2)
	old.Captured, held.Captured, held.Held = now.AddDate(-2, 0, 0), now.AddDate(-2, 0, 0), true
	old.Used, held.Used = old.Captured, held.Captured
	for _, p := range []shift.Parcel{old, held, fresh} {
		require.NoError(t, car.Deliver(ctx, p))
	}
	op := r.operator(t)
	var sealed []byte
	require.NoError(t, op.walk(ctx, protocol.PieceStream, []string{"piece.*.*.old.*.*"}, false, eachData(func(b []byte) { sealed = bytes.Clone(b[len(b)-100:]) })))
	require.True(t, onDisk(t, r.dir, sealed))

	purged, err := op.Purge(ctx, oneYear, now)
	require.NoError(t, err)
	require.Equal(t, map[shift.Kind]int{shift.HitParcel: 1}, purged)
	require.Zero(t, r.stored(t, "old"))
	require.Equal(t, 2, r.stored(t, "held"))
	require.Equal(t, 2, r.stored(t, "fresh"))
	require.Equal(t, string(held.Body), string(r.open(t)["held"].Body))

	require.NoError(t, op.Release(ctx, "held", "over", "31007", now))
	_, err = op.Purge(ctx, oneYear, now)
	require.NoError(t, err)
	require.Zero(t, r.stored(t, "held"))
	require.Equal(t, 2, r.stored(t, "fresh"))
	st, err := op.Status(ctx)
	require.NoError(t, err)
	require.Equal(t, uint64(1), st.Records)
	require.Greater(t, st.RecordBytes, uint64(len(fresh.Body)))
	r.stop()
	require.False(t, onDisk(t, r.dir, sealed), "the bytes are overwritten")
}

func TestRequirement31_PiecesOfARecordThatNeverCameAreDestroyed(t *testing.T) {
	r := start(t)
	ctx := testContext(t)
	l := lineTo(t, r.address)
	bundle := at(t, r.bundle(t, "car-12"), l.address)
	d, err := dock.New(bundle)
	require.NoError(t, err)
	begin := func(id string) {
		l.mend()
		p := largeHit(id, 3)
		p.Stored = func(bytes int) {
			if bytes == 2*protocol.PieceSize {
				l.cut()
			}
		}
		require.ErrorIs(t, connect(t, d).Deliver(ctx, p), shift.ErrNoAnswer)
		require.Equal(t, 2, r.stored(t, id))
	}
	begin("h1")
	op, now := r.operator(t), time.Now()
	purged, err := op.Purge(ctx, oneYear, now.Add(unfinishedFor-time.Hour))
	require.NoError(t, err)
	require.Empty(t, purged)
	require.Equal(t, 2, r.stored(t, "h1"))
	require.NoFileExists(t, filepath.Join(r.dir, journalFile))
	purged, err = op.Purge(ctx, oneYear, now.Add(unfinishedFor+time.Hour))
	require.NoError(t, err)
	require.Empty(t, purged, "it was no record")
	require.Zero(t, r.stored(t, "h1"))
	lines := journal(t, r.dir)
	require.Len(t, lines, 1)
	require.Equal(t, 1, lines[0].Unfinished)

	// A car that comes shortly before does not complete what is about to be destroyed.
	begin("h2")
	id, err := protocol.ParseBundle(bundle)
	require.NoError(t, err)
	u, err := id.Upload(largeHit("h2", 3))
	require.NoError(t, err)
	ask := protocol.MissingRequest{Ref: u.Ref, Upload: u.Head().Upload, Pieces: u.Head().Pieces}
	p, err := openPieces(ctx, op.js)
	require.NoError(t, err)
	missing, err := p.missing(ctx, "car-12", ask, now.Add(resumeWithin-time.Hour))
	require.NoError(t, err)
	require.Equal(t, []int{2}, missing)
	missing, err = p.missing(ctx, "car-12", ask, now.Add(resumeWithin+time.Hour))
	require.NoError(t, err)
	require.Equal(t, []int{0, 1, 2}, missing)
	require.Zero(t, r.stored(t, "h2"))
	// And begins anew, also at once.
	l.mend()
	car := connect(t, d)
	require.NoError(t, car.Deliver(ctx, largeHit("h2", 3)))
	require.True(t, r.visible(t, car, u.Ref))
	// What stands keeps its pieces, however old they are.
	missing, err = p.missing(ctx, "car-12", ask, now.Add(resumeWithin+time.Hour))
	require.NoError(t, err)
	require.Empty(t, missing)
	_, err = op.Purge(ctx, oneYear, now.Add(unfinishedFor+time.Hour))
	require.NoError(t, err)
	require.Equal(t, 3, r.stored(t, "h2"))
}

// Records that cars delivered whole before there were pieces, of up to eight megabytes.
func TestRequirement29_LargeRecordsFromBeforeAreStillRead(t *testing.T) {
	t.Parallel()
	r := start(t)
	ctx := testContext(t)
	bundle := r.bundle(t, "car-12")
	id, err := protocol.ParseBundle(bundle)
	require.NoError(t, err)
	p := largeHit("h1", 20)
	sealed, err := protocol.SealRecord(id.Records, id.Signer, p)
	require.NoError(t, err)
	r.stop()
	before := beforePieces(t, r)
	_, err = before.op.js.Publish(ctx, protocol.RecordSubject(p.Kind, "car-12", p.ID), sealed)
	require.NoError(t, err)
	before.stop()

	r = startIn(t, r.dir, r.address)
	d, err := dock.New(bundle)
	require.NoError(t, err)
	car := connect(t, d)
	receipt, err := car.Receipt(ctx, []shift.Ref{{Kind: p.Kind, ID: p.ID}})
	require.NoError(t, err)
	require.Len(t, receipt.Records, 1)
	digest, err := protocol.CheckRecord(id.Authority, receipt.Records[0].Ref, "car-12", time.Now(), sealed)
	require.NoError(t, err)
	require.Equal(t, digest, receipt.Records[0].Digest)
	require.NoError(t, car.Deliver(ctx, largeHit("h2", 1)))
	listed, opened := r.list(t), r.open(t)
	require.Len(t, listed, 2)
	require.Equal(t, len(sealed), listed[0].Bytes)
	require.Equal(t, string(p.Body), string(opened["h1"].Body))
	require.Contains(t, opened, "h2")
}

func TestRequirement29_AMediumTakesLargeRecords(t *testing.T) {
	t.Parallel()
	r := start(t)
	ctx := testContext(t)
	now := time.Now()
	bundle := r.bundle(t, "car-12")
	id, err := protocol.ParseBundle(bundle)
	require.NoError(t, err)
	var file bytes.Buffer
	m, err := protocol.NewMedium(&file, id, "a1", now)
	require.NoError(t, err)
	p := largeHit("h1", 3)
	require.NoError(t, m.Put(p))
	require.NoError(t, m.Put(hitParcel("h2", "ABCD123")))
	require.NoError(t, m.Close())

	// What a piece is missing of, or misplaced, is no record, and ends the import.
	op := r.operator(t)
	for name, keep := range map[string]func(protocol.MediumRecord) bool{
		"missing": func(m protocol.MediumRecord) bool { return m.Upload == "" || m.Index != 1 },
		"alone":   func(m protocol.MediumRecord) bool { return m.Upload == "" },
	} {
		_, err := op.ImportRecords(ctx, bytes.NewReader(onMedium(t, file.Bytes(), keep)), now)
		require.ErrorIs(t, err, errPiece, name)
		require.Empty(t, r.list(t), name)
	}
	in, err := op.ImportRecords(ctx, bytes.NewReader(file.Bytes()), now)
	require.NoError(t, err)
	require.Equal(t, 2, in.Records)
	require.Equal(t, 2, in.New)
	in, err = op.ImportRecords(ctx, bytes.NewReader(file.Bytes()), now)
	require.NoError(t, err)
	require.Zero(t, in.New)
	receipt, err := protocol.OpenReceipt(id.Publishing, "car-12", "a1", in.Receipt)
	require.NoError(t, err)
	require.Len(t, receipt.Records, 2)
	require.Equal(t, string(p.Body), string(r.open(t)["h1"].Body))
	require.Equal(t, 3, r.stored(t, "h1"))
	// Over the network nothing of it travels again.
	d, err := dock.New(bundle)
	require.NoError(t, err)
	var told []int
	p.Stored = func(bytes int) { told = append(told, bytes) }
	require.NoError(t, connect(t, d).Deliver(ctx, p))
	require.Equal(t, []int{3 * protocol.PieceSize, len(p.Body)}, told)
	require.Len(t, r.list(t), 2)
}

// Everything on the wire fits a NATS server that nobody configured.
func TestEveryMessageFitsTheDefaultLimit(t *testing.T) {
	t.Parallel()
	require.LessOrEqual(t, protocol.MaxPayload, 1<<20)
	require.LessOrEqual(t, protocol.PieceSize+overhead, protocol.MaxPayload)
	require.GreaterOrEqual(t, protocol.MaxBody, 8<<20-8<<10, "no record is too large that was not before")
	// The longest ids and kinds there can be, as many as a receipt has.
	long := strings.Repeat("x", 64)
	r := shift.Receipt{Request: long, Made: time.Now()}
	ask := protocol.ReceiptRequest{Request: long}
	for range shift.MaxReceipt {
		ref := shift.Ref{Kind: shift.ReportParcel, ID: long}
		ask.Records = append(ask.Records, ref)
		r.Records = append(r.Records, shift.Received{Ref: ref, Digest: make([]byte, 32)})
	}
	f := start(t)
	key, err := f.folder.publishingKey()
	require.NoError(t, err)
	sealed, err := protocol.SealReceipt(key, long, r)
	require.NoError(t, err)
	require.LessOrEqual(t, len(sealed), protocol.MaxPayload-overhead)
	// The station takes such a question.
	_, err = f.link(t, "car-12").Receipt(testContext(t), ask.Records)
	require.NoError(t, err)
}

func eachData(each func([]byte)) func(jetstream.Msg, *jetstream.MsgMetadata) error {
	return func(m jetstream.Msg, _ *jetstream.MsgMetadata) error { each(m.Data()); return nil }
}

// earlier is the server of a station from before there were pieces, which took larger
// messages.
type earlier struct {
	op   *Operator
	stop func()
}

func beforePieces(t *testing.T, r *running) *earlier {
	t.Helper()
	g := &gate{folder: r.folder, log: slog.New(slog.DiscardHandler), now: time.Now, cars: map[uint64]*x509.Certificate{}}
	opts, err := r.folder.serverOptions(g, "127.0.0.1", server.RANDOM_PORT)
	require.NoError(t, err)
	opts.MaxPayload = 8 << 20
	s, err := server.NewServer(opts)
	require.NoError(t, err)
	g.server = s
	go s.Start()
	require.True(t, s.ReadyForConnections(limit))
	require.NoError(t, r.folder.announce(s.Addr().String()))
	op := r.operator(t)
	_, err = op.js.UpdateStream(testContext(t), jetstream.StreamConfig{
		Name: protocol.RecordStream, Subjects: protocol.RecordSubjects(), Storage: jetstream.FileStorage, AllowDirect: true, MaxMsgSize: 8 << 20,
	})
	require.NoError(t, err)
	return &earlier{op, func() { op.Close(); s.Shutdown(); s.WaitForShutdown() }}
}

// onMedium writes a file again, with what is to be kept of it.
func onMedium(t *testing.T, file []byte, keep func(protocol.MediumRecord) bool) []byte {
	t.Helper()
	var b bytes.Buffer
	b.Write(file[:4])
	head := func(v any) {
		raw, err := json.Marshal(v)
		require.NoError(t, err)
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(raw))))
		b.Write(raw)
	}
	require.NoError(t, protocol.ReadMedium(bytes.NewReader(file), func(h protocol.MediumHead) error { head(h); return nil },
		func(r protocol.MediumRecord) error {
			if keep(r) {
				head(r)
				b.Write(r.Sealed)
			}
			return nil
		}))
	b.Write(make([]byte, 4))
	sum := sha256.Sum256(b.Bytes())
	return append(b.Bytes(), sum[:]...)
}
