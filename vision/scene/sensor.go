package scene

import (
	"encoding/binary"
	"image"
	"math/rand/v2"
)

// soften averages each pixel of a part of the picture with its right and lower
// neighbours: a lens is never sharper than its sensor. Eight bytes at a time;
// (a&b)+((a^b)>>1) is the mean of two bytes without overflow.
func soften(img *image.RGBA, r image.Rectangle) {
	r = r.Intersect(img.Bounds())
	if r.Dx() < 4 || r.Dy() < 2 {
		return
	}
	const low = 0xfefefefefefefefe
	// Whole words only, and one neighbour to the right: up to three pixels at
	// the right edge stay as they are.
	n := (r.Dx() - 1) / 2 * 8
	for y := r.Min.Y; y < r.Max.Y-1; y++ {
		o := img.PixOffset(r.Min.X, y)
		row := img.Pix[o : o+n+4 : o+n+4]
		under := img.Pix[o+img.Stride : o+img.Stride+n : o+img.Stride+n]
		for i := 0; i < n; i += 8 {
			a := binary.LittleEndian.Uint64(row[i:])
			b := binary.LittleEndian.Uint64(row[i+4:])
			c := binary.LittleEndian.Uint64(under[i:])
			across := (a & b) + ((a^b)&low)>>1
			binary.LittleEndian.PutUint64(row[i:], (across&c)+((across^c)&low)>>1)
		}
	}
}

// noiseSize is the number of words in a table of noise, a power of two.
const noiseSize = 1 << 15

// maxNoise is the largest step of noise; darkest and brightest leave it room.
const maxNoise = 8

// noiseTable makes words of eight values from 0 to 2*maxNoise around maxNoise;
// the ones of the alpha channel are always maxNoise, so that alpha stays.
func noiseTable(seed int64) []uint64 {
	rng := rand.New(rand.NewPCG(uint64(seed), 4))
	table := make([]uint64, noiseSize)
	var b [8]byte
	for i := range table {
		for k := range b {
			b[k] = uint8(rng.IntN(maxNoise+1) + rng.IntN(maxNoise+1))
		}
		b[3], b[7] = maxNoise, maxNoise
		table[i] = binary.LittleEndian.Uint64(b[:])
	}
	return table
}

// addNoise adds noise of up to strength steps to every channel. Painted values
// keep away from 0 and 255, so that whole words can be added.
func addNoise(img *image.RGBA, table []uint64, strength int, salt uint64) {
	if strength <= 0 {
		return
	}
	// Shifting the table's values right by one or two halves or quarters them;
	// the middle is shifted alike and taken off again.
	shift := uint(0)
	for maxNoise>>shift > strength {
		shift++
	}
	keep := uint64(0x0101010101010101) * (0xff >> shift)
	middle := uint64(0x0101010101010101) * (maxNoise >> shift)
	rng := rand.New(rand.NewPCG(salt, 5))
	for y := range img.Bounds().Dy() {
		row := img.Pix[y*img.Stride : y*img.Stride+4*img.Bounds().Dx()]
		at := rng.IntN(noiseSize)
		for i := 0; i+8 <= len(row); i += 8 {
			w := binary.LittleEndian.Uint64(row[i:])
			binary.LittleEndian.PutUint64(row[i:], w+(table[at&(noiseSize-1)]>>shift&keep)-middle)
			at++
		}
	}
}

// blendPictures writes the mean of a and b, b weighing step of steps, into dst.
func blendPictures(dst, a, b *image.RGBA, step, steps int) {
	wb := uint32(256 * step / steps)
	wa := 256 - wb
	for i := range dst.Pix {
		dst.Pix[i] = uint8((uint32(a.Pix[i])*wa + uint32(b.Pix[i])*wb) >> 8)
	}
}
