package ui

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/hit"
	"secondlook/app/shift"
	"secondlook/store"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// broken is the window of a damaged terminal.
type broken struct {
	*Damaged
	t       *testing.T
	picture *fixture
	closed  int
}

func newBroken(t *testing.T, language string, palette theme.Palette, recover Recover) *broken {
	t.Helper()
	words.Use(language)
	t.Cleanup(func() { words.Use(words.English) })
	test.NewTempApp(t).Settings().SetTheme(theme.New(palette))
	w := test.NewTempWindow(t, widgets.NewColumn(1))
	w.Resize(fyne.NewSize(1280, 800))
	b := &broken{t: t, picture: &fixture{UI: &UI{win: w}, t: t}}
	b.Damaged = newDamaged(w, recover, func() { b.closed++ })
	t.Cleanup(b.Stop)
	return b
}

// button finds a button by what it says.
func (b *broken) button(key string) *widgets.Button {
	b.t.Helper()
	for _, o := range test.LaidOutObjects(b.win.Content()) {
		if button, ok := o.(*widgets.Button); ok && button.Text == words.T(key) {
			return button
		}
	}
	require.Failf(b.t, "no such button", "%s", key)
	return nil
}

// says is all that the window shows.
func (b *broken) says() string {
	var said []string
	for _, o := range test.LaidOutObjects(b.win.Content()) {
		if text, ok := o.(*widgets.Text); ok && text.Visible() {
			said = append(said, text.Text())
		}
	}
	return strings.Join(said, "\n")
}

// recoverAs confirms a recovery and waits for its end.
func (b *broken) recoverAs(badge access.Badge, secret, code string) {
	b.badge.SetText(string(badge))
	b.secret.SetText(secret)
	b.code.SetText(code)
	test.Tap(b.button("recover.now"))
	b.work.Wait()
}

// The screen says in both languages what happened and what an administrator can do; what
// decides is large enough for a thumb.
func TestRequirement29_ADamagedStoreIsSaidOnScreen(t *testing.T) {
	for _, language := range []string{words.English, words.French} {
		b := newBroken(t, language, theme.Night, nil)
		require.Contains(t, b.says(), words.T("damaged.title"))
		require.Contains(t, b.says(), words.T("damaged.recover"))
		for _, key := range []string{"damaged.close", "recover.begin"} {
			require.GreaterOrEqual(t, b.button(key).Size().Height, float32(76))
		}
		test.Tap(b.button("damaged.close"))
		require.Equal(t, 1, b.closed)
		test.Tap(b.button("recover.begin"))
		require.GreaterOrEqual(t, b.button("recover.now").Size().Height, float32(76))
		test.Tap(b.button("recover.now"))
		require.Contains(t, b.says(), words.T("signin.badge.needed"))
		b.badge.SetText("10077")
		test.Tap(b.button("recover.now"))
		require.Contains(t, b.says(), words.T("signin.secret.needed"))
		test.Tap(b.button("action.back"))
		require.Contains(t, b.says(), words.T("damaged.what"))
	}
}

// A store with three hits and a deployment, of which the list of free pages and the key
// of a hit are gone, is recovered from the screen.
func TestRequirement29_ADamagedStoreIsRecoveredFromTheScreen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "terminal.db")
	options := store.Options{Rounds: 8}
	s, err := store.Open(path, options)
	require.NoError(t, err)
	e := audit.Event{Name: "Ada Admin", Badge: string(adminBadge), Role: "administrator", Act: audit.HitRaised}
	admin := access.Officer{Name: "Ada Admin", Badge: adminBadge, Roles: []access.Role{access.Administrator}}
	require.NoError(t, s.SetUp(ctx, access.Person{Officer: admin}, adminPIN, e))
	require.NoError(t, s.Register(ctx, access.Officer{Name: "Pat Patrol", Badge: patrolBadge, Roles: []access.Role{access.Patrol}}, patrolPIN, e))
	for _, id := range []string{"h-1", "h-2", "h-3"} {
		require.NoError(t, s.Raise(ctx, hit.Hit{ID: id, RaisedAt: evening}, hit.Pictures{Plate: []byte("plate")}, e))
	}
	require.NoError(t, s.PutDeployment(ctx, shift.Deployment{ID: "d-1"}, e))
	require.NoError(t, s.Close())
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	for at := 0; at < len(file); at += os.Getpagesize() { // the list of bbolt's free pages
		if flags := file[at+8 : at+10]; binary.NativeEndian.Uint16(flags) == 0x10 {
			clear(flags)
		}
	}
	key := 0
	for at := range len(file) - 3 { // the key of h-2 is what stands behind its id, 61 bytes long
		if string(file[at:at+3]) == "h-2" {
			file[at+20] ^= 1
			key++
		}
	}
	require.Positive(t, key)
	require.NoError(t, os.WriteFile(path, file, 0o600))
	_, err = store.Open(path, options)
	require.ErrorIs(t, err, store.ErrDamaged)

	var told []int64
	b := newBroken(t, words.English, theme.Night, func(ctx context.Context, badge access.Badge, proof access.Proof, tell func(done, total int64)) (Recovered, error) {
		from, err := store.ToRecover(path)
		if err != nil {
			return Recovered{}, err
		}
		r, err := store.Recover(ctx, from, path, badge, proof, options, func(done, total int64) {
			told = append(told, done*100/total)
			tell(done, total)
		})
		return Recovered{Kept: r.Kept, Doubtful: r.Doubtful, Hits: r.Lost, Pictures: r.Pictures, Missing: r.Missing, More: r.More, SetAside: filepath.Base(r.SetAside)}, err
	})
	test.Tap(b.button("recover.begin"))
	b.recoverAs(adminBadge, "wrong-9911", "")
	require.Contains(t, b.says(), words.Error(access.ErrBadSignIn))
	require.Empty(t, b.secret.Text())
	b.recoverAs(patrolBadge, patrolPIN, "")
	require.Contains(t, b.says(), words.Error(access.ErrNotAllowed))
	b.recoverAs(adminBadge, adminPIN, "")
	said := b.says()
	require.Contains(t, said, words.T("recover.done"))
	require.Contains(t, said, words.T("recover.kept", "N", 2), "hits")
	require.Contains(t, said, words.T("recover.lost", "N", 1))
	require.Contains(t, said, words.T("recover.doubtful"))
	set, err := store.SetAsideStores(path)
	require.NoError(t, err)
	require.Len(t, set, 1)
	require.Contains(t, said, filepath.Base(set[0]))
	require.NotContains(t, said, "Patrol")
	kept, err := os.ReadFile(set[0])
	require.NoError(t, err)
	require.Equal(t, file, kept, "the damaged file is as it was")
	require.NotEmpty(t, told)
	require.IsNonDecreasing(t, told[len(told)-10:])
	require.EqualValues(t, 1, b.bar.Value())
	test.Tap(b.button("damaged.close"))
	require.Equal(t, 1, b.closed)

	s, err = store.Open(path, options)
	require.NoError(t, err)
	defer s.Close()
	_, err = s.SignIn(ctx, patrolBadge, access.Proof{Secret: patrolPIN})
	require.NoError(t, err)
	hits, err := s.Hits(ctx)
	require.NoError(t, err)
	require.Len(t, hits, 2)
}

// The code of a second factor is asked for where there is one, and the PIN stays for it.
func TestARecoveryAsksForTheCodeOfASecondFactor(t *testing.T) {
	codes := []string{}
	b := newBroken(t, words.English, theme.Night, func(_ context.Context, _ access.Badge, p access.Proof, _ func(done, total int64)) (Recovered, error) {
		codes = append(codes, p.Code)
		switch p.Code {
		case "":
			return Recovered{}, access.ErrCodeNeeded
		case "123456":
			return Recovered{}, access.ErrBadCode
		}
		return Recovered{}, errors.New("no room")
	})
	test.Tap(b.button("recover.begin"))
	require.False(t, b.code.Visible())
	b.recoverAs(adminBadge, adminPIN, "")
	require.True(t, b.code.Visible())
	require.Equal(t, adminPIN, b.secret.Text())
	b.recoverAs(adminBadge, adminPIN, "123456")
	require.Contains(t, b.says(), words.Error(access.ErrBadCode))
	b.recoverAs(adminBadge, adminPIN, "654321")
	require.False(t, b.code.Visible())
	require.Contains(t, b.says(), "no room")
	require.Equal(t, []string{"", "123456", "654321"}, codes)
}
