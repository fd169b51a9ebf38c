package station

import (
	"slices"

	"github.com/nats-io/nats-server/v2/server"

	"secondlook/platform/dock/protocol"
)

// What a car may do is said here once. The gate of the embedded server and the
// accounts file of a cluster's servers are both made of it.
//
// Each car has an account of its own, joined to the station's by the few subjects
// it may use. Permissions alone would not do: the server sends an answer to
// whatever subject a request names, without asking what its sender may publish
// to, so that in one common account a car could have an answer sent to the
// subject that deletes a stream.

// export is a service of the station's account that cars' accounts may import.
type export struct {
	subject string
	// streamed is set where many messages answer one request.
	streamed bool
}

func exports() []export {
	var all []export
	for _, subject := range append(protocol.RecordSubjects(), protocol.EntrySubjects, protocol.PieceSubjects, allReceipts, allMissing, allComplaints) {
		all = append(all, export{subject: subject})
	}
	for _, subject := range append(readable(), consumes("*")...) {
		all = append(all, export{subject: subject, streamed: true}) // a page of messages
	}
	return all
}

// grant is what one who connects may do in an account of its own.
type grant struct {
	account string
	// requests are what it may publish: the services that its account imports.
	requests []string
	// hears are what it may subscribe to; announced are more of it, streams that its
	// account imports.
	hears, announced []string
}

// carGrant lets a car write under its own name, read the distributed streams by direct
// requests, ask for the time, and hear its own inbox and what is announced; nothing else.
func carGrant(car string) grant {
	return grant{
		account: carAccountPrefix + car, requests: slices.Concat(writable(car), readable()),
		hears: []string{protocol.InboxPrefix(car) + ".>"}, announced: []string{protocol.Changes},
	}
}

const carAccountPrefix = "car_"

func (g grant) permissions() *server.Permissions {
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: g.requests},
		Subscribe: &server.SubjectPermission{Allow: slices.Concat(g.hears, g.announced)},
	}
}

func writable(car string) []string {
	subjects := []string{protocol.EntrySubject(car, "*"), protocol.CarPieces(car), protocol.ReceiptSubject(car), protocol.MissingSubject(car), protocol.ComplaintSubject(car)}
	for _, k := range protocol.Kinds {
		subjects = append(subjects, protocol.RecordSubject(k, car, "*"))
	}
	return subjects
}

// readable has no consumers: a consumer can make the server send to any subject.
func readable() []string {
	return []string{protocol.DirectGet(protocol.ListStream), protocol.DirectGet(protocol.DeltaStream),
		protocol.DirectGet(protocol.EntryStream), protocol.DirectGet(protocol.RosterStream),
		protocol.DirectGet(protocol.PolicyStream), protocol.TimeSubject}
}

// consumerGrant lets a records system take records from its own place and acknowledge
// them; nothing else.
func consumerGrant(name string) grant {
	return grant{account: "consumer_" + name, requests: consumes(name), hears: []string{protocol.InboxPrefix(name) + ".>"}}
}

// consumes is what a records system may publish, in an account of its own: there, too,
// answers go where a request says.
func consumes(name string) []string {
	consumer := protocol.RecordStream + "." + name
	return []string{"$JS.API.CONSUMER.MSG.NEXT." + consumer, "$JS.ACK." + consumer + ".>", protocol.DirectGet(protocol.PieceStream)}
}
