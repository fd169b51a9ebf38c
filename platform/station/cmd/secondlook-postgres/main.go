// Command secondlook-postgres writes the records of a station into PostgreSQL: an
// example of how a records system is connected, small enough to be changed. It runs
// until it is told to stop, and may be stopped or killed at any moment: every record is
// in the database once.
//
// The database is where libpq's environment variables say (PGHOST, PGDATABASE, PGUSER,
// PGPASSFILE, PGSSLMODE and so on). What it writes is personal information in the plain.
package main

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	_ "github.com/lib/pq" // registers itself

	"secondlook/platform/dock/protocol"
	"secondlook/platform/station"
)

//go:embed schema.sql
var schema string

type commandLine struct {
	Connection string `required:"" type:"existingfile" placeholder:"FILE" help:"The file that \"secondlook-station consumers enrol\" made."`
	Key        string `required:"" type:"existingfile" placeholder:"FILE" help:"The records key."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "secondlook-postgres:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	var line commandLine
	parser, err := kong.New(&line, kong.Name("secondlook-postgres"), kong.Description("Writes the records of a SecondLook station into PostgreSQL."))
	if err != nil {
		return err
	}
	if _, err := parser.Parse(args); err != nil {
		return err
	}
	raw, err := os.ReadFile(line.Connection)
	if err != nil {
		return err
	}
	connection, err := station.ParseConnection(raw)
	if err != nil {
		return err
	}
	if raw, err = os.ReadFile(line.Key); err != nil {
		return err
	}
	key, err := protocol.ParseRecordsKey(raw)
	if err != nil {
		return err
	}
	db, err := sql.Open("postgres", "") // from the environment
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return fmt.Errorf("make the tables: %w", err)
	}
	fmt.Fprintln(out, "taking records from", connection.Station)
	return connection.Consume(ctx, key, func(ctx context.Context, r station.Opened, unopened error) error {
		return keep(ctx, db, r, unopened)
	})
}

// keep writes a record down once. When it returns nil, the database has it on its disk,
// and it is acknowledged.
func keep(ctx context.Context, db *sql.DB, r station.Opened, unopened error) error {
	if unopened != nil {
		_, err := db.ExecContext(ctx, `INSERT INTO secondlook_unopened (car, kind, id, received, reason)
			VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, r.Car, string(r.Kind), r.ID, r.Received, unopened.Error())
		return err
	}
	_, err := db.ExecContext(ctx, `INSERT INTO secondlook_records (car, kind, id, received, captured, used, held, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		r.Car, string(r.Kind), r.ID, r.Received, r.Captured, r.Used, r.Held, string(r.Body))
	return err
}
