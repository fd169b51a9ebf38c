package main

import (
	"encoding/binary"
	"image"
	"io"
	"math"
	"math/rand/v2"

	"secondlook/vision/scene/press"
	"secondlook/vision/scene/roadside"
)

// Size of a scene in pixels, and the most plates in it.
const (
	sceneWidth, sceneHeight = 320, 192
	mostPlates              = 6
)

// scenes writes streets as the detector sees them until out is closed.
func scenes(out io.Writer, seed uint64, faces []*press.Face) error {
	p := press.New(faces)
	s := roadside.New(seed, func(rng *rand.Rand) *image.RGBA { return p.Random(rng).Picture })
	const pixels = sceneWidth * sceneHeight
	record := make([]byte, pixels+4+mostPlates*4*2*4)
	for {
		picture, corners := s.Next()
		copy(record, picture.Pix)
		clear(record[pixels:])
		n := min(len(corners), mostPlates)
		record[pixels] = byte(n)
		at := record[pixels+4:]
		for _, quad := range corners[:n] {
			for _, c := range quad {
				binary.LittleEndian.PutUint32(at, math.Float32bits(float32(c.X)))
				binary.LittleEndian.PutUint32(at[4:], math.Float32bits(float32(c.Y)))
				at = at[8:]
			}
		}
		if _, err := out.Write(record); err != nil {
			return nil // the trainer has enough
		}
	}
}
