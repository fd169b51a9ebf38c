package store

import (
	"cmp"
	"context"
	"slices"

	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/shift"
)

// Settings returns what was last put, the zero Settings at first.
func (s *Store) Settings(ctx context.Context) (cruiser.Settings, error) {
	var settings cruiser.Settings
	err := s.read(ctx, "read settings", func(t txn) (err error) {
		settings, err = one[cruiser.Settings](t, bucketSettings, keySettings)
		return err
	})
	return settings, err
}

// PutSettings replaces the settings.
func (s *Store) PutSettings(ctx context.Context, settings cruiser.Settings, e audit.Event) error {
	return s.write(ctx, "keep settings", e, func(t txn) error {
		return t.put(bucketSettings, keySettings, settings)
	})
}

// Policy returns what was last put, the zero KeptPolicy at first.
func (s *Store) Policy(ctx context.Context) (cruiser.KeptPolicy, error) {
	var kept cruiser.KeptPolicy
	err := s.read(ctx, "read the policy pack", func(t txn) (err error) {
		kept, err = one[cruiser.KeptPolicy](t, bucketSettings, keyPolicy)
		return err
	})
	return kept, err
}

// PutPolicy replaces it.
func (s *Store) PutPolicy(ctx context.Context, kept cruiser.KeptPolicy, e audit.Event) error {
	return s.write(ctx, "keep the policy pack", e, func(t txn) error {
		return t.put(bucketSettings, keyPolicy, kept)
	})
}

// PutEntry adds or replaces a manual entry.
func (s *Store) PutEntry(ctx context.Context, en entry.Entry, e audit.Event) error {
	return s.write(ctx, "keep manual entry", e, func(t txn) error {
		return t.put(bucketEntries, t.keys.nameOf(bucketEntries, en.ID), en)
	})
}

// Entries returns every manual entry, oldest first.
func (s *Store) Entries(ctx context.Context) ([]entry.Entry, error) {
	var entries []entry.Entry
	err := s.read(ctx, "read manual entries", func(t txn) (err error) {
		entries, err = all[entry.Entry](t, bucketEntries)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(entries, func(a, b entry.Entry) int {
		return cmp.Or(a.Proposed.Compare(b.Proposed), cmp.Compare(a.ID, b.ID))
	})
	return entries, nil
}

// PutDeployment adds or replaces a deployment.
func (s *Store) PutDeployment(ctx context.Context, d shift.Deployment, e audit.Event) error {
	return s.write(ctx, "keep deployment", e, func(t txn) error {
		return t.put(bucketDeployments, t.keys.nameOf(bucketDeployments, d.ID), d)
	})
}

// Deployments returns every deployment in the car, oldest first.
func (s *Store) Deployments(ctx context.Context) ([]shift.Deployment, error) {
	var deployments []shift.Deployment
	err := s.read(ctx, "read deployments", func(t txn) (err error) {
		deployments, err = all[shift.Deployment](t, bucketDeployments)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(deployments, func(a, b shift.Deployment) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID))
	})
	return deployments, nil
}

// PutReport adds or replaces a report of an entry.
func (s *Store) PutReport(ctx context.Context, r hit.Report, e audit.Event) error {
	return s.write(ctx, "keep report", e, func(t txn) error {
		return t.put(bucketReports, t.keys.nameOf(bucketReports, r.ID), r)
	})
}

// Reports returns every report of an entry in the car, oldest first.
func (s *Store) Reports(ctx context.Context) ([]hit.Report, error) {
	var reports []hit.Report
	err := s.read(ctx, "read reports", func(t txn) (err error) {
		reports, err = all[hit.Report](t, bucketReports)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(reports, func(a, b hit.Report) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	return reports, nil
}
