package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/shift"
	"secondlook/platform/dock"
	"secondlook/platform/station"
)

// patient is a limit for what happens in a moment; nothing is measured by it.
const patient = 2 * time.Minute

// asProgram has the test's binary be the program itself, to be killed.
const asProgram = "SECONDLOOK_POSTGRES_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// databasePassword is as long as the key of an HMAC has to be, where cryptography that is
// not approved ends the program.
const databasePassword = "a password of some length"

// postgres starts a real PostgreSQL for the test and points the environment to it.
func postgres(t *testing.T) *sql.DB {
	t.Helper()
	tool := func(name string) string {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
		require.NotEmpty(t, found, "PostgreSQL is missing: install the package postgresql, as packaging/test does")
		return slices.Max(found)
	}
	dir, err := os.MkdirTemp("", "pg") // a short path: a socket's name has little room
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	attributes := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if os.Geteuid() == 0 { // it refuses to run as root
		who, err := user.Lookup("postgres")
		require.NoError(t, err)
		uid, err := strconv.Atoi(who.Uid)
		require.NoError(t, err)
		gid, err := strconv.Atoi(who.Gid)
		require.NoError(t, err)
		require.NoError(t, os.Chown(dir, uid, gid))
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	password := filepath.Join(dir, "password")
	require.NoError(t, os.WriteFile(password, []byte(databasePassword), 0o644))
	data := filepath.Join(dir, "data")
	begin := exec.Command(tool("initdb"), "-D", data, "-U", "rms", "-E", "UTF8", "--locale=C", "--auth=scram-sha-256", "--pwfile", password, "--no-sync")
	begin.Dir, begin.SysProcAttr = dir, attributes
	out, err := begin.CombinedOutput()
	require.NoError(t, err, string(out))
	server := exec.Command(tool("postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	server.Dir, server.SysProcAttr, server.Stderr = dir, attributes, os.Stderr
	require.NoError(t, server.Start())
	t.Cleanup(func() { server.Process.Signal(syscall.SIGINT); server.Wait() })
	for name, value := range map[string]string{"PGHOST": dir, "PGUSER": "rms", "PGPASSWORD": databasePassword, "PGDATABASE": "postgres"} {
		t.Setenv(name, value)
	}
	db, err := sql.Open("postgres", "")
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	require.Eventually(t, func() bool { return db.Ping() == nil }, patient, 20*time.Millisecond)
	return db
}

// serving is a real station with a car and a records system.
type serving struct {
	car             shift.Link
	connection, key string // files
}

func serve(t *testing.T) serving {
	t.Helper()
	dir := t.TempDir()
	ctx, stop := context.WithCancel(context.Background())
	ready, done := make(chan string, 1), make(chan error, 1)
	go func() {
		done <- station.Serve(ctx, station.Options{Data: dir, Listen: "127.0.0.1:0", Name: "West", Ready: func(a string) { ready <- a }})
	}()
	t.Cleanup(func() { stop(); require.NoError(t, <-done) })
	select {
	case <-ready:
	case err := <-done:
		t.Fatalf("the station ended: %v", err)
	}
	f, err := station.Open(dir)
	require.NoError(t, err)
	b, err := f.Enrol("car-a", nil, time.Now())
	require.NoError(t, err)
	raw, err := b.Encode()
	require.NoError(t, err)
	d, err := dock.New(raw)
	require.NoError(t, err)
	s := serving{connection: filepath.Join(t.TempDir(), "rms.json"), key: filepath.Join(dir, station.RecordsKeyFile)}
	s.car, err = d.Connect(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { s.car.Close() })
	op, err := station.Dial(t.Context(), dir)
	require.NoError(t, err)
	defer op.Close()
	c, err := op.EnrolConsumer(t.Context(), "rms", nil, time.Now())
	require.NoError(t, err)
	raw, err = c.Encode()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.connection, raw, 0o600))
	return s
}

func (s serving) deliver(t *testing.T, id, body string) {
	t.Helper()
	require.NoError(t, s.car.Deliver(t.Context(), shift.Parcel{ID: id, Kind: shift.HitParcel, Body: []byte(body), Captured: time.Now()}))
}

// program starts the program as a process of its own, when its tables are there.
func (s serving) program(t *testing.T) *exec.Cmd {
	t.Helper()
	p := exec.Command(os.Args[0], "--connection", s.connection, "--key", s.key)
	p.Env = append(os.Environ(), asProgram+"=1")
	p.Stderr = os.Stderr
	p.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := p.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.Start())
	t.Cleanup(func() { p.Process.Kill(); p.Wait() })
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	require.Equal(t, "taking records from West", lines.Text())
	return p
}

func count(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRow(query).Scan(&n))
	return n
}

// The program is killed (kill -9) while it writes a record, three times: every record is in
// the table once, as it was sent.
func TestRequirement29_KilledRecordsSystemHasEveryRecordOnce(t *testing.T) {
	db, s := postgres(t), serve(t)
	const records = 120
	body := func(i int) string { return fmt.Sprintf(`{"ID":"h%03d","text":"a \u0000 é"}`, i) }
	for i := range records {
		s.deliver(t, fmt.Sprintf("h%03d", i), body(i))
	}
	s.deliver(t, "broken", "not JSON")
	_, err := db.Exec(schema)
	require.NoError(t, err)
	for _, at := range []int{20, 60, 100} {
		// An insert of the same record, not yet committed, makes the program's own wait.
		other, err := db.Begin()
		require.NoError(t, err)
		_, err = other.Exec(`INSERT INTO secondlook_records VALUES ('car-a', 'hit', $1, now(), NULL, NULL, false, '{}')`, fmt.Sprintf("h%03d", at))
		require.NoError(t, err)
		p := s.program(t)
		require.Eventually(t, func() bool {
			return count(t, db, `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO secondlook_records%'`) == 1
		}, patient, 10*time.Millisecond)
		require.NoError(t, p.Process.Kill())
		var ended *exec.ExitError
		require.ErrorAs(t, p.Wait(), &ended)
		// The database does not know that nobody waits for it any more, and writes the
		// record: it will come again.
		require.NoError(t, other.Rollback())
		require.Eventually(t, func() bool {
			return count(t, db, fmt.Sprintf(`SELECT count(*) FROM secondlook_records WHERE id = 'h%03d'`, at)) == 1
		}, patient, 10*time.Millisecond)
	}
	s.program(t)
	require.Eventually(t, func() bool {
		return count(t, db, `SELECT count(*) FROM secondlook_records`) == records && count(t, db, `SELECT count(*) FROM secondlook_unopened`) == 1
	}, patient, 20*time.Millisecond)
	rows, err := db.Query(`SELECT car, kind, id, body::text FROM secondlook_records ORDER BY id`)
	require.NoError(t, err)
	defer rows.Close()
	for i := range records {
		require.True(t, rows.Next())
		var car, kind, id, text string
		require.NoError(t, rows.Scan(&car, &kind, &id, &text))
		require.Equal(t, []string{"car-a", "hit", fmt.Sprintf("h%03d", i), body(i)}, []string{car, kind, id, text})
	}
	require.False(t, rows.Next())
	require.NoError(t, rows.Err())
}

// The same record twice is one row, and the first stays.
func TestRequirement29_ARecordThatComesTwiceIsKeptOnce(t *testing.T) {
	db := postgres(t)
	_, err := db.Exec(schema)
	require.NoError(t, err)
	at := time.Now().UTC().Truncate(time.Microsecond)
	r := station.Opened{Record: station.Record{ID: "h1", Kind: shift.HitParcel, Car: "car-a", Received: at}, Body: []byte(`{"n":1}`)}
	for range 2 {
		require.NoError(t, keep(t.Context(), db, r, nil))
		require.NoError(t, keep(t.Context(), db, r, errors.New("cut short")))
		r.Body = []byte(`{"n":2}`)
	}
	require.Equal(t, 1, count(t, db, `SELECT count(*) FROM secondlook_unopened WHERE reason = 'cut short'`))
	var text string
	require.NoError(t, db.QueryRow(`SELECT body::text FROM secondlook_records`).Scan(&text))
	require.JSONEq(t, `{"n":1}`, text)
}
