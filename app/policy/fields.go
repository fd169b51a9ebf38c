package policy

import (
	"reflect"
	"strconv"
	"strings"
)

// Field is one key of a pack with its value.
type Field struct {
	// Key is the path; in place of a position it has the category's id, the
	// choice's code or the list's name: "category.stolen-vehicle.tier".
	Key string
	// Value is a string, an int, a bool or a []string.
	Value any
}

// String writes the field as TOML does, but for its long key.
func (f Field) String() string { return f.Key + " = " + f.Written() }

// Written is the value as TOML writes it.
func (f Field) Written() string {
	switch v := f.Value.(type) {
	case string:
		return strconv.Quote(v)
	case []string:
		quoted := make([]string, len(v))
		for i, s := range v {
			quoted[i] = strconv.Quote(s)
		}
		return "[" + strings.Join(quoted, ", ") + "]"
	case int:
		return strconv.Itoa(v)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// names are the keys that tell the tables of a list apart.
var names = map[string]bool{"id": true, "code": true, "name": true}

// Fields are all keys of a pack in its own order, those left out included.
func Fields(p *Pack) []Field { return fieldsOf(reflect.ValueOf(*p), "") }

func fieldsOf(table reflect.Value, path string) []Field {
	var out []Field
	for i := range table.NumField() {
		key, v := table.Type().Field(i).Tag.Get("toml"), table.Field(i)
		if path != "" {
			key = path + "." + key
		}
		switch {
		case v.Kind() == reflect.Struct:
			out = append(out, fieldsOf(v, key)...)
		case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
			for j := range v.Len() {
				out = append(out, tableOf(v.Index(j), key)...)
			}
		default:
			out = append(out, Field{key, plain(v)})
		}
	}
	return out
}

// tableOf are the fields of one table of a list, under the name that its first
// field gives it.
func tableOf(table reflect.Value, path string) []Field {
	first := table.Type().Field(0).Tag.Get("toml")
	if !names[first] {
		return fieldsOf(table, path)
	}
	return fieldsOf(table, path+"."+table.Field(0).String())[1:]
}

// plain is a value without the pack's own types.
func plain(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Int:
		return int(v.Int())
	case reflect.Bool:
		return v.Bool()
	case reflect.Slice:
		out := make([]string, v.Len())
		for i := range out {
			out[i] = v.Index(i).String()
		}
		return out
	}
	return v.String()
}
