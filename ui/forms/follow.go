package forms

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"secondlook/app/cruiser"
)

// Follower is a screen that follows the terminal. Whoever shows it calls Changed,
// on Fyne's goroutine, after each change that [cruiser.Cruiser.Subscribe] tells.
type Follower interface{ Changed(cruiser.Topic) }

// following is a page with what to do after changes.
type following struct {
	widget.BaseWidget
	page   fyne.CanvasObject
	follow func()
	topics []cruiser.Topic
}

var _ Follower = (*following)(nil)

func newFollowing(page fyne.CanvasObject, follow func(), topics ...cruiser.Topic) *following {
	f := &following{page: page, follow: follow, topics: topics}
	f.ExtendBaseWidget(f)
	return f
}

// Changed implements [Follower].
func (f *following) Changed(t cruiser.Topic) {
	if slices.Contains(f.topics, t) {
		f.follow()
	}
}

// Page is the page.
func (f *following) Page() fyne.CanvasObject { return f.page }

// CreateRenderer implements [fyne.Widget].
func (f *following) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(f.page) }

// Held implements [widgets.Holder].
func (f *following) Held() []fyne.CanvasObject { return []fyne.CanvasObject{f.page} }
