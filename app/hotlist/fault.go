package hotlist

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// FaultCode is the code of why a whole file is not taken in. The codes are stable.
type FaultCode string

const (
	// Of files of which nothing can be taken in.
	FaultEmpty         FaultCode = "empty"
	FaultNotText       FaultCode = "not-text"
	FaultUnknownLayout FaultCode = "unknown-layout"
	FaultManyLayouts   FaultCode = "many-layouts" // values: their ids
	FaultZipLayouts    FaultCode = "zip-layouts"  // no file of a zip file is in a known layout
	FaultZipFiles      FaultCode = "zip-files"    // values: how many at most
	FaultZipSize       FaultCode = "zip-size"     // values: how many MiB at most
	FaultZipPassword   FaultCode = "zip-password"
	FaultPacked        FaultCode = "packed"
	FaultExpands       FaultCode = "expands"
	FaultEntries       FaultCode = "entries"        // values: how many at most
	FaultHeaderLong    FaultCode = "header-long"    // values: line
	FaultHeaderQuote   FaultCode = "header-quote"   // values: line
	FaultColumnTwice   FaultCode = "column-twice"   // values: line, column
	FaultColumnMissing FaultCode = "column-missing" // values: line, column
	FaultDelta         FaultCode = "delta"          // a change of a list, not a file

	// Of files that read well and are held back.
	FaultPackedCut     FaultCode = "packed-cut"
	FaultHeaderMissing FaultCode = "header-missing"
	FaultFooterMissing FaultCode = "footer-missing"
	FaultFooterCount   FaultCode = "footer-count" // values: counted, found
	FaultLastRow       FaultCode = "last-row"
	FaultShrunk        FaultCode = "shrunk" // values: entries, entries in force, limit in per cent
)

// FaultCodes is every code.
var FaultCodes = []FaultCode{FaultEmpty, FaultNotText, FaultUnknownLayout, FaultManyLayouts, FaultZipLayouts, FaultZipFiles,
	FaultZipSize, FaultZipPassword, FaultPacked, FaultExpands, FaultEntries, FaultHeaderLong, FaultHeaderQuote, FaultColumnTwice,
	FaultColumnMissing, FaultDelta, FaultPackedCut, FaultHeaderMissing, FaultFooterMissing, FaultFooterCount, FaultLastRow, FaultShrunk}

// Fault is why a whole file is not taken in: what its error says in English, for
// other languages. It holds content of no row.
type Fault struct {
	Code FaultCode `json:"code"`
	// Values are the numbers and names that stand in the words, in order.
	Values []any `json:"values,omitempty"`
}

// unusableError is an [ErrUnusable] with its fault.
type unusableError struct {
	Fault
	text string
}

func (e *unusableError) Error() string { return e.text + ": " + ErrUnusable.Error() }
func (e *unusableError) Unwrap() error { return ErrUnusable }

func unusable(code FaultCode, format string, values ...any) error {
	return &unusableError{Fault{code, values}, fmt.Sprintf(format, values...)}
}

// faultsOf returns the fault of an error, if it has one.
func faultsOf(err error) []Fault {
	if u, ok := errors.AsType[*unusableError](err); ok {
		return []Fault{u.Fault}
	}
	return nil
}

// held is why a list is held back.
type held struct {
	Fault
	text string
}

// hold notes why the list is held back.
func (im *importer) hold(code FaultCode, format string, values ...any) {
	h := held{Fault{code, values}, fmt.Sprintf(format, values...)}
	if !slices.ContainsFunc(im.held, func(o held) bool { return o.text == h.text }) {
		im.held = append(im.held, h)
	}
}

// heldBack is the error of a list that is held back.
func (im *importer) heldBack() error {
	var why []string
	for _, h := range im.held {
		im.report.Faults = append(im.report.Faults, h.Fault)
		why = append(why, h.text)
	}
	return fmt.Errorf("%s: %w", strings.Join(why, "; "), ErrHeldBack)
}
