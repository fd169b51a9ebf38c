package bench

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/vision/reading"
	"secondlook/vision/scene"
)

// read is a plate that was read at a place.
func read(text string, box image.Rectangle, others ...string) reading.Plate {
	p := reading.Plate{Text: text, Confidence: 0.9, Box: [4]int{box.Min.X, box.Min.Y, box.Dx(), box.Dy()}}
	for _, c := range append([]string{text}, others...) {
		p.Candidates = append(p.Candidates, reading.Candidate{Text: c, Confidence: 0.4})
	}
	return p
}

func TestFiguresCountPlatesWhereTheyAre(t *testing.T) {
	here, there := image.Rect(10, 10, 60, 30), image.Rect(200, 10, 250, 30)
	truth := truth{file: "a.jpg", plates: []truePlate{{box: here, text: "AB10"}}}
	for name, test := range map[string]struct {
		read                     []reading.Plate
		exact, folded, candidate bool
		far                      int
	}{
		"nothing":                {},
		"right":                  {[]reading.Plate{read("AB10", here)}, true, true, true, 0},
		"right but letters":      {[]reading.Plate{read("ABIO", here)}, false, true, true, 0},
		"B for 8 is a misread":   {[]reading.Plate{read("A810", here)}, false, false, false, 0},
		"among the candidates":   {[]reading.Plate{read("AB1C", here, "ABI0")}, false, false, true, 0},
		"right, but elsewhere":   {[]reading.Plate{read("AB10", there)}, false, false, false, 1},
		"touching is elsewhere":  {[]reading.Plate{read("AB10", image.Rect(60, 10, 110, 30))}, false, false, false, 1},
		"two there, one right":   {[]reading.Plate{read("XYZ", here), read("AB10", here.Add(image.Pt(3, 3)))}, true, true, true, 0},
		"right, and another far": {[]reading.Plate{read("AB10", here), read("XYZ", there)}, true, true, true, 1},
	} {
		t.Run(name, func(t *testing.T) {
			o := outcome{truth, reading.Picture{Plates: test.read}}
			exact, folded, candidate := o.judge(truth.plates[0])
			require.Equal(t, []bool{test.exact, test.folded, test.candidate}, []bool{exact, folded, candidate})
			require.Len(t, o.far(), test.far)
		})
	}
}

func TestFiguresAreSharesOfPlatesAndPictures(t *testing.T) {
	box := image.Rect(0, 0, 50, 20)
	right := outcome{truth{plates: []truePlate{{box: box, text: "AB10"}, {box: box.Add(image.Pt(90, 0)), text: "CD20"}}}, reading.Picture{MS: 10, Plates: []reading.Plate{read("AB10", box)}}}
	empty := outcome{truth{}, reading.Picture{MS: 30, Plates: []reading.Plate{read("XYZ", box)}}}
	missed := outcome{truth{plates: []truePlate{{text: "EF30"}}}, reading.Picture{MS: 20}}
	require.Equal(t, ReadResult{Pictures: 3, Exact: 33.33, Folded: 33.33, Candidates: 33.33, FarPerPicture: 0.3333, MS50: 20, MS95: 30}, sum([]outcome{right, empty, missed}))
}

func TestPercentile(t *testing.T) {
	require.Zero(t, percentile(nil, 50))
	require.Equal(t, 7.0, percentile([]float64{7}, 95))
	require.Equal(t, 2.0, percentile([]float64{4, 1, 3, 2}, 50))
	require.Equal(t, 4.0, percentile([]float64{4, 1, 3, 2}, 95))
	require.Equal(t, 1.0, percentile([]float64{4, 1, 3, 2}, 0))
}

// The names of the fields are a contract.
func TestRequirement3_ReadIsMeasured(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, scene.WritePictures(dir, 3, 6))
	failures := filepath.Join(t.TempDir(), "failures.csv")
	var out, problems bytes.Buffer
	require.NoError(t, Read(t.Context(), &out, ReadOptions{Folder: dir, Region: "CA-ON", Cores: 2, JSON: true, Failures: failures, Problems: &problems}))
	require.Regexp(t, `^\{"pictures":6,"exact":[0-9.]+,"folded":[0-9.]+,"candidates":[0-9.]+,"far_per_picture":[0-9.]+,"ms_p50":[0-9.]+,"ms_p95":[0-9.]+,"cores":2\}\n$`, out.String())
	var got ReadResult
	require.NoError(t, json.Unmarshal(out.Bytes(), &got))
	require.Greater(t, got.Folded, 80.0)
	require.GreaterOrEqual(t, got.Folded, got.Exact)
	require.GreaterOrEqual(t, got.Candidates, got.Folded)
	require.Positive(t, got.MS50)
	require.GreaterOrEqual(t, got.MS95, got.MS50)

	require.Contains(t, problems.String(), "holds the plates")
	info, err := os.Stat(failures)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())

	out.Reset()
	require.NoError(t, Read(t.Context(), &out, ReadOptions{Folder: dir}))
	require.Contains(t, out.String(), "pictures                          6\n")
}

// A truth that no reader can find makes every row a failure.
func TestFailuresAreListed(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, scene.WritePictures(dir, 3, 2))
	table, err := os.ReadFile(filepath.Join(dir, TruthFile))
	require.NoError(t, err)
	rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	require.NoError(t, err)
	var changed bytes.Buffer
	w := csv.NewWriter(&changed)
	for i, row := range rows {
		if i > 0 {
			row[5] = "7W7W7W7"
		}
		require.NoError(t, w.Write(row))
	}
	w.Flush()
	require.NoError(t, os.WriteFile(filepath.Join(dir, TruthFile), changed.Bytes(), 0o600))
	path := filepath.Join(dir, "failures.csv")
	var out, problems bytes.Buffer
	require.NoError(t, Read(t.Context(), &out, ReadOptions{Folder: dir, JSON: true, Failures: path, Problems: &problems}))
	require.Contains(t, out.String(), `"exact":0,"folded":0`)
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	list, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"file", "truth", "read", "confidence", "candidates"}, list[0])
	failed := 0
	for _, row := range list[1:] {
		if row[1] == "7W7W7W7" {
			failed++
			require.NotEmpty(t, row[2])
			require.Contains(t, row[4], row[2]+" ")
		}
	}
	require.Equal(t, len(rows)-1, failed)
}

func TestReadSaysWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	ctx := t.Context()
	measure := func() error { return Read(ctx, &bytes.Buffer{}, ReadOptions{Folder: dir, JSON: true}) }
	require.ErrorContains(t, measure(), "has no truth.csv")
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write(TruthFile, "file,x,y,w,h,plate\nstreet.jpg,1,2,3,4,ABC\n")
	require.ErrorContains(t, measure(), `truth.csv: row 2, column "file": there is no picture`)
	write("street.jpg", "no picture")
	require.ErrorContains(t, measure(), "street.jpg: not a JPEG")
	require.NoError(t, scene.WritePictures(dir, 3, 1))
	write(TruthFile, "file,x,y,w,h,plate\nstreet-000.jpg,9000,2,3,4,ABC\n")
	require.ErrorContains(t, measure(), "row 2: the plate lies outside the picture")
	require.False(t, strings.Contains(measure().Error(), "ABC"))
	stopped, stop := context.WithCancel(ctx)
	stop()
	ctx = stopped
	require.ErrorIs(t, measure(), context.Canceled)
}
