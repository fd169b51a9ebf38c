package scrub_test

import (
	"bytes"
	"os"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"gocv.io/x/gocv"

	"secondlook/vision/scrub"
)

// at reads the process's memory as somebody else would: what is not there is an
// error, not a crash.
func at(t *testing.T, address uintptr, n int) []byte {
	t.Helper()
	memory, err := os.Open("/proc/self/mem")
	require.NoError(t, err)
	defer memory.Close()
	b := make([]byte, n)
	if _, err := memory.ReadAt(b, int64(address)); err != nil {
		return nil // given back to the kernel
	}
	return b
}

func TestRequirement3_FreedPicturesAreOverwritten(t *testing.T) {
	scrub.ThreadStack()
	for _, side := range []int{8, 60, 300, 1200} { // of all kinds of blocks that glibc has
		var kept []gocv.Mat // freed blocks between others stay mapped
		for range 4 {
			kept = append(kept, gocv.NewMatWithSizeFromScalar(gocv.NewScalar(0xA7, 0, 0, 0), side, side, gocv.MatTypeCV8UC1))
		}
		pixels, err := kept[1].DataPtrUint8()
		require.NoError(t, err)
		address := uintptr(unsafe.Pointer(&pixels[0]))
		secret := bytes.Repeat([]byte{0xA7}, 16)
		require.Contains(t, string(at(t, address, side*side)), string(secret))
		require.NoError(t, kept[1].Close())
		require.NotContains(t, string(at(t, address, side*side)), string(secret), "%d pixels", side*side)
		for _, m := range []gocv.Mat{kept[0], kept[2], kept[3]} {
			require.NoError(t, m.Close())
		}
	}
}
