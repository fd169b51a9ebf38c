package audit

import (
	"bytes"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// codec writes and reads one format. Reading accepts what writing writes and not
// a byte else: what is read is written again and compared.
type codec interface {
	encodeHeader(Header) ([]byte, error)
	decodeHeader(line []byte) (Header, error)
	// columns is the line after the header, nil where there is none.
	columns() []byte
	encode(Record) ([]byte, error)
	decode(line []byte) (Record, error)
}

var codecs = map[Format]codec{JSONLines: jsonCodec{}, CSV: csvCodec{}}

// errSpelling is returned for a line that says something in another way than the
// terminal writes it.
var errSpelling = errors.New("the line is not as the terminal writes it")

// mark begins a CSV file: Excel takes a file without it for another encoding.
const mark = "\uFEFF"

// recognise tells the formats apart by how the first line begins.
func recognise(line []byte) Format {
	switch {
	case bytes.HasPrefix(line, []byte(`{"`)):
		return JSONLines
	case bytes.HasPrefix(line, []byte(mark+version)):
		return CSV
	}
	return ""
}

// headerRow and row are a header and a record as texts and numbers.
type headerRow struct {
	Format    string `json:"format"`
	Terminal  string `json:"terminal"`
	Made      string `json:"made"`
	First     uint64 `json:"first"`
	Last      uint64 `json:"last"`
	Head      string `json:"head"`
	Key       string `json:"key"`
	Signature string `json:"signature"`
}

type row struct {
	Number   uint64            `json:"number"`
	At       string            `json:"at"`
	Terminal string            `json:"terminal"`
	Name     string            `json:"name"`
	Badge    string            `json:"badge"`
	Role     string            `json:"role"`
	Act      Act               `json:"act"`
	Object   string            `json:"object"`
	Reason   string            `json:"reason"`
	Outcome  string            `json:"outcome"`
	Detail   map[string]string `json:"detail"`
	Previous string            `json:"previous"`
	Hash     string            `json:"hash"`
}

// names are those of a CSV row's cells, in the order of the fields of row.
const names = "number,at,terminal,name,badge,role,act,object,reason,outcome,detail,previous,hash"

func rowOf(r Record) row {
	e := r.Event
	detail := e.Detail
	if detail == nil {
		detail = map[string]string{}
	}
	return row{r.Sequence, e.At.UTC().Format(TimeLayout), e.Terminal, e.Name, e.Badge, e.Role, e.Act, e.Object, e.Reason, e.Outcome,
		detail, hex.EncodeToString(r.Previous[:]), hex.EncodeToString(r.Hash[:])}
}

func (w row) record() (Record, error) {
	at, err := time.Parse(TimeLayout, w.At)
	if err != nil {
		return Record{}, errors.New("its time cannot be read")
	}
	previous, err := hash32(w.Previous)
	if err != nil {
		return Record{}, err
	}
	sum, err := hash32(w.Hash)
	if err != nil {
		return Record{}, err
	}
	e := Event{At: at, Terminal: w.Terminal, Name: w.Name, Badge: w.Badge, Role: w.Role, Act: w.Act, Object: w.Object,
		Reason: w.Reason, Outcome: w.Outcome, Detail: w.Detail}
	if len(e.Detail) == 0 {
		e.Detail = nil
	}
	return Record{Sequence: w.Number, Previous: previous, Event: e, Hash: sum}, nil
}

func headerRowOf(h Header) headerRow {
	return headerRow{version, h.Terminal, h.Made.UTC().Format(TimeLayout), h.First, h.Last, hex.EncodeToString(h.Head[:]),
		KeyText(h.Key), hex.EncodeToString(h.Signature)}
}

func (w headerRow) header() (Header, error) {
	if w.Format != version {
		return Header{}, fmt.Errorf("its format is not %s", version)
	}
	made, err := time.Parse(TimeLayout, w.Made)
	if err != nil {
		return Header{}, errors.New("its time cannot be read")
	}
	head, err := hash32(w.Head)
	if err != nil {
		return Header{}, err
	}
	key, err := ParseKey(w.Key)
	if err != nil {
		return Header{}, err
	}
	signature, err := hex.DecodeString(w.Signature)
	if err != nil {
		return Header{}, errors.New("its signature cannot be read")
	}
	return Header{w.Terminal, made, w.First, w.Last, head, key, signature}, nil
}

// jsonCodec is [JSONLines].
type jsonCodec struct{}

func (jsonCodec) columns() []byte { return nil }

func (jsonCodec) encodeHeader(h Header) ([]byte, error) { return jsonLine(headerRowOf(h)) }

func (c jsonCodec) decodeHeader(line []byte) (Header, error) {
	var w headerRow
	if json.Unmarshal(line, &w) != nil {
		return Header{}, errSpelling // the JSON error may quote the line
	}
	h, err := w.header()
	if err != nil {
		return Header{}, err
	}
	return h, same(line, h, c.encodeHeader)
}

func (jsonCodec) encode(r Record) ([]byte, error) { return jsonLine(rowOf(r)) }

func (c jsonCodec) decode(line []byte) (Record, error) {
	var w row
	if json.Unmarshal(line, &w) != nil {
		return Record{}, errSpelling
	}
	r, err := w.record()
	if err != nil {
		return Record{}, err
	}
	return r, same(line, r, c.encode)
}

// same returns errSpelling unless v is written as line.
func same[V any](line []byte, v V, encode func(V) ([]byte, error)) error {
	again, err := encode(v)
	if err != nil || !bytes.Equal(again, line) {
		return errSpelling
	}
	return nil
}

// jsonLine writes a value and a line's end, without HTML's escapes.
func jsonLine(v any) ([]byte, error) {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	if err := out.Encode(v); err != nil {
		return nil, fmt.Errorf("encode an audit record: %w", err)
	}
	return b.Bytes(), nil
}

// csvCodec is [CSV].
type csvCodec struct{}

func (csvCodec) columns() []byte { return []byte(names + "\n") }

func (csvCodec) encodeHeader(h Header) ([]byte, error) {
	w := headerRowOf(h)
	first, err := csvLine(w.Format, w.Terminal, w.Made, fmt.Sprint(w.First), fmt.Sprint(w.Last), w.Head, w.Key, w.Signature)
	return append([]byte(mark), first...), err
}

func (c csvCodec) decodeHeader(line []byte) (Header, error) {
	cells, err := cellsOf(bytes.TrimPrefix(line, []byte(mark)), 8)
	if err != nil {
		return Header{}, err
	}
	w := headerRow{Format: cells[0], Terminal: cells[1], Made: cells[2], Head: cells[5], Key: cells[6], Signature: cells[7]}
	w.First, err = strconv.ParseUint(cells[3], 10, 64)
	if err == nil {
		w.Last, err = strconv.ParseUint(cells[4], 10, 64)
	}
	if err != nil {
		return Header{}, errSpelling
	}
	h, err := w.header()
	if err != nil {
		return Header{}, err
	}
	return h, same(line, h, c.encodeHeader)
}

func (csvCodec) encode(r Record) ([]byte, error) {
	w := rowOf(r)
	detail, err := jsonLine(w.Detail)
	if err != nil {
		return nil, err
	}
	return csvLine(fmt.Sprint(w.Number), w.At, w.Terminal, w.Name, w.Badge, w.Role, string(w.Act), w.Object, w.Reason, w.Outcome,
		string(bytes.TrimSpace(detail)), w.Previous, w.Hash)
}

func (c csvCodec) decode(line []byte) (Record, error) {
	v, err := cellsOf(line, strings.Count(names, ",")+1)
	if err != nil {
		return Record{}, err
	}
	w := row{At: v[1], Terminal: v[2], Name: v[3], Badge: v[4], Role: v[5], Act: Act(v[6]), Object: v[7], Reason: v[8], Outcome: v[9],
		Previous: v[11], Hash: v[12]}
	if w.Number, err = strconv.ParseUint(v[0], 10, 64); err != nil {
		return Record{}, errSpelling
	}
	if json.Unmarshal([]byte(v[10]), &w.Detail) != nil {
		return Record{}, errSpelling
	}
	r, err := w.record()
	if err != nil {
		return Record{}, err
	}
	return r, same(line, r, c.encode)
}

// csvLine writes cells as one line (RFC 4180, but with a bare line feed).
func csvLine(cells ...string) ([]byte, error) {
	guarded := make([]string, len(cells))
	for i, cell := range cells {
		guarded[i] = guard(cell)
	}
	var b bytes.Buffer
	out := csv.NewWriter(&b)
	if err := out.Write(guarded); err != nil {
		return nil, fmt.Errorf("encode an audit record: %w", err)
	}
	out.Flush()
	return b.Bytes(), nil
}

// cellsOf reads one line of n cells.
func cellsOf(line []byte, n int) ([]string, error) {
	cells, err := csv.NewReader(bytes.NewReader(line)).Read()
	if err != nil || len(cells) != n {
		return nil, errSpelling // the CSV error says where in the line, not what
	}
	for i, cell := range cells {
		cells[i] = unguard(cell)
	}
	return cells, nil
}

// formula are the characters with which spreadsheets begin something other than
// text, and the apostrophe, which stands before them here.
const formula = "=+-@\t'＝＋－＠"

var (
	escape   = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`)
	unescape = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")
)

// guard writes a cell so that it takes one line and no spreadsheet computes it
// (CWE-1236): line ends as \n and \r, a backslash as \\, and an apostrophe before
// a cell that begins with one of formula. unguard undoes it.
func guard(cell string) string {
	cell = escape.Replace(cell)
	if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune(formula, first) {
		return "'" + cell
	}
	return cell
}

func unguard(cell string) string { return unescape.Replace(strings.TrimPrefix(cell, "'")) }
