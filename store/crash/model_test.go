package crash

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/draft"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/store"
)

// line is what a terminal said: that it begins an act, or that it is done.
type line struct {
	word          string
	act           audit.Act
	object, value string
}

// parse reads what a terminal said. A line that was cut off was not said.
func parse(text string) (lines []line) {
	for l := range strings.Lines(text) {
		if f := strings.Split(strings.TrimSuffix(l, "\n"), "\t"); strings.HasSuffix(l, "\n") && len(f) == 4 {
			lines = append(lines, line{f[0], audit.Act(f[1]), f[2], f[3]})
		}
	}
	return lines
}

// itself are the acts that a terminal does by itself, or as parts of other acts: how
// often they happen is not said before. What they did is held to the store.
var itself = []audit.Act{audit.HitRaised, audit.HitPictured, audit.EntryExpired, audit.EntryReceived, audit.HotlistPurged, audit.RetentionPurged, audit.Signed,
	audit.HitNotReviewed, audit.DeploymentRecorded, audit.HitDelivered, audit.SignInFailed, audit.InboxFolded, audit.ReceiptTaken,
	audit.StandbyKept, audit.StandbyEnded, audit.StoreRekeyBegun, audit.ClockJumped}

// draftKept stands for the keeping of a draft, which is no act: the audit record has
// nothing of it.
const draftKept audit.Act = "draft kept"

// model is what a terminal has acknowledged.
type model struct {
	// draft is what the administrator has written into the one form and not sent, and
	// drafted when that was seen first.
	draft   string
	drafted time.Time

	// records is the audit record when the terminal was last looked at.
	records []audit.Record
	// pin and list are the administrator's PIN, and what the list "stolen" was made of.
	pin, list string
	// inStation are the digests of the records that the station has, by id.
	inStation func() (map[string]string, error)
}

// figures are what a look at a terminal measured.
type figures struct {
	// opened is how long it took to open the store, signedIn to sign in after that, and
	// listed until its lists could be matched.
	opened, signedIn, listed time.Duration
	acknowledged             int
	// wentOn is set where the terminal went on with its patrol before anybody signed in.
	wentOn bool
}

// look opens a store and holds it to the model and to what its terminal said since,
// and makes the model that of the store.
func (m *model) look(path string, now func() time.Time, said []line) (f figures, err error) {
	for _, l := range said {
		if l.word == "done" {
			f.acknowledged++
		}
	}
	detail, err := store.Check(path)
	if err != nil {
		return f, fmt.Errorf("check (%s): %w", detail, err)
	}
	began := time.Now()
	s, err := store.Open(path, store.Options{Rounds: rounds, Now: now})
	if err != nil {
		return f, err
	}
	defer s.Close()
	f.opened = time.Since(began)
	done, err := s.IsSetUp()
	if err != nil {
		return f, err
	}
	if !done {
		if len(m.records) > 0 || slices.Contains(said, line{"done", audit.SetUp, "", ""}) {
			return f, errors.New("the terminal is not set up any more")
		}
		return f, nil
	}
	goesOn, err := resumed(s, keyFileOf(path))
	if err != nil {
		return f, err
	}
	f.wentOn = goesOn.lists != nil
	began = time.Now()
	if err := m.signIn(s, said); err != nil {
		return f, err
	}
	f.signedIn = time.Since(began)
	said = append(said, line{"begin", audit.SignedIn, "", ""}, line{"done", audit.SignedIn, "", ""}) // by this look
	began = time.Now()
	lists, err := s.Lists(ctx)
	if err != nil {
		return f, err
	}
	f.listed = time.Since(began)
	records, err := s.Records(ctx)
	if err != nil {
		return f, err
	}
	if err := m.chain(records, said); err != nil {
		return f, err
	}
	m.records = records
	told := replay(records)
	for _, check := range []func() error{
		func() error { return told.hits(s) },
		func() error { return told.others(s) },
		func() error { return m.lists(lists, told, said) },
		func() error { return goesOn.with(lists) },
		func() error { return m.people(s) },
		func() error { return m.drafts(s, said, now()) },
		func() error { return m.delivered(told) },
		func() error { return leftovers(path, lists) },
	} {
		if err := check(); err != nil {
			return f, err
		}
	}
	switch settings, err := s.Settings(ctx); {
	case err != nil:
		return f, err
	case settings.Terminal == "":
		return f, errors.New("the terminal is set up without its settings")
	}
	if err := s.Close(); err != nil {
		return f, err
	}
	return f, keysOf(path, told.found)
}

// keysOf looks whether a store has as many keys of hits as it has hits.
func keysOf(path string, hits int) error {
	detail, err := store.Check(path)
	if err == nil && !strings.Contains(detail, fmt.Sprintf("hits: %d,", hits)) {
		err = fmt.Errorf("%d hits, but the keys say %q", hits, detail)
	}
	return err
}

// signIn finds out which PIN is in force: the one that was acknowledged last or, of
// a change that was begun, the next.
func (m *model) signIn(s *store.Store, said []line) error {
	pins := []string{m.pin}
	for _, l := range said {
		switch {
		case l.act != audit.SecretChanged || l.value == "":
		case l.word == "begin":
			pins = append(pins, l.value)
		case l.word == "done":
			pins = []string{l.value}
		}
	}
	var err error
	for _, pin := range pins {
		if _, err = s.SignIn(ctx, administrator, access.Proof{Secret: pin}); err == nil {
			m.pin = pin
			return nil
		}
	}
	return fmt.Errorf("sign in with one of %d PINs: %w", len(pins), err)
}

// chain holds the audit record to what was said: it is whole, what it had is there,
// every act that was acknowledged is in it, and every act in it was begun.
func (m *model) chain(records []audit.Record, said []line) error {
	if err := audit.Verify(records); err != nil {
		return err
	}
	if len(records) < len(m.records) || !slices.EqualFunc(records[:len(m.records)], m.records, func(a, b audit.Record) bool { return a.Hash == b.Hash }) {
		return fmt.Errorf("the record of %d acts lost what it had of %d", len(records), len(m.records))
	}
	begun, done, written := map[audit.Act]int{}, map[audit.Act]int{}, map[audit.Act]int{}
	objects := map[string]int{}
	for _, r := range records[len(m.records):] {
		written[r.Event.Act]++
		objects[string(r.Event.Act)+" "+r.Event.Object]++
	}
	for _, l := range said {
		if l.act == draftKept { // m.drafts holds it to the store
			continue
		}
		switch l.word {
		case "begin":
			begun[l.act]++
		case "done":
			done[l.act]++
			if isID(l.object) {
				if objects[string(l.act)+" "+l.object]--; objects[string(l.act)+" "+l.object] < 0 {
					return fmt.Errorf("%s of %s was acknowledged and is not in the record", l.act, l.object)
				}
			}
		}
	}
	// The station's lists come with a sync, in as many acts as they need.
	fromStation := begun[audit.SyncStarted] > 0
	for _, act := range slices.Concat(slices.Collect(maps.Keys(written)), slices.Collect(maps.Keys(done))) {
		own := slices.Contains(itself, act) || fromStation && (act == audit.HotlistImported || act == audit.HotlistChanged)
		if written[act] < done[act] || written[act] > begun[act] && !own {
			return fmt.Errorf("%s is %d times in the record: %d times acknowledged, %d times begun", act, written[act], done[act], begun[act])
		}
	}
	return nil
}

// isID reports whether an object is the id of a record, and not the name of a list.
func isID(object string) bool { return object != "" && object != stolen && object != province }

// state is what the audit record says that a terminal has.
type state struct {
	hit        map[string]hit.State
	pictured   map[string]bool // hits with their context picture
	purged     int             // hits that are gone because their time was over
	found      int             // hits that are there
	entry      map[string]entry.State
	deployment map[string]bool   // whether it has ended
	delivered  map[string]string // the digest that the station signed for, by id
	list       map[string]int    // entries
}

// fromStation stands for the state of an entry as it came from another terminal, which
// the record does not say.
const fromStation entry.State = "as it is elsewhere"

// replay reads the whole record.
func replay(records []audit.Record) *state {
	s := &state{hit: map[string]hit.State{}, pictured: map[string]bool{}, entry: map[string]entry.State{}, deployment: map[string]bool{}, list: map[string]int{}, delivered: map[string]string{}}
	entries := map[audit.Act]entry.State{audit.EntryProposed: entry.Proposed, audit.EntryApproved: entry.Approved, audit.EntryRefused: entry.Refused,
		audit.EntryWithdrawn: entry.Withdrawn, audit.EntryExpired: entry.Expired}
	for _, r := range records {
		e := r.Event
		switch e.Act {
		case audit.HitRaised:
			s.hit[e.Object] = hit.Raised
		case audit.HitPictured:
			s.pictured[e.Object] = true
		case audit.HitConfirmed, audit.HitVerified, audit.NoticeRecorded, audit.OutcomeRecorded, audit.HitNotReviewed:
			s.hit[e.Object] = hit.State(e.Detail["state"])
		case audit.HitDestroyed:
			delete(s.hit, e.Object)
		case audit.HitDelivered:
			delete(s.hit, e.Object)
			delete(s.deployment, e.Object)
			s.delivered[e.Object] = e.Detail["digest"]
		case audit.RetentionPurged:
			n, _ := strconv.Atoi(e.Detail["hits"])
			s.purged += n
		case audit.PatrolStarted:
			s.deployment[e.Object] = false
		case audit.DeploymentRecorded:
			s.deployment[e.Object] = true
		case audit.HotlistImported, audit.HotlistChanged:
			s.list[e.Detail["list"]], _ = strconv.Atoi(e.Detail["accepted"])
		case audit.HotlistWithdrawn:
			delete(s.list, e.Detail["list"])
		}
		if e.Act == audit.EntryReceived {
			s.entry[e.Object] = fromStation
		}
		if is, ok := entries[e.Act]; ok {
			s.entry[e.Object] = is
		}
	}
	return s
}

// hits holds the hits of a store to the record: each is at the step that the record
// says, with its key and its pictures, and none is there that the record does not know.
func (s *state) hits(kept *store.Store) error {
	hits, err := kept.Hits(ctx)
	if err != nil {
		return err
	}
	s.found = len(hits)
	for _, h := range hits {
		if is, ok := s.hit[h.ID]; !ok || is != h.State {
			return fmt.Errorf("hit %s is %s, in the record it is %q", h.ID, h.State, is)
		}
		p, err := kept.Pictures(ctx, h.ID)
		if err != nil {
			return fmt.Errorf("hit %s: %w", h.ID, err)
		}
		if err := shows(p.Plate, plateSize); err != nil {
			return fmt.Errorf("hit %s: its plate picture: %w", h.ID, err)
		}
		if err := shows(p.Context, streetSize); s.pictured[h.ID] && err != nil {
			return fmt.Errorf("hit %s: its context picture: %w", h.ID, err)
		}
		if !s.pictured[h.ID] && p.Context != nil {
			return fmt.Errorf("hit %s has a context picture that the record does not know", h.ID)
		}
		delete(s.hit, h.ID)
	}
	if len(s.hit) != s.purged {
		return fmt.Errorf("%d hits of the record are gone, %d were purged", len(s.hit), s.purged)
	}
	return nil
}

// known are pictures that were looked at: they are all alike.
var known = map[[32]byte]image.Point{}

// shows returns an error unless a picture is whole.
func shows(picture []byte, size image.Point) error {
	digest := sha256.Sum256(picture)
	if is, ok := known[digest]; ok && is == size {
		return nil
	}
	m, err := jpeg.Decode(bytes.NewReader(picture))
	if err != nil {
		return err
	}
	if m.Bounds().Size() != size {
		return fmt.Errorf("its size is %v", m.Bounds().Size())
	}
	known[digest] = size
	return nil
}

// others holds manual entries and deployments to the record.
func (s *state) others(kept *store.Store) error {
	entries, err := kept.Entries(ctx)
	if err != nil {
		return err
	}
	is := map[string]entry.State{}
	for _, e := range entries {
		is[e.ID] = e.State
		if s.entry[e.ID] == fromStation {
			is[e.ID] = fromStation
		}
		if (e.State == entry.Approved || e.State == entry.Refused) && e.Decider == nil {
			return fmt.Errorf("entry %s is %s by nobody", e.ID, e.State)
		}
	}
	if !maps.Equal(is, s.entry) {
		return fmt.Errorf("the entries are %v, in the record %v", is, s.entry)
	}
	deployments, err := kept.Deployments(ctx)
	if err != nil {
		return err
	}
	ended := map[string]bool{}
	for _, d := range deployments {
		ended[d.ID] = !d.End.IsZero()
	}
	if !maps.Equal(ended, s.deployment) {
		return fmt.Errorf("the deployments are %v, in the record %v", ended, s.deployment)
	}
	return nil
}

// lists holds each list to what it was made of.
func (m *model) lists(lists []*hotlist.InForce, told *state, said []line) error {
	may := []string{m.list}
	for _, l := range said {
		switch {
		case l.object != stolen && l.act != audit.HotlistWithdrawn:
		case l.word == "begin":
			may = append(may, l.value)
		case l.word == "done":
			may = []string{l.value}
		}
	}
	is := map[string]int{}
	found := false
	for _, l := range lists {
		if l.SetAside {
			return fmt.Errorf("list %s is set aside", l.Name)
		}
		plates, err := inForce(l)
		if err != nil {
			return err
		}
		is[l.Name] = len(plates)
		switch l.Name {
		case province:
			if !slices.Equal(plates, provinceOf(l.Version)) {
				return fmt.Errorf("list %s has not the entries of its version %d", l.Name, l.Version)
			}
		case stolen:
			found = true
			i := slices.IndexFunc(may, func(made string) bool { return slices.Equal(plates, platesOf(made)) })
			if i < 0 {
				return fmt.Errorf("list %s of %d entries is none of %q", l.Name, len(plates), may)
			}
			m.list = may[i]
		}
	}
	if !found {
		if !slices.Contains(may, "") {
			return fmt.Errorf("list %s is gone", stolen)
		}
		m.list = ""
	}
	if !maps.Equal(is, told.list) {
		return fmt.Errorf("the lists have %v entries, in the record %v", is, told.list)
	}
	return nil
}

// inForce reads a list through, and matches what it reads.
func inForce(l *hotlist.InForce) (plates []string, err error) {
	index := hotlist.NewIndex()
	index.Put([]*hotlist.InForce{l})
	for e, err := range l.All() {
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", l.Name, err)
		}
		plates = append(plates, string(e.Plate))
	}
	if len(plates) != l.Count() || index.Len() != l.Count() {
		return nil, fmt.Errorf("list %s has %d entries, not %d", l.Name, len(plates), l.Count())
	}
	slices.Sort(plates)
	return plates, nil
}

// drafts holds the one draft to what was written: the last that was acknowledged or, of
// what was begun after it, any. The end of a shift erases it, and so does time.
func (m *model) drafts(s *store.Store, said []line, now time.Time) error {
	may := []string{m.draft}
	if now.Sub(m.drafted) > draft.Lasts-4*time.Hour { // it was written up to an hour before it was seen
		may = append(may, "")
	}
	for _, l := range said {
		switch {
		case l.act != draftKept && l.act != audit.ShiftEnded:
		case l.word == "begin":
			may = append(may, l.value)
		case l.word == "done":
			may = []string{l.value}
		}
	}
	all, err := s.Drafts(ctx)
	if err != nil {
		return err
	}
	is := ""
	for _, d := range all {
		is += d.Fields["plate"]
	}
	if !slices.Contains(may, is) {
		return fmt.Errorf("%d drafts, with %q, are none of %q", len(all), is, may)
	}
	if is != m.draft {
		m.draft, m.drafted = is, now
	}
	return nil
}

// people looks whether the supervisor's secret is the one that their record says.
func (m *model) people(s *store.Store) error {
	people, err := s.People(ctx)
	if err != nil {
		return err
	}
	for _, p := range people {
		if p.Badge != supervisor {
			continue
		}
		secret := ownSecret
		if p.FirstSecret {
			secret = firstSecret
		}
		if _, err := s.Verify(ctx, supervisor, access.Proof{Secret: secret}); err != nil {
			return fmt.Errorf("the supervisor's secret: %w", err)
		}
	}
	return nil
}

// delivered looks whether the station has all that the terminal erased.
func (m *model) delivered(told *state) error {
	if len(told.delivered) == 0 {
		return nil
	}
	there, err := m.inStation()
	if err != nil {
		return err
	}
	for id, digest := range told.delivered {
		if digest == "" || there[id] != digest {
			return fmt.Errorf("record %s was erased, and the station does not have it as it signed for it", id)
		}
	}
	return nil
}

// leftovers looks for files that nothing needs.
func leftovers(path string, lists []*hotlist.InForce) error {
	parts := 0
	for _, l := range lists {
		parts += len(l.Parts)
	}
	files, err := os.ReadDir(path + ".lists")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(files) != parts {
		return fmt.Errorf("%d files of lists, %d are used", len(files), parts)
	}
	beside, err := os.ReadDir(filepath.Dir(path))
	for _, f := range beside {
		if strings.Contains(f.Name(), ".new-") {
			return fmt.Errorf("%s was left by a start that was killed", f.Name())
		}
	}
	return err
}
