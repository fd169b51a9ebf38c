package forms

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/search"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// saver writes an answer to a file that the coordinator names. The file is readable
// by its owner only, and takes no other file's place.
type saver struct {
	c    *cruiser.Cruiser
	nav  Navigator
	id   string
	w    search.Words
	path *widgets.Field
	done *widgets.Text
	body fyne.CanvasObject
}

func newSaver(c *cruiser.Cruiser, nav Navigator, id string, w search.Words) *saver {
	s := &saver{c: c, nav: nav, id: id, w: w, path: widgets.NewField(words.T("requests.path"), words.T("requests.path.hint")),
		done: widgets.NewText("", theme.SizeBody, theme.ColorOK, widgets.Wrapped)}
	if home, err := os.UserHomeDir(); err == nil {
		// No name, plate or file number: those of files are seen by everybody.
		s.path.SetText(filepath.Join(home, "access-request-"+c.Now().Format("20060102-150405")))
	}
	s.body = widgets.NewCard("", widgets.NewColumn(1, s.path, s.done))
	return s
}

// fileForm is a kind of file.
type fileForm struct {
	key, ending string
	make        func(search.Document) ([]byte, error)
}

func fileForms() []fileForm {
	withheld := words.T("answer.withheld")
	return []fileForm{
		{"requests.save.json", ".json", search.Document.JSON},
		{"requests.save.markdown", ".md", func(d search.Document) ([]byte, error) { return d.Markdown(withheld), nil }},
		{"requests.save.text", ".txt", func(d search.Document) ([]byte, error) { return d.Text(withheld), nil }},
	}
}

// buttons save the answer in each form.
func (s *saver) buttons() (all []fyne.CanvasObject) {
	for _, f := range fileForms() {
		all = append(all, widgets.NewButton(widgets.Secondary, words.T(f.key), func() { s.save(f) }))
	}
	return all
}

func (s *saver) save(f fileForm) {
	s.done.SetText("")
	if !(form{needed(s.path, "requests.path.needed")}).ok(s.nav.Window()) {
		return
	}
	path := value(s.path)
	if filepath.Ext(path) != f.ending {
		path += f.ending
	}
	work(s.nav, func(ctx context.Context) func() {
		err := s.write(ctx, path, f)
		return func() {
			switch {
			case errors.Is(err, fs.ErrExist):
				s.path.SetError(words.T("requests.path.taken"))
			case errors.Is(err, errFile):
				s.path.SetError(words.T("requests.path.bad"))
			case err != nil:
				s.path.SetError(words.Error(err))
			default:
				s.done.SetText(words.T("requests.saved", "Path", path))
			}
			s.body.Refresh()
		}
	})
}

// errFile is for a file that cannot be made.
var errFile = errors.New("the file cannot be made")

func (s *saver) write(ctx context.Context, path string, f fileForm) error {
	return newFile(path, func(file io.Writer) error {
		q, err := s.c.ExportRequest(ctx, s.id, f.ending[1:])
		if err != nil {
			return err
		}
		text, err := f.make(search.Compose(q, s.c.Pack(), s.w))
		if err != nil {
			return err
		}
		_, err = file.Write(text)
		return err
	})
}

// newFile makes a file that only its owner can read, where none is, and has it
// filled; it removes it where that fails. The file comes first: what cannot be saved
// is not recorded as exported. It returns [fs.ErrExist] or errFile, or what fill did.
func newFile(path string, fill func(io.Writer) error) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errFile, err)
	}
	defer func() {
		if err != nil {
			os.Remove(path)
		}
	}()
	err = fill(file)
	return errors.Join(err, file.Sync(), file.Close())
}
