// Package protocol is what a car and its station agree on: the subjects and
// streams, the bundle that enrols a terminal, and the sealed and signed forms in
// which records, lists and entries travel and rest.
//
// Four promises are kept by the forms alone, whatever machine they pass:
//
//   - a record is readable only with the service's records key, and shows which
//     car made it ([SealRecord], [OpenRecord]);
//   - a list, and what changed in it, is taken only with the signature of the
//     station's publishing key ([SealList], [OpenList], [SealDelta], [OpenDelta]);
//   - a roster and a policy pack are taken only with that signature too ([SealRoster],
//     [OpenRoster], [SealPack], [OpenPack]);
//   - an entry is taken only with the signature of an enrolled car, or the station's
//     for what was decided there, and read only by enrolled cars ([SealEntry],
//     [OpenEntry], [SealDecision], [OpenDecision]).
//
// A list is distributed whole, under its name, and by its last [MaxDeltas] deltas
// at most, each under a place that the one [MaxDeltas] versions later takes over
// ([DeltaName]). Versions of a list are numbered 1, 2, 3; the delta that makes version
// n is put in its place before the list is. A car that has version n fetches the
// deltas to the list's version one by one; where one is missing, or of another
// version, or all of them together are no smaller than the list, it fetches the list.
// After a withdrawal there are no deltas, and no delta begins at one.
//
// A record of up to [PieceSize] bytes is one message. A larger one is cut into pieces,
// each sealed and signed like a record and bound to the record, the body and its place,
// and a head in the record's place, which has the rest of the body and its digest
// ([Identity.Upload], [OpenPieces]). The pieces go into a stream of their own, and the
// head follows when the station has acknowledged all of them, so that no record is ever
// half there for who reads or counts records. A car whose line broke asks which pieces
// are missing ([MissingRequest]) and sends those: the same body has the same pieces
// under the same names, sealed whenever they were. A body that changed meanwhile has
// others; what is left of the first is destroyed with the record, or, where none comes,
// after a time.
//
// The package knows no network. Every algorithm is of the standard library and
// approved for FIPS 140-3: HPKE with P-256, HKDF-SHA256 and AES-256-GCM, HMAC-SHA256,
// ECDSA with P-256, Ed25519.
package protocol

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"secondlook/app/shift"
)

// Streams and subjects. A car may publish to its own subjects and read the
// distributed streams; see package station for the permissions.
const (
	// RecordStream keeps what cars deliver, one message a record, under
	// <kind>.<car>.<id>.
	RecordStream = "RECORDS"
	// PieceStream keeps the pieces of records that are larger than one message, under
	// piece.<kind>.<car>.<id>.<upload>.<index>. A record exists when its message is in
	// [RecordStream].
	PieceStream = "PIECES"
	// PieceSubjects matches every piece of every car.
	PieceSubjects = "piece.*.*.*.*.*"
	// EntryStream keeps the newest message of each entry, under entry.<car>.<id>.
	EntryStream = "ENTRIES"
	// EntrySubjects matches every entry of every car.
	EntrySubjects = "entry.*.*"
	// RosterStream keeps the newest roster, under RosterSubject.
	RosterStream  = "ROSTER"
	RosterSubject = "roster"
	// PolicyStream keeps the newest policy pack, under PolicySubject.
	PolicyStream  = "POLICY"
	PolicySubject = "policy"
	// ListBucket is the object store of the lists, one object a list.
	ListBucket = "LISTS"
	// ListStream is the stream beneath the object store.
	ListStream = objectStream + ListBucket
	// ListHeads matches the description of every object in the object store.
	ListHeads = "$O." + ListBucket + ".M.>"
	// DeltaBucket is the object store of the deltas, [MaxDeltas] objects a list at
	// most, DeltaStream the stream beneath it.
	DeltaBucket = "DELTAS"
	DeltaStream = objectStream + DeltaBucket
	// VersionKey is the object's metadata key for the list's version, and for
	// the one that a delta makes, so that a car fetches only what it needs. The version
	// that counts is the signed one.
	VersionKey = "version"

	objectStream = "OBJ_"
)

const (
	// MaxPayload is the largest message that the station takes, in bytes: what a NATS
	// server takes where nobody configured it.
	MaxPayload = 1 << 20
	// MaxBody is the largest body of a parcel, in bytes; see [PieceSize] for how it
	// travels.
	MaxBody = 8 << 20
	// MaxList is the largest list, in bytes of CSV.
	MaxList = 256 << 20
	// MaxDeltas is how many deltas of a list there are at most.
	MaxDeltas = 16
	// MaxEntry is the largest sealed entry, in bytes.
	MaxEntry = 64 << 10
)

var (
	// ErrBundle is returned for a bundle that cannot be used; the error names the field.
	ErrBundle = errors.New("not a usable station bundle")
	// ErrName is returned for a name or id that cannot be part of a subject.
	ErrName = errors.New("use 1 to 64 letters, digits, hyphens and underscores")
	// ErrSize is returned for something larger than the station takes.
	ErrSize = errors.New("too large for the station")
	// ErrKey is returned for a key file or key field that holds something else.
	ErrKey = errors.New("not a key of the expected kind")
	// ErrForm is returned for a record that is cut short, changed or sealed to
	// another key.
	ErrForm = errors.New("this record cannot be opened with this key")
)

// Kinds are the kinds of parcels, the gravest first.
var Kinds = []shift.Kind{shift.HitParcel, shift.BreachParcel, shift.DisclosureParcel, shift.RequestParcel,
	shift.ReportParcel, shift.DeploymentParcel, shift.AuditParcel}

var token = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// CheckName returns [ErrName] unless s can name a car or a record: what names it
// becomes one token of a subject and part of file names.
func CheckName(s string) error {
	if !token.MatchString(s) {
		return ErrName
	}
	return nil
}

// CheckListName returns an error unless s can name a list: 1 to 64 bytes of text
// on one line.
func CheckListName(s string) error {
	if s == "" || len(s) > 64 || strings.TrimSpace(s) != s || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\ufffd' }) {
		return errors.New("a list's name is 1 to 64 characters on one line")
	}
	return nil
}

// DeltaName is the name of the object of the delta that makes a list's version.
func DeltaName(list string, version int) string {
	return strconv.Itoa(version%MaxDeltas) + " " + list
}

// ObjectStream is the stream beneath the object store of a bucket.
func ObjectStream(bucket string) string { return objectStream + bucket }

// ObjectHead is the subject of the description of a bucket's object.
func ObjectHead(bucket, object string) string {
	return "$O." + bucket + ".M." + base64.URLEncoding.EncodeToString([]byte(object))
}

// ObjectChunks is the subject of the content of a bucket's object, by the id in its
// description.
func ObjectChunks(bucket, id string) string { return "$O." + bucket + ".C." + id }

// RecordSubjects are the subjects of [RecordStream].
func RecordSubjects() []string {
	var all []string
	for _, k := range Kinds {
		all = append(all, string(k)+".*.*")
	}
	return all
}

// RecordSubject is the subject of one record.
func RecordSubject(kind shift.Kind, car, id string) string {
	return string(kind) + "." + car + "." + id
}

// ParseRecordSubject is the reverse of [RecordSubject].
func ParseRecordSubject(s string) (kind shift.Kind, car, id string, err error) {
	p := strings.Split(s, ".")
	if len(p) != 3 {
		return "", "", "", fmt.Errorf("subject: %w", ErrName)
	}
	return shift.Kind(p[0]), p[1], p[2], nil
}

// EntrySubject is the subject of one entry as one car published it.
func EntrySubject(car, id string) string { return "entry." + car + "." + id }

// ParseEntrySubject is the reverse of [EntrySubject].
func ParseEntrySubject(s string) (car, id string, err error) {
	p := strings.Split(s, ".")
	if len(p) != 3 || p[0] != "entry" || p[1] != StationAuthor && CheckName(p[1]) != nil || CheckName(p[2]) != nil {
		return "", "", fmt.Errorf("subject: %w", ErrName)
	}
	return p[1], p[2], nil
}

// InboxPrefix is where a car, and nobody else, receives answers.
func InboxPrefix(car string) string { return "_INBOX_" + car }

// TimeSubject is where the station says what its clock shows, as RFC 3339.
const TimeSubject = "station.time"

// Changes matches every announcement of something that was stored for cars, and
// ChangesOf those of one stream. The server makes them, from a message's headers, when
// it has stored the message: two headers say which one, and nothing says
// what is in it. A car may only listen. An announcement may be lost, and is never
// proof of anything: a car that hears one reads the stream.
const (
	Changes = "changed.>"
	// HeaderStream and HeaderSequence are the headers of an announcement.
	HeaderStream   = "Nats-Stream"
	HeaderSequence = "Nats-Sequence"
)

// ChangesOf is where the changes of a stream are announced.
func ChangesOf(stream string) string { return "changed." + stream + ".>" }

// ComplaintSubject is where a car says what of the station's it refused, and why.
func ComplaintSubject(car string) string { return "complaint." + car }

// MaxComplaint is the longest complaint, in bytes.
const MaxComplaint = 512

// DirectGet is the JetStream request subject that reads stored messages of a
// stream. Reading this way, a car needs no consumer on the server, and so no
// right to have the server send anything anywhere else.
func DirectGet(stream string) string { return "$JS.API.DIRECT.GET." + stream }

// Roles of certificates, in their subject's organisational unit.
const (
	RoleCar      = "car"
	RoleOperator = "operator"
	RoleConsumer = "consumer"
	RoleServer   = "server"
	RoleRoute    = "route"  // a cluster's server towards the others
	RoleSystem   = "system" // has a cluster's servers read their configuration again
)
