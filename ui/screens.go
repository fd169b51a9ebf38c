package ui

import (
	"fyne.io/fyne/v2"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/ui/forms"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// screens are the constructors of package forms by name.
var screens = map[string]func(*cruiser.Cruiser, forms.Navigator) fyne.CanvasObject{
	forms.ScreenSetUp:       forms.NewSetUp,
	forms.ScreenSignIn:      forms.NewSignIn,
	forms.ScreenLock:        forms.NewLock,
	forms.ScreenRecover:     forms.NewRecover,
	forms.ScreenHitLog:      forms.NewHitLog,
	forms.ScreenManualEntry: forms.NewManualEntry,
	forms.ScreenEntries:     forms.NewEntries,
	forms.ScreenSearch:      forms.NewSearch,
	forms.ScreenEndShift:    forms.NewEndShift,
	forms.ScreenChecklist:   forms.NewChecklist,
	forms.ScreenPeople:      forms.NewPeople,
	forms.ScreenSettings:    forms.NewSettings,
	forms.ScreenLists:       forms.NewLists,
	forms.ScreenCases:       forms.NewCases,
	forms.ScreenDisclosures: forms.NewDisclosures,
	forms.ScreenRequests:    forms.NewRequests,
	forms.ScreenHolds:       forms.NewHolds,
	forms.ScreenOrders:      forms.NewOrders,
	forms.ScreenBreach:      forms.NewBreach,
	forms.ScreenNeeds:       forms.NewNeeds,
	forms.ScreenAccount:     forms.NewAccount,
	forms.ScreenAudit:       forms.NewAudit,
	forms.ScreenReviews:     forms.NewReviews,
	forms.ScreenStatistics:  forms.NewStatistics,
}

func makeForm(name string, u *UI) fyne.CanvasObject {
	nav := navigator{u}
	if name == forms.ScreenFirst {
		return forms.NewFirst(u.c, nav, func() { u.Open(forms.ScreenDemo) })
	}
	if make, ok := screens[name]; ok {
		return make(u.c, nav)
	}
	return widgets.NewPage(words.T("page.unknown"), u.Back, widgets.NewBody(words.T("page.unknown.do")))
}

// place is a screen that the navigation leads to.
type place struct {
	name, icon, text string
	act              access.Act
	key              fyne.KeyName
}

// placeKeys lead to the places, in their order.
var placeKeys = []fyne.KeyName{fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6, fyne.KeyF7,
	fyne.KeyF8, fyne.KeyF9, fyne.KeyF10, fyne.KeyF11, fyne.KeyF12}

// places are the screens in the order in which they stand, for whoever may see them.
func (u *UI) places() []place {
	all := []place{
		{name: forms.ScreenHitLog, icon: "list", text: words.T("nav.hits"), act: access.ActSeeHits},
		{name: forms.ScreenManualEntry, icon: "entry", text: words.T("nav.entry"), act: access.ActProposeEntry},
		{name: forms.ScreenEntries, icon: "approve", text: words.T("nav.entries"), act: access.ActProposeEntry},
		{name: forms.ScreenSearch, icon: "search", text: words.T("nav.search"), act: access.ActSearch},
		{name: forms.ScreenEndShift, icon: "end-of-shift", text: words.T("nav.end-shift"), act: access.ActSync},
		{name: forms.ScreenPeople, icon: "person", text: words.T("nav.people"), act: access.ActPeople},
		{name: forms.ScreenSettings, icon: "settings", text: words.T("nav.settings"), act: access.ActSettings},
		{name: forms.ScreenReviews, icon: "review", text: words.T("nav.reviews"), act: access.ActReview},
		{name: forms.ScreenStatistics, icon: "statistics", text: words.T("nav.statistics"), act: access.ActStatistics},
		{name: forms.ScreenAudit, icon: "audit", text: words.T("nav.audit"), act: access.ActExportAudit},
	}
	if forms.MayCases(u.c) {
		all = append(all, place{name: forms.ScreenCases, icon: "list", text: words.T("nav.cases"), act: access.ActSeeDisclosures})
	}
	var seen []place
	for _, p := range all {
		if p.name == forms.ScreenEntries && u.c.May(access.ActApproveEntry) {
			p.text = words.T("nav.approvals")
		}
		if p.name == forms.ScreenPeople && !u.c.May(access.ActPeople) {
			p.act = access.ActTrain // who trains records it there
		}
		if u.c.May(p.act) {
			seen = append(seen, p)
		}
	}
	if _, ok := u.c.Score(); ok {
		seen = append([]place{{name: screenConsole, icon: "training", text: words.T("nav.trainer"), act: access.ActPatrol},
			{name: screenScore, icon: "exact", text: words.T("nav.score"), act: access.ActPatrol}}, seen...)
	}
	for i := range min(len(seen), len(placeKeys)) {
		seen[i].key = placeKeys[i]
	}
	return seen
}

// office is the first screen of people who do not patrol: what they may do.
type office struct{ page fyne.CanvasObject }

func newOffice(u *UI) *office {
	grid := widgets.NewGrid(300)
	for _, p := range u.places() {
		b := widgets.NewVerdict(widgets.Verdict, p.text, words.T("nav.why."+p.name), string(p.key), func() { u.Open(p.name) })
		b.Icon = p.icon
		grid.Add(b)
	}
	account := widgets.NewIconButton(widgets.Secondary, "person", words.T("nav.account"), func() { u.Open(forms.ScreenAccount) })
	lock := widgets.NewIconButton(widgets.Secondary, "lock", words.T("nav.lock"), u.lock)
	out := widgets.NewIconButton(widgets.Secondary, "close", words.T("nav.sign-out"), u.signOut)
	return &office{widgets.NewPage(words.T("office.title"), nil, grid, account, lock, out)}
}

func (o *office) object() fyne.CanvasObject { return o.page }
func (*office) queue() bool                 { return false }
