package forms

import (
	"fmt"
	"strings"

	"secondlook/app/hit"
	"secondlook/app/shift"
	"secondlook/ui/words"
)

// verdicts lists how often each verdict was given.
func verdicts(st shift.Statistics) string {
	var lines []string
	for _, v := range []hit.State{hit.Confirmed, hit.Misread, hit.WrongJurisdiction, hit.NotActionable, hit.NotReviewed} {
		if n := st.Verdicts[v]; n > 0 {
			lines = append(lines, fmt.Sprintf("%d  %s", n, words.T("endshift.verdict."+string(v))))
		}
	}
	return strings.Join(lines, "\n")
}

// size is a number of bytes as people say it; French writes a comma and octets.
func size(bytes int) string {
	units := []string{"B", "kB", "MB", "GB"}
	point := "."
	if words.Language() == words.French {
		units, point = []string{"o", "ko", "Mo", "Go"}, ","
	}
	value, unit := float64(bytes), 0
	for value >= 1000 && unit < len(units)-1 {
		value, unit = value/1000, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d %s", bytes, units[0])
	}
	return strings.Replace(fmt.Sprintf("%.1f %s", value, units[unit]), ".", point, 1)
}
