package scrub

// extern void secondlook_scrub_stack(void);
import "C"

// ThreadStack overwrites what C functions have left on the stack of the operating
// system's thread that the caller is locked to.
func ThreadStack() { C.secondlook_scrub_stack() }
