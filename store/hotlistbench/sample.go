package hotlistbench

import (
	"fmt"
	"iter"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

// sample makes synthetic plates of the form ABCD123. Numbers below that of the
// entries are listed, others pass by; each number has a plate of its own.
type sample struct {
	entries int
	// step and start scatter the numbers over all plates.
	step, start uint64
}

const (
	letters = "ABCDEFGHJKLMNPRSTUVWXYZ" // without those that Ontario leaves out of its series
	space   = 23 * 23 * 23 * 23 * 1000
)

func newSample(seed uint64, entries int) *sample {
	// Step and space have no common factor: no number meets another.
	return &sample{entries: entries, step: 104_729_017, start: seed * 7_919 % space}
}

// plate is the plate of a number.
func (s *sample) plate(n int) plate.Text {
	v := (s.start + uint64(n)*s.step) % space
	b := []byte("AAAA000")
	for i := 6; i >= 4; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
	for i := 3; i >= 0; i-- {
		b[i] = letters[v%uint64(len(letters))]
		v /= uint64(len(letters))
	}
	return plate.Text(b)
}

// passing is the plate of the n-th car that passes by; it is not listed, nor added
// by the update.
func (s *sample) passing(n int) plate.Text { return s.plate(s.entries + 2*deltaRows + n) }

// listed are entries by their numbers.
func (s *sample) listed(from, n int) iter.Seq[hotlist.Entry] {
	categories := []string{"expired-plate", "suspended-driver", "stolen-vehicle", "stolen-plate"}
	agencies := []string{"Northern Detachment", "Lakeshore Police", "Capital Region Police", "Highway Safety Division"}
	makes := []string{"Toyota", "Ford", "Honda", "Chevrolet", "Hyundai"}
	colours := []string{"black", "white", "grey", "blue", "red"}
	today := time.Now().Truncate(24 * time.Hour)
	return func(yield func(hotlist.Entry) bool) {
		for i := from; i < from+n; i++ {
			e := hotlist.Entry{
				Plate: s.plate(i), Jurisdiction: "CA-ON", Category: categories[i%31%4], Source: "MTO", Agency: agencies[i%13%4],
				Contact: "+1 555 0100", Reference: fmt.Sprintf("26-%08d", i), Expires: today.AddDate(0, 0, 30+i%300),
				Make: makes[i%17%5], Model: "Sedan", Year: 1995 + i%30, Colour: colours[i%11%5],
			}
			e.ID = e.Reference // an import gives entries ids of its own
			if !yield(e) {
				return
			}
		}
	}
}
