package layoutfile

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
	"secondlook/assets"
)

func TestBuiltInLayouts(t *testing.T) {
	all := builtIn(t)
	require.Len(t, all, len(assets.Layouts()))
	for i, l := range all {
		require.Equal(t, assets.Layouts()[i], l.ID, "a layout's file has its name")
		require.NotEmpty(t, l.Name)
	}
	require.Equal(t, hotlist.Generic(), layout(t, "generic"))
	_, err := assets.Layout("nowhere")
	require.ErrorContains(t, err, "ncic")
}

const own = `id = "own"
name = "Our own"
kind = "delimited"
separator = ";"
columns = [2]

[[field]]
name = "plate"
at = [0]
to = "plate"

[[field]]
name = "kind"
at = [1]
to = "category"
codes = { S = "stolen-vehicle" }
`

func TestAServicesOwnLayout(t *testing.T) {
	l, err := Decode("own.toml", []byte(own))
	require.NoError(t, err)
	list, _, err := hotlist.Read(strings.NewReader("AB12;S\n"), []hotlist.Layout{l}, options())
	require.NoError(t, err)
	require.Equal(t, "stolen-vehicle", list.Entries[0].Category)
}

func TestDecodeNamesLineAndKey(t *testing.T) {
	for _, test := range []struct{ old, new, says string }{
		{`kind = "delimited"`, `kind = "xml"`, `own.toml, line 3: kind must be`},
		{`separator = ";"`, `seperator = ";"`, "own.toml, line 4: key seperator: no layout has this key"},
		{`columns = [2]`, `columns = "two"`, "line 5"},
		{`to = "plate"`, `to = "tag"`, `own.toml, line 10: to of field 1 is no column`},
		{"at = [1]\n", "at = [7]\n", `own.toml, line 14: at of field 2 needs`},
		{"at = [1]\n", "", `own.toml, line 12: at of field 2 needs`},
		{`to = "category"`, `to = "category"` + "\nrequred = true", "line 16: key field.requred: no layout"},
		{`codes = { S`, `codes = { "" `, `line 16: codes of field 2 has an empty code`},
		{"columns = [2]", "columns = [2]\nheader = { begin = \"x\" }", "line 6: key header.begin: no layout"},
		{"columns = [2]", "columns = [2]\nconstant = { plate = \"x\" }", "line 6: constant.plate must be"},
		{`id = "own"`, `id = "own`, "own.toml, line 1: "},
		{own, "", "own.toml: id needs"},
		{own, strings.Repeat("#", MaxSize+1), "too many"},
	} {
		_, err := Decode("own.toml", []byte(strings.Replace(own, test.old, test.new, 1)))
		require.ErrorIs(t, err, ErrInvalid, test.new)
		require.ErrorContains(t, err, test.says)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(own), []byte("AB12;S\n"))
	for _, name := range assets.Layouts() {
		text, err := assets.Layout(name)
		require.NoError(f, err)
		f.Add(text, []byte(samples[name].file))
	}
	f.Fuzz(func(t *testing.T, text, file []byte) {
		l, err := Decode("x.toml", text)
		if err != nil {
			require.ErrorIs(t, err, ErrInvalid)
			return
		}
		_, err = hotlist.Import(bytes.NewReader(file), []hotlist.Layout{l}, options(), func(hotlist.Entry) error { return nil })
		require.True(t, err == nil || errors.Is(err, hotlist.ErrUnusable) || errors.Is(err, hotlist.ErrHeldBack), err)
	})
}

// Every built-in layout on any file.
func FuzzLayouts(f *testing.F) {
	all := builtIn(f)
	for i, l := range all {
		file, _ := synth(f, l, 4, 1)
		f.Add(file, byte(i))
		f.Add([]byte(samples[l.ID].file), byte(len(all)))
	}
	f.Fuzz(func(t *testing.T, file []byte, pick byte) {
		o := options()
		if int(pick) < len(all) {
			o.Format = all[pick].ID
		}
		report, err := hotlist.Import(bytes.NewReader(file), all, o, func(e hotlist.Entry) error {
			require.NotEmpty(t, e.Plate)
			require.NotEmpty(t, e.Category)
			return nil
		})
		require.True(t, err == nil || errors.Is(err, hotlist.ErrUnusable) || errors.Is(err, hotlist.ErrHeldBack), err)
		require.LessOrEqual(t, report.Accepted, report.Rows)
	})
}
