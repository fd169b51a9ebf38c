package roadside

import "strings"

// Words of nobody's: what stands on cars, shops and signs.
var (
	names  = []string{"ARVENT", "NOVARA", "Velmont", "TORANO", "KESTREL", "Halden", "MIRAVO", "ORBEN", "SILVAN", "Pacer", "LUMINA", "CORDEL", "BRANDT", "Osprey", "TASMAN", "VECTOR", "ALTAIR", "Meridian", "FORGE", "STRADA", "Monarch", "CELTA", "RAMPART", "Zephyr", "QUINTA", "DELTA", "NORDIC", "Summit", "HUXLEY", "PRIMA"}
	trades = []string{"Plumbing & Heating", "TRUCK RENTAL", "Household Moving", "FRESH BREAD", "Electric", "ROOFING", "Taxi", "DRIVING SCHOOL", "AUTO SALES", "Landscaping", "FRETE", "Transportes", "SECURITY", "EXPRESS", "Catering", "SERVICE", "Glaserei", "AUTOHAUS", "LOCACAO", "Flowers", "FOR SALE", "VENDE-SE", "WIDE LOAD", "LONG VEHICLE", "STAY BACK"}
	places = []string{"CENTRE", "AIRPORT", "Harbour", "CENTRAL", "North Gate", "TERMINAL", "Old Town", "EXPRESS", "Station", "MARKET", "ZENTRUM", "CENTRO", "Riverside", "KING ST", "HWY 7", "EXIT"}
	trims  = []string{"GT", "LX", "1.6", "2.0", "V6", "4X4", "TDI", "XLE", "SE", "16V", "SPORT", "Turbo", "HYBRID", "AWD", "GLS", "320", "500", "S60", "X3", "C4", "FLEX", "1.0", "LTD", "i20", "CR", "LS", "2500", "HD"}
	signs  = []string{"STOP", "P", "NO PARKING", "EXIT", "TAXI", "BUS", "ONE WAY", "YIELD", "OPEN", "SALE", "BANK", "HOTEL", "PHARMACY", "CAFE", "24 H", "OFFICE", "TOW AWAY", "MAX 50", "CAR WASH", "SLOW", "RESERVED", "VISITORS", "ATM", "GARAGE", "KEEP CLEAR", "2 HR", "PRIVATE"}
)

const (
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	figures = "0123456789"
)

// digits are n figures in a row.
func (s *Scenes) digits(n int) string { return s.drawn(figures, n) }

// drawn are n characters out of some; the short words are kept from one scene to
// the next, so that few are made anew.
func (s *Scenes) drawn(from string, n int) string {
	s.spell.Reset()
	for range n {
		s.spell.WriteByte(from[s.IntN(len(from))])
	}
	return s.spell.String()
}

// badge is what is written on a car: a make, a model, an engine.
func (s *Scenes) badge() string {
	switch s.IntN(8) {
	case 0, 1, 2:
		return one(s.dice, names)
	case 3:
		return s.drawn(letters, 1+s.IntN(3)) + s.digits(1+s.IntN(3))
	case 4:
		return s.digits(1 + s.IntN(3))
	}
	return one(s.dice, trims)
}

// telephone is a number in one of the ways they are written.
func (s *Scenes) telephone() string {
	switch s.IntN(6) {
	case 0:
		return "1-800-" + s.digits(3) + "-" + s.digits(4)
	case 1:
		return "(" + s.digits(3) + ") 555-" + s.digits(4)
	case 2:
		return "0" + s.digits(3) + " " + s.digits(6)
	case 3:
		return s.digits(4) + "-" + s.digits(4)
	case 4:
		return s.digits(3) + ".555." + s.digits(4)
	}
	return "555-" + s.digits(4)
}

// stamp is a date, a time, a name or a counter as recorders print them.
func (s *Scenes) stamp() string {
	two := func(below, from int) string {
		n := from + s.IntN(below)
		return string([]byte{'0' + byte(n/10), '0' + byte(n%10)})
	}
	year := "20" + two(20, 8)
	clock := two(24, 0) + ":" + two(60, 0) + ":" + two(60, 0)
	date := year + one(s.dice, []string{"-", "/", "."}) + two(12, 1) + "-" + two(28, 1)
	switch s.IntN(12) {
	case 0, 1, 2:
		return date + " " + clock
	case 3:
		return two(12, 1) + "/" + two(28, 1) + "/" + year + " " + clock + one(s.dice, []string{"", " AM", " PM"})
	case 4:
		return clock
	case 5:
		return date
	case 6:
		return one(s.dice, []string{"CAM ", "CH", "Camera ", "FRONT ", "LANE "}) + two(16, 1)
	case 7:
		return two(99, 10) + " KM/H"
	case 8:
		return "N" + two(60, 10) + "." + s.digits(4) + " W" + two(80, 10) + "." + s.digits(4)
	case 9:
		return one(s.dice, names) + " " + clock + "." + s.digits(2)
	case 10:
		return "REC " + s.digits(6)
	}
	return strings.ToUpper(one(s.dice, places)) + " " + date + " " + clock
}

// overlay prints what a recorder does, over the finished picture.
func (s *Scenes) overlay() {
	face := one(s.dice, screens())
	height := s.ofSize(3.5, 11)
	taken := [3]float64{-100, -100, -100}
	for line := range 1 + s.IntN(3) {
		if s.chance(0.15) {
			height = s.ofSize(3.5, 16)
		}
		words := s.stamp()
		t := script{face: face, height: height, stretch: s.between(0.85, 1.25), space: s.between(0, 0.15)}.fit(words, Width*0.95)
		w := t.width(words)
		x := s.between(1, 12)
		switch s.IntN(4) {
		case 0:
			x = Width - w - x
		case 1:
			x = s.between(0, max(1, Width-w))
		}
		y := height + s.between(1, 10)
		switch s.IntN(5) {
		case 0, 1:
			y = Height - s.between(2, 10)
		case 2:
			y = s.between(height+1, Height-2)
		}
		for i := range taken { // lines do not lie over one another
			if y > taken[i]-height*1.4 && y < taken[i]+height*1.4 {
				y = taken[i] + height*1.4
			}
		}
		taken[line] = y
		s.print(t, x, y, words)
		if s.chance(0.3) {
			return
		}
	}
	if s.chance(0.15) { // a bar over the whole width
		h := s.between(4, 14)
		words := s.stamp()
		t := script{face: face, height: h * 0.65, stretch: 1}.fit(words, Width*0.9)
		m := screen(point{}, 0, 0)
		y := one(s.dice, []float64{0, Height - h})
		s.box(m, 0, y, Width, y+h, 0, flat(s.between(0, 30)).shining())
		s.write(m, t, s.between(2, 20), y+h*0.83, words, flat(s.between(180, 255)).shining())
	}
}

// print writes words over the picture: in a box, with an outline, with a shadow or
// bare.
func (s *Scenes) print(t script, x, y float64, words string) {
	bright, back := s.between(190, 255), s.between(0, 30)
	if s.chance(0.12) {
		bright, back = s.between(0, 50), s.between(180, 250)
	}
	m := screen(point{}, 0, 0)
	dark := flat(back).shining()
	switch s.IntN(4) {
	case 0:
		p := t.height * s.between(0.15, 0.5)
		s.box(m, x-p, y-t.height-p, x+t.width(words)+p, y+p, 0, dark.veil(one(s.dice, []float64{1, 1, 0.6, 0.4})))
	case 1:
		o := max(0.6, t.height*0.1)
		for _, d := range [4]point{{-o, 0}, {o, 0}, {0, -o}, {0, o}} {
			s.write(m, t, x+d.X, y+d.Y, words, dark)
		}
	case 2:
		s.write(m, t, x+0.7, y+0.7, words, dark)
	}
	s.write(m, t, x, y, words, flat(bright).shining())
}

// notice paints something with writing on it: a poster, a sticker, a label. None
// has a plate's place, and those of a plate's shape have small or many words.
func (s *Scenes) notice(pl plane, x0, y0, x1, y1 float64) {
	back := s.between(5, 250)
	ink := flat(s.contrary(back))
	w, h := x1-x0, y1-y0
	s.box(pl, x0, y0, x1, y1, s.between(0, 0.1)*h, flat(back))
	if s.chance(0.4) {
		s.ring(pl, x0+w*0.02, y0+h*0.04, x1-w*0.02, y1-h*0.04, 0, min(w, h)*0.03, ink)
	}
	rows := 1 + s.IntN(4)
	if w < 6.5*h {
		rows = 2 + s.IntN(3)
	}
	y := y0 + h*0.1
	each := h * 0.8 / float64(rows)
	for range rows {
		t := script{face: one(s.dice, faces()), height: each * s.between(0.35, 0.75), stretch: s.between(0.8, 1.3), slant: one(s.dice, []float64{0, 0, 0.2})}
		words := s.phrase()
		t = t.fit(words, w*0.88)
		s.centred(pl, t, (x0+x1)/2, y+each*0.8, words, ink)
		y += each
	}
	if s.chance(0.2) {
		s.disc(pl, x0+w*s.between(0.1, 0.9), y0+h*s.between(0.2, 0.8), h*0.2, h*0.2, flat(s.between(0, 255)))
	}
}

func (s *Scenes) phrase() string {
	switch s.IntN(7) {
	case 0, 1:
		return one(s.dice, signs)
	case 2:
		return one(s.dice, trades)
	case 3:
		return one(s.dice, names)
	case 4:
		return s.telephone()
	case 5:
		return s.digits(1 + s.IntN(4))
	}
	return one(s.dice, places)
}

// roadSign paints a sign on a post or a wall.
func (s *Scenes) roadSign(at point, size float64) {
	lean := s.about(0.05)
	pl := screen(at, s.about(0.05), lean)
	if s.chance(0.5) {
		s.stripe(pl, 0, size*0.3, 0, Height, max(1, size*0.07), flat(s.between(30, 170)))
	}
	back := s.between(10, 250)
	rim := flat(s.contrary(back))
	t := script{face: one(s.dice, faces()), height: size * 0.6, stretch: s.between(0.8, 1.2)}
	switch s.IntN(6) {
	case 0: // round, with a figure
		s.disc(pl, 0, 0, size, size, flat(back))
		s.hoop(pl, 0, 0, size, size, size*s.between(0.08, 0.25), rim)
		words := s.digits(1 + s.IntN(2))
		s.centred(pl, t.fit(words, size*1.2), 0, size*0.3, words, rim)
	case 1: // eight corners
		a := size * 0.414
		s.poly(flat(back), pl.at(-a, -size), pl.at(a, -size), pl.at(size, -a), pl.at(size, a), pl.at(a, size), pl.at(-a, size), pl.at(-size, a), pl.at(-size, -a))
		s.centred(pl, t.fit("STOP", size*1.6), 0, size*0.3, "STOP", rim)
	case 2: // a house number: one to four figures, hardly a border
		words := s.digits(1 + s.IntN(4))
		t.height = size
		w := t.width(words)/2 + size*s.between(0.15, 0.6)
		if s.chance(0.6) {
			s.box(pl, -w, -size*0.8, w, size*0.8, size*s.between(0, 0.4), flat(back))
		}
		s.centred(pl, t, 0, size*0.5, words, rim)
	case 3: // a street's name: low and long
		words := one(s.dice, names) + one(s.dice, []string{" ST", " AVE", " RD", "STR.", " ROAD", " LANE"})
		w := t.width(words)/2 + size*0.3
		s.box(pl, -w, -size*0.6, w, size*0.5, size*0.1, flat(back))
		s.centred(pl, t, 0, size*0.25, words, rim)
	case 4: // upright, with rows
		s.notice(pl, -size*0.7, -size, size*0.7, size)
	default:
		s.notice(pl, -size*s.between(1, 2.5), -size*0.8, size*s.between(1, 2.5), size*0.8)
	}
}
