package plate

// Box is where a plate stands in a camera's picture, in parts of the picture's width
// and height, from its upper left corner: all four between 0 and 1.
type Box struct{ Left, Top, Right, Bottom float64 }

// Followed is an [Evidence] whose plate can be found in the camera's next pictures.
type Followed interface {
	// Where returns a function that says where the plate stands now, false when it is
	// out of sight. It may be called from any goroutine, after [Evidence.Erase] too, and
	// keeps nothing of what the plate says. Where returns nil if nobody follows it.
	Where() func() (Box, bool)
}
