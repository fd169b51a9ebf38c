package search_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/policy"
	"secondlook/app/search"
)

func TestRequirement20_PurposeReasonAndFileNumberComeFirst(t *testing.T) {
	all := policy.Search{Required: []string{policy.SearchReason, policy.SearchFileNumber}}
	whole := search.Query{Plate: "CKLM804", Purpose: "criminal-investigation", Reason: "witness named the plate", FileNumber: "26-1"}
	require.NoError(t, whole.Validate(all))
	for name, change := range map[string]func(*search.Query){
		"plate":       func(q *search.Query) { q.Plate = "" },
		"purpose":     func(q *search.Query) { q.Purpose = "" },
		"reason":      func(q *search.Query) { q.Reason = " \n" },
		"file number": func(q *search.Query) { q.FileNumber = "\t" },
	} {
		q := whole
		change(&q)
		err := q.Validate(all)
		require.ErrorIs(t, err, search.ErrIncomplete)
		require.ErrorContains(t, err, name)
		require.NotContains(t, err.Error(), "CKLM804")
	}
	whole.Reason, whole.FileNumber = "", ""
	require.NoError(t, whole.Validate(policy.Search{}))
	require.ErrorContains(t, whole.Validate(policy.Search{Required: []string{policy.SearchReason}}), "reason")
	whole.Reason = "witness named the plate"
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		require.NotContains(t, fmt.Sprintf(verb, []search.Query{whole}), "CKLM804")
		require.NotContains(t, fmt.Sprintf(verb, &whole), "witness")
	}
}
