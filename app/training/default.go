package training

import (
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

const (
	frontLeft  = "Front left"
	frontRight = "Front right"
)

// Default is the scenario that ships: five hits in a pass of 88 seconds, ordinary
// cars between them, and an afternoon that turns to night meanwhile. The Ontario
// plates begin with letters from the end of the alphabet, which the province's
// four-letter series has not reached.
func Default() *Scenario {
	return &Scenario{
		Name:    Text{"One evening, five hits", "Un soir, cinq alertes"},
		Seed:    4127,
		Length:  88 * time.Second,
		Cameras: []Camera{{frontLeft, "front-left"}, {frontRight, "front-right"}},
		Phases:  []Phase{{0, Day}, {36 * time.Second, Dusk}, {60 * time.Second, Night}},
		Cars:    defaultCars(),
		Entries: defaultEntries(),
		Hits:    defaultHits(),
	}
}

// seconds is a time in a script.
func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// coming is a car on the near lane of the other direction; going is one that
// passes the patrol car and drives on.
func coming(at float64, text plate.Text, j plate.Jurisdiction, v Vehicle, lane float64) Car {
	return Car{At: seconds(at), Camera: frontLeft, Plate: text, Jurisdiction: j, Vehicle: v,
		Approach: Approach{Way: Approaching, Distance: 48, Speed: 10, Slow: 1.1, Lane: lane}}
}

func going(at float64, text plate.Text, j plate.Jurisdiction, v Vehicle, lane float64) Car {
	return Car{At: seconds(at), Camera: frontRight, Plate: text, Jurisdiction: j, Vehicle: v,
		Approach: Approach{Way: Leaving, Distance: 55, Speed: 10, Slow: 1.1, Lane: lane}}
}

func muddy(c Car, mud float64) Car {
	c.Mud = mud
	return c
}

// The cars by position; defaultHits points at them.
const (
	carStolen    = 0
	carSuspended = 3
	carLookAlike = 6
	carProvince  = 9
	carAmber     = 12
)

func defaultCars() []Car {
	return []Car{
		carStolen: coming(0.8, "WKLM804", "CA-ON", Vehicle{"Honda", "Civic", 2019, "grey", "sedan"}, 2.8),
		1:         going(7, "YBRT227", "CA-ON", Vehicle{"Toyota", "RAV4", 2021, "white", "suv"}, 2.9),
		2:         muddy(coming(10, "XPNA593", "CA-ON", Vehicle{"Ford", "Transit", 2017, "white", "van"}, 2.9), 0.5),

		carSuspended: going(20, "YHTC635", "CA-ON", Vehicle{"Mazda", "3", 2015, "red", "hatchback"}, 2.8),
		4:            coming(24, "WRDV419", "CA-ON", Vehicle{"Subaru", "Outback", 2020, "green", "suv"}, 2.8),
		5:            going(30, "KTW4827", "US-NY", Vehicle{"Chevrolet", "Malibu", 2018, "black", "sedan"}, 2.8),

		carLookAlike: coming(33, "SKIHILL", "CA-ON", Vehicle{"Volkswagen", "Golf", 2022, "blue", "hatchback"}, 2.8),
		7:            going(41, "XVAJ756", "CA-ON", Vehicle{"Hyundai", "Tucson", 2019, "silver", "suv"}, 2.9),
		8:            coming(44, "YCFK862", "CA-ON", Vehicle{"Ram", "1500", 2016, "red", "pickup"}, 2.9),

		carProvince: going(52, "KVR291", "CA-QC", Vehicle{"Nissan", "Rogue", 2017, "brown", "suv"}, 2.8),
		10:          coming(54, "WTBE348", "CA-ON", Vehicle{"Kia", "Forte", 2021, "white", "sedan"}, 2.8),
		11:          going(62, "YMPZ174", "CA-ON", Vehicle{"Dodge", "Grand Caravan", 2014, "blue", "van"}, 2.9),

		carAmber: coming(66, "XBWT715", "CA-ON", Vehicle{"GMC", "Sierra", 2018, "black", "pickup"}, 2.9),
		13:       going(72, "QHL64D", "US-FL", Vehicle{"Tesla", "Model 3", 2023, "white", "sedan"}, 2.8),
		14:       coming(76, "VNDA926", "CA-ON", Vehicle{"Toyota", "Corolla", 2013, "silver", "sedan"}, 2.8),
	}
}

// defaultEntries is the demo's hotlist: one entry for each scripted hit, and some
// that no car in the street bears. Telephone numbers are from the 555-01xx range
// that is kept free for fiction.
func defaultEntries() []hotlist.Entry {
	return []hotlist.Entry{
		{ID: "training-1", Plate: "WKLM804", Jurisdiction: "CA-ON", Category: "stolen-vehicle", Source: "CPIC", Agency: "Lakeshore Regional Police",
			Contact: "CPIC desk, 416-555-0142", Reference: "T-26-118203", Make: "Honda", Model: "Civic", Year: 2019, Colour: "grey",
			Note: "Taken from a driveway overnight. Occupants unknown."},
		{ID: "training-2", Plate: "YHTC635", Jurisdiction: "CA-ON", Category: "suspended-driver", Source: "MTO", Agency: "Ministry of Transportation",
			Contact: "MTO enforcement line, 416-555-0117", Reference: "T-26-440917", Make: "Mazda", Model: "3", Year: 2015, Colour: "red",
			Note: "Registered owner's licence is suspended. Another person may be driving."},
		{ID: "training-3", Plate: "SK1HILL", Jurisdiction: "CA-ON", Category: "stolen-vehicle", Source: "CPIC", Agency: "Grand River Police",
			Contact: "CPIC desk, 519-555-0163", Reference: "T-26-120655", Make: "Ford", Model: "F-150", Year: 2020, Colour: "black",
			Note: "Personalised plate."},
		{ID: "training-4", Plate: "KVR291", Jurisdiction: "CA-ON", Category: "stolen-plate", Source: "CPIC", Agency: "Bay Shore Police",
			Contact: "CPIC desk, 705-555-0128", Reference: "T-26-097310", Make: "Buick", Model: "LeSabre", Year: 1995, Colour: "white",
			Note: "Plates taken from a stored car."},
		{ID: "training-5", Plate: "XBWT715", Jurisdiction: "CA-ON", Category: "amber-alert", Source: "CPIC", Agency: "Ontario Provincial Police",
			Contact: "Amber Alert desk, 705-555-0199", Reference: "T-26-AA-014", Make: "GMC", Model: "Sierra", Year: 2018, Colour: "black",
			Note: "Child, 7, last seen 17:20. Call for backup before stopping."},
		{ID: "training-6", Plate: "VZRN381", Jurisdiction: "CA-ON", Category: "expired-plate", Source: "MTO", Agency: "Ministry of Transportation",
			Contact: "MTO enforcement line, 416-555-0117", Reference: "T-26-611284", Make: "Jeep", Model: "Compass", Year: 2018, Colour: "green"},
		{ID: "training-7", Plate: "TZM5560", Jurisdiction: "US-NY", Category: "stolen-vehicle", Source: "NCIC", Agency: "Lake County Sheriff",
			Contact: "NCIC desk, 716-555-0155", Reference: "T-26-030418", Make: "Acura", Model: "TLX", Year: 2022, Colour: "white"},
	}
}

func defaultHits() []Hit {
	return []Hit{
		{ID: "stolen-vehicle", Car: carStolen, Entry: 0, Expected: Correct, Debrief: Text{
			"Plate, province, make and colour all agree with the record: a correct read. Check that the record is still active before acting.",
			"Plaque, province, marque et couleur concordent avec le dossier : lecture exacte. Vérifiez que le dossier est toujours actif avant d'agir."}},
		{ID: "suspended-driver", Car: carSuspended, Entry: 1, Expected: Correct, Debrief: Text{
			"A correct read, but the list is about the registered owner: the person driving may be somebody else.",
			"Lecture exacte, mais la liste vise le propriétaire inscrit : une autre personne est peut-être au volant."}},
		{ID: "look-alike", Car: carLookAlike, Entry: 2, Expected: Misread, Debrief: Text{
			"The plate has the letter I where the list has the digit 1, and the record is a black pickup, not a blue hatchback: not this car.",
			"La plaque porte la lettre I là où la liste a le chiffre 1, et le dossier vise une camionnette noire, pas une voiture bleue : ce n'est pas ce véhicule."}},
		{ID: "other-province", Car: carProvince, Entry: 3, Expected: WrongJurisdiction, Debrief: Text{
			"The characters agree, but the plate is from Québec and the record is about an Ontario plate. The province was only assumed.",
			"Les caractères concordent, mais la plaque est du Québec et le dossier vise une plaque de l'Ontario. La province n'était que présumée."}},
		{ID: "amber-alert", Car: carAmber, Entry: 4, Expected: Correct, Debrief: Text{
			"A correct read of the gravest kind, at night: compare all the same, then call for backup before stopping.",
			"Lecture exacte de la catégorie la plus grave, de nuit : comparez quand même, puis demandez des renforts avant d'intercepter."}},
	}
}
