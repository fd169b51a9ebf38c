package hotlist

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

// zipOf packs texts after their names.
func zipOf(t testing.TB, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		require.NoError(t, err)
		_, err = io.WriteString(w, pairs[i+1])
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.Bytes()
}

func gzipOf(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, text)
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return b.Bytes()
}

// pipeOnly hides that a reader can be read anywhere.
type pipeOnly struct{ io.Reader }

func TestPackedFiles(t *testing.T) {
	const csv = "plate,category\nAB14,stolen-plate\n"
	all := []Layout{counted(), listed(), Generic()}
	packed := zipOf(t, "read me.txt", "Dear all,\nthe list is in the other file.\n", "lists/", "", "lists/COUNTED-1.TXT", countedFile, "__MACOSX/x", "x", "empty", "", "own.csv", csv, "bad.csv", "plate,category\n0,stolen-plate\n")
	for name, r := range map[string]io.Reader{"anywhere": bytes.NewReader(packed), "once": pipeOnly{bytes.NewReader(packed)}} {
		list, report, err := Read(r, all, options())
		require.NoError(t, err, name)
		require.Len(t, list.Entries, 3, name)
		require.Equal(t, 3, report.Files)
		require.Equal(t, 2, report.Skipped)
		require.Equal(t, Complete, report.Complete)
		require.Equal(t, []Place{{File: 7, Row: 2, Column: "plate"}}, report.Refused[JunkPlate].First)
	}
	o := options()
	o.FileName = "counted.txt.gz"
	list, report, err := Read(bytes.NewReader(gzipOf(t, countedFile)), all, o)
	require.NoError(t, err)
	require.Len(t, list.Entries, 2)
	require.Equal(t, "counted", report.Layout)

	// Of one layout too, a file of a zip file that is none of it is left out.
	list, report, err = Read(bytes.NewReader(packed), []Layout{Generic()}, options())
	require.NoError(t, err)
	require.Len(t, list.Entries, 1)
	require.Equal(t, 2, report.Files)
}

// numbered is a generic CSV with so many rows.
func numbered(rows int) string {
	var b strings.Builder
	b.WriteString("plate,category\n")
	for i := range rows {
		fmt.Fprintf(&b, "B%05d,stolen-plate\n", i)
	}
	return b.String()
}

func TestDamagedPackedFiles(t *testing.T) {
	big := numbered(30_000)
	gz, zp := gzipOf(t, big), zipOf(t, "a.csv", big)
	password := bytes.Clone(zp)
	password[6] |= 1 // the flag, in the file's head and in the directory
	directory := bytes.LastIndex(password, []byte("PK\x01\x02"))
	password[directory+8] |= 1
	flipped := bytes.Clone(zp)
	flipped[len(flipped)/2] ^= 0xff
	for _, test := range []struct {
		name string
		file []byte
		want error
		says string
	}{
		{"gzip cut off", gz[:len(gz)*3/4], ErrHeldBack, "cut off"},
		{"gzip cut off at once", gz[:12], ErrUnusable, "cut off"},
		{"gzip without its sum", gz[:len(gz)-4], ErrHeldBack, "cut off"},
		{"zip cut off", zp[:len(zp)*3/4], ErrUnusable, "cut off"},
		{"zip changed", flipped, nil, ""},
		{"zip with a password", password, ErrUnusable, "password"},
		{"zip without lists", zipOf(t, "a.txt", "hello\n", "b.txt", "hello\n"), ErrUnusable, "no file in the zip file"},
		{"zip of one file", zipOf(t, "a.txt", "hello\n"), ErrUnusable, "no column named plate"},
		{"zip of an empty file", zipOf(t, "a.txt", ""), ErrUnusable, "empty"},
		{"zip of nothing", zipOf(t), ErrUnusable, "empty"},
		{"zip in a zip", zipOf(t, "a.zip", string(zp)), ErrUnusable, "not text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, report, err := Read(bytes.NewReader(test.file), []Layout{Generic()}, options())
			require.Error(t, err)
			require.NotEmpty(t, report.Faults)
			if test.want == nil {
				return
			}
			require.ErrorIs(t, err, test.want)
			require.ErrorContains(t, err, test.says)
		})
	}
}

// allocated is how many bytes fn leaves behind it, all told.
func allocated(fn func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func TestBombsAreRefused(t *testing.T) {
	line := "plate,category\n" + strings.Repeat("A", 12<<20)
	rows := "plate,category\n" + strings.Repeat("AB12,stolen-plate\n", 1<<20)
	for name, text := range map[string]string{"one line": line, "one row": rows} {
		for kind, file := range map[string][]byte{"gzip": gzipOf(t, text), "zip": zipOf(t, "a.csv", text)} {
			var err error
			used := allocated(func() {
				_, err = Import(bytes.NewReader(file), []Layout{Generic()}, options(), func(Entry) error { return nil })
			})
			require.ErrorIs(t, err, ErrUnusable, "%s in %s", name, kind)
			require.ErrorContains(t, err, "expands")
			require.Less(t, used, uint64(8<<20), "%s in %s: memory", name, kind)
		}
	}
}

// A file of another kind, however large, takes no memory to speak of.
func TestJunkTakesNoMemory(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 2<<20)
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	for name, text := range map[string][]byte{
		"noise":      noise,
		"one line":   bytes.Repeat([]byte("a,"), 1<<20),
		"quotes":     append([]byte("plate,category\n"), bytes.Repeat([]byte("\"a\n"), 1<<19)...),
		"separators": append([]byte("plate,category\n"), bytes.Repeat([]byte(strings.Repeat(",", 8000)+"\n"), 250)...),
		"blank":      bytes.Repeat([]byte("\n"), 2<<20),
	} {
		used := allocated(func() {
			_, err := Import(bytes.NewReader(text), []Layout{counted(), listed(), Generic()}, options(), func(Entry) error { return nil })
			if name != "quotes" && name != "separators" {
				require.ErrorIs(t, err, ErrUnusable, name)
			}
		})
		require.Less(t, used, uint64(24*len(text)), name)
	}
}

func utf16Of(s string, order binary.AppendByteOrder, mark bool) []byte {
	var out []byte
	if mark {
		out = order.AppendUint16(out, 0xfeff)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func TestEncodings(t *testing.T) {
	const text = "plate,category,note\nAB12,stolen-plate,volé 𝄞 …\nAB13,stolen-plate,\"été, hiver\"\n"
	western := strings.NewReplacer("é", "\xe9", "𝄞", "\x80", "…", "\x85").Replace(text)
	for _, test := range []struct {
		name string
		file []byte
		want Encoding
		note string
	}{
		{"UTF-8", []byte(text), UTF8, "volé 𝄞 …"},
		{"UTF-8 with a mark", []byte("\ufeff" + text), UTF8, "volé 𝄞 …"},
		{"UTF-16 LE", utf16Of(text, binary.LittleEndian, true), UTF16, "volé 𝄞 …"},
		{"UTF-16 BE", utf16Of(text, binary.BigEndian, true), UTF16, "volé 𝄞 …"},
		{"UTF-16 LE without a mark", utf16Of(text, binary.LittleEndian, false), UTF16, "volé 𝄞 …"},
		{"UTF-16 BE without a mark", utf16Of(text, binary.BigEndian, false), UTF16, "volé 𝄞 …"},
		{"Windows-1252", []byte(western), Windows1252, "volé € …"},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, report, err := Read(bytes.NewReader(test.file), []Layout{counted(), Generic()}, options())
			require.NoError(t, err)
			require.Len(t, list.Entries, 2)
			require.Equal(t, plate.Text("AB12"), list.Entries[0].Plate)
			require.Equal(t, test.note, list.Entries[0].Note)
			require.Equal(t, "été, hiver", list.Entries[1].Note)
			require.Equal(t, test.want, report.Encoding)
		})
	}
	t.Run("places are counted in characters", func(t *testing.T) {
		l := counted()
		l.Header, l.Footer = Header{}, Footer{}
		for _, row := range []string{"AB12    Séé 20260101\n", "AB12    S\xe9\xe9 20260101\n"} {
			entries, _, err := readText(t, row, []Layout{l}, options())
			require.NoError(t, err)
			require.Equal(t, "since 2026-01-01", entries[0].Note)
		}
	})
	t.Run("what is no character is refused", func(t *testing.T) {
		for _, file := range [][]byte{
			append(utf16Of("plate,category,note\nAB12,stolen-plate,x", binary.LittleEndian, true), 0x00, 0xd8, '\n', 0),
			append(utf16Of("plate,category,note\nAB12,stolen-plate,x", binary.LittleEndian, true), 'y'),
			[]byte("plate,category,note\nAB12,stolen-plate,\x81\n"),
			[]byte("plate,category,note\nAB12,stolen-plate,é\xe9\n"),
		} {
			_, report, err := Read(bytes.NewReader(file), []Layout{Generic()}, options())
			require.NoError(t, err)
			require.Equal(t, 1, report.Refused[InvalidText].Count)
		}
	})
}

func TestWindows1252Table(t *testing.T) {
	for c := range 256 {
		text, latin := toUTF8([]byte{byte(c)})
		switch {
		case c < 0x80:
			require.False(t, latin)
		case windows1252Gap(c):
			require.False(t, latin, "%#x", c)
		default:
			require.True(t, latin, "%#x", c)
			require.Len(t, []rune(string(text)), 1)
		}
	}
	text, _ := toUTF8([]byte("\x80\x9f\xa0\xff"))
	require.Equal(t, "€Ÿ\u00a0ÿ", string(text))
}

func windows1252Gap(c int) bool {
	return bytes.IndexByte([]byte{0x81, 0x8d, 0x8f, 0x90, 0x9d}, byte(c)) >= 0
}
