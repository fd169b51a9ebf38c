package search_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/search"
)

func TestRequirement20_PurposeReasonAndFileNumberComeFirst(t *testing.T) {
	whole := search.Query{Plate: "CKLM804", Purpose: "criminal-investigation", Reason: "witness named the plate", FileNumber: "26-1"}
	require.NoError(t, whole.Validate())
	for name, change := range map[string]func(*search.Query){
		"plate":       func(q *search.Query) { q.Plate = "" },
		"purpose":     func(q *search.Query) { q.Purpose = "" },
		"reason":      func(q *search.Query) { q.Reason = " \n" },
		"file number": func(q *search.Query) { q.FileNumber = "\t" },
	} {
		q := whole
		change(&q)
		err := q.Validate()
		require.ErrorIs(t, err, search.ErrIncomplete)
		require.ErrorContains(t, err, name)
		require.NotContains(t, err.Error(), "CKLM804")
	}
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		require.NotContains(t, fmt.Sprintf(verb, []search.Query{whole}), "CKLM804")
		require.NotContains(t, fmt.Sprintf(verb, &whole), "witness")
	}
}
