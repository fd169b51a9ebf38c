package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"secondlook/app/shift"
	"secondlook/platform/station"
)

// stats shows the report of the deployments at the station (IPC, Reviews and audits;
// FL 7b).
type stats struct {
	data
	Key  string    `required:"" placeholder:"FILE" type:"existingfile" help:"The records key that the first “serve” made."`
	From time.Time `format:"2006-01-02" placeholder:"DAY" help:"First day. (default: a year ago)"`
	To   time.Time `format:"2006-01-02" placeholder:"DAY" help:"Last day. (default: today)"`
	CSV  bool      `name:"csv" help:"Print every figure as CSV."`
	JSON bool      `help:"Print every figure as JSON."`
}

func (c *stats) Run(ctx context.Context, to streams) error {
	if c.To.IsZero() {
		c.To = time.Now()
	}
	if c.From.IsZero() {
		c.From = c.To.AddDate(-1, 0, 1)
	}
	if c.To.Before(c.From) {
		return errors.New("--to is before --from")
	}
	key, err := recordsKey(c.Key)
	if err != nil {
		return err
	}
	op, err := station.Dial(ctx, c.Data)
	if err != nil {
		return err
	}
	defer op.Close()
	var deployments []shift.Deployment
	var cases []shift.Case
	failed := 0
	err = op.OpenKinds(ctx, key, []shift.Kind{shift.DeploymentParcel, shift.DisclosureParcel, shift.RequestParcel, shift.BreachParcel}, func(r station.Opened, err error) error {
		var d shift.Deployment
		var counted []shift.Case
		switch {
		case err != nil:
		case r.Kind != shift.DeploymentParcel:
			counted, err = shift.CasesIn(r.Kind, r.Body)
		case json.Unmarshal(r.Body, &d) != nil:
			err = errors.New("this is not a deployment") // the decoder's error may quote a name
		}
		if err != nil {
			failed++
			fmt.Fprintf(to.err, "record %s of %s: %v\n", r.ID, r.Car, err)
			return nil
		}
		cases = append(cases, counted...)
		if r.Kind == shift.DeploymentParcel {
			deployments = append(deployments, d)
		}
		return nil
	})
	if err != nil {
		return err
	}
	report := shift.Summarise(deployments, cases, localDay(c.From), localDay(c.To))
	switch {
	case c.CSV:
		err = report.WriteCSV(to.out)
	case c.JSON:
		err = printJSON(to.out, report)
	default:
		err = printStats(to, report)
	}
	return errors.Join(err, notAll(failed))
}

// localDay is the same day in this computer's time zone.
func localDay(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.Local)
}

func printStats(to streams, r shift.Report) error {
	s := r.Total.Statistics
	t := table(to.out)
	fmt.Fprintf(t, "From, to\t%s, %s\n", r.From.Format(time.DateOnly), r.To.Format(time.DateOnly))
	fmt.Fprintf(t, "Terminals\t%d\n", r.Terminals)
	fmt.Fprintf(t, "Deployments\t%d, %s\n", r.Total.Deployments, r.Total.Deployed.Round(time.Minute))
	fmt.Fprintf(t, "Plates read\t%d\n", s.Reads)
	fmt.Fprintf(t, "Non-hits erased\t%d\n", s.NonHits)
	fmt.Fprintf(t, "Hits\t%d\n", s.Hits())
	fmt.Fprintf(t, "Judged\t%d\n", s.Judged())
	if rate, ok := s.MisreadRate(); ok {
		fmt.Fprintf(t, "Misread\t%.1f %% of those judged\n", rate*100)
	}
	fmt.Fprintf(t, "Stops\t%d\n", s.Stops)
	fmt.Fprintf(t, "Notices given, not given\t%d, %d\n", s.NoticesGiven, s.NoticesNotGiven)
	fmt.Fprintf(t, "Manual searches\t%d\n", s.Searches)
	fmt.Fprintf(t, "Entries proposed by hand\t%d\n", s.EntriesProposed)
	fmt.Fprintf(t, "Disclosures\t%d\n", r.Total.Cases.Disclosures)
	fmt.Fprintf(t, "Access requests, done\t%d, %d\n", r.Total.Cases.Requests, r.Total.Cases.Answers)
	fmt.Fprintf(t, "Breaches reported\t%d\n", r.Total.Cases.Breaches)
	return t.Flush()
}
