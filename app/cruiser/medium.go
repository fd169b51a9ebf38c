package cruiser

import (
	"context"
	"fmt"
	"io"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/shift"
)

// SyncTo seals what is finished onto a medium for the station, gravest first, where
// there is no network, and returns the number of the request that the receipt will
// answer, and how many records there are. Nothing is erased until
// [Cruiser.TakeReceipt].
func (c *Cruiser) SyncTo(ctx context.Context, w io.Writer, progress func(Progress)) (request string, records int, err error) {
	if _, err := c.permit(ctx, access.ActSync); err != nil {
		return "", 0, err
	}
	if progress == nil {
		progress = func(Progress) {}
	}
	dock, err := c.dock()
	if err != nil {
		return "", 0, err
	}
	parcels, err := c.outbox(ctx)
	if err != nil {
		return "", 0, err
	}
	parcels = parcels[:min(len(parcels), shift.MaxReceipt)]
	request = newID(c.now())
	e := c.event(audit.SyncExported, request)
	e.Detail = map[string]string{"records": fmt.Sprint(len(parcels)), "order": shift.Order(refsOf(parcels))}
	if err := c.store.Append(ctx, e); err != nil {
		return "", 0, fmt.Errorf("record the export: %w", err)
	}
	medium, err := dock.Medium(w, request, c.now())
	if err != nil {
		return "", 0, err
	}
	p := Progress{Step: Delivering, Total: len(parcels)}
	progress(p)
	for _, next := range parcels {
		parcel, err := next.pack(ctx)
		if err != nil {
			return "", 0, err
		}
		if err := medium.Put(parcel); err != nil {
			return "", 0, fmt.Errorf("put a record onto the medium: %w", err)
		}
		p.Done++
		p.Bytes += len(parcel.Body)
		progress(p)
	}
	return request, len(parcels), medium.Close()
}

// TakeReceipt erases what the station signs to have of a medium that this terminal
// made. It returns [shift.ErrReceipt] for a receipt that is not the station's, not this
// car's, not for such a medium, or that was taken before: then nothing is erased.
func (c *Cruiser) TakeReceipt(ctx context.Context, raw []byte) (Summary, error) {
	if _, err := c.permit(ctx, access.ActSync); err != nil {
		return Summary{}, err
	}
	dock, err := c.dock()
	if err != nil {
		return Summary{}, err
	}
	request, err := dock.ReceiptOf(raw)
	if err != nil {
		return Summary{}, c.refuseReceipt(ctx, "", err)
	}
	r, err := c.openReceipt(ctx, dock, raw, request)
	if err != nil {
		return Summary{}, err
	}
	parcels, err := c.outbox(ctx)
	if err != nil {
		return Summary{}, err
	}
	s := c.summary()
	_, err = c.takeReceipt(ctx, r, parcels, &s)
	c.tell(QueueChanged)
	return s, err
}

// openReceipt verifies a receipt against the record of what was put onto media.
func (c *Cruiser) openReceipt(ctx context.Context, dock shift.Dock, raw []byte, request string) (shift.Receipt, error) {
	refused := func(err error) (shift.Receipt, error) { return shift.Receipt{}, c.refuseReceipt(ctx, request, err) }
	r, err := dock.OpenReceipt(raw, request)
	if err != nil {
		return refused(err)
	}
	records, err := c.store.Records(ctx)
	if err != nil {
		return shift.Receipt{}, fmt.Errorf("look for the export: %w", err)
	}
	order := ""
	for _, record := range records {
		switch {
		case record.Event.Object != request:
		case record.Event.Act == audit.SyncExported:
			order = record.Event.Detail["order"]
		case record.Event.Act == audit.ReceiptTaken:
			return refused(fmt.Errorf("it was taken before: %w", shift.ErrReceipt))
		}
	}
	switch {
	case order == "":
		return refused(fmt.Errorf("this terminal made no such medium: %w", shift.ErrReceipt))
	case shift.Order(r.Refs()) != order:
		return refused(fmt.Errorf("not for all records of the medium, in their order: %w", shift.ErrReceipt))
	}
	return r, nil
}

func refsOf(parcels []outgoing) []shift.Ref {
	refs := make([]shift.Ref, len(parcels))
	for i, p := range parcels {
		refs[i] = p.Ref
	}
	return refs
}
