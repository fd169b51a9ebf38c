package audit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/audit"
)

// actsInCode are the values of every constant of type Act in this package.
func actsInCode(t *testing.T) []audit.Act {
	t.Helper()
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var acts []audit.Act
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Act" {
				for _, v := range spec.Values {
					text, err := strconv.Unquote(v.(*ast.BasicLit).Value)
					require.NoError(t, err)
					acts = append(acts, audit.Act(text))
				}
			}
			return true
		})
	}
	require.Greater(t, len(acts), 40, "the search for acts finds nothing")
	return acts
}

func TestRequirement22_EveryActIsInTheCatalogue(t *testing.T) {
	page, err := os.ReadFile("../../docs/audit.md")
	require.NoError(t, err)
	acts := actsInCode(t)
	seen := map[audit.Act]bool{}
	for _, a := range acts {
		rule, ok := audit.RuleOf(a)
		require.True(t, ok, "%s: give it a line in Catalogue", a)
		require.NotEmpty(t, rule.Kind, a)
		require.NotEmpty(t, rule.Source, a)
		require.Contains(t, string(page), "`"+string(a)+"`", "docs/audit.md has all acts")
		seen[a] = true
	}
	for _, rule := range audit.Catalogue {
		require.True(t, seen[rule.Act], "%s is no act, or twice in the catalogue", rule.Act)
		delete(seen, rule.Act)
	}
	require.Empty(t, seen)
}

// No act is made up elsewhere: they are all constants of this package.
func TestRequirement22_NoActIsMadeElsewhere(t *testing.T) {
	require.NoError(t, filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(source), `audit.Act("`) {
			t.Errorf("%s makes an act of its own", path)
		}
		return err
	}))
}

func TestRequirement22_CheckNamesWhatIsMissing(t *testing.T) {
	whole := func() audit.Event {
		return audit.Event{At: time.Unix(1, 0), Terminal: "Car", Name: "Ann Example", Badge: "4127", Role: "officer", Act: audit.Searched,
			Object: "s1", Reason: "theft", Outcome: "ok", Detail: map[string]string{"purpose": "p", "file": "f", "plate": "AB12"}}
	}
	require.NoError(t, whole().Check())
	for name, change := range map[string]func(*audit.Event){
		"time":      func(e *audit.Event) { e.At = time.Time{} },
		"terminal":  func(e *audit.Event) { e.Terminal = "" },
		"name":      func(e *audit.Event) { e.Name = "" },
		"badge":     func(e *audit.Event) { e.Badge = "" },
		"role":      func(e *audit.Event) { e.Role = "" },
		"object":    func(e *audit.Event) { e.Object = "" },
		"reason":    func(e *audit.Event) { e.Reason = "" },
		"outcome":   func(e *audit.Event) { e.Outcome = "" },
		"plate":     func(e *audit.Event) { delete(e.Detail, "plate") },
		"catalogue": func(e *audit.Event) { e.Act = "something.else" },
	} {
		e := whole()
		change(&e)
		require.ErrorIs(t, e.Check(), audit.ErrIncomplete, name)
		require.ErrorContains(t, e.Check(), name)
		require.NotContains(t, e.Check().Error(), "4127")
	}
}
