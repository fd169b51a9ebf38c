// Package notice is what drivers and the public are told of the system: the notice
// after a stop, the sheet that a service posts and the text on its cars. Every word
// of it comes from the policy pack (IPC, Notice, Transparency, Complaint and
// redress mechanisms).
package notice

import (
	"regexp"
	"strings"

	"secondlook/app/hotlist"
	"secondlook/app/policy"
)

// Languages are those in which a notice is made.
var Languages = []string{"en", "fr"}

// Driver is what a driver is told after a stop that followed a hit, in one
// language. It holds nothing of the driver, the plate or the car.
type Driver struct {
	Language string
	// Say comes first, Then goes on with authority, purpose and contact in one
	// sentence, as an officer says it.
	Say, Then string
	// Authority and Purpose are the same for reading (MFIPPA 29(2), FIPPA 39(2)).
	Authority, Purpose string
	// Contact is the official who answers questions.
	Contact Contact
	// Agency answers for the hotlist entry; its fields are empty where the record
	// does not say, which means that the service itself does.
	Agency Contact
	// Complaint says how to complain and have an entry corrected.
	Complaint string
}

// Contact is who answers and how they are reached.
type Contact struct {
	Title, Address, Telephone string
}

// Line is a contact in one line, without what is not known.
func (c Contact) Line() string {
	var parts []string
	for _, p := range []string{c.Title, c.Address, c.Telephone} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// ForDriver makes the notice for a hit on an entry. Of the entry it takes the
// agency that made it and nothing else.
func ForDriver(p *policy.Pack, e hotlist.Entry, language string) Driver {
	n := p.Notice
	d := Driver{Language: language, Say: n.Say.In(language), Authority: n.Authority.In(language), Purpose: n.Purpose.In(language),
		Contact:   Contact{n.Contact.Title.In(language), n.Contact.Address, n.Contact.Telephone},
		Agency:    Contact{Title: e.Agency, Telephone: e.Contact},
		Complaint: n.Complaint.In(language)}
	d.Then = strings.NewReplacer("{authority}", d.Authority, "{purpose}", d.Purpose, "{title}", d.Contact.Title,
		"{address}", d.Contact.Address, "{telephone}", d.Contact.Telephone).Replace(n.Then.In(language))
	return d
}

// webAddress is an address on the web, with the comma before it.
var webAddress = regexp.MustCompile(`(?i),?\s*\b(?:https?://|www\.)[^\s,;]*[^\s,;.)]`)

// Plain is the notice as text for a QR code: all that a driver needs, without a web
// address, so that reading it tells nobody who read it. answers says before the
// agency that it answers for the entry.
func (d Driver) Plain(answers string) string {
	lines := []string{d.Say, d.Then}
	if a := d.Agency.Line(); a != "" {
		lines = append(lines, answers+" "+a+".")
	}
	return webAddress.ReplaceAllString(strings.Join(append(lines, d.Complaint), "\n\n"), "")
}
