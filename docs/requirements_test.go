// Package docs has no code: its test holds the documents to what is there.
package docs

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rows is how many rows there are.
const rows = 57

// row is one line of requirements.md.
type row struct{ what, code, tests string }

var (
	line = regexp.MustCompile(`^\| (\d+) \| (.+) \| (.+) \| (.+) \|$`)
	held = regexp.MustCompile(`(?m)^func (?:Test|Fuzz)Requirement(\d+(?:_\d+)*)_?[A-Z]`)
)

func table(t *testing.T) map[int]row {
	t.Helper()
	f, err := os.Open("requirements.md")
	require.NoError(t, err)
	defer f.Close()
	all := map[int]row{}
	for s := bufio.NewScanner(f); s.Scan(); {
		m := line.FindStringSubmatch(s.Text())
		if m == nil {
			continue
		}
		n, err := strconv.Atoi(m[1])
		require.NoError(t, err)
		require.NotContains(t, all, n, "row %d stands twice", n)
		all[n] = row{m[2], m[3], m[4]}
	}
	return all
}

// tested gives the packages with tests of each row.
func tested(t *testing.T) map[int][]string {
	t.Helper()
	in := map[int][]string{}
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		at := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(path)), "../")
		if at == ".." {
			at = "." // the program itself
		}
		for _, m := range held.FindAllStringSubmatch(string(text), -1) {
			for _, s := range strings.Split(m[1], "_") {
				n, err := strconv.Atoi(s)
				if err != nil {
					return err
				}
				if !slices.Contains(in[n], at) {
					in[n] = append(in[n], at)
				}
			}
		}
		return nil
	}))
	return in
}

func names(list string) []string { return strings.Split(list, ", ") }

func TestEveryRequirementHasItsRow(t *testing.T) {
	all, in := table(t), tested(t)
	for n := range in {
		require.True(t, n >= 1 && n <= rows, "a test names row %d, which does not exist", n)
	}
	for n := 1; n <= rows; n++ {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r, ok := all[n]
			require.True(t, ok, "row %d is missing", n)
			if strings.HasPrefix(r.tests, "open: ") {
				require.Empty(t, in[n], "row %d has tests: name their packages", n)
				return
			}
			for _, at := range names(r.code) {
				info, err := os.Stat(filepath.Join("..", at))
				require.NoError(t, err, "code of row %d", n)
				require.True(t, info.IsDir(), at)
			}
			for _, at := range names(r.tests) {
				require.Contains(t, in[n], at, "row %d: no test there names it", n)
			}
		})
	}
}
