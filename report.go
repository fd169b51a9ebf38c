package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"secondlook/app/cruiser"
	"secondlook/app/notice"
	"secondlook/app/policy"
	"secondlook/app/shift"
	"secondlook/platform/paper"
)

type reportCommand struct {
	From    time.Time `help:"First day." required:"" format:"2006-01-02" placeholder:"DATE"`
	To      time.Time `help:"Last day." required:"" format:"2006-01-02" placeholder:"DATE"`
	Out     string    `help:"PDF file to write." type:"path" placeholder:"FILE.pdf"`
	CSV     string    `help:"CSV file to write; - is standard output." name:"csv" placeholder:"FILE"`
	Lang    string    `help:"Language of the PDF: en or fr." enum:"en,fr" default:"en"`
	Service string    `help:"Police service that the report is of, if not the terminal's." placeholder:"NAME"`
	Records string    `help:"At the station: the folder or file that secondlook-station records export wrote. Without it, what is still on this terminal." type:"path" placeholder:"DIR"`
	Badge   string    `help:"Badge of the person who makes the report, on a terminal: a supervisor, an auditor or an administrator." placeholder:"BADGE"`
	Policy  string    `help:"Policy pack in force: ${policies}, or at the station a file." default:"ontario" placeholder:"NAME"`
}

// Run makes the report of the deployments that began in the period.
func (r reportCommand) Run(ctx context.Context, t *terminal) error {
	switch {
	case r.Out == "" && r.CSV == "":
		return errors.New("name a PDF file with --out, a CSV file with --csv, or both")
	case r.To.Before(r.From):
		return errors.New("--to is before --from")
	case r.Records == "" && r.Badge == "":
		return errors.New("on a terminal, say who makes the report with --badge; at the station, name the opened records with --records")
	}
	r.From, r.To = local(r.From), local(r.To)
	if r.Records != "" {
		pack, err := decodePack(r.Policy)
		if err != nil {
			return err
		}
		deployments, cases, err := openedRecords(r.Records)
		if err != nil {
			return err
		}
		return r.write(t, pack, shift.Summarise(deployments, cases, r.From, r.To), r.Service)
	}
	return signIn{Badge: r.Badge, Policy: r.Policy}.do(ctx, t, nil, func(c *cruiser.Cruiser) error {
		report, err := c.Report(ctx, r.From, r.To)
		if err != nil {
			return err
		}
		service := r.Service
		if service == "" {
			service = c.Settings().Service
		}
		return r.write(t, c.Pack(), report, service)
	})
}

// local is the same day in this computer's time zone.
func local(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.Local)
}

func (r reportCommand) write(t *terminal, pack *policy.Pack, report shift.Report, service string) error {
	if r.Out != "" {
		options := paper.Options{Pack: pack, Language: r.Lang, Service: service, Made: local(time.Now())}
		err := toFile(r.Out, func(w io.Writer) error { return paper.Report(w, report, options) })
		if err != nil {
			return err
		}
		fmt.Fprintf(t.errs, "%d deployments in %s\n", report.Total.Deployments, r.Out)
	}
	switch r.CSV {
	case "":
		return nil
	case "-":
		return report.WriteCSV(t.out)
	}
	return toFile(r.CSV, report.WriteCSV)
}

// toFile writes a file, in place of one of that name.
func toFile(path string, write func(io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("make the file: %w", err)
	}
	return errors.Join(write(file), file.Close())
}

// openedRecords reads the deployments, and what else a report counts, among records
// that the station opened: JSON Lines, in a file or as records.jsonl in a folder. Of
// the rest it keeps nothing.
func openedRecords(path string) (all []shift.Deployment, cases []shift.Case, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "records.jsonl")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("open the records: %w", err)
	}
	defer file.Close()
	lines := json.NewDecoder(bufio.NewReader(file))
	for n := 1; ; n++ {
		var record struct {
			Kind shift.Kind      `json:"kind"`
			Body json.RawMessage `json:"body"`
		}
		err := lines.Decode(&record)
		if errors.Is(err, io.EOF) {
			return all, cases, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("record %d is not what the station writes: %w", n, err)
		}
		counted, err := shift.CasesIn(record.Kind, record.Body)
		if err != nil {
			return nil, nil, fmt.Errorf("record %d: %w", n, err)
		}
		cases = append(cases, counted...)
		if record.Kind != shift.DeploymentParcel {
			continue
		}
		var d shift.Deployment
		if err := json.Unmarshal(record.Body, &d); err != nil {
			return nil, nil, fmt.Errorf("record %d is no deployment: %w", n, err)
		}
		all = append(all, d)
	}
}

// publicPage is what the commands for pages to post have in common.
type publicPage struct {
	Pack string `help:"Policy pack: ${policies}, or the service's own file." default:"ontario" placeholder:"P"`
	Lang string `help:"Language: en, fr or both." enum:"en,fr,both" default:"both"`
	Out  string `help:"PDF file to write." required:"" type:"path" placeholder:"FILE"`
}

func (p publicPage) write(page func(io.Writer, *policy.Pack, []string, time.Time) error) error {
	pack, err := decodePack(p.Pack)
	if err != nil {
		return err
	}
	languages := notice.Languages
	if p.Lang != "both" {
		languages = []string{p.Lang}
	}
	return toFile(p.Out, func(w io.Writer) error { return page(w, pack, languages, local(time.Now())) })
}

type sheetCommand struct{ publicPage }

// Run writes the sheet that tells the public what is collected.
func (s sheetCommand) Run() error { return s.write(paper.Sheet) }

type decalCommand struct{ publicPage }

// Run writes the text on the cars.
func (d decalCommand) Run() error { return d.write(paper.Decal) }
