package station

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"secondlook/platform/dock/protocol"
)

// announced has the server tell connected cars of every message that a stream stored
// under a subject: its headers alone, on a subject that a car can only listen to. A
// watch of a key-value bucket would need a consumer for each car, see readable.
func announced(stream, subject string) *jetstream.RePublish {
	return &jetstream.RePublish{Source: subject, Destination: protocol.ChangesOf(stream), HeadersOnly: true}
}

// announceLists has the lists announced, when the description of one is stored: then all
// of it is. The object store's own configuration has no place for that.
func (o *Operator) announceLists(ctx context.Context) error {
	s, err := o.js.Stream(ctx, protocol.ListStream)
	if err == nil {
		c := s.CachedInfo().Config
		c.RePublish = announced(protocol.ListStream, protocol.ListHeads)
		_, err = o.js.UpdateStream(ctx, c)
	}
	if err != nil {
		return fmt.Errorf("announce changes of %s: %w", protocol.ListStream, err)
	}
	return nil
}
