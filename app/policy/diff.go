package policy

import (
	"reflect"
	"strings"
)

// Change is a key that two packs differ in; a value is nil where its pack has not
// the key.
type Change struct {
	Key  string `json:"key"`
	From any    `json:"from"`
	To   any    `json:"to"`
}

// Diff returns the keys that a and b differ in: in a's order, then what b has more.
// Of a category or choice that only one has, keys that are left out are no difference.
func Diff(a, b *Pack) []Change {
	from, to := Fields(a), Fields(b)
	values := func(fields []Field) map[string]any {
		m := map[string]any{}
		for _, f := range fields {
			m[f.Key] = f.Value
		}
		return m
	}
	inFrom, inTo := values(from), values(to)
	var out []Change
	for _, f := range from {
		other, ok := inTo[f.Key]
		if (ok || !empty(f.Value)) && !reflect.DeepEqual(f.Value, other) {
			out = append(out, Change{f.Key, f.Value, other})
		}
	}
	for _, f := range to {
		if _, ok := inFrom[f.Key]; !ok && !empty(f.Value) {
			out = append(out, Change{f.Key, nil, f.Value})
		}
	}
	return out
}

// empty reports whether a value is that of a key that is left out.
func empty(v any) bool {
	list, ok := v.([]string)
	return ok && len(list) == 0 || !ok && reflect.ValueOf(v).IsZero()
}

// listed are the lists of a pack, whose tables have names of their own.
var listed = []string{"category", "list", "purpose", "outcome", "notice.not_given", "disclosure.authority", "access_request.exemption"}

// Place takes a [Field]'s key apart: the table that it is in, empty for the pack's
// own keys; the category, choice or list that it is of, if any; and its path without
// that name: "category", "stolen-vehicle", "category.tier".
func Place(key string) (table, item, path string) {
	for _, list := range listed {
		if rest, ok := strings.CutPrefix(key, list+"."); ok {
			// The names of hotlists may have dots, the keys of these tables have none.
			at := strings.LastIndex(rest, ".")
			if at < 0 {
				return list, rest, list
			}
			return list, rest[:at], list + rest[at:]
		}
	}
	if table, _, ok := strings.Cut(key, "."); ok {
		return table, "", key
	}
	return "", "", key
}

// Named is what the pack calls an item of a table, see [Place].
func (p *Pack) Named(table, item string) (Text, bool) {
	if c, ok := p.Category(item); ok && table == "category" {
		return c.Name, true
	}
	choices := map[string][]Choice{"purpose": p.Purposes, "outcome": p.Outcomes, "notice.not_given": p.Notice.NotGiven,
		"disclosure.authority": p.Disclosure.Authorities, "access_request.exemption": p.AccessRequest.Exemptions}
	for _, c := range choices[table] {
		if c.Code == item {
			return c.Text, true
		}
	}
	return Text{}, false
}
