package hotlist

import "maps"

// lifts are entries that match no more although their lists are in force: their ids by
// list. A list under which all is true is lifted whole.
type lifts map[string]lifted

type lifted struct {
	all bool
	ids map[string]bool
}

// Lift has entries of a list in force match no more, those of the ids gone, until
// [Index.Settle]; those of the ids back match again. It is for who cannot change the list
// itself now, and returns how many entries match no more since this call. Of Lift,
// LiftList and Settle one may run at a time.
func (x *Index) Lift(list string, gone, back []string) (n int) {
	next, l := x.relift(list)
	for _, id := range gone {
		if !l.ids[id] {
			l.ids[id] = true
			n++
		}
	}
	for _, id := range back {
		delete(l.ids, id)
	}
	next[list] = l
	x.lifted.Store(&next)
	return n
}

// LiftList is [Index.Lift] of all that a list has.
func (x *Index) LiftList(list string) (n int) {
	next, l := x.relift(list)
	if l.all {
		return 0
	}
	l.all = true
	next[list] = l
	x.lifted.Store(&next)
	if lists := x.now.Load(); lists != nil {
		for _, in := range *lists {
			if in.Name == list {
				n += in.Count()
			}
		}
	}
	return n
}

// Settle forgets what was lifted: what is in force says it now.
func (x *Index) Settle() { x.lifted.Store(nil) }

// relift copies what is lifted, for a change of one list: matches that are under way go
// on with what was.
func (x *Index) relift(list string) (lifts, lifted) {
	next := lifts{}
	if now := x.lifted.Load(); now != nil {
		maps.Copy(next, *now)
	}
	l := lifted{all: next[list].all, ids: map[string]bool{}}
	maps.Copy(l.ids, next[list].ids)
	return next, l
}

func (x *Index) isLifted(list, id string) bool {
	now := x.lifted.Load()
	if now == nil {
		return false
	}
	l := (*now)[list]
	return l.all || l.ids[id]
}
