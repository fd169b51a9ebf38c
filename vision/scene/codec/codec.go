// Package codec does to a picture what JPEG and video codecs do: blocks of its pixels
// lose their small frequencies.
package codec

import "math"

// Codec is how much of each frequency is kept.
type Codec struct {
	// Side is how wide a block is, in pixels: 8, or 4 where the picture was coded at
	// twice the size; a block's coarser half then is all that can still be seen.
	Side int
	// Steps has the quantiser's step for each frequency, the constant one first, row
	// by row, Side to a row.
	Steps [64]float32
	// Dead is the part of a step below which a frequency is dropped, 0.5 or more; the
	// constant one is always kept.
	Dead float32
}

// luminance is the table of the JPEG standard (ISO/IEC 10918-1, annex K.1).
var luminance = [64]float32{
	16, 11, 10, 16, 24, 40, 51, 61,
	12, 12, 14, 19, 26, 58, 60, 55,
	14, 13, 16, 24, 40, 57, 69, 56,
	14, 17, 22, 29, 51, 87, 80, 62,
	18, 22, 37, 56, 68, 109, 103, 77,
	24, 35, 55, 64, 81, 104, 113, 92,
	49, 64, 78, 87, 103, 121, 120, 101,
	72, 92, 95, 98, 112, 100, 103, 99,
}

// JPEG returns JPEG's steps at a quality from 1 to 100, as libjpeg counts it, for
// blocks of 8 or 4 pixels.
func JPEG(side int, quality float64) *Codec {
	scale := 5000 / quality
	if quality >= 50 {
		scale = 200 - 2*quality
	}
	c := &Codec{Side: side, Dead: 0.5}
	for v := range side {
		for u := range side {
			c.Steps[v*side+u] = max(1, luminance[v*8+u]*float32(scale)/100) * float32(side) / 8
		}
	}
	return c
}

// Code codes and decodes a grey picture from 0 to 255, in place; rows have width
// pixels. Blocks begin dx pixels left of it and dy above, from 0 to Side-1 each: a
// picture that was cut out or scaled after it was coded has its blocks anywhere.
func (c *Codec) Code(picture []float32, width, dx, dy int) {
	n, height := c.Side, len(picture)/width
	var inverse, block [64]float32
	for i := range n * n {
		inverse[i] = 1 / c.Steps[i]
	}
	for y := -dy; y < height; y += n {
		for x := -dx; x < width; x += n {
			take(&block, picture, width, height, x, y, n)
			if n == 8 {
				forward8(&block)
			} else {
				forward4(&block)
			}
			kept := false
			for i := range n * n {
				q := block[i] * inverse[i]
				if i > 0 && q > -c.Dead && q < c.Dead {
					block[i] = 0
					continue
				}
				block[i] = c.Steps[i] * float32(int32(q+float32(math.Copysign(0.5, float64(q)))))
				kept = kept || i > 0
			}
			switch {
			case !kept:
				mean := block[0] / float32(n)
				for i := range n * n {
					block[i] = mean
				}
			case n == 8:
				back8(&block)
			default:
				back4(&block)
			}
			put(&block, picture, width, height, x, y, n)
		}
	}
}

// take copies a block out of the picture; what lies outside is as the border.
func take(block *[64]float32, picture []float32, width, height, x, y, n int) {
	inside := x >= 0 && x+n <= width
	for j := range n {
		row := picture[max(0, min(height-1, y+j))*width:][:width]
		to := block[j*n:][:n]
		if inside {
			for i, v := range row[x : x+n] {
				to[i] = max(0, min(255, v)) - 128
			}
			continue
		}
		for i := range to {
			to[i] = max(0, min(255, row[max(0, min(width-1, x+i))])) - 128
		}
	}
}

func put(block *[64]float32, picture []float32, width, height, x, y, n int) {
	x0, x1 := max(0, x), min(width, x+n)
	for j := max(0, -y); j < min(n, height-y); j++ {
		row := picture[(y+j)*width+x0 : (y+j)*width+x1]
		for i, v := range block[j*n+x0-x : j*n+x1-x] {
			row[i] = v + 128
		}
	}
}
