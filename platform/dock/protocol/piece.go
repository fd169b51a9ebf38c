package protocol

import (
	"bytes"
	"crypto/hmac"
	"crypto/hpke"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"secondlook/app/shift"
)

// PieceSize is how much of a record's body one message carries, in bytes. A hit with
// its pictures takes one to three messages, so that the station, which brings each to
// its disk before it answers, has little more to do than for one; and a line that
// breaks costs at most the 33 s that so much takes over a radio link of 8 kB/s.
const PieceSize = 256 << 10

const (
	// maxPieces bounds what a head may ask for.
	maxPieces  = 64
	headMagic  = "SLH1"
	uploadSize = 16
)

// Upload is a parcel as the messages that take it to the station: pieces of
// [PieceSize] bytes, if it is larger than one, and then the record, which has the rest.
// Each is sealed by itself, with fresh keys whenever it is sent. What is there from an
// earlier upload counts, because the pieces' name is the same for the same body.
type Upload struct {
	shift.Ref
	to     hpke.PublicKey
	by     *Signer
	parcel shift.Parcel
	head   Head
}

// Head says of a record what pieces make it whole.
type Head struct {
	// Upload is the pieces' name, see [PieceSubject].
	Upload string
	Pieces int
}

// Upload takes a parcel apart. It returns [ErrName] or [ErrSize] for a parcel that no
// station would take.
func (id *Identity) Upload(p shift.Parcel) (*Upload, error) {
	if err := checkParcel(p); err != nil {
		return nil, err
	}
	u := &Upload{Ref: shift.Ref{Kind: p.Kind, ID: p.ID}, to: id.Records, by: id.Signer, parcel: p}
	if n := len(p.Body); n > PieceSize {
		u.head = Head{Upload: id.Fleet.nameUpload(RecordSubject(p.Kind, id.Car, p.ID), p.Body), Pieces: (n - 1) / PieceSize}
	}
	return u, nil
}

// nameUpload names the pieces of a body, always the same. The name shows in subjects:
// a plain digest there would let anybody with the disk test guesses.
func (k *FleetKey) nameUpload(subject string, body []byte) string {
	h := hmac.New(sha256.New, k.upload)
	fmt.Fprintf(h, "%s\n%d\n", subject, PieceSize)
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil)[:uploadSize])
}

// Head says what pieces there are; none where the record is one message.
func (u *Upload) Head() Head { return u.head }

// Piece seals and signs one piece.
func (u *Upload) Piece(index int) (subject string, sealed []byte, err error) {
	subject = PieceSubject(u.Ref, u.by.car, u.head.Upload, index)
	from := index * PieceSize
	sealed, _, err = u.seal(pieceContext(subject), nil, u.parcel.Body[from:from+PieceSize])
	return subject, sealed, err
}

// Message is a record as it travels.
type Message struct {
	Subject string
	Header  map[string][]string
	Sealed  []byte
	// Digest is what the car signed, and what a receipt says of the record.
	Digest []byte
}

// Record seals and signs the record itself, or, where there are pieces, its head: it
// is sent when all of them are stored.
func (u *Upload) Record() (m Message, err error) {
	m.Subject, m.Header = RecordSubject(u.Kind, u.by.car, u.ID), RetentionHeader(u.parcel)
	if u.head.Pieces == 0 {
		m.Sealed, m.Digest, err = sealRecord(u.to, u.by, u.parcel)
		return m, err
	}
	inPieces := u.head.Pieces * PieceSize
	m.Header[HeaderPieces] = []string{strconv.Itoa(inPieces)}
	digest := sha256.Sum256(u.parcel.Body)
	m.Sealed, m.Digest, err = u.seal(headContext(m.Subject), u.head.encode(), slices.Concat(digest[:], u.parcel.Body[inPieces:]))
	return m, err
}

// seal seals the content, bound to its context and to what stands before it in the
// clear, and signs it all; see [Signer.sign].
func (u *Upload) seal(context string, clear, content []byte) (signed, digest []byte, err error) {
	sealed, err := hpke.Seal(u.to, hpke.HKDFSHA256(), hpke.AES256GCM(), slices.Concat([]byte(context), clear), content)
	if err != nil {
		return nil, nil, fmt.Errorf("seal record: %w", err)
	}
	return u.by.sign(context, slices.Concat(clear, sealed))
}

// A head's signed content is
//
//	magic (4) | pieces (2) | name of the upload (16) | sealed: SHA-256 of the body (32) and its rest
//
// No sealed record begins with the magic: the first byte of HPKE with P-256 is 4.
func (h Head) encode() []byte {
	name, _ := hex.DecodeString(h.Upload) // its form is checked
	return append(binary.BigEndian.AppendUint16([]byte(headMagic), uint16(h.Pieces)), name...)
}

func parseHead(content []byte) (h Head, clear, sealed []byte, ok bool) {
	b, ok := cutMagic(content, headMagic)
	if !ok || len(b) < 2+uploadSize {
		return h, nil, nil, false
	}
	h = Head{Upload: hex.EncodeToString(b[2 : 2+uploadSize]), Pieces: int(binary.BigEndian.Uint16(b))}
	n := len(headMagic) + 2 + uploadSize
	return h, content[:n], content[n:], h.Pieces > 0 && h.Pieces <= maxPieces
}

// HeadOf says what pieces belong to a record, before anything of it is verified; none
// to one that is whole.
func HeadOf(record []byte) Head {
	_, _, content, _ := splitSigned(record)
	h, _, _, ok := parseHead(content)
	if !ok {
		return Head{}
	}
	return h
}

// CheckPiece verifies that the car signed a piece, its certificate good at the time at,
// without opening it. It returns another error than nil for one that was cut, changed
// or moved.
func CheckPiece(ca *x509.Certificate, ref shift.Ref, car, upload string, index int, at time.Time, sealed []byte) error {
	_, _, err := verify(ca, car, pieceContext(PieceSubject(ref, car, upload, index)), at, sealed)
	return err
}

// OpenPieces is [OpenRecord] for a record with a [Head]. piece returns a piece and when
// it was received; its error ends the opening.
func OpenPieces(key hpke.PrivateKey, ca *x509.Certificate, ref shift.Ref, car string, at time.Time, record []byte,
	piece func(Head, int) (sealed []byte, at time.Time, err error),
) ([]byte, error) {
	context := headContext(RecordSubject(ref.Kind, car, ref.ID))
	content, _, err := verify(ca, car, context, at, record)
	if err != nil {
		return nil, err
	}
	head, clear, sealed, ok := parseHead(content)
	if !ok {
		return nil, ErrForm
	}
	rest, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES256GCM(), slices.Concat([]byte(context), clear), sealed)
	if err != nil || len(rest) < sha256.Size {
		return nil, ErrForm
	}
	digest, rest := rest[:sha256.Size], rest[sha256.Size:]
	var body bytes.Buffer
	for i := range head.Pieces {
		b, at, err := piece(head, i)
		if err != nil {
			return nil, err
		}
		part, err := openPiece(key, ca, ref, car, head.Upload, i, at, b)
		if err != nil {
			return nil, fmt.Errorf("piece %d of %d: %w", i+1, head.Pieces, err)
		}
		if body.Write(part); body.Len() > MaxBody {
			return nil, ErrForm
		}
	}
	body.Write(rest)
	if sum := sha256.Sum256(body.Bytes()); !bytes.Equal(sum[:], digest) {
		return nil, ErrForm
	}
	return body.Bytes(), nil
}

func openPiece(key hpke.PrivateKey, ca *x509.Certificate, ref shift.Ref, car, upload string, index int, at time.Time, b []byte) ([]byte, error) {
	context := pieceContext(PieceSubject(ref, car, upload, index))
	sealed, _, err := verify(ca, car, context, at, b)
	if err != nil {
		return nil, err
	}
	part, err := hpke.Open(key, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte(context), sealed)
	if err != nil {
		return nil, ErrForm
	}
	return part, nil
}

// pieceContext binds a piece to its record, body and place, headContext a head to its
// record, and neither can stand for a whole record.
func pieceContext(subject string) string { return "secondlook piece v1\n" + subject }
func headContext(subject string) string  { return "secondlook head v1\n" + subject }

// PieceSubject is the subject of one piece of a record.
func PieceSubject(of shift.Ref, car, upload string, index int) string {
	return piecePrefix + RecordSubject(of.Kind, car, of.ID) + "." + upload + "." + strconv.Itoa(index)
}

const piecePrefix = "piece."

// CarPieces matches every piece of one car.
func CarPieces(car string) string { return piecePrefix + "*." + car + ".*.*.*" }

// UploadPieces matches every piece of one upload.
func UploadPieces(of shift.Ref, car, upload string) string {
	return piecePrefix + RecordSubject(of.Kind, car, of.ID) + "." + upload + ".*"
}

// RecordOfPiece is the subject of the record that a piece belongs to, by its own; it
// returns [ErrName] for what is no piece's.
func RecordOfPiece(subject string) (string, error) {
	p := strings.Split(subject, ".")
	if len(p) != 6 || p[0]+"." != piecePrefix {
		return "", fmt.Errorf("subject: %w", ErrName)
	}
	return strings.Join(p[1:4], "."), nil
}

// MissingRequest asks the station which pieces of an upload it does not have.
type MissingRequest struct {
	shift.Ref
	Upload string `json:"upload"`
	Pieces int    `json:"pieces"`
}

// MissingSubject is where a car asks what to send.
func MissingSubject(car string) string { return "missing." + car }

var errMissing = errors.New("not an answer to what is missing")

var uploadName = regexp.MustCompile(`^[0-9a-f]{32}$`)

// ParseMissingRequest reads what a car asked under its subject. It returns the car, and
// [ErrName] or [ErrSize] for what cannot be.
func ParseMissingRequest(subject string, b []byte) (car string, r MissingRequest, err error) {
	car, ok := strings.CutPrefix(subject, MissingSubject(""))
	switch {
	case !ok || CheckName(car) != nil:
		return "", r, fmt.Errorf("subject: %w", ErrName)
	case json.Unmarshal(b, &r) != nil || !slices.Contains(Kinds, r.Kind) || CheckName(r.ID) != nil || !uploadName.MatchString(r.Upload):
		return car, r, fmt.Errorf("request for what is missing: %w", ErrName)
	case r.Pieces < 1 || r.Pieces > maxPieces:
		return car, r, fmt.Errorf("a record in %d pieces, at most %d: %w", r.Pieces, maxPieces, ErrSize)
	}
	return car, r, nil
}

// ParseMissing reads the station's answer for an upload of so many pieces: the indexes
// of those to send, ascending. It returns an error for what cannot be an answer.
func ParseMissing(b []byte, pieces int) ([]int, error) {
	var missing []int
	if json.Unmarshal(b, &missing) != nil || missing == nil {
		return nil, errMissing
	}
	for i, n := range missing {
		if n < 0 || n >= pieces || i > 0 && n <= missing[i-1] {
			return nil, errMissing
		}
	}
	return missing, nil
}
