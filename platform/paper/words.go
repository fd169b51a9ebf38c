package paper

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"secondlook/assets"
)

// words are the pages' own words in a language; everything that is policy comes
// from the pack.
type words struct {
	language string
	texts    map[string]string
}

// in returns the words of a language, "en" or "fr".
func in(language string) (words, error) {
	if language != "en" && language != "fr" {
		return words{}, fmt.Errorf("there is no page in %q: choose en or fr", language)
	}
	text, err := fs.ReadFile(assets.Translations(), "paper."+language+".json")
	if err != nil {
		return words{}, fmt.Errorf("words for paper: %w", err)
	}
	w := words{language: language}
	if err := json.Unmarshal(text, &w.texts); err != nil {
		return words{}, fmt.Errorf("words for paper: %w", err)
	}
	return w, nil
}

// t is the text of a key; args are pairs of a placeholder's name and its value. A
// key without a text comes back as it is, which no test lets pass.
func (w words) t(key string, args ...string) string {
	text, ok := w.texts["paper."+key]
	if !ok {
		return "paper." + key
	}
	for i := 0; i+1 < len(args); i += 2 {
		text = strings.ReplaceAll(text, "{{."+args[i]+"}}", args[i+1])
	}
	return text
}

// grouped is a number in groups of three.
func grouped(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u00a0" + s[i:]
	}
	return s
}

// decimal is a number with so many places.
func (w words) decimal(v float64, places int) string {
	s := strconv.FormatFloat(v, 'f', places, 64)
	if w.language == "fr" {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

// percent is a share, or that there is none.
func (w words) percent(share float64, ok bool) string {
	if !ok {
		return w.t("none-counted")
	}
	return w.decimal(100*share, 1) + "\u00a0%"
}

// hours is a length of time in hours.
func (w words) hours(d time.Duration) string { return w.decimal(d.Hours(), 1) + "\u00a0h" }
