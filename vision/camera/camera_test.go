package camera_test

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/app/patrol"
	"secondlook/vision/camera"
)

// writeGrey writes a picture of one grey value.
func writeGrey(t *testing.T, path string, v uint8) {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range img.Pix {
		img.Pix[i] = v
	}
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	if filepath.Ext(path) == ".png" {
		require.NoError(t, png.Encode(f, img))
		return
	}
	require.NoError(t, jpeg.Encode(f, img, nil))
}

// writeVideo writes n frames of growing brightness as a real video file.
func writeVideo(t *testing.T, path, codec string, n int) {
	t.Helper()
	w, err := gocv.VideoWriterFile(path, codec, 50, 64, 48, true)
	require.NoError(t, err)
	for i := range n {
		m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(float64(20*i), float64(20*i), float64(20*i), 0), 48, 64, gocv.MatTypeCV8UC3)
		require.NoError(t, w.Write(m))
		m.Close()
	}
	require.NoError(t, w.Close())
}

// all reads a source to its end and returns the brightness of each frame.
func all(t *testing.T, s camera.Source) ([]int, error) {
	t.Helper()
	defer s.Close()
	m := gocv.NewMat()
	defer m.Close()
	var values []int
	for {
		if err := s.Read(t.Context(), &m); err != nil {
			return values, err
		}
		values = append(values, int(m.Mean().Val1))
	}
}

func TestKindOf(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "clip.avi")
	require.NoError(t, os.WriteFile(file, []byte("x"), 0o600))
	for source, want := range map[string]camera.Kind{
		"/dev/video0":                      camera.Device,
		"/dev/v4l/by-id/usb-front":         camera.Device,
		"rtsp://u:p@camera/stream":         camera.Stream,
		"http://camera/mjpg?user=a&pass=b": camera.Stream,
		"folder:" + dir + "?rate=5":        camera.Folder,
		dir:                                camera.Folder,
		file:                               camera.File,
	} {
		kind, err := camera.KindOf(source)
		require.NoError(t, err)
		require.Equal(t, want, kind, source)
	}
	_, err := camera.KindOf("")
	require.ErrorIs(t, err, camera.NoSource)
	_, err = camera.KindOf(filepath.Join(dir, "missing.mp4"))
	require.ErrorIs(t, err, camera.NotFound)
}

func TestFolderPlaysOnceInOrder(t *testing.T) {
	dir := t.TempDir()
	writeGrey(t, filepath.Join(dir, "b.png"), 100)
	writeGrey(t, filepath.Join(dir, "a.jpg"), 50)
	writeGrey(t, filepath.Join(dir, "C.PNG.png"), 10)
	writeGrey(t, filepath.Join(dir, ".hidden.png"), 200)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("x"), 0o600))

	s, err := camera.Open(patrol.CameraSetting{Source: "folder:" + dir + "?rate=1000"})
	require.NoError(t, err)
	require.True(t, camera.IsUnrelated(s))
	values, err := all(t, s)
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, []int{10, 50, 100}, values)
}

func TestFolderPassesOverDamagedPictures(t *testing.T) {
	dir := t.TempDir()
	writeGrey(t, filepath.Join(dir, "a.png"), 50)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.png"), []byte("no picture"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "c.png"), nil, 0o600))
	s, err := camera.Open(patrol.CameraSetting{Source: "folder:" + dir + "?rate=1000"})
	require.NoError(t, err)
	values, err := all(t, s)
	require.Equal(t, []int{50}, values)
	require.ErrorIs(t, err, io.EOF)
	require.ErrorIs(t, err, camera.BadPictures)
}

func TestFolderRefuses(t *testing.T) {
	empty := t.TempDir()
	for source, want := range map[string]camera.Problem{
		empty:                          camera.NoPictures,
		"folder:" + empty:              camera.NoPictures,
		"folder:" + empty + "/no":      camera.NotFound,
		"folder:" + empty + "?rate=x":  camera.BadRate,
		"folder:" + empty + "?rate=0":  camera.BadRate,
		"folder:" + empty + "?rate=-1": camera.BadRate,
		"folder:" + empty + "?":        camera.BadRate,
	} {
		_, err := camera.Open(patrol.CameraSetting{Source: source})
		require.ErrorIs(t, err, want, source)
	}
}

func TestVideoFilePlaysEveryFrameOnce(t *testing.T) {
	for name, codec := range map[string]string{"clip.avi": "MJPG", "clip.mp4": "mp4v"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			writeVideo(t, path, codec, 8)
			values, err := all(t, camera.OpenVideo(path, false))
			require.ErrorIs(t, err, io.EOF)
			require.Len(t, values, 8)
			for i, v := range values {
				require.InDelta(t, 20*i, v, 6)
			}
		})
	}
}

func TestVideoIsPacedAtItsOwnRate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clip.avi")
	writeVideo(t, path, "MJPG", 10) // 50 frames a second
	s, err := camera.Open(patrol.CameraSetting{Source: path})
	require.NoError(t, err)
	start := time.Now()
	values, err := all(t, s)
	require.ErrorIs(t, err, io.EOF)
	require.Len(t, values, 10)
	require.GreaterOrEqual(t, time.Since(start), 200*time.Millisecond, "ten frames take a fifth of a second, never less")
}

func TestVideoThatIsNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "clip.avi")
	require.NoError(t, os.WriteFile(path, []byte("this is no video"), 0o600))
	_, err := all(t, camera.OpenVideo(path, true))
	require.ErrorIs(t, err, camera.NotVideo)
}

func TestDeviceThatIsNotConnected(t *testing.T) {
	s, err := camera.Open(patrol.CameraSetting{Source: "/dev/video97"})
	require.NoError(t, err, "it may be plugged in later")
	_, err = all(t, s)
	require.ErrorIs(t, err, camera.NoDevice)
}

// A password in the address never reaches a message.
func TestStreamProblemHoldsNoAddress(t *testing.T) {
	s, err := camera.Open(patrol.CameraSetting{Source: "rtsp://officer:s3cret@127.0.0.1:1/stream"})
	require.NoError(t, err)
	_, err = all(t, s)
	require.ErrorIs(t, err, camera.NoAnswer)
	for _, secret := range []string{"officer", "s3cret", "127.0.0.1", "rtsp"} {
		require.False(t, strings.Contains(err.Error(), secret))
	}
}

func TestReadEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	writeGrey(t, filepath.Join(dir, "a.png"), 50)
	writeGrey(t, filepath.Join(dir, "b.png"), 50)
	s, err := camera.Open(patrol.CameraSetting{Source: "folder:" + dir + "?rate=0.001"})
	require.NoError(t, err)
	defer s.Close()
	m := gocv.NewMat()
	defer m.Close()
	require.NoError(t, s.Read(t.Context(), &m))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Read(ctx, &m), context.Canceled)
}

// Any depth and number of channels becomes 8 bit colour.
func TestDecodeAnyDepth(t *testing.T) {
	deep := image.NewGray16(image.Rect(0, 0, 9, 5))
	for i := range 45 {
		deep.SetGray16(i%9, i/9, color.Gray16{Y: 0x8080})
	}
	clear := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	for name, img := range map[string]image.Image{"Grey16": deep, "OnePixelWithAlpha": clear, "Paletted": image.NewPaletted(image.Rect(0, 0, 3, 3), color.Palette{color.White})} {
		t.Run(name, func(t *testing.T) {
			var b strings.Builder
			require.NoError(t, png.Encode(&b, img))
			m, err := camera.Decode([]byte(b.String()))
			require.NoError(t, err)
			defer m.Close()
			require.Equal(t, gocv.MatTypeCV8UC3, m.Type())
			require.Equal(t, img.Bounds().Dx(), m.Cols())
		})
	}
}

// bomb is a PNG header that promises 100,000 x 100,000 pixels.
var bomb = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x00\x00\x00\x00")

func TestDecodeRefuses(t *testing.T) {
	_, err := camera.Decode(nil)
	require.ErrorIs(t, err, camera.ErrPicture)
	_, err = camera.Decode([]byte("GIF89a"))
	require.ErrorIs(t, err, camera.ErrPicture)
	_, err = camera.Decode(bomb)
	require.True(t, errors.Is(err, camera.ErrLarge) || errors.Is(err, camera.ErrPicture))
}

func FuzzDecode(f *testing.F) {
	var p, j strings.Builder
	img := image.NewGray(image.Rect(0, 0, 4, 4))
	png.Encode(&p, img)
	jpeg.Encode(&j, img, nil)
	for _, seed := range [][]byte{nil, bomb, []byte(p.String()), []byte(j.String()), []byte(p.String()[:40]), []byte(j.String()[:200])} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := camera.Decode(data)
		if err != nil {
			require.True(t, errors.Is(err, camera.ErrPicture) || errors.Is(err, camera.ErrLarge))
			return
		}
		require.False(t, m.Empty())
		m.Close()
	})
}
