package packfile

import (
	"strings"

	"secondlook/app/policy"
)

// The TOML library says where it stopped reading, but not where a key stands
// that it read well. The functions below find that line again, well enough for a
// message: by the table's header and the key at the start of the line.

// line is one line of a pack: the path of its table and, if it sets one, of its key.
type line struct {
	table, key string
	text       string
}

func split(text []byte) []line {
	var out []line
	table := ""
	for raw := range strings.Lines(string(text)) {
		s := strings.TrimSpace(raw)
		l := line{text: s}
		if strings.HasPrefix(s, "[") {
			header, _, _ := strings.Cut(strings.TrimLeft(s, "["), "]")
			table = strings.TrimSpace(header)
		} else if name, _, found := strings.Cut(s, "="); found && !strings.HasPrefix(s, "#") {
			l.key = join(table, strings.Trim(strings.TrimSpace(name), `"'`))
		}
		l.table = table
		out = append(out, l)
	}
	return out
}

func join(table, key string) string {
	if table == "" {
		return key
	}
	return table + "." + key
}

// within reports whether path is outer or lies in it.
func within(path, outer string) bool {
	return path == outer || outer != "" && strings.HasPrefix(path, outer+".")
}

// lineOfKey returns the number of the line that sets a key, from 1; that of its
// table where the key is missing there; 0 if neither stands anywhere.
func lineOfKey(text []byte, key []string) int {
	path, last := strings.Join(key, "."), key[len(key)-1]
	for i, l := range split(text) {
		header := l.key == "" && strings.HasPrefix(l.text, "[") && l.table == path
		// A key of an inline table stands on the line of its table.
		if header || l.key != "" && within(path, l.key) && strings.Contains(l.text, last) {
			return i + 1
		}
	}
	if len(key) > 1 {
		return lineOfKey(text, key[:len(key)-1])
	}
	return 0
}

// lineOfFault returns the number of the line at fault, from 1; that of the
// category or choice if the key is missing there; 0 if it stands nowhere.
func lineOfFault(text []byte, f *policy.Fault) int {
	lines := split(text)
	if f.ID == "" {
		return lineOfKey(text, strings.Split(f.Key, "."))
	}
	table := f.Key[:strings.LastIndex(f.Key, ".")]
	begin := 0 // the line that names the category or choice; the last wins, where one stands twice
	for i, l := range lines {
		_, value, _ := strings.Cut(l.text, "=")
		if (l.key == table+".id" || l.key == table+".code" || table == "list" && l.key == "list.name") && strings.Contains(value, `"`+f.ID+`"`) {
			begin = i + 1
		}
	}
	if begin == 0 {
		return 0
	}
	for i := begin - 1; i < len(lines) && !(i >= begin && strings.HasPrefix(lines[i].text, "[")); i++ {
		if lines[i].key == f.Key {
			return i + 1
		}
	}
	return begin
}
