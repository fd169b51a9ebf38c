package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
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

// words has, for each package of the standard library's cryptography, what the row
// of a folder that imports it must say. Empty words need no row: the package only
// compares, reports or frames what another one does.
var words = map[string]string{
	"crypto/aes":       "AES-256-GCM",
	"crypto/cipher":    "AES-256-GCM",
	"crypto/ecdh":      "P-256",
	"crypto/ecdsa":     "ECDSA with P-256",
	"crypto/ed25519":   "Ed25519",
	"crypto/elliptic":  "P-256",
	"crypto/fips140":   "",
	"crypto/hkdf":      "HKDF with SHA-256",
	"crypto/hmac":      "HMAC-SHA-256",
	"crypto/hpke":      "HPKE",
	"crypto/pbkdf2":    "PBKDF2-HMAC-SHA-256",
	"crypto/rand":      "random numbers",
	"crypto/sha256":    "SHA-256",
	"crypto/subtle":    "",
	"crypto/tls":       "TLS 1.3",
	"crypto/x509":      "X.509",
	"crypto/x509/pkix": "X.509",
}

// unapproved are names of the standard library's for what is not approved, in
// packages whose other names are.
var unapproved = []string{"X25519", "ChaCha20Poly1305", "ChaCha20", "MLKEM768X25519", "TLS_CHACHA20_POLY1305_SHA256", "VersionTLS10", "VersionTLS11", "VersionTLS12", "InsecureSkipVerify"}

// synthetic are the only folders that may draw numbers that anybody can foretell:
// they make pictures and lists that are the same for the same seed.
var synthetic = []string{"app/hotlist/synth.go", "vision/scene/", "vision/bench/", "vision/training/"}

// imported calls do for each import of each file of ours that is not a test, and
// each for each name that the file takes from a package.
func imported(t *testing.T, do func(file, folder, path string), each func(file, name string)) {
	t.Helper()
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		file := strings.TrimPrefix(filepath.ToSlash(path), "../")
		folder := "."
		if i := strings.LastIndexByte(file, '/'); i >= 0 {
			folder = file[:i]
		}
		for _, i := range parsed.Imports {
			p, err := strconv.Unquote(i.Path.Value)
			if err != nil {
				return err
			}
			do(file, folder, p)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				each(file, s.Sel.Name)
			}
			return true
		})
		return nil
	}))
}

// inTable gives the rows' algorithms of each folder.
func inTable(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("cryptography.md")
	require.NoError(t, err)
	rows := regexp.MustCompile(`(?m)^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$`).FindAllStringSubmatch(string(text), -1)
	in := map[string][]string{}
	for _, row := range rows[1:] {
		for _, folder := range strings.Split(row[5], ", ") {
			in[folder] = append(in[folder], row[2])
		}
	}
	return in
}

func TestRequirement34_35_EveryUseOfCryptographyIsInTheTable(t *testing.T) {
	table := inTable(t)
	require.Greater(t, len(table), 10)
	uses := map[string]bool{}
	imported(t, func(file, folder, path string) {
		if path != "crypto" && !strings.HasPrefix(path, "crypto/") {
			return
		}
		word, ok := words[path]
		require.True(t, ok, "%s imports %s: is it approved? see docs/cryptography.md", file, path)
		uses[folder] = true
		said := word == "" || slices.ContainsFunc(table[folder], func(algorithm string) bool { return strings.Contains(algorithm, word) })
		require.True(t, said, "docs/cryptography.md: a row with %q must name %q, which imports %s", word, folder, path)
	}, func(string, string) {})
	for folder := range table {
		require.True(t, uses[folder], "docs/cryptography.md names %q, which uses no cryptography", folder)
	}
}

func TestRequirement34_35_NothingUnapprovedIsImported(t *testing.T) {
	imported(t, func(file, _, path string) {
		require.False(t, strings.HasPrefix(path, "golang.org/x/crypto"), "%s imports %s: use the standard library", file, path)
		if path == "math/rand" || path == "math/rand/v2" {
			allowed := slices.ContainsFunc(synthetic, func(s string) bool { return strings.HasPrefix(file, s) })
			require.True(t, allowed, "%s imports %s, whose numbers can be foretold: use crypto/rand", file, path)
		}
	}, func(file, name string) {
		require.NotContains(t, unapproved, name, "%s uses it", file)
	})
}

// What is shipped is built with a frozen module, and the tests run with the same, where
// nothing that it does not approve is let through.
func TestRequirement34_35_BuildsUseTheFrozenModule(t *testing.T) {
	for file, line := range map[string]string{
		"../packaging/packages.sh": "export GOFIPS140=v1.26.0",
		"../packaging/run":         "use_module",
		"../packaging/test":        "export GODEBUG=fips140=only",
		"../go.mod":                "godebug fips140=on",
	} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Contains(t, string(text), line, file)
	}
}
