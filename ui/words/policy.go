package words

import (
	"fmt"
	"strings"

	"secondlook/app/policy"
)

// PackFault says why a policy pack is not taken: the file, the line, the key and what
// to do.
func PackFault(file string, f *policy.Fault) string {
	values := []any{"Line", f.Line}
	for i, v := range f.Values {
		if f.Code == policy.FaultUntrusted || f.Code == policy.FaultAltered {
			v = KeyID(fmt.Sprint(v))
		}
		values = append(values, string(rune('A'+i)), v)
	}
	why := T("policy.fault."+string(f.Code), values...)
	if !f.OfContent() {
		return why
	}
	key := "policy.at"
	switch {
	case f.Line > 0 && f.Key != "" && f.ID != "":
		key = "policy.at.of"
	case f.Line > 0 && f.Key != "":
		key = "policy.at.key"
	case f.Line > 0:
		key = "policy.at.line"
	}
	return T(key, "File", file, "Line", f.Line, "Key", f.Key, "ID", f.ID, "Why", why)
}

// KeyID writes the id of a policy key in groups, to be compared by eye.
func KeyID(id string) string {
	var groups []string
	for len(id) > 4 {
		groups, id = append(groups, id[:4]), id[4:]
	}
	return strings.Join(append(groups, id), " ")
}

// PackValue says a value of a pack; one that is a name of the pack's own set is said
// in the language in use.
func PackValue(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return T("policy.yes")
		}
		return T("policy.no")
	case string:
		if v == "" {
			return T("policy.nothing")
		}
		return packWord(v)
	case []string:
		if len(v) == 0 {
			return T("policy.nothing")
		}
		said := make([]string, len(v))
		for i, name := range v {
			said[i] = packWord(name)
		}
		return strings.Join(said, ", ")
	}
	return fmt.Sprint(v)
}

func packWord(name string) string {
	const prefix = "policy.word."
	return strings.TrimPrefix(T(prefix+name), prefix)
}
