// Package scrub has memory overwritten when it is given back. Importing it is
// enough for the C and C++ libraries of the program, OpenCV, Tesseract and the
// networks' runtime: pictures, texts and everything between are gone as soon as
// they are freed, not when somebody else happens to need the room. Only Linux with
// glibc has that: there, the package takes the place of the C library's free and
// realloc, as programs with an allocator of their own do, and leaves the
// allocating to it.
//
// The C functions' stacks are overwritten on request: [ThreadStack].
package scrub
