package hotlist

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"secondlook/app/plate"
)

// SynthOptions say what [Synth] makes.
type SynthOptions struct {
	N    int
	Seed uint64
	// Made is when the list was made; entries end some time after it.
	Made time.Time
	// Categories are those to choose from; empty are all that the layout has codes
	// for. What the layout cannot write is left out.
	Categories []string
}

// Synth writes a synthetic list in a layout: the same seed gives the same list.
// Nothing in it is real. each, if it is not nil, gets every entry as [Import]
// gives it back, without its ID. It returns an error where the layout can write
// none of the categories, and the writer's own.
func Synth(w io.Writer, l Layout, o SynthOptions, each func(Entry)) error {
	enc, err := NewEncoder(w, l, o.Made)
	if err != nil {
		return err
	}
	s := &synth{l: enc.l, enc: enc, o: o, rng: rand.New(rand.NewPCG(o.Seed, uint64(len(l.ID))))}
	if s.categories = s.writable(); len(s.categories) == 0 {
		return fmt.Errorf("layout %s has a code for none of the categories", l.ID)
	}
	for range o.N {
		e, err := s.entry()
		if err != nil {
			return err
		}
		if err := enc.Write(e); err != nil {
			return fmt.Errorf("write synthetic list: %w", err)
		}
		if each != nil {
			each(e)
		}
	}
	if err := enc.Close(); err != nil {
		return fmt.Errorf("write synthetic list: %w", err)
	}
	return nil
}

type synth struct {
	l          *Layout
	enc        *Encoder
	o          SynthOptions
	rng        *rand.Rand
	categories []string
}

// everyday are the categories of lists without codes.
var everyday = []string{"stolen-vehicle", "stolen-plate", "expired-plate", "suspended-driver"}

// writable returns the categories to choose from, sorted.
func (s *synth) writable() []string {
	wanted := s.o.Categories
	if len(wanted) == 0 {
		if c := s.l.Constant["category"]; c != "" {
			wanted = append(wanted, c)
		}
		for _, f := range s.l.Fields {
			if f.To == columns[colCategory].name {
				for _, id := range f.Codes {
					wanted = append(wanted, id)
				}
			}
		}
		if len(wanted) == 0 {
			wanted = everyday
		}
	}
	wanted = slices.Clone(wanted)
	slices.Sort(wanted)
	return slices.DeleteFunc(slices.Compact(wanted), func(id string) bool { return s.enc.fill(Entry{Category: id}) != nil })
}

var (
	synthIssuers  = []plate.Jurisdiction{"CA-ON", "CA-ON", "CA-ON", "CA-QC", "CA-MB", "US-NY", "US-MI", "US-OH", "US-FL", "US-CA"}
	synthMakes    = []string{"HOND", "TOYT", "FORD", "CHEV", "DODG", "NISS", "MAZD", "HYUN", "SUBA", "VOLK"}
	synthModels   = []string{"CIV", "CAM", "FOC", "IMP", "RAM", "ALT", "MZ3", "ELA", "FOR", "GLF"}
	synthColours  = []string{"BLK", "WHI", "GRY", "RED", "BLU", "SIL", "GRN", "GLD", "WHI/BLK"}
	synthAgencies = []string{"EX0010000", "EX0020000", "EX0030000", "EX0040000", "EX0050000", "EX0060000", "EX0070000"}
	synthDrivers  = []string{"Robin Exampleton", "Dominique Fictif", "Sam O'Sample", "Alex Invente-Roy", "Kim Nobody"}
	synthForms    = []string{"AAAA000", "AAAA000", "AAAA000", "AAA0000", "0AAA000", "AA00000", "AAA000"}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// serial returns a text of a form: A is a letter and 0 a digit.
func (s *synth) serial(form string) string {
	const letters = "ABCDEFGHJKLMNOPRSTVWXYZ"
	b := []byte(form)
	for i, c := range b {
		switch c {
		case 'A':
			b[i] = letters[s.rng.IntN(len(letters))]
		case '0':
			b[i] = '0' + byte(s.rng.IntN(10))
		}
	}
	return string(b)
}

// entry makes an entry that has what the layout can say.
func (s *synth) entry() (Entry, error) {
	e := Entry{Category: pick(s.rng, s.categories), Source: s.l.Constant["source"], Agency: s.l.Constant["agency"], Contact: s.l.Constant["contact"],
		Jurisdiction: plate.Jurisdiction(s.l.Constant["jurisdiction"])}
	var notes []string
	shares := false
	for i := range s.enc.fields {
		f := &s.enc.fields[i]
		switch f.col {
		case colPlate:
			text := s.fit(f, s.serial(pick(s.rng, synthForms)))
			if s.l.ZeroForO {
				text = strings.ReplaceAll(text, "O", "0")
			}
			e.Plate = plate.Text(text)
		case colExpires:
			if s.rng.IntN(2) == 0 {
				day := s.o.Made.AddDate(0, 0, 30+s.rng.IntN(300))
				e.Expires = time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, s.o.Made.Location())
			}
		case colSince:
			notes = append(notes, f.Label+" "+s.o.Made.AddDate(0, 0, -1-s.rng.IntN(900)).Format(time.DateOnly))
		case colNote:
			text := s.fit(f, s.serial("N0000000"))
			if f.Label != "" {
				text = f.Label + " " + text
			}
			notes = append(notes, text)
			shares = true
		default:
			s.column(&e, f)
			shares = shares || f.col == colReference
		}
	}
	e.Note = strings.Join(notes, "; ")
	if !shares {
		return e, nil
	}
	return e, s.settle(&e)
}

// column fills in one column of which nothing else depends.
func (s *synth) column(e *Entry, f *encoderField) {
	switch f.col {
	case colJurisdiction:
		e.Jurisdiction = pick(s.rng, synthIssuers)
	case colAgency:
		e.Agency = s.fit(f, pick(s.rng, synthAgencies))
	case colContact:
		e.Contact = "555-01" + s.serial("00")
	case colReference:
		e.Reference = s.fit(f, s.serial("A000000000"))
	case colMake:
		e.Make = s.fit(f, pick(s.rng, synthMakes))
	case colModel:
		e.Model = s.fit(f, pick(s.rng, synthModels))
	case colYear:
		e.Year = s.o.Made.Year() - 1 - s.rng.IntN(20)
	case colColour:
		e.Colour = s.fit(f, pick(s.rng, synthColours))
	case colDriver:
		if e.Category == SuspendedDriver {
			e.Driver.Name = s.fit(f, pick(s.rng, synthDrivers))
		}
	case colLenses:
		e.Driver.Lenses = e.Category == SuspendedDriver && s.rng.IntN(3) == 0
	case colSource:
		if f.Codes == nil {
			e.Source = "EXAMPLE"
		}
	}
}

// fit cuts a text to a field of a fixed row.
func (s *synth) fit(f *encoderField, text string) string {
	if s.l.Kind == Fixed && len(f.At) == 2 {
		return text[:min(len(text), f.At[1]-f.At[0])]
	}
	return text
}

// settle gives reference and note what they are in the row, where the code of the
// category stands within them.
func (s *synth) settle(e *Entry) error {
	if err := s.enc.fill(*e); err != nil {
		return err
	}
	for i := range s.enc.fields {
		f := &s.enc.fields[i]
		switch {
		case f.Tag != "":
		case f.col == colReference:
			e.Reference = s.enc.get(f)
		case f.col == colNote && f.Label == "":
			old, text := s.enc.noted(f, e.Note), s.enc.get(f)
			if old == "" {
				return errors.New("a note of the synthetic list has no place")
			}
			e.Note = strings.Replace(e.Note, old, text, 1)
		}
	}
	return nil
}
