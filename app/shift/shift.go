// Package shift is one tour of duty: its deployment record (FL 2d, 5e), its
// statistics without personal information (IPC, Reviews), and the sync at the
// station dock that ends it.
package shift

import (
	"context"
	"slices"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
)

// Deployment documents one use of the system: who authorised it, how, when and
// where it was deployed, its results and any exceptions (FL 2d, 5e).
type Deployment struct {
	ID         string
	Terminal   string
	Officer    access.Officer
	Start, End time.Time // End is zero while it runs
	// Authority says who authorised the deployment.
	Authority string
	// Method says how the system was deployed: "mobile, 2 cameras".
	Method string
	// Area says where.
	Area    string
	Cameras []string
	// Checklist is what the terminal found before the patrol began, Calibration what
	// the officer noted of the cameras' check (FL 5a).
	Checklist   []Check
	Calibration string
	Exceptions  []Exception
	Statistics  Statistics
}

// Exception is something out of the ordinary in a deployment.
type Exception struct {
	At time.Time
	// Checks are the lines of the checklist that were not well and that the note
	// acknowledges; empty for what the officer noted later.
	Checks []string
	Note   string
}

// Missing returns those of a policy's required fields
// ([secondlook/app/policy.DeploymentFields]) that the record does not fill in.
// Results are the statistics, which every record has; a record without exceptions
// says that there were none.
func (d Deployment) Missing(required []string) []string {
	filled := map[string]bool{
		"authority": d.Authority != "", "method": d.Method != "", "area": d.Area != "",
		"camera-check": slices.ContainsFunc(d.Checklist, func(c Check) bool { return c.Item == ItemCamera }),
		"results":      true, "exceptions": true,
	}
	return slices.DeleteFunc(slices.Clone(required), func(field string) bool { return filled[field] })
}

// Store keeps deployments. Package store satisfies it.
type Store interface {
	// PutDeployment adds or replaces a deployment.
	PutDeployment(ctx context.Context, d Deployment, e audit.Event) error
	// Deployments returns every deployment in the car, oldest first.
	Deployments(ctx context.Context) ([]Deployment, error)
	// Acknowledge erases the records of which the station signed a receipt, and notes
	// with those that stay when it had them: at the time of the event. All of it is one
	// transaction with one event for each; what is not there any more is passed over.
	Acknowledge(ctx context.Context, records []Acknowledged) error
}
