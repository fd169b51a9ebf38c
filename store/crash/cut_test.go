package crash

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// trace runs the terminal for so many acts under strace, and holds what is there at
// the end to what was promised. It returns what happened to its folder.
func (x *terminal) trace(acts int) *history {
	x.t.Helper()
	_, err := exec.LookPath("strace")
	require.NoError(x.t, err, "power cuts are made of what strace sees: install it (packaging/test does)")
	root := filepath.Dir(filepath.Dir(x.order.Path))
	before, err := snapshot(root)
	require.NoError(x.t, err)
	x.order.Acts = acts
	seen := filepath.Join(x.t.TempDir(), "trace")
	cmd := x.command("strace", "-f", "-y", "-xx", "-s", "4194304", "--seccomp-bpf", "-e", traced, "-e", "signal=none", "-o", seen)
	var said bytes.Buffer
	cmd.Stdout = &said
	require.NoError(x.t, cmd.Run(), "the terminal under strace")
	h, err := newHistory(root, before, seen)
	require.NoError(x.t, err)
	require.NoError(x.t, os.Remove(seen))
	require.Equal(x.t, said.String(), h.told(h.lines), "the trace and the terminal say the same")
	return h
}

const (
	// cutsOf is how many cuts are made of the two traces of one terminal.
	cutsOf = 40
	// actsOf is how many acts a traced terminal does.
	actsOf = 40
)

func TestRequirement29_NothingIsLostInAPowerCut(t *testing.T) {
	cuts := asked(t, "SECONDLOOK_CUTS", cutsOf)
	random := rand.New(rand.NewPCG(uint64(asked(t, "SECONDLOOK_CRASH_SEED", 6)), 2))
	o := newOffice(t)
	var opened []time.Duration
	acknowledged := 0
	for done := 0; done < cuts; {
		x := newTerminal(t, o, random)
		// From nothing, and a day later.
		for range 2 {
			o.publish()
			before := x.model
			h := x.trace(actsOf)
			for range min(cutsOf/2, cuts-done) {
				done++
				k := newCut(h, random)
				root, err := os.MkdirTemp("", "secondlook-cut-")
				require.NoError(t, err)
				require.NoError(t, k.rebuild(h.top, root))
				there := files(root)
				m := before
				f, err := m.look(filepath.Join(root, "data", "terminal.db"), x.now, parse(h.told(k.at)))
				require.NoError(t, err, "cut %d at line %d of %d, %.2f of what was not synced survives: %s\nfiles: %q", done, k.at, h.lines, k.survives, root, there)
				opened = append(opened, f.opened)
				acknowledged += f.acknowledged
				require.NoError(t, os.RemoveAll(root))
			}
			said := parse(h.told(h.lines))
			x.held(&x.model, x.order.Path, said)
			for _, l := range said {
				if l.word == "begin" && (l.act == "hotlist.import" || l.act == "hotlist.change") {
					x.order.Number++
				}
			}
			x.order.Ahead += 26 * time.Hour
		}
		x.done()
	}
	t.Logf("%d cuts, %d acts acknowledged before them; store opened in %s", cuts, acknowledged, spread(opened))
}
