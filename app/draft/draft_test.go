package draft_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/draft"
)

var start = time.Date(2026, 11, 22, 21, 47, 8, 0, time.UTC)

func written(id, text string, after time.Duration) draft.Draft {
	return draft.Draft{ID: id, At: start.Add(after), Fields: map[string]string{"plate": text}}
}

func TestRequirement37_ADraftIsDueWhenItsAuthorRestsOrHasWrittenForLong(t *testing.T) {
	var k draft.Desk
	k.Write(written("a", "CKL", 0))
	require.Empty(t, k.Due(start.Add(draft.Rest-1)))
	require.Len(t, k.Due(start.Add(draft.Rest)), 1)
	for at := time.Duration(0); at < draft.Longer; at += time.Second {
		require.Empty(t, k.Due(start.Add(at)))
		k.Write(written("a", "CKLM804", at))
	}
	due := k.Due(start.Add(draft.Longer))
	require.Len(t, due, 1)

	k.Write(written("a", "CKLM80", draft.Longer)) // while the other is on its way to the disk
	k.Kept(due[0])
	left, ok := k.On("a")
	require.True(t, ok, "what was written since is still to be kept")
	require.Equal(t, "CKLM80", left.Fields["plate"])
	k.Kept(k.All()[0])
	require.Empty(t, k.All())
	k.Write(written("b", "BTXV117", 0))
	k.Clear()
	_, ok = k.On("b")
	require.False(t, ok)
}

func TestRequirement31_ADraftIsOverAfterADay(t *testing.T) {
	d := written("a", "CKLM804", 0)
	require.False(t, d.Over(start.Add(draft.Lasts-1)))
	require.True(t, d.Over(start.Add(draft.Lasts)))
	require.False(t, d.Gone())
	require.True(t, draft.Draft{ID: "a"}.Gone())
}

func TestADraftIsNeverPrinted(t *testing.T) {
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("kept", "draft", written("somebody/search", "CKLM804", 0))
	said := fmt.Sprintf("%v %+v %#v %s", written("somebody/search", "CKLM804", 0), written("a", "CKLM804", 0), written("a", "CKLM804", 0), written("a", "CKLM804", 0)) + log.String()
	require.NotContains(t, said, "CKLM804")
	require.NotContains(t, said, "somebody")
}
