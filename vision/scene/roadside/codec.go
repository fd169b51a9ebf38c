package roadside

import "math"

// coarse is how much of each frequency a codec keeps: the luminance table of the
// JPEG standard (ISO/IEC 10918-1, annex K.1).
var coarse = [64]float32{
	16, 11, 10, 16, 24, 40, 51, 61,
	12, 12, 14, 19, 26, 58, 60, 55,
	14, 13, 16, 24, 40, 57, 69, 56,
	14, 17, 22, 29, 51, 87, 80, 62,
	18, 22, 37, 56, 68, 109, 103, 77,
	24, 35, 55, 64, 81, 104, 113, 92,
	49, 64, 78, 87, 103, 121, 120, 101,
	72, 92, 95, 98, 112, 100, 103, 99,
}

// waves are the cosines of blocks 4 and 8 pixels wide.
var waves4, waves8 = cosines[[16]float32](4), cosines[[64]float32](8)

func cosines[T [16]float32 | [64]float32](n int) T {
	var t T
	for k := range n {
		f := math.Sqrt(2 / float64(n))
		if k == 0 {
			f = math.Sqrt(1 / float64(n))
		}
		for i := range n {
			set(&t, k*n+i, float32(f*math.Cos((2*float64(i)+1)*float64(k)*math.Pi/float64(2*n))))
		}
	}
	return t
}

func set[T [16]float32 | [64]float32](t *T, i int, v float32) {
	switch a := any(t).(type) {
	case *[16]float32:
		a[i] = v
	case *[64]float32:
		a[i] = v
	}
}

// code leaves in the picture what a codec leaves of it: JPEG's steps at a
// quality from 1 to 100, as libjpeg counts it. Blocks are n = 8 pixels wide, or
// 4 where the picture was coded at twice the size.
func (s *Scenes) code(n int, quality float64) {
	scale := 5000 / quality
	if quality >= 50 {
		scale = 200 - 2*quality
	}
	var steps [64]float32
	for v := range n {
		for u := range n {
			steps[v*n+u] = max(1, coarse[v*8+u]*float32(scale)/100) * float32(n) / 8
		}
	}
	waves := waves8[:]
	if n == 4 {
		waves = waves4[:]
	}
	dx, dy := s.IntN(n), s.IntN(n)
	var block, half [64]float32
	for y := -dy; y < Height; y += n {
		for x := -dx; x < Width; x += n {
			s.take(&block, x, y, n)
			transform(&block, &half, waves, n)
			kept := false
			for i := range n * n {
				q := block[i] / steps[i]
				if q > -0.5 && q < 0.5 {
					block[i] = 0
					continue
				}
				block[i] = steps[i] * float32(math.Floor(float64(q)+0.5))
				kept = kept || i > 0
			}
			if kept {
				restore(&block, &half, waves, n)
			} else {
				mean := block[0] / float32(n)
				for i := range n * n {
					block[i] = mean
				}
			}
			s.put(&block, x, y, n)
		}
	}
}

// take copies a block out of the picture; what lies outside is as the border.
func (s *Scenes) take(block *[64]float32, x, y, n int) {
	for j := range n {
		row := s.light[max(0, min(Height-1, y+j))*Width:][:Width]
		for i := range n {
			block[j*n+i] = max(0, min(255, row[max(0, min(Width-1, x+i))])) - 128
		}
	}
}

func (s *Scenes) put(block *[64]float32, x, y, n int) {
	for j := max(0, -y); j < min(n, Height-y); j++ {
		row := s.light[(y+j)*Width:][:Width]
		for i := max(0, -x); i < min(n, Width-x); i++ {
			row[x+i] = block[j*n+i] + 128
		}
	}
}

// transform is the cosine transform of a block, rows and then columns.
func transform(block, half *[64]float32, waves []float32, n int) {
	for range 2 {
		for j := range n {
			row := block[j*n : j*n+n]
			for k := range n {
				w := waves[k*n : k*n+n]
				sum := float32(0)
				for i, v := range row {
					sum += v * w[i]
				}
				half[k*n+j] = sum // turned, so that the second pass does the columns
			}
		}
		*block, *half = *half, *block
	}
}

// restore undoes it.
func restore(block, half *[64]float32, waves []float32, n int) {
	for range 2 {
		clear(half[:])
		for j := range n {
			for k := range n {
				v := block[j*n+k]
				if v == 0 {
					continue
				}
				for i, w := range waves[k*n : k*n+n] {
					half[i*n+j] += v * w
				}
			}
		}
		*block, *half = *half, *block
	}
}
