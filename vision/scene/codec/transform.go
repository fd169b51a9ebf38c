package codec

import "math"

// The cosines of the transforms: wave(k, n) is cos(k·π/2n)·√(2/n).
var (
	a1, a2, a3, a4, a5, a6, a7 = wave(1, 8), wave(2, 8), wave(3, 8), wave(4, 8), wave(5, 8), wave(6, 8), wave(7, 8)
	b1, b2, b3                 = wave(1, 4), wave(2, 4), wave(3, 4)
)

func wave(k, n float64) float32 {
	return float32(math.Cos(k*math.Pi/(2*n)) * math.Sqrt(2/n))
}

// forward8 is the cosine transform of a block: rows, then columns. Sums and
// differences of opposite values halve the work.
func forward8(b *[64]float32) {
	for pass := range 2 {
		step, next := 1, 8
		if pass == 1 {
			step, next = 8, 1
		}
		for j := range 8 {
			r := b[j*next:]
			_ = r[7*step]
			x0, x1, x2, x3 := r[0], r[step], r[2*step], r[3*step]
			x4, x5, x6, x7 := r[4*step], r[5*step], r[6*step], r[7*step]
			s0, s1, s2, s3 := x0+x7, x1+x6, x2+x5, x3+x4
			d0, d1, d2, d3 := x0-x7, x1-x6, x2-x5, x3-x4
			p, q, m, n := s0+s3, s1+s2, s0-s3, s1-s2
			r[0], r[4*step] = (p+q)*a4, (p-q)*a4
			r[2*step], r[6*step] = m*a2+n*a6, m*a6-n*a2
			r[step] = d0*a1 + d1*a3 + d2*a5 + d3*a7
			r[3*step] = d0*a3 - d1*a7 - d2*a1 - d3*a5
			r[5*step] = d0*a5 - d1*a1 + d2*a7 + d3*a3
			r[7*step] = d0*a7 - d1*a5 + d2*a3 - d3*a1
		}
	}
}

// back8 undoes it.
func back8(b *[64]float32) {
	for pass := range 2 {
		step, next := 8, 1
		if pass == 1 {
			step, next = 1, 8
		}
		for j := range 8 {
			r := b[j*next:]
			_ = r[7*step]
			y0, y1, y2, y3 := r[0], r[step], r[2*step], r[3*step]
			y4, y5, y6, y7 := r[4*step], r[5*step], r[6*step], r[7*step]
			p, q := (y0+y4)*a4, (y0-y4)*a4
			m, n := y2*a2+y6*a6, y2*a6-y6*a2
			s0, s1, s2, s3 := p+m, q+n, q-n, p-m
			d0 := y1*a1 + y3*a3 + y5*a5 + y7*a7
			d1 := y1*a3 - y3*a7 - y5*a1 - y7*a5
			d2 := y1*a5 - y3*a1 + y5*a7 + y7*a3
			d3 := y1*a7 - y3*a5 + y5*a3 - y7*a1
			r[0], r[step], r[2*step], r[3*step] = s0+d0, s1+d1, s2+d2, s3+d3
			r[7*step], r[6*step], r[5*step], r[4*step] = s0-d0, s1-d1, s2-d2, s3-d3
		}
	}
}

// forward4 and back4 are the same for blocks of four.
func forward4(b *[64]float32) {
	for pass := range 2 {
		step, next := 1, 4
		if pass == 1 {
			step, next = 4, 1
		}
		for j := range 4 {
			r := b[j*next:]
			s0, s1, d0, d1 := r[0]+r[3*step], r[step]+r[2*step], r[0]-r[3*step], r[step]-r[2*step]
			r[0], r[2*step] = (s0+s1)*b2, (s0-s1)*b2
			r[step], r[3*step] = d0*b1+d1*b3, d0*b3-d1*b1
		}
	}
}

func back4(b *[64]float32) {
	for pass := range 2 {
		step, next := 4, 1
		if pass == 1 {
			step, next = 1, 4
		}
		for j := range 4 {
			r := b[j*next:]
			s0, s1 := (r[0]+r[2*step])*b2, (r[0]-r[2*step])*b2
			d0, d1 := r[step]*b1+r[3*step]*b3, r[step]*b3-r[3*step]*b1
			r[0], r[step], r[2*step], r[3*step] = s0+d0, s1+d1, s1-d1, s0-d0
		}
	}
}
