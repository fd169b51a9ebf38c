package reading_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/app/plate"
	"secondlook/vision/reading"
	"secondlook/vision/scene"
)

// street writes n street pictures and returns their folder and, for each file,
// the plate that is in it.
func street(t *testing.T, n int) (string, map[string]truth) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, scene.WritePictures(dir, 3, n))
	f, err := os.Open(filepath.Join(dir, "truth.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	truths := map[string]truth{}
	for _, row := range rows[1:] {
		truths[row[0]] = truth{text: row[5], jurisdiction: plate.Jurisdiction(row[6])}
	}
	return dir, truths
}

// truth is what a picture's plate says.
type truth struct {
	text         string
	jurisdiction plate.Jurisdiction
}

func writePNG(t *testing.T, path string, img image.Image) string {
	t.Helper()
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, png.Encode(f, img))
	return path
}

// run returns the output, the problems and the error of a run.
func run(t *testing.T, o reading.Options) (string, string, error) {
	t.Helper()
	var out, problems bytes.Buffer
	o.Problems = &problems
	err := reading.Run(t.Context(), &out, o)
	return out.String(), problems.String(), err
}

func TestFolderAsJSON(t *testing.T) {
	dir, truth := street(t, 6)
	out, problems, err := run(t, reading.Options{Paths: []string{dir}, JSON: true, Region: "CA-ON"})
	require.NoError(t, err)
	require.Empty(t, problems)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 6, "a line a picture")
	right, legends := 0, 0
	for _, line := range lines {
		var p reading.Picture
		require.NoError(t, json.Unmarshal([]byte(line), &p))
		require.Positive(t, p.MS)
		last := 1.0
		for _, plate := range p.Plates {
			require.LessOrEqual(t, plate.Confidence, last, "best first")
			last = plate.Confidence
			switch plate.Basis {
			case "assumed":
				require.EqualValues(t, "CA-ON", plate.Jurisdiction)
			case "read":
				require.Equal(t, truth[filepath.Base(p.File)].jurisdiction, plate.Jurisdiction)
				legends++
			default:
				require.Fail(t, "neither read nor assumed")
			}
			require.Equal(t, plate.Text, plate.Candidates[0].Text)
		}
		if len(p.Plates) > 0 && p.Plates[0].Text == truth[filepath.Base(p.File)].text {
			right++
		}
	}
	require.GreaterOrEqual(t, right, 5, "of 6")
	require.Positive(t, legends, "some are large enough to read who issued them")
}

// The names and the shape of the fields are a contract.
func TestJSONContract(t *testing.T) {
	dir := t.TempDir()
	blank := writePNG(t, filepath.Join(dir, "blank.png"), image.NewGray(image.Rect(0, 0, 200, 100)))
	out, _, err := run(t, reading.Options{Paths: []string{blank}, JSON: true})
	require.NoError(t, err)
	require.Regexp(t, `^\{"file":"[^"]+","ms":[0-9.]+,"plates":\[\]\}\n$`, out)

	crop := writePNG(t, filepath.Join(dir, "crop.png"), scene.Plate("CKRA274", "CA-ON", 240))
	out, _, err = run(t, reading.Options{Paths: []string{crop}, JSON: true, Crop: true})
	require.NoError(t, err)
	require.Regexp(t, `^\{"file":"[^"]+","ms":[0-9.]+,"plates":\[\{"text":"CKRA274","confidence":[0-9.]+,"box":\[0,0,240,[0-9]+\],`+
		`"corners":\[\[0,0\],\[240,0\],\[240,[0-9]+\],\[0,[0-9]+\]\],"jurisdiction":"CA-ON","jurisdiction_basis":"read",`+
		`"candidates":\[(\{"text":"[A-Z0-9]+","confidence":[0-9.e-]+\},?)+\]\}\]\}\n$`, out)
}

func TestRequirement4_EuropeIsNoJurisdiction(t *testing.T) {
	crop := writePNG(t, filepath.Join(t.TempDir(), "crop.png"), scene.Plate("WB728KL", "DE", 240))
	out, _, err := run(t, reading.Options{Paths: []string{crop}, JSON: true, Crop: true, Region: plate.Europe})
	require.NoError(t, err)
	require.Contains(t, out, `"jurisdiction":"","jurisdiction_basis":"unknown"`)
}

func TestUnreadableFilesAreNamedAndTheOthersRead(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	bad := []string{file("empty.jpg", ""), file("damaged.png", "\x89PNG\r\n\x1a\n and then nothing"), file("notes.txt", "hello"), file("film.mp4", "no film"), filepath.Join(dir, "missing.jpg")}
	good := writePNG(t, filepath.Join(dir, "good.png"), image.NewGray(image.Rect(0, 0, 20, 20)))
	out, problems, err := run(t, reading.Options{Paths: append(bad, good)})
	require.ErrorIs(t, err, reading.ErrUnread)
	require.Contains(t, out, "no plate")
	require.Contains(t, out, good)
	lines := strings.Split(strings.TrimSpace(problems), "\n")
	require.Len(t, lines, len(bad))
	for i, path := range bad {
		require.Contains(t, lines[i], path+": ")
	}
}

func TestAnyKindOfPicture(t *testing.T) {
	dir := t.TempDir()
	deep := image.NewGray16(image.Rect(0, 0, 64, 64))
	wide := image.NewRGBA64(image.Rect(0, 0, 3, 900))
	paths := []string{
		writePNG(t, filepath.Join(dir, "pixel.png"), image.NewRGBA(image.Rect(0, 0, 1, 1))),
		writePNG(t, filepath.Join(dir, "deep.png"), deep),
		writePNG(t, filepath.Join(dir, "tall.png"), wide),
		writePNG(t, filepath.Join(dir, "palette.png"), image.NewPaletted(image.Rect(0, 0, 50, 50), color.Palette{color.Black, color.White})),
	}
	for _, crop := range []bool{false, true} {
		out, problems, err := run(t, reading.Options{Paths: paths, JSON: true, Crop: crop})
		require.NoError(t, err)
		require.Empty(t, problems)
		require.Equal(t, len(paths), strings.Count(out, "\n"))
	}
}

func TestVideoGivesALineAFrame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clip.avi")
	w, err := gocv.VideoWriterFile(path, "MJPG", 10, 64, 48, true)
	require.NoError(t, err)
	for range 3 {
		m := gocv.NewMatWithSize(48, 64, gocv.MatTypeCV8UC3)
		require.NoError(t, w.Write(m))
		m.Close()
	}
	require.NoError(t, w.Close())
	out, _, err := run(t, reading.Options{Paths: []string{path}, JSON: true})
	require.NoError(t, err)
	require.Equal(t, 3, strings.Count(out, "\n"))
	require.Contains(t, out, `clip.avi#3"`)
}

func TestAddressIsShownWithoutPassword(t *testing.T) {
	_, problems, err := run(t, reading.Options{Paths: []string{"rtsp://officer:s3cret@127.0.0.1:1/front?key=s3cret"}})
	require.ErrorIs(t, err, reading.ErrUnread)
	require.Contains(t, problems, "rtsp://127.0.0.1:1/front: the camera does not answer")
	require.NotContains(t, problems, "s3cret")
	require.NotContains(t, problems, "officer")
}

func TestStops(t *testing.T) {
	dir, _ := street(t, 2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	err := reading.Run(ctx, &out, reading.Options{Paths: []string{dir}})
	require.True(t, errors.Is(err, context.Canceled))
	require.Empty(t, out.String())
}
