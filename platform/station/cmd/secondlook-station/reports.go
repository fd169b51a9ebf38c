package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"secondlook/app/hit"
	"secondlook/app/shift"
	"secondlook/platform/station"
)

// reportRecords shows what officers reported of entries that look wrong, for the
// owners of the lists.
type reportRecords struct {
	data
	Key    string `required:"" placeholder:"FILE" type:"existingfile" help:"The records key that the first “serve” made."`
	Source string `placeholder:"NAME" help:"Only reports of lists that this source publishes, as CPIC."`
	CSV    bool   `name:"csv" help:"Print a table as CSV, to send to the owner."`
}

func (c *reportRecords) Run(ctx context.Context, to streams) error {
	key, err := recordsKey(c.Key)
	if err != nil {
		return err
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	print := printReports(to.out)
	if c.CSV {
		print = printReportTable(to.out)
	}
	failed := 0
	complain := func(r station.Opened, err error) {
		failed++
		fmt.Fprintf(to.err, "record %s of %s: %v\n", r.ID, r.Car, err)
	}
	err = op.OpenKinds(ctx, key, []shift.Kind{shift.ReportParcel}, func(r station.Opened, err error) error {
		var report hit.Report
		if err == nil && json.Unmarshal(r.Body, &report) != nil {
			err = errors.New("this is not a report of an entry")
		}
		if err != nil {
			complain(r, err)
			return nil
		}
		if c.Source != "" && !strings.EqualFold(c.Source, report.Source) {
			return nil
		}
		return print(r, report)
	})
	if err == nil {
		err = print(station.Opened{}, hit.Report{}) // the end
	}
	if failed > 0 {
		err = errors.Join(err, fmt.Errorf("%d reports could not be opened", failed))
	}
	return err
}

// printReports prints each report as a paragraph; one without an id ends them.
func printReports(w io.Writer) func(station.Opened, hit.Report) error {
	n := 0
	return func(at station.Opened, r hit.Report) error {
		if at.ID == "" {
			_, err := fmt.Fprintf(w, "%d reports.\n", n)
			return err
		}
		n++
		e := r.Entry
		t := table(w)
		fmt.Fprintf(t, "%s, %s\t\n", at.ID, shown(r.At))
		for _, line := range [][2]string{
			{"List", joined(r.List, version(r.Version), "made "+shown(r.Made))},
			{"Owner", joined(cmp.Or(r.Source, "unknown"), r.Contact)},
			{"Entry", joined(string(e.Plate), string(e.Jurisdiction), e.Category, vehicle(r))},
			{"Entered by", joined(cmp.Or(e.Agency, "unknown"), e.Contact, e.Reference)},
			{"Looks wrong", joined(string(r.Reason), r.Words)},
			{"Reported by", joined(string(r.By.Name), string(r.By.Badge), r.Terminal, at.Car)},
			{"Lifted", lifted(r)},
		} {
			if line[1] != "" {
				fmt.Fprintf(t, "  %s\t%s\n", line[0], line[1])
			}
		}
		fmt.Fprintln(t)
		return t.Flush()
	}
}

// printReportTable prints a CSV table; a report without an id ends it.
func printReportTable(w io.Writer) func(station.Opened, hit.Report) error {
	t := csv.NewWriter(w)
	begun := false
	return func(at station.Opened, r hit.Report) error {
		if !begun {
			begun = true
			t.Write([]string{"record", "reported", "list", "version", "made", "source", "contact", "entry", "plate", "jurisdiction", "category",
				"vehicle", "agency", "agency_contact", "reference", "reason", "words", "officer", "badge", "terminal", "car", "lifted"})
		}
		if e := r.Entry; at.ID != "" {
			row := []string{at.ID, utc(r.At), r.List, fmt.Sprint(r.Version), utc(r.Made), r.Source, r.Contact, e.ID, string(e.Plate),
				string(e.Jurisdiction), e.Category, vehicle(r), e.Agency, e.Contact, e.Reference, string(r.Reason), r.Words,
				string(r.By.Name), string(r.By.Badge), r.Terminal, at.Car, utc(r.Lifted)}
			for i := range row {
				row[i] = cell(row[i])
			}
			t.Write(row)
		}
		t.Flush()
		return t.Error()
	}
}

// cell keeps a spreadsheet from taking a text for a formula.
func cell(text string) string {
	if text = oneLine(text); text != "" && strings.ContainsRune("=+-@", rune(text[0])) {
		return "'" + text
	}
	return text
}

// joined puts the parts that there are behind one another.
func joined(parts ...string) string {
	var there []string
	for _, p := range parts {
		if p = oneLine(p); p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, ", ")
}

// oneLine takes what could move a terminal's cursor out of a text.
func oneLine(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text))
}

func version(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("version %d", n)
}

func vehicle(r hit.Report) string {
	year := ""
	if r.Entry.Year > 0 {
		year = fmt.Sprint(r.Entry.Year)
	}
	return strings.Join(strings.Fields(strings.Join([]string{r.Entry.Make, r.Entry.Model, year, r.Entry.Colour}, " ")), " ")
}

func lifted(r hit.Report) string {
	if r.LiftedBy == nil {
		return ""
	}
	return joined(shown(r.Lifted), string(r.LiftedBy.Name), string(r.LiftedBy.Badge))
}

func utc(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
