package notify

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/stretchr/testify/require"
)

// desktop is a notification service on a message bus of its own, as a desktop
// has one.
type desktop struct {
	shown chan text
	icons chan int // bytes of the picture that came along
}

// Notify is org.freedesktop.Notifications.Notify.
func (d *desktop) Notify(app string, _ uint32, _, title, body string, _ []string, hints map[string]dbus.Variant, _ int32) (uint32, *dbus.Error) {
	size := 0
	for name, hint := range hints {
		if fields, ok := hint.Value().([]any); ok && strings.HasPrefix(name, "image") {
			size = len(fields[len(fields)-1].([]byte))
		}
	}
	d.shown <- text{app + ": " + title, body}
	d.icons <- size
	return 1, nil
}

// startDesktop starts a private message bus with a notification service on it.
func startDesktop(t *testing.T) *desktop {
	t.Helper()
	folder := t.TempDir()
	configuration := filepath.Join(folder, "bus.conf")
	require.NoError(t, os.WriteFile(configuration, []byte(`<busconfig>
<type>session</type><listen>unix:dir=`+folder+`</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>`), 0o600))
	bus := exec.CommandContext(t.Context(), "dbus-daemon", "--config-file="+configuration, "--nofork", "--print-address=1")
	out, err := bus.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, bus.Start())
	t.Cleanup(func() { _ = bus.Wait() }) // its context ends before the cleanup
	address, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	address = strings.TrimSpace(address)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)

	connection, err := dbus.Connect(address)
	require.NoError(t, err)
	t.Cleanup(func() { connection.Close() })
	d := &desktop{shown: make(chan text, 8), icons: make(chan int, 8)}
	require.NoError(t, connection.Export(d, "/org/freedesktop/Notifications", "org.freedesktop.Notifications"))
	reply, err := connection.RequestName("org.freedesktop.Notifications", dbus.NameFlagDoNotQueue)
	require.NoError(t, err)
	require.Equal(t, dbus.RequestNameReplyPrimaryOwner, reply)
	return d
}

func TestNotificationsReachTheDesktop(t *testing.T) {
	d := startDesktop(t)
	n := New("fr", false)
	for event := range events {
		require.NoError(t, n.Show(event))
		require.Equal(t, text{"SecondLook: " + french[event].title, french[event].body}, <-d.shown)
		require.Equal(t, 64*64*4, <-d.icons, "with the application's icon")
	}
	require.NoError(t, n.Close())
	require.NoError(t, n.Err())
	require.ErrorIs(t, n.Show(Alert), ErrClosed)
}

func TestAnEventThatWaitsIsNotShownTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		var shown []string
		n := start("en", false, func(title, _ string, _ any) error {
			shown = append(shown, title)
			<-hold
			return nil
		})
		require.NoError(t, n.Show(CameraLost))
		synctest.Wait() // the desktop is busy with it
		for range 50 {
			require.NoError(t, n.Show(Alert))
		}
		close(hold)
		synctest.Wait()
		require.Equal(t, []string{english[CameraLost].title, english[Alert].title}, shown)
		require.NoError(t, n.Close())
	})
}

func TestADesktopThatHangsDoesNotBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		n := start("en", false, func(string, string, any) error { <-hold; return nil })
		require.NoError(t, n.Show(Alert))
		synctest.Wait()
		begin := time.Now()
		require.ErrorContains(t, n.Close(), "does not answer")
		require.Equal(t, 2*time.Second, time.Since(begin))
		close(hold)
		<-n.done
	})
}

func TestErrSaysWhyTheLastOneFailed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		failure := errors.New("no desktop")
		n := start("en", false, func(title, _ string, _ any) error {
			if title == english[Alert].title {
				return failure
			}
			return nil
		})
		require.NoError(t, n.Show(Alert))
		synctest.Wait()
		require.ErrorIs(t, n.Err(), failure)
		require.NoError(t, n.Show(SyncDone))
		synctest.Wait()
		require.NoError(t, n.Err())
		require.Error(t, n.Show(events))
		require.Error(t, n.Show(-1))
		require.NoError(t, n.Close())
	})
}

func TestEveryEventHasTextsInBothLanguages(t *testing.T) {
	for event := range events {
		for _, texts := range []*[events]text{&english, &french} {
			require.NotEmpty(t, texts[event].title, event)
			require.NotEmpty(t, texts[event].body, event)
			require.Less(t, len(texts[event].title), 40, "short enough for a desktop's title line")
		}
	}
}
