package crash

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// sector is what a disk writes whole or not at all, in bytes.
const sector = 512

// span is a stretch of the trace's time.
type span struct{ began, ended int }

// node is a file or a folder, under whatever name.
type node struct {
	folder bool
	// content is what it had at first; changes follow in order.
	content []byte
	changes []change
	// entries are a folder's names at first.
	entries map[string]*node
	syncs   []span
}

// change is a change of a node that a disk may or may not have yet.
type change struct {
	span
	// Of a file: data at a place, or its new size.
	at   int
	data []byte
	size int // -1 for a write
	// Of a folder: the name that goes, and the one that comes.
	gone, name string
	node       *node
}

// kept reports whether a change is on the disk for sure at a time.
func (n *node) kept(c change, at int) bool {
	for _, s := range n.syncs {
		if s.began >= c.ended && s.ended <= at {
			return true
		}
	}
	return false
}

// history is all that happened to the files under a folder.
type history struct {
	root  string
	top   *node
	open  map[int]*opened // by file descriptor
	said  []change        // what the terminal said
	lines int
}

type opened struct {
	node *node
	at   int // where the next write goes
	// since is when it was opened. A descriptor that is being closed is free for
	// another thread before the call that closes it has returned.
	since int
}

// snapshot reads a folder as it is; all of it is on the disk.
func snapshot(root string) (*node, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		content, err := os.ReadFile(root)
		return &node{content: content}, err
	}
	n := &node{folder: true, entries: map[string]*node{}}
	files, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if n.entries[f.Name()], err = snapshot(filepath.Join(root, f.Name())); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// newHistory reads what a trace says of a folder that was like top before.
func newHistory(root string, top *node, trace string) (*history, error) {
	h := &history{root: root, top: top, open: map[int]*opened{}}
	calls, lines, err := readTrace(trace)
	if err != nil {
		return nil, err
	}
	h.lines = lines
	for _, c := range calls {
		if err := h.take(c); err != nil {
			return nil, fmt.Errorf("line %d: %w", c.ended, err)
		}
	}
	return h, nil
}

// take notes what a call did. Calls come in the order in which they returned.
func (h *history) take(c call) error {
	if c.result < 0 {
		return nil
	}
	switch c.name {
	case "openat":
		return h.takeOpen(c)
	case "mkdirat":
		return h.link(c, 1, &node{folder: true, entries: map[string]*node{}})
	case "linkat":
		return h.takeLink(c, false)
	case "renameat":
		return h.takeLink(c, true)
	case "unlinkat":
		return h.link(c, 1, nil)
	}
	fd, err := c.number(0)
	if err != nil {
		return err
	}
	if c.name == "write" && fd == 1 {
		text, err := c.text(1)
		h.said = append(h.said, change{span: span{c.began, c.ended}, data: text})
		return err
	}
	o := h.open[fd]
	if o == nil {
		return nil // a socket, or a file elsewhere
	}
	return h.takeFile(c, fd, o)
}

// takeFile notes what a call did to an open file.
func (h *history) takeFile(c call, fd int, o *opened) (err error) {
	did := change{span: span{c.began, c.ended}, size: -1}
	switch c.name {
	case "close":
		if o.since < c.began {
			delete(h.open, fd)
		}
		return nil
	case "fsync", "fdatasync":
		o.node.syncs = append(o.node.syncs, did.span)
		return nil
	case "ftruncate":
		if did.size, err = c.number(1); err != nil {
			return err
		}
	case "pwrite64":
		if did.at, err = c.number(3); err != nil {
			return err
		}
	case "write":
		did.at = o.at
		o.at += c.result
	}
	if did.size < 0 {
		if did.data, err = c.text(1); err != nil {
			return err
		}
		did.data = did.data[:c.result]
	}
	o.node.changes = append(o.node.changes, did)
	return nil
}

func (h *history) takeOpen(c call) error {
	path, err := c.path(1)
	if err != nil || !h.under(path) {
		delete(h.open, c.result)
		return err
	}
	n := h.find(path)
	if n == nil {
		if !strings.Contains(c.args[2], "O_CREAT") {
			return fmt.Errorf("trace: a file was opened that nothing made: %s", path)
		}
		n = &node{}
		if err := h.link(c, 1, n); err != nil {
			return err
		}
	} else if strings.Contains(c.args[2], "O_TRUNC") {
		n.changes = append(n.changes, change{span: span{c.began, c.ended}})
	}
	if strings.Contains(c.args[2], "O_APPEND") {
		return fmt.Errorf("trace: %s is appended to, which is not understood here", path)
	}
	h.open[c.result] = &opened{node: n, since: c.ended}
	return nil
}

// takeLink notes another name for a file, in the place of the first or beside it.
func (h *history) takeLink(c call, instead bool) error {
	from, err := c.path(1)
	if err != nil || !h.under(from) {
		return err
	}
	n := h.find(from)
	if n == nil {
		return fmt.Errorf("trace: nothing is known of %s", from)
	}
	if err := h.link(c, 3, n); err != nil || !instead {
		return err
	}
	return h.link(c, 1, nil)
}

// link notes that a path, the argument i, has another node now, or none.
func (h *history) link(c call, i int, n *node) error {
	path, err := c.path(i)
	if err != nil || !h.under(path) {
		return err
	}
	folder := h.find(filepath.Dir(path))
	if folder == nil {
		return fmt.Errorf("trace: nothing is known of the folder of %s", path)
	}
	did := change{span: span{c.began, c.ended}, name: filepath.Base(path), node: n}
	if n == nil {
		did.name, did.gone = "", filepath.Base(path)
	}
	folder.changes = append(folder.changes, did)
	return nil
}

func (h *history) under(path string) bool {
	return path == h.root || strings.HasPrefix(path, h.root+"/")
}

// find is what a path names when all that was noted has happened.
func (h *history) find(path string) *node {
	n := h.top
	rest := strings.TrimPrefix(strings.TrimPrefix(path, h.root), "/")
	for name := range strings.SplitSeq(rest, "/") {
		if name != "" && n != nil {
			n = n.names(func(change) bool { return true })[name]
		}
	}
	return n
}

// names are a folder's names after those of its changes that happen.
func (n *node) names(happens func(change) bool) map[string]*node {
	names := map[string]*node{}
	for name, e := range n.entries {
		names[name] = e
	}
	for _, c := range n.changes {
		if !happens(c) {
			continue
		}
		delete(names, c.gone)
		if c.name != "" {
			names[c.name] = c.node
		}
	}
	return names
}

// cut is one power cut: at a line of the trace, with a part of what was not synced.
type cut struct {
	at     int
	random *rand.Rand
	// survives is how likely it is that something that was not synced is on the disk.
	survives float64
}

func newCut(h *history, random *rand.Rand) cut {
	likely := []float64{0, 0.5, 1, random.Float64()}
	return cut{at: 1 + random.IntN(h.lines), random: random, survives: likely[random.IntN(len(likely))]}
}

// happens decides whether the disk has a change.
func (k cut) happens(n *node, c change) bool {
	return c.began <= k.at && (n.kept(c, k.at) || k.random.Float64() < k.survives)
}

// rebuild writes a node as the disk could have it after the cut.
func (k cut) rebuild(n *node, path string) error {
	if !n.folder {
		return os.WriteFile(path, k.content(n), 0o600)
	}
	if err := os.Mkdir(path, 0o700); err != nil && !os.IsExist(err) {
		return err
	}
	for name, e := range n.names(func(c change) bool { return k.happens(n, c) }) {
		if err := k.rebuild(e, filepath.Join(path, name)); err != nil {
			return err
		}
	}
	return nil
}

// content is what the disk has of a file.
func (k cut) content(n *node) []byte {
	b := append([]byte(nil), n.content...)
	for _, c := range n.changes {
		switch {
		case c.began > k.at:
		case c.size >= 0:
			if k.happens(n, c) {
				b = resize(b, c.size)
			}
		case n.kept(c, k.at) || k.random.Float64() < k.survives/2:
			b = put(b, c.at, c.data)
		case k.random.Float64() < k.survives: // torn: some of its sectors
			for at := 0; at < len(c.data); {
				end := min(len(c.data), at+sector-(c.at+at)%sector)
				if k.random.Float64() < 0.5 {
					b = put(b, c.at+at, c.data[at:end])
				}
				at = end
			}
		}
	}
	return b
}

func resize(b []byte, size int) []byte {
	if size <= len(b) {
		return b[:size]
	}
	return append(b, make([]byte, size-len(b))...)
}

func put(b []byte, at int, data []byte) []byte {
	b = resize(b, max(len(b), at+len(data)))
	copy(b[at:], data)
	return b
}

// told is what the terminal had said by the time of the cut.
func (h *history) told(at int) string {
	var s strings.Builder
	for _, c := range h.said {
		if c.began <= at {
			s.Write(c.data)
		}
	}
	return s.String()
}

// files lists what is under a folder, for a failure's message.
func files(root string) (all []string) {
	filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, strings.TrimPrefix(path, root))
		}
		return nil
	})
	return all
}
