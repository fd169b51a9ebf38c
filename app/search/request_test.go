package search_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
	"secondlook/app/disclosure"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/app/policy"
	"secondlook/app/position"
	"secondlook/app/search"
)

func request() search.Request {
	return search.Request{ID: "r1", Made: now, Received: now.AddDate(0, 0, -3), FileNumber: "FOI-26-17", Requester: "Robin Quill",
		Entitled: "ownership permit shown", Plate: "CKLM804", Jurisdiction: "CA-ON"}
}

func TestRequirement27_ARequestSaysWhoAsksAndByWhatRight(t *testing.T) {
	require.NoError(t, request().Validate(now))
	for name, change := range map[string]func(*search.Request){
		"plate":          func(r *search.Request) { r.Plate = "" },
		"file number":    func(r *search.Request) { r.FileNumber = " " },
		"requester":      func(r *search.Request) { r.Requester = "" },
		"proof":          func(r *search.Request) { r.Entitled = "\n" },
		"day of receipt": func(r *search.Request) { r.Received = time.Time{} },
	} {
		r := request()
		change(&r)
		err := r.Validate(now)
		require.ErrorIs(t, err, search.ErrRequest)
		require.ErrorContains(t, err, name)
	}
	r := request()
	r.Received = now.Add(time.Hour)
	require.ErrorIs(t, r.Validate(now), search.ErrRequest)
	r = request()
	r.Plate = "CKL*"
	require.ErrorIs(t, r.Validate(now), plate.ErrNotPlate)
}

// match is an entry of list CPIC as it matches.
func match(text plate.Text, k hotlist.Kind, a plate.Agreement) hotlist.Match {
	return hotlist.Match{List: "CPIC", Kind: k, Jurisdiction: a,
		Entry: hotlist.Entry{Plate: text, Category: "stolen-vehicle", Agency: "Peel Regional Police", Contact: "905-555-0117"}}
}

func sources() search.Sources {
	h := hit.Hit{ID: "h1", Place: &position.Place{Latitude: 43.65321, Longitude: -79.38318}, State: hit.Closed, RaisedAt: now.Add(-time.Hour), Outcome: &hit.Outcome{Code: "warned"},
		Read:    plate.Read{Text: "CKLM804", Camera: "Rear", At: now.Add(-time.Hour), Jurisdiction: "CA-ON"},
		Matches: []hotlist.Match{match("CKLM804", hotlist.Exact, plate.Same)}}
	other := h
	other.ID, other.Read.Text, other.Matches = "h2", "BTXV117", []hotlist.Match{match("BTXV117", hotlist.Exact, plate.Same)}
	quebec := h
	quebec.ID, quebec.Read.Jurisdiction = "h3", "CA-QC"
	return search.Sources{
		Matches: []hotlist.Match{match("CKLM804", hotlist.Exact, plate.Same), match("CKLM8O4", hotlist.LookAlike, plate.Same),
			match("CKLM804", hotlist.Exact, plate.Different)},
		Entries: []entry.Entry{
			{ID: "e1", Plate: "CKLM804", State: entry.Expired, Category: "missing-person", Service: "Test Service", Expires: now.AddDate(0, -1, 0)},
			{ID: "e2", Plate: "CKLM804", State: entry.Refused, Category: "criminal-activity", Reason: "never on a list"},
			{ID: "e3", Plate: "BTXV117", State: entry.Expired, Category: "missing-person"},
		},
		Hits: []hit.Hit{h, other, quebec},
		Audit: []audit.Record{
			{Event: audit.Event{At: now.Add(-2 * time.Hour), Act: audit.Searched, Name: "Pat Officer", Badge: "20418",
				Detail: map[string]string{"plate": "CKLM804", "purpose": "criminal-investigation", "file": "26-118"}}},
			{Event: audit.Event{Act: audit.Searched, Detail: map[string]string{"plate": "BTXV117"}}},
		},
		Disclosures: []disclosure.Record{
			{ID: "d1", Plates: []plate.Text{"CKLM804"}, Disclosed: now.Add(-30 * time.Minute), Recipient: "Wrong Service"},
			{ID: "d2", Plates: []plate.Text{"CKLM804"}, Disclosed: now.Add(-30 * time.Minute), Recipient: "Durham Regional Police",
				Corrects: "d1", AfterUse: disclosure.Destroyed},
		},
	}
}

func TestRequirement27_TheAnswerHasWhatIsThePlatesOwn(t *testing.T) {
	r := request()
	r.Assemble(sources(), now)
	for section, n := range map[search.Section]int{search.ListedNow: 1, search.ListedBefore: 2, search.HitsKept: 1,
		search.Searches: 1, search.Disclosures: 1} {
		require.Equal(t, n, r.Count(section), "%s", section)
	}
	text, err := json.Marshal(r.Items)
	require.NoError(t, err)
	for _, others := range []string{"BTXV117", "CKLM8O4", "never on a list", "Pat Officer", "20418", "Wrong Service"} {
		require.NotContains(t, string(text), others)
	}
	for _, own := range []string{"Peel Regional Police", "missing-person", "Rear", "26-118", "Durham Regional Police"} {
		require.Contains(t, string(text), own)
	}
}

// Whoever asks what is recorded of their plate learns that their name is, unless the
// coordinator withholds it.
func TestRequirement12_TheAnswerSaysWhoTheListNames(t *testing.T) {
	r, s := request(), sources()
	for _, m := range []*hotlist.Match{&s.Matches[0], &s.Hits[0].Matches[0]} {
		m.Entry.Category, m.Entry.Driver = hotlist.SuspendedDriver, hotlist.Driver{Name: "Alphonse Wintergrove", Lenses: true}
	}
	r.Assemble(s, now)
	say := search.Words{Language: "en", Say: func(key string, _ ...any) string { return key }}
	named := 0
	for _, item := range r.Items {
		lines := search.Lines(item, pack(), say)
		if slices.Contains(lines, search.Line{Label: "answer.fact.driver", Value: "Alphonse Wintergrove"}) {
			require.Contains(t, lines, search.Line{Label: "answer.fact.lenses", Value: "answer.lenses.yes"})
			named++
		}
	}
	require.Equal(t, 2, named, "on the list now, and when it was hit")

	s.Matches[0].Entry.Category, s.Hits[0].Matches[0].Entry.Category = "stolen-vehicle", "stolen-vehicle"
	r.Assemble(s, now)
	text, err := json.Marshal(r.Items)
	require.NoError(t, err)
	require.NotContains(t, string(text), "Wintergrove")
	require.NotContains(t, string(text), "lenses")
}

func pack() *policy.Pack {
	p := &policy.Pack{}
	p.Categories = []policy.Category{{ID: "stolen-vehicle", Name: policy.Text{EN: "Stolen vehicle", FR: "Véhicule volé"}}}
	p.Purposes = purposes
	p.AccessRequest.Exemptions = []policy.Choice{{Code: "law-enforcement", Text: policy.Text{EN: "Law enforcement, s. 8", FR: "Exécution de la loi, art. 8"}}}
	p.AccessRequest.Appeal = policy.Text{EN: "You may appeal to the Commissioner.", FR: "Vous pouvez faire appel."}
	p.Notice.Contact = policy.Contact{Title: policy.Text{EN: "Coordinator", FR: "Coordination"}, Address: "1 Example Street", Telephone: "416-555-0142"}
	return p
}

func keys(key string, _ ...any) string { return key }

func TestRequirement27_WhatIsWithheldShowsItsGroundOnly(t *testing.T) {
	r := request()
	r.Assemble(sources(), now)
	grounds := pack().AccessRequest.Exemptions
	require.ErrorIs(t, r.Finish(search.Exemptions{Items: map[int]string{0: "because"}}, grounds, now), policy.ErrUnknownCode)
	require.ErrorIs(t, r.Finish(search.Exemptions{Items: map[int]string{99: "law-enforcement"}}, grounds, now), policy.ErrUnknownCode)
	require.ErrorIs(t, r.Finish(search.Exemptions{Sections: map[search.Section]string{"all": "law-enforcement"}}, grounds, now), policy.ErrUnknownCode)
	require.True(t, r.Answered.IsZero(), "a refused mark finishes nothing")

	given := search.Compose(r, pack(), search.Words{Language: "en", Say: keys, Service: "Test Service"})
	require.Contains(t, string(given.Text("withheld")), "Durham Regional Police")
	require.NotContains(t, string(given.Text("withheld")), "appeal")

	x := search.Exemptions{Items: map[int]string{0: "law-enforcement"}, Sections: map[search.Section]string{search.Disclosures: "law-enforcement"}}
	require.NoError(t, r.Finish(x, grounds, now))
	require.ErrorIs(t, r.Finish(search.Exemptions{}, grounds, now), search.ErrAnswered, "an answer is given once")
	for _, language := range []string{"en", "fr"} {
		d := search.Compose(r, pack(), search.Words{Language: language, Say: keys, Service: "Test Service"})
		asJSON, err := d.JSON()
		require.NoError(t, err)
		var back search.Document
		require.NoError(t, json.Unmarshal(asJSON, &back))
		require.Equal(t, d, back)
		for name, file := range map[string][]byte{"json": asJSON, "markdown": d.Markdown("withheld"), "text": d.Text("withheld")} {
			require.Contains(t, string(file), map[string]string{"en": "Law enforcement, s. 8", "fr": "Exécution de la loi, art. 8"}[language], name)
			require.Contains(t, string(file), pack().AccessRequest.Appeal.In(language), "a denial says where to appeal")
			require.NotContains(t, string(file), "Durham", name)
			require.Contains(t, string(file), "416-555-0142", name)
			require.Contains(t, string(file), map[string]string{"en": "Stolen vehicle", "fr": "Véhicule volé"}[language], "codes are put in words")
		}
	}
	// A section withheld whole looks the same with a record and without one.
	empty := request()
	empty.Assemble(search.Sources{}, now)
	require.NoError(t, empty.Finish(search.Exemptions{Sections: x.Sections}, grounds, now))
	w := search.Words{Language: "en", Say: keys}
	require.Equal(t, search.Compose(r, pack(), w).Sections[4], search.Compose(empty, pack(), w).Sections[4])
}

func TestRequirement27_WhatPeopleWroteMakesNoMarks(t *testing.T) {
	r := request()
	r.Requester, r.Entitled = "# Robin\n## *Quill* <b>", "shown"
	d := search.Compose(r, pack(), search.Words{Language: "en", Say: keys})
	for _, line := range strings.Split(string(d.Markdown("withheld")), "\n") {
		if strings.Contains(line, "Robin") {
			require.Equal(t, `- **answer.requester**: \# Robin \#\# \*Quill\* &lt;b>`, line)
		}
	}
}
