package bench

import (
	"errors"
	"image"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTruthOfWholePictures(t *testing.T) {
	all, err := readTruth(strings.NewReader("\ufefffile,x,y,w,h,plate,jurisdiction\r\n"+
		"a.jpg,10,20,30,15,abc-123,CA-ON\r\n"+
		"b/c.jpg,,,,,,\r\n"+
		"a.jpg,-5,0,30,15,X Y Z 9,\r\n"), false)
	require.NoError(t, err)
	require.Equal(t, []truth{
		{file: "a.jpg", line: 2, plates: []truePlate{
			{line: 2, box: image.Rect(10, 20, 40, 35), text: "ABC123"},
			{line: 4, box: image.Rect(-5, 0, 25, 15), text: "XYZ9"},
		}},
		{file: filepath.Join("b", "c.jpg"), line: 3},
	}, all)
}

func TestTruthOfCrops(t *testing.T) {
	all, err := readTruth(strings.NewReader("plate,state,file\nABC,ak,a.png\n"), true)
	require.NoError(t, err)
	require.Equal(t, []truth{{file: "a.png", line: 2, plates: []truePlate{{line: 2, text: "ABC"}}}}, all)
}

func TestTruthThatIsWrongSaysWhere(t *testing.T) {
	const head = "file,x,y,w,h,plate\n"
	for name, test := range map[string]struct {
		table  string
		crop   bool
		line   int
		column string
	}{
		"empty":             {"", false, 1, ""},
		"head only":         {head, false, 1, ""},
		"no head":           {"a.jpg,1,2,3,4,ABC\n", false, 1, "file"},
		"column missing":    {"file,x,y,w,plate\na.jpg,1,2,3,ABC\n", false, 1, "h"},
		"crops unannounced": {"file,state,plate\na.png,ak,ABC\n", false, 1, "x"},
		"no crops":          {head + "a.jpg,1,2,3,4,ABC\n", true, 1, "x"},
		"no number":         {head + "a.jpg,1,2,3,4,ABC\na.jpg,1,two,3,4,ABC\n", false, 3, "y"},
		"half a box":        {head + "a.jpg,1,2,,4,ABC\n", false, 2, "w"},
		"no width":          {head + "a.jpg,1,2,0,4,ABC\n", false, 2, "w"},
		"beyond any number": {head + "a.jpg,99999999999999999999,2,3,4,ABC\n", false, 2, "x"},
		"beyond a picture":  {head + "a.jpg,1,2,3,99999999,ABC\n", false, 2, "h"},
		"row too short":     {head + "a.jpg,1,2,3\n", false, 2, "plate"},
		"no plate":          {head + "a.jpg,1,2,3,4,\n", false, 2, "plate"},
		"odd plate":         {head + "a.jpg,1,2,3,4,ÄÖ 12\n", false, 2, "plate"},
		"plate without box": {head + "a.jpg,,,,,ABC\n", false, 2, "x"},
		"no file":           {head + ",1,2,3,4,ABC\n", false, 2, "file"},
		"file elsewhere":    {head + "../a.jpg,1,2,3,4,ABC\n", false, 2, "file"},
		"crop of nothing":   {"file,plate\na.png,\n", true, 2, "plate"},
		"bare quote":        {head + "a\"b.jpg,1,2,3,4,ABC\n", false, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readTruth(strings.NewReader(test.table), test.crop)
			wrong, ok := errors.AsType[*TruthError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, test.line, wrong.Line, "%v", err)
			require.Equal(t, test.column, wrong.Column, "%v", err)
			require.NotContains(t, err.Error(), "ABC", "the cell may be a plate")
		})
	}
}

func FuzzTruth(f *testing.F) {
	f.Add("file,x,y,w,h,plate\na.jpg,1,2,3,4,ABC\n", false)
	f.Add("file,state,plate\na.png,ak,ABC\n", true)
	f.Add("file,x,y,w,h,plate\n,,,,,\n\"a\n.jpg\",-1,2,3,4,A-B\n", false)
	f.Fuzz(func(t *testing.T, table string, crop bool) {
		all, err := readTruth(strings.NewReader(table), crop)
		if err != nil {
			require.Empty(t, all)
			_, ok := errors.AsType[*TruthError](err)
			require.True(t, ok, "%v", err)
			return
		}
		require.NotEmpty(t, all)
		seen := map[string]bool{}
		for _, picture := range all {
			require.True(t, filepath.IsLocal(picture.file))
			require.False(t, seen[picture.file])
			seen[picture.file] = true
			for _, p := range picture.plates {
				require.NotEmpty(t, string(p.text))
				require.Equal(t, crop, p.box.Empty())
				require.GreaterOrEqual(t, p.line, picture.line)
			}
		}
	})
}
