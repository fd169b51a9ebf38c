package packfile

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/policy"
)

func TestRequirement5_DifferencesAreData(t *testing.T) {
	_, ontario := shipped(t, "ontario")
	_, florida := shipped(t, "florida")
	require.Empty(t, policy.Diff(ontario, ontario))
	there, back := policy.Diff(ontario, florida), policy.Diff(florida, ontario)
	require.Len(t, back, len(there))
	find := func(changes []policy.Change, key string) (c policy.Change) {
		for _, c = range changes {
			if c.Key == key {
				return c
			}
		}
		t.Fatalf("%s is no difference", key)
		return c
	}
	require.Equal(t, policy.Change{Key: "retention.hit_from", From: policy.FromUse, To: policy.FromCapture}, find(there, "retention.hit_from"))
	require.Equal(t, policy.Change{Key: "category.felony-vehicle.tier", To: "grave"}, find(there, "category.felony-vehicle.tier"))
	require.Equal(t, policy.Change{Key: "category.felony-vehicle.tier", From: "grave"}, find(back, "category.felony-vehicle.tier"))
	for _, c := range there {
		require.NotEqual(t, "category.felony-vehicle.manual", c.Key, "left out on both sides")
	}
}

func TestFields(t *testing.T) {
	_, p := shipped(t, "ontario")
	seen := map[string]bool{}
	for _, f := range policy.Fields(p) {
		require.False(t, seen[f.Key], f.Key)
		seen[f.Key] = true
		require.NotEmpty(t, f.Written(), f.Key)
	}
	for _, key := range []string{"version", "name.fr", "category.amber-alert.add_by", "notice.not_given.public-safety.text.en", "notice.contact.telephone"} {
		require.True(t, seen[key], key)
	}
	require.Equal(t, `session.second_factor = ["a", "b"]`, policy.Field{Key: "session.second_factor", Value: []string{"a", "b"}}.String())
}

// full is a writer whose disk is full.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestShow(t *testing.T) {
	_, p := shipped(t, "florida")
	var out bytes.Buffer
	require.NoError(t, Show(&out, p))
	require.NoError(t, ShowJSON(&out, p))
	for _, c := range p.Categories {
		require.Contains(t, out.String(), c.Source)
	}
	require.ErrorIs(t, Show(full{}, p), errFull)
	require.ErrorIs(t, ShowJSON(full{}, p), errFull)
	require.ErrorIs(t, PrintDiff(full{}, []policy.Change{{Key: "version", From: 1, To: 2}}), errFull)
}
