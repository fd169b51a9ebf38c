package station

import (
	"log/slog"
	"strings"

	"github.com/nats-io/nats.go"

	"secondlook/platform/dock/protocol"
)

// allComplaints matches what every car says that it refused.
const allComplaints = "complaint.*"

// logComplaints logs what cars refuse of the station's: somebody may be at work on the
// station, or on the way.
func logComplaints(nc *nats.Conn, log *slog.Logger) (*nats.Subscription, error) {
	return nc.QueueSubscribe(allComplaints, answering, func(m *nats.Msg) {
		car := strings.TrimPrefix(m.Subject, protocol.ComplaintSubject(""))
		log.Warn("a car refused what came from here", "name", car, "reason", string(m.Data[:min(len(m.Data), protocol.MaxComplaint)]))
	})
}
