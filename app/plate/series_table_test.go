package plate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryLineOfTheSeriesTableIsUnderstood(t *testing.T) {
	all, err := parseSeriesTable(seriesTable)
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, s := range all {
		require.NotEmpty(t, rows[s.Jurisdiction].code, string(s.Jurisdiction))
		key := strings.Join([]string{string(s.Jurisdiction), s.Pattern, s.Without}, " ")
		require.False(t, seen[key], "%s twice", key)
		seen[key] = true
	}
	_, err = parseSeriesTable("CA-ON passenger -\n")
	require.ErrorIs(t, err, ErrSeries)
	all, err = parseSeriesTable("# a comment\n\nCA-ON passenger - LLD L*D\n")
	require.ErrorIs(t, err, ErrSeries)
	require.Len(t, all, 1)
}
