package forms

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"secondlook/app/policy"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// packSubject is what several keys of a pack are about: one of its tables, or one
// category, choice or list.
type packSubject struct {
	// table is the table's path, empty for the pack's own keys; item the name of a
	// category, choice or list in it.
	table, item string
	changes     []packChange
}

// packChange is a key's change; key is its path without item and language.
type packChange struct {
	key, language string
	policy.Change
}

// place takes a change apart.
func place(c policy.Change) (table, item string, in packChange) {
	in.Change = c
	path := c.Key
	for _, language := range []string{words.English, words.French} {
		if rest, ok := strings.CutSuffix(path, "."+language); ok {
			path, in.language = rest, language
		}
	}
	table, item, in.key = policy.Place(path)
	return table, item, in
}

// subjects sorts changes by what they are about, in the order of the pack.
func subjects(changes []policy.Change) (all []*packSubject) {
	for _, c := range changes {
		table, item, in := place(c)
		at := slices.IndexFunc(all, func(s *packSubject) bool { return s.table == table && s.item == item })
		if at < 0 {
			at = len(all)
			all = append(all, &packSubject{table: table, item: item})
		}
		all[at].changes = append(all[at].changes, in)
	}
	return all
}

// name is what the pack calls a category or a choice, in the language in use.
func (s *packSubject) name(before, after *policy.Pack) string {
	for _, p := range []*policy.Pack{after, before} {
		if name, ok := p.Named(s.table, s.item); ok {
			return name.In(words.Language())
		}
	}
	return s.item
}

// title is what the subject is.
func (s *packSubject) title(before, after *policy.Pack) string {
	if s.table == "" {
		return words.T("policy.subject.general")
	}
	what := words.T("policy.subject." + s.table)
	if s.item == "" {
		return what
	}
	return words.T("policy.item", "What", what, "Name", s.name(before, after))
}

// whole reports whether the subject is only in one of the packs.
func (s *packSubject) whole(value func(packChange) any) bool {
	return s.item != "" && !slices.ContainsFunc(s.changes, func(c packChange) bool { return value(c) != nil })
}

// show says the subject's changes in words.
func (s *packSubject) show(before, after *policy.Pack) fyne.CanvasObject {
	title := s.title(before, after)
	if s.whole(func(c packChange) any { return c.To }) {
		return marked("close", words.T("policy.gone", "What", title), theme.ColorHigh)
	}
	if s.whole(func(c packChange) any { return c.From }) {
		return widgets.NewColumn(0.5, marked("approve", words.T("policy.new", "What", title), theme.ColorOK), widgets.NewSmall(s.facts()))
	}
	body := widgets.NewColumn(1, heading(title))
	for _, c := range s.changes {
		body.Add(c.show())
	}
	return body
}

// facts are the values of a new category or choice besides its name.
func (s *packSubject) facts() string {
	var facts []string
	for _, c := range s.changes {
		if c.language == "" {
			facts = append(facts, words.T("policy.item", "What", c.label(), "Name", words.PackValue(c.To)))
		}
	}
	return strings.Join(facts, " · ")
}

func (c packChange) label() string {
	label := words.T("policy.key." + c.key)
	if c.language != "" {
		return words.T("policy.inlanguage."+c.language, "Label", label)
	}
	return label
}

// longValue is from how many characters the values stand below one another.
const longValue = 40

func (c packChange) show() fyne.CanvasObject {
	from, to := words.PackValue(c.From), words.PackValue(c.To)
	if c.From == nil {
		from = words.T("policy.nothing")
	}
	if c.To == nil {
		to = words.T("policy.nothing")
	}
	label := widgets.NewText(c.label(), theme.SizeSmall, theme.ColorMuted, widgets.Wrapped)
	if len(from)+len(to) < longValue {
		return widgets.NewColumn(0, label, widgets.NewBody(words.T("policy.fromto", "From", from, "To", to)))
	}
	return widgets.NewColumn(0.25, label, widgets.NewBody(words.T("policy.now", "Text", to)), widgets.NewSmall(words.T("policy.was", "Text", from)))
}

// showChanges says what a pack changes.
func showChanges(before, after *policy.Pack) fyne.CanvasObject {
	changes := policy.Diff(before, after)
	if len(changes) == 0 {
		return widgets.NewBody(words.T("policy.changes.none"))
	}
	grid := widgets.NewGrid(columnWidth)
	for _, s := range subjects(changes) {
		grid.Add(s.show(before, after))
	}
	return widgets.NewColumn(2, widgets.NewBody(words.T("policy.changes.n", "N", len(changes))), grid)
}
