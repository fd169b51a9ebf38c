package forms

import (
	"time"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/hotlist"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// NewLists returns the screen on which anybody sees which hotlists are in force, how
// old each is, and where it is from. It is a [Follower].
func NewLists(c *cruiser.Cruiser, nav Navigator) fyne.CanvasObject {
	list := widgets.NewColumn(1.5)
	page := widgets.NewPage(words.T("lists.title"), nav.Back, list)
	show := func() {
		list.RemoveAll()
		for _, l := range c.Lists() {
			list.Add(widgets.NewCard("", widgets.NewFillRow(1.5, 1, listMark(l), listText(l, c.Now()))))
		}
		if len(list.Objects) == 0 {
			list.Add(widgets.NewBody(words.T("lists.none.officer")))
		}
		page.Refresh()
	}
	show()
	return newFollowing(page, show, cruiser.ListsChanged)
}

// listMark is the icon of a list: a warning where it is old or cannot be read.
func listMark(l hotlist.Summary) fyne.CanvasObject {
	switch {
	case l.SetAside:
		return marked("warning", "", theme.ColorGrave)
	case l.Old:
		return marked("warning", "", theme.ColorHigh)
	}
	return marked("list", "", theme.ColorMuted)
}

// listText says what is known of a list: how many entries, how old, and whom to ask.
func listText(l hotlist.Summary, now time.Time) *fyne.Container {
	text := widgets.NewColumn(0, heading(listName(l.Name)))
	about := words.T("lists.count", "N", l.Count)
	if l.Name == hotlist.ManualList { // which is always of today
		text.Add(widgets.NewSmall(about))
		return text
	}
	if l.SetAside {
		text.Add(widgets.NewText(words.T("lists.setaside"), theme.SizeSmall, theme.ColorGrave, widgets.Wrapped))
	}
	age := about + " · " + words.ListAge(now.Sub(l.Made))
	if l.Old {
		text.Add(widgets.NewText(age+", "+words.T("lists.old"), theme.SizeSmall, theme.ColorHigh, widgets.Wrapped))
	} else {
		text.Add(widgets.NewSmall(age))
	}
	text.Add(widgets.NewSmall(words.T("lists.made", "Moment", words.Moment(l.Made))))
	switch {
	case l.Source != "" && l.Contact != "":
		text.Add(widgets.NewSmall(words.T("lists.source.contact", "Source", l.Source, "Contact", l.Contact)))
	case l.Source != "":
		text.Add(widgets.NewSmall(words.T("lists.source", "Source", l.Source)))
	case l.Contact != "":
		text.Add(widgets.NewSmall(l.Contact))
	default:
		text.Add(widgets.NewSmall(words.T("lists.source.none")))
	}
	return text
}
