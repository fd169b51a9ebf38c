package press

import (
	"math/rand/v2"
	"strings"
)

// Letters and digits of invented plates. Letters that are easily taken for digits
// are left out by most jurisdictions, but not by all.
const (
	plainLetters = "ABCDEFGHJKLMNPRSTUVWXYZ"
	allLetters   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits       = "0123456789"
)

// Patterns of plates of no certain jurisdiction, with how often each is drawn: L a
// letter, D a digit, the rest as it stands; '*' is a place for an emblem.
type weighted struct {
	pattern string
	weight  int
}

var american = []weighted{
	{"LLLL-DDD", 6}, {"LLLL*DDD", 8}, {"LLL DDD", 7}, {"DDD LLL", 7}, {"LLL-DDDD", 8}, {"LLL DDDD", 4}, {"LLL*DDDD", 4}, {"DLLLDDD", 4}, {"DDDDDD", 4}, {"DDD DDDD", 4},
	{"DDD-DDD", 2}, {"LL DDDD", 3}, {"LDDDDD", 3}, {"DDL DDD", 3}, {"LDD LDD", 2}, {"DLDDDD", 3}, {"DDLDDD", 2}, {"LL-DDDDD", 2}, {"LL DDDDD", 3}, {"LLDLDDD", 2}, {"DDD*LLL", 4}, {"LLL*DDD", 4},
	{"DDDD LL", 3}, {"DDDDL", 2}, {"DDDDD", 2}, {"DDDD", 3}, {"DDD", 2}, {"LLDDDL", 2}, {"DLDLD", 1}, {"LDL DLD", 2}, {"LLDDD", 2}, {"DLLDLD", 2}, {"DDDLDD", 1}, {"DDLLDD", 2},
	{"LL", 1}, {"DD", 1}, {"DDDDDDDD", 1}, {"DDALDDD", 2}, {"LLLDDD", 5}, {"DDDLLL", 5}, {"DDDDDDD", 3}, {"DD DDDDD", 1}, {"LDDDDDD", 3}, {"DLDDDDD", 3}, {"LLLDDL", 3}, {"LDDDLLL", 1}, {"DDLDDDD", 1},
}

var european = []weighted{
	{"LL DDD LL", 6}, {"LL DDDDD", 4}, {"LL DDDD LL", 3}, {"LLL DD LL", 2}, {"LLDD LLL", 5}, {"L LL DDDD", 2}, {"L LL DDD", 2}, {"LLL DDDD", 3}, {"LL LL DDD", 3}, {"LLL LL DD", 2}, {"DDD LL DD", 1},
	{"LL-DDD-LL", 4}, {"DDDD LLL", 3}, {"LLL DDD", 3}, {"DLL DDDD", 2}, {"LL DDDD", 1}, {"L DDDDD", 1}, {"LLL LLLL", 1}, {"DD-LLL-D", 1}, {"DD-LL-LL", 1}, {"LL DDDLL", 3}, {"DLD DDDD", 2}, {"LLDDDLL", 2},
	{"D-LLL-DDD", 1}, {"LDD LLL", 1}, {"LLLDDDD", 1}, {"LL DDD L", 1},
}

var brazilian = []weighted{{"LLL-DDDD", 12}, {"LLLDLDD", 4}, {"LLL DDD", 1}, {"LL-DDDD", 1}}

// syllables make personalised plates that people might have asked for.
var syllables = strings.Fields("BA KO MI TER RUN LO VE GO CAT DOG MY FUN RED SUN KID MOM DAD ZIP JET SKI ROK STAR LUV BOY GRL NY XX QT WOW PHD CPA HI YES ICE OLD BIG TOP GUN FIX JAZ EE SS TT LL OO IM UR 4 2 B4 GR8 L8R")

func draw(rng *rand.Rand, from []weighted) string {
	total := 0
	for _, w := range from {
		total += w.weight
	}
	at := rng.IntN(total)
	for _, w := range from {
		if at -= w.weight; at < 0 {
			return w.pattern
		}
	}
	return from[0].pattern
}

func pick(rng *rand.Rand, from string) byte { return from[rng.IntN(len(from))] }

// spell fills a pattern, leaving out some letters.
func spell(rng *rand.Rand, pattern, letters string) string {
	var b strings.Builder
	for i := range len(pattern) {
		switch c := pattern[i]; c {
		case 'L':
			b.WriteByte(pick(rng, letters))
		case 'D':
			b.WriteByte(pick(rng, digits))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// lettersWithout returns the alphabet without some letters.
func lettersWithout(without string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(without, r) {
			return -1
		}
		return r
	}, allLetters)
}

// anything is a text of any characters: the reader must not learn which text is
// likely, only what it sees.
func anything(rng *rand.Rand) string {
	n := 4 + rng.IntN(4)
	if rng.Float64() < 0.1 {
		n = 8
	}
	var b strings.Builder
	gap := 0
	if rng.Float64() < 0.5 {
		gap = 1 + rng.IntN(n-1)
	}
	for i := range n {
		if gap > 0 && i == gap {
			b.WriteByte(" -*"[rng.IntN(3)])
		}
		b.WriteByte(pick(rng, Characters))
	}
	return b.String()
}

// personal is a text that a driver chose.
func personal(rng *rand.Rand) string {
	n := 3 + rng.IntN(5)
	s := ""
	for len(s) < n {
		s += syllables[rng.IntN(len(syllables))]
	}
	if len(s) > 8 {
		s = s[:8]
	}
	if rng.Float64() < 0.25 {
		i := rng.IntN(len(s))
		s = s[:i] + string(pick(rng, digits)) + s[i+1:]
	}
	if rng.Float64() < 0.35 && len(s) > 2 && len(s) < 8 {
		i := 1 + rng.IntN(len(s)-1)
		s = s[:i] + " " + s[i:]
	}
	return s
}

// freeText is a text in the manner of a part of the world.
func freeText(rng *rand.Rand, patterns []weighted) string {
	switch f := rng.Float64(); {
	case f < 0.25:
		return anything(rng)
	case f < 0.32:
		return personal(rng)
	}
	letters := plainLetters
	if rng.Float64() < 0.45 {
		letters = allLetters
	}
	return spell(rng, draw(rng, patterns), letters)
}

// bare is a printed text without gaps, hyphens and emblems: what a reader should
// read.
func bare(printed string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, printed)
}
