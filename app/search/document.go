package search

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"secondlook/app/plate"
	"secondlook/app/policy"
)

// Document is the answer to an access request as the requester gets it: what is
// withheld stands in it by its ground only.
type Document struct {
	Title    string            `json:"title"`
	Head     []Line            `json:"head"`
	Sections []DocumentSection `json:"sections"`
	// Closing are paragraphs: what the answer cannot know, where to turn.
	Closing []string `json:"closing"`
}

// Line is a label with what it says.
type Line struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// DocumentSection is a part of the document.
type DocumentSection struct {
	Heading string `json:"heading"`
	// None says that there is no record; empty where there is one.
	None  string         `json:"none,omitempty"`
	Items []DocumentItem `json:"items,omitempty"`
}

// DocumentItem is one record, or the ground on which it is withheld.
type DocumentItem struct {
	Lines    []Line `json:"lines,omitempty"`
	Withheld string `json:"withheld,omitempty"`
}

// Format prints "[document]" for every verb.
func (Document) Format(f fmt.State, _ rune) { io.WriteString(f, "[document]") }

// LogValue is what slog records of a document.
func (Document) LogValue() slog.Value { return slog.StringValue("[document]") }

// Words give a document its language.
type Words struct {
	// Language is "en" or "fr".
	Language string
	// Say returns the text of a key below "answer."; pairs fill in its placeholders.
	Say func(key string, pairs ...any) string
	// Service names the police service.
	Service string
}

// Compose makes the document of a request under a policy.
func Compose(r Request, p *policy.Pack, w Words) Document {
	d := Document{Title: w.Say("answer.title")}
	head := func(key, value string) {
		if value != "" {
			d.Head = append(d.Head, Line{w.Say(key), value})
		}
	}
	head("answer.service", w.Service)
	head("answer.file", r.FileNumber)
	head("answer.requester", string(r.Requester))
	head("answer.plate", plateName(r.Plate, r.Jurisdiction, w.Language))
	head("answer.received", day(r.Received))
	head("answer.answered", day(r.Answered))
	for _, s := range Sections {
		d.Sections = append(d.Sections, section(r, s, p, w))
	}
	d.Closing = append(d.Closing, w.Say("answer.limits"))
	if r.Withholds() {
		d.Closing = append(d.Closing, w.Say("answer.withheld.some"))
		if appeal := p.AccessRequest.Appeal.In(w.Language); appeal != "" {
			d.Closing = append(d.Closing, appeal)
		}
	}
	if how := p.AccessRequest.How.In(w.Language); how != "" {
		d.Closing = append(d.Closing, how)
	}
	c := p.Notice.Contact
	d.Closing = append(d.Closing, c.Title.In(w.Language)+", "+c.Address+", "+c.Telephone)
	return d
}

func plateName(t plate.Text, j plate.Jurisdiction, language string) string {
	if name := j.Name(language); name != "" {
		return string(t) + ", " + name
	}
	return string(t)
}

func section(r Request, s Section, p *policy.Pack, w Words) DocumentSection {
	ds := DocumentSection{Heading: w.Say("answer.section." + string(s))}
	if code := r.Withheld[s]; code != "" {
		ds.Items = []DocumentItem{{Withheld: text(p.AccessRequest.Exemptions, code, w.Language)}}
		return ds
	}
	for _, item := range r.Items {
		if item.Section != s {
			continue
		}
		if item.Exempt != "" {
			ds.Items = append(ds.Items, DocumentItem{Withheld: text(p.AccessRequest.Exemptions, item.Exempt, w.Language)})
			continue
		}
		ds.Items = append(ds.Items, DocumentItem{Lines: Lines(item, p, w)})
	}
	if len(ds.Items) == 0 {
		ds.None = w.Say("answer.none")
	}
	return ds
}

// Lines are what an item says, in words.
func Lines(i Item, p *policy.Pack, w Words) (lines []Line) {
	if !i.At.IsZero() {
		lines = append(lines, Line{w.Say("answer.fact.date"), i.At.Format("2006-01-02 15:04 MST")})
	}
	for _, f := range i.Facts {
		value := f.Value
		switch f.Key {
		case "category":
			if c, ok := p.Category(value); ok {
				value = c.Name.In(w.Language)
			}
		case "purpose":
			value = text(p.Purposes, value, w.Language)
		case "outcome":
			value = text(p.Outcomes, value, w.Language)
		case "authority":
			value = text(p.Disclosure.Authorities, value, w.Language)
		case "state", "after-use", "lenses":
			value = w.Say("answer." + f.Key + "." + value)
		case "list":
			if value == "manual" {
				value = w.Say("answer.list.manual")
			}
		case "seen":
			if t, err := time.Parse(time.RFC3339, value); err == nil {
				value = t.Format("2006-01-02 15:04:05 MST")
			}
		}
		lines = append(lines, Line{w.Say("answer.fact." + f.Key), value})
	}
	return lines
}

// text is that of a code; the code where the policy has it no more.
func text(all []policy.Choice, code, language string) string {
	for _, c := range all {
		if c.Code == code {
			return c.Text.In(language)
		}
	}
	return code
}

// JSON is the document for a records system.
func (d Document) JSON() ([]byte, error) {
	b, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("encode the answer: %w", err)
	}
	return append(b, '\n'), nil
}

// Markdown is the document with marks of headings and lists. What people wrote
// cannot make marks of its own.
func (d Document) Markdown(withheld string) []byte { return d.write(markdown, withheld) }

// Text is the document as plain text, for a letter. withheld is the word before a
// ground.
func (d Document) Text(withheld string) []byte { return d.write(plain, withheld) }

// style is how a kind of line is written.
type style struct {
	title, heading func(string) string
	bullet, under  string
	bold           func(string) string
	safe           func(string) string
}

var markdown = style{
	title:   func(s string) string { return "# " + s },
	heading: func(s string) string { return "## " + s },
	bullet:  "- ", under: "  ",
	bold: func(s string) string { return "**" + s + "**" },
	safe: strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "#", "\\#", "`", "\\`", "[", "\\[", "<", "&lt;", "&", "&amp;", "\n", " ", "\r", "").Replace,
}

var plain = style{
	title:   func(s string) string { return s + "\n" + strings.Repeat("=", len([]rune(s))) },
	heading: func(s string) string { return s + "\n" + strings.Repeat("-", len([]rune(s))) },
	bullet:  "* ", under: "  ",
	bold: func(s string) string { return s },
	safe: strings.NewReplacer("\n", " ", "\r", "").Replace,
}

func (d Document) write(s style, withheld string) []byte {
	var b strings.Builder
	line := func(l Line) string { return s.bold(s.safe(l.Label)) + ": " + s.safe(l.Value) }
	fmt.Fprintln(&b, s.title(s.safe(d.Title)))
	fmt.Fprintln(&b)
	for _, l := range d.Head {
		fmt.Fprintln(&b, s.bullet+line(l))
	}
	for _, part := range d.Sections {
		fmt.Fprintf(&b, "\n%s\n\n", s.heading(s.safe(part.Heading)))
		if part.None != "" {
			fmt.Fprintln(&b, s.safe(part.None))
		}
		for _, i := range part.Items {
			if i.Withheld != "" {
				fmt.Fprintln(&b, s.bullet+s.bold(s.safe(withheld))+": "+s.safe(i.Withheld))
			}
			for n, l := range i.Lines {
				lead := s.under
				if n == 0 {
					lead = s.bullet
				}
				fmt.Fprintln(&b, lead+line(l)+"  ")
			}
		}
	}
	for _, p := range d.Closing {
		fmt.Fprintf(&b, "\n%s\n", s.safe(p))
	}
	return []byte(b.String())
}
