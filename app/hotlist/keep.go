package hotlist

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"

	"secondlook/app/plate"
)

const (
	// batchRows is how many rows go from reading to keeping at once.
	batchRows = 256
	// batches is how many of them there are.
	batches = 4
)

// errStopped ends reading after keeping has failed.
var errStopped = errors.New("nothing more is taken in")

// pipe carries rows from reading to keeping, which run side by side: the one is
// bound by the processor, the other by memory and by what the caller does.
type pipe struct {
	full, free chan *batch
	// stopped is closed when keeping has ended.
	stopped chan struct{}
	filling *batch
}

// batch is some rows with their own texts.
type batch struct {
	rows  []readRow
	texts []byte
}

// readRow is a row that was read: an entry without its own texts, or a refusal.
type readRow struct {
	entry Entry
	at    Place
	why   Reason // empty for an entry
	// plate, reference, driver and note are how long these texts are; they stand in
	// the batch one after the other.
	plate, reference, driver, note int
}

func newPipe() *pipe {
	p := &pipe{full: make(chan *batch, batches+1), free: make(chan *batch, batches), stopped: make(chan struct{})}
	for range batches - 1 {
		p.free <- &batch{}
	}
	p.filling = &batch{}
	return p
}

// next returns room for one more row. It returns [errStopped] after keeping has
// failed.
func (p *pipe) next() (*readRow, error) {
	if len(p.filling.rows) == batchRows {
		select {
		case p.full <- p.filling:
		case <-p.stopped:
			return nil, errStopped
		}
		select {
		case p.filling = <-p.free:
		case <-p.stopped:
			return nil, errStopped
		}
	}
	p.filling.rows = append(p.filling.rows, readRow{})
	return &p.filling.rows[len(p.filling.rows)-1], nil
}

// close sends what is left. There is room for every batch, and for one that was
// sent before keeping ended.
func (p *pipe) close() {
	p.full <- p.filling
	close(p.full)
}

// keepAll hands over the entries of each batch until the pipe is closed.
func (im *importer) keepAll() error {
	defer close(im.pipe.stopped)
	for b := range im.pipe.full {
		texts := b.texts
		for i := range b.rows {
			r := &b.rows[i]
			if r.why != "" {
				im.report.refuse(r.why, r.at)
				continue
			}
			n := r.plate + r.reference + r.driver + r.note
			if err := im.keepOne(r, texts[:n]); err != nil {
				return err
			}
			texts = texts[n:]
		}
		b.rows, b.texts = b.rows[:0], b.texts[:0]
		im.pipe.free <- b
	}
	return nil
}

// keepOne hands an entry to keep, or counts it as a duplicate.
func (im *importer) keepOne(r *readRow, texts []byte) error {
	e := &r.entry
	var id [16]byte
	id, im.scratch = digest(im.scratch, e, texts[:r.plate], texts[r.plate:r.plate+r.reference])
	at, isNew := im.seen.find(id)
	if !isNew {
		im.report.refuse(Duplicate, Place{File: r.at.File, Row: r.at.Row})
		if !im.seen.outlasts(at, e.Expires) {
			return nil
		}
	} else {
		if at >= im.o.MaxEntries {
			return unusable(FaultEntries, "the list has more than %d entries: split it", im.o.MaxEntries)
		}
		im.report.Accepted++
		im.report.ByCategory[e.Category]++
	}
	im.seen.set(at, e.Expires)
	im.pack(e, id, r, texts)
	return im.keep(*e, at)
}

// digest is the entry's id: the same row gives the same id at every import, and an
// entry of a delta the one that its row has. It does not hide the plate from
// somebody who tries all plates, so it is kept sealed like the entry. It comes with
// scratch, grown where there was need.
func digest(scratch []byte, e *Entry, plate, reference []byte) ([16]byte, []byte) {
	b := append(binary.AppendUvarint(scratch[:0], uint64(len(plate))), plate...)
	for _, s := range [...]string{string(e.Jurisdiction), e.Category, e.Source, e.Agency} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = append(binary.AppendUvarint(b, uint64(len(reference))), reference...)
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16]), b
}

// pack gives the entry its texts that no other shares, in one piece of memory.
func (im *importer) pack(e *Entry, id [16]byte, r *readRow, texts []byte) {
	b := hex.AppendEncode(im.scratch[:0], id[:])
	b = append(b, texts...)
	im.scratch = b
	s := string(b)
	n := hex.EncodedLen(len(id))
	e.ID, s = s[:n], s[n:]
	e.Plate, s = plate.Text(s[:r.plate]), s[r.plate:]
	e.Reference, s = s[:r.reference], s[r.reference:]
	e.Driver.Name, e.Note = s[:r.driver], s[r.driver:]
}

// sharer gives each text that many rows share one piece of memory of its own,
// which does not hold a line. A small table in front of the map finds the common
// ones without hashing all of them.
type sharer struct {
	front [256]string
	all   map[string]string
}

func (s *sharer) share(b []byte) string {
	n := len(b)
	if n == 0 {
		return ""
	}
	slot := &s.front[(n*131+int(b[0])*31+int(b[n/2])*17+int(b[n-1])*7)&255]
	if *slot == string(b) {
		return *slot
	}
	text, ok := s.all[string(b)]
	if !ok {
		text = strings.Clone(string(b))
		if len(s.all) < maxCached {
			s.all[text] = text
		}
	}
	*slot = text
	return text
}
