package main

import (
	"errors"
	"io"

	"secondlook/vision/scene/press"
)

func scenes(io.Writer, uint64, []*press.Face) error { return errors.New("not here yet") }
