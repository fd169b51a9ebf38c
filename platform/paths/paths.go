// Package paths says where this terminal keeps its files: data that lasts, a
// cache that may be lost, and logs. Begin with Default or Under.
package paths

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
)

// private is the mode of every folder made here: its owner's only.
const private = 0o700

// Folders are the three folders of one terminal. All exist and are open to their
// owner only.
type Folders struct {
	// Data holds what lasts: the store, settings, enrolment.
	Data string
	// Cache holds what can be made again.
	Cache string
	// Log holds logs, which never contain personal information.
	Log string
}

// Default returns the user's folders after the XDG base directory specification
// (on Windows and macOS, their counterparts), and makes them.
func Default() (Folders, error) {
	xdg.Reload() // the environment may have changed since the program began
	return create(Folders{
		Data:  filepath.Join(xdg.DataHome, "secondlook"),
		Cache: filepath.Join(xdg.CacheHome, "secondlook"),
		Log:   filepath.Join(xdg.StateHome, "secondlook", "log"),
	})
}

// Under returns the folders data, cache and log inside root, and makes them and
// root where it does not exist. The mode of a root that exists is left alone.
func Under(root string) (Folders, error) {
	absolute, err := filepath.Abs(root)
	if err != nil {
		return Folders{}, fmt.Errorf("find folder %s: %w", root, err)
	}
	return create(Folders{
		Data:  filepath.Join(absolute, "data"),
		Cache: filepath.Join(absolute, "cache"),
		Log:   filepath.Join(absolute, "log"),
	})
}

// create makes the folders, and takes group and others out of those that exist.
func create(f Folders) (Folders, error) {
	for _, folder := range []string{f.Data, f.Cache, f.Log} {
		if err := os.MkdirAll(folder, private); err != nil {
			return Folders{}, fmt.Errorf("make folder %s: %w", folder, err)
		}
		info, err := os.Stat(folder)
		if err != nil {
			return Folders{}, fmt.Errorf("look at folder %s: %w", folder, err)
		}
		if info.Mode().Perm()&^private == 0 {
			continue
		}
		if err := os.Chmod(folder, private); err != nil {
			return Folders{}, fmt.Errorf("close folder %s to others: %w", folder, err)
		}
	}
	return f, nil
}
