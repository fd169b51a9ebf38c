package cruiser_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/cruiser"
	"secondlook/app/hit"
	"secondlook/app/plate"
	"secondlook/app/search"
)

// Hits serve enforcement only: one question takes a plate, the recorded manual
// search, and its answer says nowhere when or where the plate was seen (IPC,
// Secondary uses).
func TestRequirement16_NothingTellsWhereAPlateWas(t *testing.T) {
	text, query := reflect.TypeFor[plate.Text](), reflect.TypeFor[search.Query]()
	surface := reflect.TypeFor[*cruiser.Cruiser]()
	asked := 0
	for i := range surface.NumMethod() {
		m := surface.Method(i)
		for p := range m.Type.NumIn() {
			in := m.Type.In(p)
			require.NotEqual(t, text, in, "%s takes a plate", m.Name)
			if in == query {
				require.Equal(t, "Search", m.Name)
				asked++
			}
		}
	}
	require.Equal(t, 1, asked)

	ctx := context.Background()
	c := newCar(t, nil).setUp()
	q := search.Query{Plate: "CKLM804", Purpose: c.Pack().Purposes[0].Code, Reason: "r", FileNumber: "f"}
	c.read("CKLM804")
	r, err := c.Search(ctx, q)
	require.NoError(t, err)
	require.Empty(t, r.Hits, "one that nobody has compared yet is nothing to search")
	id := c.finish()
	r, err = c.Search(ctx, q)
	require.NoError(t, err)
	require.Equal(t, []string{id}, r.Hits, "ids; each look at one is recorded")
}

func TestRequirement47_OnlyAConfirmedPlateIsOffered(t *testing.T) {
	ctx := context.Background()
	c := newCar(t, nil).setUp()
	c.read("CKLM804")
	id := c.Queue()[0].ID
	_, _, err := c.Offer(ctx, id)
	require.ErrorIs(t, err, hit.ErrWrongState, "not before it was compared")
	c.pass(time.Minute)
	_, err = c.Confirm(ctx, id, c.Pack().Compare())
	require.NoError(t, err)
	text, after, err := c.Offer(ctx, id)
	require.NoError(t, err)
	require.Equal(t, plate.Text("CKLM804"), text)
	require.Equal(t, time.Minute, after)
	require.NoError(t, c.Lock(ctx))
	_, _, err = c.Offer(ctx, id)
	require.Error(t, err, "nothing leaves a locked terminal")
}
