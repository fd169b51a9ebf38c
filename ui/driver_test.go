package ui

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/stretchr/testify/require"

	"secondlook/app/notice"
	"secondlook/ui/widgets"
)

// desk is a printer as a test sets it: none, and a folder, unless on is set.
type desk struct {
	on    bool
	saved []string
	pages []notice.Driver
}

func (d *desk) Ready() (bool, string) { return d.on, "/home/officer/Documents" }
func (d *desk) Print(_ context.Context, pages []notice.Driver, folder string) (string, error) {
	d.pages, d.saved = pages, append(d.saved, folder)
	if folder == "" {
		return "", nil
	}
	return folder + "/notice-2026-11-22-214708.pdf", nil
}

// telling opens the notice step of a confirmed hit.
func (f *fixture) telling() {
	f.t.Helper()
	f.startPatrol()
	f.see("CWTR415", "Front right")
	f.pass(2 * time.Second)
	for _, k := range []rune{'1', '0', '1'} {
		f.key(k)
	}
	require.IsType(f.t, &telling{}, f.top())
}

func TestRequirement15_NoticeIsShownToTheDriverInBothLanguages(t *testing.T) {
	f := newFixture(t, setting{size: fyne.NewSize(1280, 1400)})
	f.telling()
	f.tap("Show to the driver")
	n := f.c.Pack().Notice
	for _, text := range []string{n.Say.EN, n.Say.FR, "Under " + n.Authority.EN + ".", "En vertu " + n.Authority.FR + ".", "To " + n.Purpose.EN + ".", "Pour " + n.Purpose.FR + ".",
		n.Complaint.EN, n.Complaint.FR, "Ministry of Transportation, Registrar, 416-555-0177"} {
		f.requireSays(text)
	}
	for _, o := range all[*widgets.Text](f) {
		require.NotContains(t, o.Text(), "CWTR415", "nothing of the plate")
	}
	f.tap("Back")
	require.IsType(t, &telling{}, f.top(), "back to the step")
}

// The code is read back from the window's own picture of it.
func TestRequirement15_QRCodeHoldsTheNoticeAndNothingElse(t *testing.T) {
	f := newFixture(t, setting{})
	f.telling()
	f.tap("QR code")
	for _, size := range []fyne.Size{fyne.NewSize(1280, 800), fyne.NewSize(1024, 600)} {
		f.win.Resize(size)
		for language, button := range map[string]string{"en": "English", "fr": "Français"} {
			f.tap(button)
			var code *canvas.Image
			var foot float32
			walk(f.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, at fyne.Position) {
				if i, ok := o.(*canvas.Image); ok && i.Image != nil && i.Size().Width > 300 {
					code, foot = i, at.Y+i.Size().Height
				}
			})
			require.NotNil(t, code)
			require.Less(t, foot, size.Height, "what is not in sight cannot be read")
			bits, err := gozxing.NewBinaryBitmapFromImage(code.Image)
			require.NoError(t, err)
			read, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true, gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"})
			require.NoError(t, err)
			n := f.c.Pack().Notice
			for _, text := range []string{n.Authority.In(language), n.Purpose.In(language), n.Contact.Address, n.Contact.Telephone} {
				require.Contains(t, read.GetText(), text)
			}
			for _, text := range []string{"CWTR415", "http", "www."} {
				require.NotContains(t, read.GetText(), text)
			}
			perSquare := code.Size().Width / float32(code.Image.Bounds().Dx()/modulePixels)
			require.GreaterOrEqual(t, perSquare, float32(2.9), "a telephone must tell the squares apart")
		}
		f.key('1') // answers belong to the step, not to the code
		require.IsType(t, &driverCode{}, f.top())
	}
}

func TestRequirement15_NoticeIsPrintedOrSaved(t *testing.T) {
	f := newFixture(t, setting{})
	f.telling()
	f.desk.on = true
	f.tap("Print")
	f.requireSays("Sent to the printer: a page in each language.")
	require.Equal(t, []string{""}, f.desk.saved)
	require.Len(t, f.desk.pages, 2)

	f.desk.on = false
	f.tap("Print")
	f.requireSays("Save the notice to print")
	f.tap("Save")
	f.requireSays("Saved as /home/officer/Documents/notice-2026-11-22-214708.pdf")
}

func TestRequirement50_ChecklistStandsBeforeTheStart(t *testing.T) {
	f := newFixture(t, setting{})
	f.signIn()
	f.requireSays("Pre-shift checklist: Nothing stands against a patrol.")
	f.tap("Open the checklist")
	f.requireSays("Hotlist CPIC: 5 entries, 3 h old")
	f.tap("Back")
	f.tap("Start patrol")
	require.True(t, f.c.Patrolling(), "one tap goes on when all is well")
	require.False(t, f.says("Pre-shift checklist: Nothing stands against a patrol."))
}

func TestRequirement50_StartLeadsToWhatIsNotWell(t *testing.T) {
	f := newFixture(t, setting{})
	f.pass(48 * time.Hour)
	f.signIn()
	f.requireSays("Pre-shift checklist: 1 thing needs attention.")
	f.tap("Start patrol")
	require.False(t, f.c.Patrolling())
	f.requireSays("Pre-shift checklist")
	f.tap("Start patrol")
	require.False(t, f.c.Patrolling())
	f.requireSays("Say in a note what needs attention, or put it right.")
	for _, field := range all[*widgets.Field](f) {
		if field.Label() == "Note on what needs attention" {
			field.SetText("the desk sends a new list")
		}
	}
	f.tap("Start patrol")
	require.True(t, f.c.Patrolling())
	d, _ := f.c.Deployment()
	require.Equal(t, "the desk sends a new list", d.Exceptions[0].Note)
	require.IsType(t, &patrolScreen{}, f.top())
}
