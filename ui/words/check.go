package words

import (
	"fmt"
	"time"

	"secondlook/app/shift"
)

// Check says a line of the pre-shift checklist: what it looks at and what was found,
// and what to do, "" where nothing needs to be done.
func Check(c shift.Check) (line, do string) {
	label := T("ready.item." + string(c.Item))
	if c.Name != "" {
		label += " " + c.Name
	}
	key := "ready." + string(c.Item) + "." + c.Found
	room := fmt.Sprintf("%.1f", float64(c.Count)/(1<<30))
	ago := T("age.now")
	if c.Age >= time.Minute {
		ago = T("ready.ago", "Age", Age(c.Age))
	}
	found := T(key, "Age", Age(c.Age), "ListAge", ListAge(c.Age), "Ago", ago, "Count", c.Count, "Room", room)
	if c.State == shift.NotWell {
		do = T(key + ".do")
	}
	return T("ready.line", "Label", label, "Found", found), do
}
