package plate_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/plate"
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		in, want string // want is empty for what is no plate
	}{
		{"CKLM804", "CKLM804"},
		{"cklm 804", "CKLM804"},
		{" CKLM-804 ", "CKLM804"},
		{"M·AB 1234", "MAB1234"},
		{"a.b\u00a0c-1", "ABC1"},
		{"1", "1"},
		{"ABCDEFGHI0", "ABCDEFGHI0"},
		{"A-B-C-D-E-F-G-H-I-0", "ABCDEFGHI0"},
		{"ABCDEFGHIJK", ""},
		{"", ""},
		{" - . ", ""},
		{"AB/12", ""},
		{"AB\t12", ""},
		{"AB\n12", ""},
		{"AB_12", ""},
		{"MÜ1234", ""},
		{"АВ12", ""}, // Cyrillic
		{"AB１２", ""}, // full-width digits
		{"AB\xff12", ""},
		{"AB\x0012", ""},
		{strings.Repeat("A", 1<<20), ""},
	} {
		got, err := plate.Parse(test.in)
		if test.want == "" {
			require.ErrorIs(t, err, plate.ErrNotPlate, "%q", test.in)
			require.Empty(t, got)
			continue
		}
		require.NoError(t, err, "%q", test.in)
		require.Equal(t, test.want, string(got))
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"CKLM804", "ckl m-804", "", "·", "\xff", "АВ12", "0OQD", "ABCDEFGHIJK"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := plate.Parse(s)
		if err != nil {
			if !errors.Is(err, plate.ErrNotPlate) || got != "" {
				t.Fatalf("%d characters with %v", len(got), err)
			}
			return
		}
		if len(got) == 0 || len(got) > plate.MaxLength {
			t.Fatalf("%d characters", len(got))
		}
		for i := range len(got) {
			if c := got[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
				t.Fatalf("character %d is %q", i, c)
			}
		}
		again, err := plate.Parse(string(got))
		if err != nil || again != got {
			t.Fatal("what was parsed does not parse to itself")
		}
		if folded := plate.Fold(got); len(folded) != len(got) || plate.Fold(folded) != folded {
			t.Fatal("a folded text does not fold to itself")
		}
	})
}

func TestRequirement43_FoldJoinsLookAlikesAndNothingElse(t *testing.T) {
	groups := []string{"0ODQ", "1I", "2Z", "5S", "6G", "8B"}
	alike := func(a, b byte) bool {
		return a == b || slices.ContainsFunc(groups, func(g string) bool {
			return strings.IndexByte(g, a) >= 0 && strings.IndexByte(g, b) >= 0
		})
	}
	const all = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for _, a := range []byte(all) {
		for _, b := range []byte(all) {
			require.Equal(t, alike(a, b), plate.FoldByte(a) == plate.FoldByte(b), "%c and %c", a, b)
		}
	}
	require.Equal(t, "80002516", string(plate.Fold("BODQZSIG")))
	require.Empty(t, plate.Fold(""))
}

func TestDifferences(t *testing.T) {
	require.Nil(t, plate.Differences("CKLM804", "CKLM804"))
	require.Equal(t, []int{0, 6}, plate.Differences("CKLM804", "XKLM805"))
}

func TestRequirement4_CompareHasThreeValues(t *testing.T) {
	for _, test := range []struct {
		a, b plate.Jurisdiction
		want plate.Agreement
	}{
		{"CA-ON", "CA-ON", plate.Same},
		{"CA-ON", "CA-QC", plate.Different},
		{"CA-ON", "US-FL", plate.Different},
		{"DE", "FR", plate.Different},
		{"", "CA-ON", plate.Unknown},
		{"", "", plate.Unknown},
		{"US", "US-FL", plate.Unknown},
		{"CA", "US-FL", plate.Different},
		{"US", "US", plate.Same},
		{plate.Europe, "DE", plate.Unknown},
		{plate.Europe, plate.Europe, plate.Unknown},
	} {
		require.Equal(t, test.want, plate.Compare(test.a, test.b), "%q %q", test.a, test.b)
		require.Equal(t, test.want, plate.Compare(test.b, test.a), "%q %q", test.b, test.a)
	}
}

func TestParseJurisdiction(t *testing.T) {
	for in, want := range map[string]plate.Jurisdiction{
		"CA-ON": "CA-ON", "ca-on": "CA-ON", "ON": "CA-ON", " ontario ": "CA-ON", "Québec": "CA-QC", "quebec": "CA-QC",
		"FL": "US-FL", "Floride": "US-FL", "new  york": "US-NY", "CA": "US-CA", "DE": "US-DE", "GB": "GB", "Germany": "DE",
		"": "", "unknown": "",
	} {
		got, err := plate.ParseJurisdiction(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got, in)
	}
	for _, in := range []string{"Atlantis", "XX", "CA-", "ON-CA", "\xff"} {
		_, err := plate.ParseJurisdiction(in)
		require.ErrorIs(t, err, plate.ErrUnknownJurisdiction, in)
	}
	for _, j := range plate.Jurisdictions() {
		for _, language := range []string{"en", "fr"} {
			require.NotEmpty(t, j.Name(language))
		}
		if strings.Contains(string(j), "-") {
			back, err := plate.ParseJurisdiction(string(j))
			require.NoError(t, err)
			require.Equal(t, j, back)
		}
	}
}

// evidence counts how often it was erased.
type evidence struct{ erased int }

func (e *evidence) Plate() (image.Image, error)   { return nil, nil }
func (e *evidence) Context() (image.Image, error) { return nil, nil }
func (e *evidence) Erase()                        { e.erased++ }

func testRead() (plate.Read, *evidence) {
	e := &evidence{}
	r := plate.Read{Camera: "Front", Text: "CKLM804", Candidates: []plate.Candidate{{Text: "CKLM804"}, {Text: "CKLMB04"}},
		Second: plate.Opinion{Text: "CKLN804"}, Evidence: e}
	for _, c := range []byte(r.Text) {
		r.Characters = append(r.Characters, plate.Character{Char: c, Rival: '?'})
	}
	return r, e
}

func TestRequirement3_EraseLeavesNothing(t *testing.T) {
	r, e := testRead()
	characters, candidates := r.Characters, r.Candidates
	r.Erase()
	require.Equal(t, 1, e.erased)
	require.True(t, slices.Equal(make([]plate.Character, 7), characters), "the characters were not overwritten")
	require.True(t, slices.Equal(make([]plate.Candidate, 2), candidates), "the candidates were not overwritten")
	require.True(t, r.Text == "" && r.Second.Text == "" && r.Evidence == nil && r.Camera == "")
	r.Erase() // twice does no harm
	require.Equal(t, 1, e.erased)
}

// traces are what a plate's text looks like in output that gives it away: as it
// stands, quoted, in hexadecimal, as the numbers of its bytes.
var traces = []string{"CKLM", "CKLN", "804", "434b4c4d", "434B4C4D", "0x43", "67 75 76", "{67", "67,75"}

func TestPlatesDoNotPrint(t *testing.T) {
	r, _ := testRead()
	type record struct {
		Plate plate.Text
		Note  string
	}
	for _, v := range []any{
		r.Text, &r.Text, []plate.Text{r.Text}, map[plate.Text]int{r.Text: 1}, map[string]plate.Text{"a": r.Text},
		record{Plate: r.Text}, &record{Plate: r.Text}, []any{record{Plate: r.Text}},
		r, &r, []plate.Read{r}, struct{ Read plate.Read }{r},
		r.Candidates, r.Candidates[0], r.Characters, r.Characters[0], r.Second,
		fmt.Errorf("match %s: %w", r.Text, plate.ErrNotPlate),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%10.3s", "%T %[1]v"} {
			out := fmt.Sprintf(verb, v)
			for _, trace := range traces {
				require.NotContains(t, out, trace, "%s of %T", verb, v)
			}
		}
		require.NotContains(t, fmt.Sprint(v)+fmt.Sprintln(v), "CKLM")
	}
	require.Equal(t, "[plate] [plate] [plate]", fmt.Sprintf("%s %v %q", r.Text, r.Text, r.Text))
}

func TestPlatesAreNotLogged(t *testing.T) {
	r, _ := testRead()
	var out bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		log := slog.New(h).With("plate", r.Text)
		log.Info("a read", "text", r.Text, "read", r, "pointer", &r, "character", r.Characters[0], "candidate", r.Candidates[0],
			slog.Group("in", "text", r.Text), "error", fmt.Errorf("read %v", r.Text))
	}
	for _, trace := range traces {
		require.NotContains(t, out.String(), trace)
	}
	require.Contains(t, out.String(), "[plate]")
}
