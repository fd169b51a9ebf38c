package packfile

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"secondlook/app/policy"
)

// Show prints a pack for people, its texts in English: its categories as a table,
// then every other key.
func Show(out io.Writer, p *policy.Pack) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s, version %d (%s)\n\nCATEGORY\tNAME\tTIER\tBY HAND\tSHARED\tSOURCE\n", p.Name.EN, p.Version, p.ID)
	for _, c := range p.Categories {
		hand, shared := byHand(c)
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", c.ID, c.Name.EN, c.Tier, hand, shared, c.Source)
	}
	tables := []string{""} // in their order; the pack's own keys first
	lines := map[string][]string{}
	for _, f := range policy.Fields(p) {
		table, key, inTable := strings.Cut(f.Key, ".")
		if !inTable {
			table, key = "", f.Key
		}
		switch table + key {
		case "id", "version", "nameen":
			continue
		}
		if table == "category" || strings.HasSuffix(key, "fr") && inTable {
			continue
		}
		if _, known := lines[table]; !known && inTable {
			tables = append(tables, table)
		}
		key = strings.TrimSuffix(strings.TrimSuffix(key, ".en"), ".text")
		lines[table] = append(lines[table], key+"\t"+read(f.Value))
	}
	for _, table := range tables {
		fmt.Fprintf(w, "\n%s\n%s\n", heading(table), strings.Join(lines[table], "\n"))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the policy pack: %w", err)
	}
	return nil
}

func heading(table string) string {
	if table == "" {
		return "GENERAL"
	}
	return strings.ToUpper(strings.ReplaceAll(table, "_", " "))
}

// byHand says how officers may propose entries of a category, and whether these
// may leave the service.
func byHand(c policy.Category) (hand, shared string) {
	if !c.Manual {
		return "-", "-"
	}
	hand = fmt.Sprintf("%d days, by %s", c.MaxDays, strings.Join(c.AddBy, ", "))
	if c.EndsWith != "" {
		hand += ", ends with " + c.EndsWith
	}
	if c.Descriptors {
		hand += ", driver described"
	}
	if slices.Contains(c.Distribution, policy.Shared) {
		return hand, "yes"
	}
	return hand, "no"
}

// read is a value as a person reads it.
func read(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []string:
		if len(v) == 0 {
			return "none"
		}
		return strings.Join(v, ", ")
	}
	return policy.Field{Value: v}.Written()
}

// ShowJSON prints a pack as one JSON object of all its keys.
func ShowJSON(out io.Writer, p *policy.Pack) error {
	all := map[string]any{}
	for _, f := range policy.Fields(p) {
		all[f.Key] = f.Value
	}
	if err := json.NewEncoder(out).Encode(all); err != nil {
		return fmt.Errorf("print the policy pack: %w", err)
	}
	return nil
}

// PrintDiff prints changes as the two packs would write them, one line each: -
// before the first one's value, + before the second's.
func PrintDiff(out io.Writer, changes []policy.Change) error {
	for _, c := range changes {
		for _, line := range []struct {
			sign  string
			value any
		}{{"-", c.From}, {"+", c.To}} {
			if line.value == nil {
				continue
			}
			if _, err := fmt.Fprintln(out, line.sign, policy.Field{Key: c.Key, Value: line.value}); err != nil {
				return fmt.Errorf("print the differences: %w", err)
			}
		}
	}
	return nil
}
