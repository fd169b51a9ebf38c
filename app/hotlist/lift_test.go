package hotlist_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
)

func TestRequirement8_WhatIsLiftedMatchesNothing(t *testing.T) {
	x := hotlist.NewIndex()
	x.Replace([]hotlist.List{
		{Name: "a", Entries: []hotlist.Entry{{ID: "1", Plate: "ABCD123"}, {ID: "2", Plate: "ABCD124"}}},
		{Name: "b", Entries: []hotlist.Entry{{ID: "1", Plate: "ABCD123"}}},
	})
	matches := func(text plate.Text) (lists []string) {
		for _, m := range x.Match(plate.Read{Text: text}, time.Now()) {
			lists = append(lists, m.List)
		}
		return lists
	}
	require.Equal(t, []string{"a", "b"}, matches("ABCD123"))
	require.Equal(t, 1, x.Lift("a", []string{"1"}, nil))
	require.Equal(t, []string{"b"}, matches("ABCD123"), "of that list alone")
	require.Equal(t, []string{"a"}, matches("ABCD124"))
	require.Zero(t, x.Lift("a", []string{"1"}, nil), "already")
	require.Equal(t, 1, x.Lift("a", []string{"2"}, []string{"1"}))
	require.Equal(t, []string{"a", "b"}, matches("ABCD123"), "it is back")
	require.Empty(t, matches("ABCD124"))
	require.Equal(t, 2, x.LiftList("a"))
	require.Zero(t, x.LiftList("a"))
	require.Equal(t, []string{"b"}, matches("ABCD123"))
	x.Settle()
	require.Equal(t, []string{"a", "b"}, matches("ABCD123"))
	require.Equal(t, []string{"a"}, matches("ABCD124"))
}
