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
	require.Empty(t, Diff(ontario, ontario))
	there, back := Diff(ontario, florida), Diff(florida, ontario)
	require.Len(t, back, len(there))
	find := func(changes []Change, key string) (c Change) {
		for _, c = range changes {
			if c.Key == key {
				return c
			}
		}
		t.Fatalf("%s is no difference", key)
		return c
	}
	require.Equal(t, Change{"retention.hit_from", policy.FromUse, policy.FromCapture}, find(there, "retention.hit_from"))
	require.Equal(t, Change{"category.felony-vehicle.tier", nil, "grave"}, find(there, "category.felony-vehicle.tier"))
	require.Equal(t, Change{"category.felony-vehicle.tier", "grave", nil}, find(back, "category.felony-vehicle.tier"))
	for _, c := range there {
		require.NotEqual(t, "category.felony-vehicle.manual", c.Key, "left out on both sides")
	}
}

func TestFields(t *testing.T) {
	_, p := shipped(t, "ontario")
	seen := map[string]bool{}
	for _, f := range Fields(p) {
		require.False(t, seen[f.Key], f.Key)
		seen[f.Key] = true
		require.NotEmpty(t, written(f.Value), f.Key)
	}
	for _, key := range []string{"version", "name.fr", "category.amber-alert.add_by", "notice.not_given.public-safety.text.en", "notice.contact.telephone"} {
		require.True(t, seen[key], key)
	}
	require.Equal(t, `session.second_factor = ["a", "b"]`, Field{"session.second_factor", []string{"a", "b"}}.String())
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
	require.ErrorIs(t, PrintDiff(full{}, []Change{{"version", 1, 2}}), errFull)
}
