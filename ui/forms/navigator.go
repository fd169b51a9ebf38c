// Package forms holds the screens on which people fill in, look up and decide:
// set-up, sign-in, people, settings, hit log, manual entries, searches and the end
// of a shift. Each is made by a constructor that takes the terminal and a
// [Navigator], and returns what package ui shows below its status bar.
package forms

import "fyne.io/fyne/v2"

// The names of the screens that [Navigator.Show] opens.
const (
	ScreenPatrol      = "patrol"
	ScreenHitLog      = "hit-log"
	ScreenManualEntry = "manual-entry"
	ScreenEntries     = "entries"
	ScreenSearch      = "search"
	ScreenEndShift    = "end-shift"
	ScreenChecklist   = "checklist"
	ScreenPeople      = "people"
	ScreenSettings    = "settings"
	// ScreenLists shows which hotlists are in force.
	ScreenLists = "lists"
	// ScreenNeeds asks for what a person needs before they may operate the system,
	// ScreenAccount shows what is on record of them.
	ScreenNeeds   = "needs"
	ScreenAccount = "account"
	// ScreenFirst offers set-up or demo, ScreenSetUp makes the first administrator.
	ScreenFirst  = "first"
	ScreenSetUp  = "set-up"
	ScreenSignIn = "sign-in"
	ScreenLock   = "lock"
	// ScreenRecover takes the recovery code, before anybody signs in.
	ScreenRecover = "recover"
	// ScreenDemo leaves this terminal's store alone and starts the demo.
	ScreenDemo = "demo"
	// ScreenCases leads to the disclosures, access requests, legal holds and orders.
	ScreenCases       = "cases"
	ScreenDisclosures = "disclosures"
	ScreenRequests    = "requests"
	ScreenHolds       = "holds"
	ScreenOrders      = "orders"
	// ScreenBreach reports a suspected breach.
	ScreenBreach = "breach"
	// ScreenAudit shows the audit record, ScreenReviews what others did.
	ScreenAudit   = "audit"
	ScreenReviews = "reviews"
	// ScreenStatistics shows counts as charts.
	ScreenStatistics = "statistics"
	// ScreenHit, followed by a hit's id, goes on with that hit.
	ScreenHit = "hit:"
)

// Navigator is how a screen moves on. Its methods are called on Fyne's own
// goroutine, as every callback of a widget is.
type Navigator interface {
	// Home shows the first screen of whoever is signed in; the sign-in, or the
	// choice of set-up and demo, where nobody is.
	Home()
	// Back shows the screen before this one.
	Back()
	// Show opens a screen by one of the names above.
	Show(screen string)
	// Window is where dialogs belong.
	Window() fyne.Window
	// Toast shows a line of text for a few seconds.
	Toast(text string)
}
