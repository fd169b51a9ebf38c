package assets

import (
	"embed"
	"fmt"
	"strings"
)

// texts is a folder of TOML files that are built in.
type texts struct {
	files  embed.FS
	folder string
	what   string // a file is, for errors
}

// names returns the files' names without their ending, sorted.
func (t texts) names() []string {
	files, err := t.files.ReadDir(t.folder)
	if err != nil {
		return nil // cannot happen: the folder is embedded
	}
	names := make([]string, 0, len(files))
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".toml"))
	}
	return names
}

func (t texts) read(name string) ([]byte, error) {
	text, err := t.files.ReadFile(t.folder + "/" + name + ".toml")
	if err != nil {
		return nil, fmt.Errorf("%s %s is not built in (there are %s): %w", t.what, name, strings.Join(t.names(), ", "), err)
	}
	return text, nil
}
