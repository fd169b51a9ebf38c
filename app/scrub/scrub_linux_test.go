package scrub_test

import (
	"bytes"
	"os"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"secondlook/app/scrub"
)

func TestRequirement3_StackIsOverwritten(t *testing.T) {
	scrub.Stack() // the stack has its size
	secret := string(bytes.Repeat([]byte{0xA7}, 16))
	address := leave()
	require.Contains(t, string(elsewhere(t, address)), secret)
	address = leave()
	scrub.Stack()
	require.NotContains(t, string(elsewhere(t, address)), secret)
	scrub.Around(func() { address = leave() })
	require.NotContains(t, string(elsewhere(t, address)), secret)
}

// A goroutine that has ended leaves its stack to the next one, as it was.
func TestRequirement3_56_EndedGoroutineLeavesNothing(t *testing.T) {
	secret := string(bytes.Repeat([]byte{0xA7}, 16))
	ended := make(chan uintptr)
	go func() {
		var address uintptr
		defer func() { ended <- address }()
		scrub.Around(func() { address = leave() })
	}()
	require.NotContains(t, string(elsewhere(t, <-ended)), secret)
}

const left = 16 << 10

// elsewhere reads what was left from a stack of its own.
func elsewhere(t *testing.T, address uintptr) []byte {
	type memory struct {
		bytes []byte
		err   error
	}
	read := make(chan memory)
	go func() {
		f, err := os.Open("/proc/self/mem")
		if err != nil {
			read <- memory{err: err}
			return
		}
		defer f.Close()
		b := make([]byte, left)
		_, err = f.ReadAt(b, int64(address))
		read <- memory{b, err}
	}()
	m := <-read
	require.NoError(t, m.err)
	return m.bytes
}

// leave leaves something on the stack below its caller, and says where.
//
//go:noinline
func leave() uintptr {
	var b [left]byte
	for i := range b {
		b[i] = 0xA7
	}
	return where(&b)
}

//go:noinline
func where(b *[left]byte) uintptr { return uintptr(unsafe.Pointer(b)) }
