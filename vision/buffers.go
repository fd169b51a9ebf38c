package vision

import (
	"errors"
	"sync"

	"gocv.io/x/gocv"
)

// spare is how many buffers are kept for the next use.
const spare = 12

// buffers lends memory for pictures and takes it back overwritten.
type buffers struct {
	mu   sync.Mutex
	free []gocv.Mat
}

// lend returns a buffer of any size.
func (b *buffers) lend() gocv.Mat {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n := len(b.free); n > 0 {
		m := b.free[n-1]
		b.free = b.free[:n-1]
		return m
	}
	return gocv.NewMat()
}

// giveBack overwrites a buffer and takes it.
func (b *buffers) giveBack(m gocv.Mat) {
	wipe(m)
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.free) < spare {
		b.free = append(b.free, m)
		return
	}
	m.Close()
}

// close frees the buffers that are not lent.
func (b *buffers) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var err error
	for i := range b.free {
		err = errors.Join(err, b.free[i].Close())
	}
	b.free = nil
	return err
}

// wipe overwrites a picture.
func wipe(m gocv.Mat) {
	if !m.Empty() {
		m.SetTo(gocv.Scalar{})
	}
}

// reshape makes sure that what a picture of other measures leaves behind in a
// buffer is overwritten before OpenCV frees it.
func reshape(m *gocv.Mat, rows, cols int) {
	if m.Rows() != rows || m.Cols() != cols {
		wipe(*m)
	}
}
