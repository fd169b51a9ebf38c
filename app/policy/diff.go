package policy

import "reflect"

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
