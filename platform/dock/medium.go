package dock

import (
	"io"
	"time"

	"secondlook/app/shift"
	"secondlook/platform/dock/protocol"
)

// Medium begins a file of sealed records. It returns [shift.ErrNotEnrolled], or the
// writer's error.
func (d *Dock) Medium(w io.Writer, request string, made time.Time) (shift.Medium, error) {
	if d.id == nil {
		return nil, shift.ErrNotEnrolled
	}
	return protocol.NewMedium(w, d.id, request, made)
}

// ReceiptOf says which request a receipt answers, or returns [shift.ErrReceipt].
func (d *Dock) ReceiptOf(raw []byte) (request string, err error) { return protocol.ReceiptOf(raw) }

// OpenReceipt verifies that the station gave this car a receipt for a request, or
// returns [shift.ErrNotEnrolled] or [shift.ErrReceipt].
func (d *Dock) OpenReceipt(raw []byte, request string) (shift.Receipt, error) {
	if d.id == nil {
		return shift.Receipt{}, shift.ErrNotEnrolled
	}
	return protocol.OpenReceipt(d.id.Publishing, d.id.Car, request, raw)
}
