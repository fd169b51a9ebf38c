package position

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/adrianmo/go-nmea"

	"secondlook/app/position"
)

const (
	knot           = 1.852 // kilometres an hour
	metresASecond  = 3.6   // kilometres an hour
	gpsdSimulated  = 8     // status of a TPV report: a simulator, no receiver
	gpsdLeastFixed = 2     // mode of a TPV report: a fix in two dimensions
)

// parseNMEA reads an RMC sentence of NMEA 0183, the one that has position, speed and
// validity together, from any system of satellites. It returns [position.ErrInvalid]
// for every other sentence, for a checksum that does not fit, and for a fix that the
// receiver itself calls void, simulated or typed in.
func parseNMEA(line []byte) (position.Fix, error) {
	if len(line) < 6 || string(line[3:6]) != nmea.TypeRMC { // of satellites there is one after the other
		return position.Fix{}, position.ErrInvalid
	}
	sentence, err := nmea.Parse(string(line))
	if err != nil {
		return position.Fix{}, position.ErrInvalid // the error would quote the sentence
	}
	m, ok := sentence.(nmea.RMC)
	if !ok || m.Validity != nmea.ValidRMC {
		return position.Fix{}, position.ErrInvalid
	}
	switch m.FFAMode {
	case "N", "S", "M":
		return position.Fix{}, position.ErrInvalid
	}
	// The library reads an empty field as 0, which would be a place and a car that stands.
	if m.Fields[2] == "" || m.Fields[4] == "" || m.Fields[6] == "" {
		return position.Fix{}, position.ErrInvalid
	}
	f := position.Fix{Place: position.Place{Latitude: m.Latitude, Longitude: m.Longitude}, KMH: m.Speed * knot}
	return f, f.Validate()
}

// watch asks gpsd for its reports as JSON.
const watch = `?WATCH={"enable":true,"json":true};` + "\n"

// tpv is gpsd's report of time, position and velocity (gpsd_json(5), TPV). What a
// receiver does not know is left out.
type tpv struct {
	Class  string
	Mode   int
	Status int
	Lat    *float64
	Lon    *float64
	Speed  *float64 // in metres a second
}

// parseGPSD reads a report of gpsd. It returns [position.ErrInvalid] for every other
// object than a TPV, and for one without a fix or without a speed.
func parseGPSD(line []byte) (position.Fix, error) {
	var r tpv
	if err := json.Unmarshal(line, &r); err != nil {
		return position.Fix{}, position.ErrInvalid
	}
	switch {
	case r.Class != "TPV", r.Mode < gpsdLeastFixed, r.Status == gpsdSimulated:
		return position.Fix{}, position.ErrInvalid
	case r.Lat == nil, r.Lon == nil, r.Speed == nil:
		return position.Fix{}, fmt.Errorf("a report without place or speed: %w", position.ErrInvalid)
	}
	f := position.Fix{Place: position.Place{Latitude: *r.Lat, Longitude: *r.Lon}, KMH: math.Abs(*r.Speed) * metresASecond}
	return f, f.Validate()
}
