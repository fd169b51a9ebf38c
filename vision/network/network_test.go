package network

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/assets"
)

// cases are the networks and the sizes that they are used in.
var cases = []struct {
	name    string
	network string
	in, out Shape
}{
	{"reader A", assets.ReadNetworkA, Shape{1, 1, 48, 160}, Shape{1, 37, 1, 40}},
	{"reader C", assets.ReadNetworkC, Shape{1, 1, 48, 160}, Shape{1, 37, 1, 40}},
	{"detector", assets.DetectNetwork, Shape{1, 1, 384, 640}, Shape{1, 9, 48, 80}},
	{"detector, part", assets.DetectNetwork, Shape{1, 1, 192, 320}, Shape{1, 9, 24, 40}},
	{"detector, larger part", assets.DetectNetwork, Shape{1, 1, 256, 448}, Shape{1, 9, 32, 56}},
}

// with loads a network in an engine, filled with noise.
func with(t testing.TB, name string, in, out Shape, load func([]byte, *Network, Shape, Shape) (engine, error)) *Network {
	t.Helper()
	onnx, err := assets.Network(name)
	require.NoError(t, err)
	n := &Network{Input: make([]float32, in.values()), Output: make([]float32, out.values()), name: name}
	n.engine, err = load(onnx, n, in, out)
	require.NoError(t, err)
	noise := rand.New(rand.NewPCG(1, 2))
	for i := range n.Input {
		n.Input[i] = float32(noise.NormFloat64())
	}
	return n
}

// needRuntime skips a test where ONNX Runtime is not installed, which OpenCV stands
// in for; the test command installs it. A library that does not load is a fault.
func needRuntime(t testing.TB) {
	t.Helper()
	if errors.Is(Engine().Err, ErrNoLibrary) {
		t.Skipf("%v", Engine().Err)
	}
	require.NoError(t, Engine().Err)
}

func TestBothEnginesComeToTheSame(t *testing.T) {
	needRuntime(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			one, other := with(t, c.network, c.in, c.out, newRuntime), with(t, c.network, c.in, c.out, newOpenCV)
			require.NoError(t, one.Run())
			require.NoError(t, other.Run())
			require.InDeltaSlice(t, other.Output, one.Output, 0.01)
			require.NoError(t, one.Close())
			require.NoError(t, other.Close())
		})
	}
}

func TestClosingOverwrites(t *testing.T) {
	c := cases[0]
	n, err := New(c.network, c.in, c.out)
	require.NoError(t, err)
	for i := range n.Input {
		n.Input[i] = float32(i % 7)
	}
	require.NoError(t, n.Run())
	require.True(t, slices.ContainsFunc(n.Output, func(v float32) bool { return v != 0 }))
	require.NoError(t, n.Close())
	for _, values := range [][]float32{n.Input, n.Output} {
		for _, v := range values {
			require.Zero(t, v)
		}
	}
}

func TestANetworkThatIsNoneIsRefused(t *testing.T) {
	_, err := New("nothing.onnx", Shape{1, 1, 1, 1}, Shape{1, 1, 1, 1})
	require.ErrorContains(t, err, "nothing.onnx")
	for _, junk := range [][]byte{nil, []byte("not a network"), {0x3a, 0xff, 0xff}} {
		_, err := newRuntime(junk, &Network{}, Shape{1, 1, 1, 1}, Shape{1, 1, 1, 1})
		require.Error(t, err)
	}
}

func TestTheLibraryCanBeNamed(t *testing.T) {
	t.Setenv(LibraryVariable, "/somewhere/else.so")
	path, err := library()
	require.NoError(t, err)
	require.Equal(t, "/somewhere/else.so", path)
	t.Setenv(LibraryVariable, NoLibrary)
	_, err = library()
	require.ErrorIs(t, err, ErrNoLibrary)
}

func FuzzResized(f *testing.F) {
	onnx, err := assets.Network(assets.ReadNetworkA)
	require.NoError(f, err)
	f.Add(onnx[:2000])
	f.Add([]byte{0x3a, 0x02, 0x5a, 0x00})
	f.Fuzz(func(t *testing.T, file []byte) {
		out, err := resized(file, Shape{1, 1, 48, 160}, Shape{1, 37, 1, 40})
		if err != nil {
			require.ErrorIs(t, err, errONNX)
			return
		}
		again, err := resized(out, Shape{1, 1, 48, 160}, Shape{1, 37, 1, 40})
		require.NoError(t, err)
		require.Equal(t, out, again, "a file that has the size stays as it is")
	})
}

func BenchmarkRun(b *testing.B) {
	needRuntime(b)
	for _, c := range cases {
		for _, by := range []struct {
			name string
			load func([]byte, *Network, Shape, Shape) (engine, error)
		}{{"ONNX Runtime", newRuntime}, {"OpenCV", newOpenCV}} {
			b.Run(c.name+"/"+by.name, func(b *testing.B) {
				n := with(b, c.network, c.in, c.out, by.load)
				defer n.Close()
				for b.Loop() {
					if err := n.Run(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
