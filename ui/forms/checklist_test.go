package forms

import (
	"context"
	"errors"
	"image"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/cruiser"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/shift"
	"secondlook/ui/gallery/props"
	"secondlook/ui/widgets"
)

// lens are cameras that a test darkens before a patrol.
type lens struct {
	dark   bool
	health []patrol.Health
	// onRead takes what a car that passes reads as.
	onRead func(plate.Read)
}

func (l *lens) Start(ctx context.Context, _ []patrol.CameraSetting, _ plate.Jurisdiction, onRead func(plate.Read)) (patrol.Live, error) {
	l.onRead = onRead
	return street{ctx, l.health}, nil
}

// street is a patrol on which no car passes, unless a test says so.
type street struct {
	ctx    context.Context
	health []patrol.Health
}

func (s street) Health() []patrol.Health                             { return s.health }
func (street) Latest(int, uint64, image.Point) (*image.RGBA, uint64) { return nil, 0 }
func (s street) Wait() error                                         { <-s.ctx.Done(); return nil }

func (l *lens) Probe(context.Context, patrol.CameraSetting) error {
	if l.dark {
		return errors.New("no frames")
	}
	return nil
}

// beforeShift is an officer at a terminal with cameras and a list, before the first
// patrol of a shift.
func beforeShift(t *testing.T, o ...func(*terminalOptions)) *terminal {
	term := newTerminal(t, o...)
	term.populate()
	term.enrol()
	s := term.Settings()
	s.Cameras = []patrol.CameraSetting{{Name: "Front left", Source: "/dev/video0"}, {Name: "Rear", Source: "/dev/video1"}}
	require.NoError(t, term.ChangeSettings(t.Context(), s, "cameras mounted"))
	_, err := term.ImportList(t.Context(), "CPIC", start.Add(-3*time.Hour), strings.NewReader(props.BrokenList))
	require.NoError(t, err)
	term.signIn(officerBadge, officerPIN)
	return term
}

func TestRequirement50_ChecklistSaysStateFoundAndWhatToDo(t *testing.T) {
	term := beforeShift(t)
	term.lens.dark = true
	c := newChecklist(term.Cruiser, term)
	term.open(c.holder.Container)
	term.mustRead("2 things need attention.")
	require.False(t, find(term, func(f *widgets.Field) bool { return f == c.note })[0].Hidden)
	term.mustRead("Camera Front left: gives no picture", "a problem. Check its cable, power and lens; then look again.")
	term.tap("Start patrol")
	term.mustRead("Say in a note what needs attention, or put it right.")
	require.Empty(t, term.shown)

	term.lens.dark = false
	term.tap("Look again")
	term.mustRead("Nothing stands against a patrol.", "Camera Front left: gives a picture")
	require.True(t, c.note.Hidden)
	require.Equal(t, "Exampleville Police", c.area.Text(), "where this car patrols by itself")
	term.write("Where you patrol", "King Street")
	term.write("Camera check", "rear lens cleaned")
	term.tap("Start patrol")
	require.Equal(t, []string{ScreenPatrol}, term.shown)
	d, ok := term.Deployment()
	require.True(t, ok)
	require.Equal(t, "King Street", d.Area)
	require.Equal(t, "rear lens cleaned", d.Calibration)
	require.True(t, shift.AllWell(d.Checklist))
}

func TestRequirement28_ExceptionIsAskedBeforeTheShiftEnds(t *testing.T) {
	term := beforeShift(t)
	require.NoError(t, term.StartPatrolWith(t.Context(), cruiser.Start{Area: "King Street", Calibration: "rear lens cleaned"}))
	term.open(NewEndShift(term.Cruiser, term))
	term.write("Anything out of the ordinary", "snow on the rear camera")
	term.tap("End shift, sync later")
	term.mustRead("King Street", "mobile, 2 cameras", "rear lens cleaned", "Nothing stands against a patrol.", "21:47  snow on the rear camera", "0, not known")
}

func TestRequirement50_ChecklistIsForPatrols(t *testing.T) {
	term := newTerminal(t)
	term.populate()
	term.signIn(adminBadge, adminPIN)
	require.False(t, term.May(access.ActPatrol))
	term.open(NewChecklist(term.Cruiser, term))
	require.Empty(t, find(term, func(b *widgets.Button) bool { return b.Text == "Start patrol" }))
}
