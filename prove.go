package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"secondlook/app/hotlist"
	"secondlook/app/plate"
	"secondlook/platform/paths"
	"secondlook/platform/remains"
	"secondlook/vision/scene"
)

// proveErasure is the proof of erasure (requirements row 56).
type proveErasure struct {
	Plates int           `help:"How many plates are shown." default:"1000" short:"n" placeholder:"N"`
	Hits   int           `help:"How many of them are on a list: each is raised, looked at and rejected as a misread." placeholder:"N"`
	Within time.Duration `help:"Show no more plates after this time: 30m." placeholder:"TIME"`
	Seed   int64         `help:"Which plates, cars and lights." default:"1" placeholder:"N"`
	JSON   bool          `help:"Print one JSON object." name:"json"`
	Leak   []string      `help:"Leak on purpose, to see that it is found: text, utf16, packed, crop, file, name; several with commas." enum:"text,utf16,packed,crop,file,name" placeholder:"HOW"`
}

// Help says what is proved, and what is not.
func (proveErasure) Help() string {
	return `Starts this program a second time as a terminal on patrol, without a window, and shows it street pictures with plates that are on no list, through a pipe. Then looks for the plates' text, in one byte and in two bytes a character, for the index's form of it, and for rows of pixels of their pictures: in the terminal's folders for data, cache, logs and temporary files, file names included; in the user's own folders and the machine's temporary folder, in what was written since; in the swap in use (which needs root); and in all of the running program's memory.

erase_ms_p50 and erase_ms_p99 are from the moment a read is handed on to be matched until its pictures are overwritten.

With --hits, so many of the plates come on a list just before they are shown, each with the name of a suspended driver, and leave it after. Each hit is stored, opened with its pictures and rejected as a misread, which destroys it; then it is looked for like the others, and so is the name.

Pictures are overwritten at once, texts when the collector has come twice, within three seconds. The search begins when the program has done that by itself after the last picture; how long it takes on a busy machine makes no difference.

What it cannot show: what a camera's own electronics, the kernel's buffers or a graphics card keep; and pictures in other sizes than they came in.

It ends with exit code 0 when nothing was found, 1 when anything was, 2 when it could not look.`
}

// maxFoundAt is how many of the places of finds are told one by one.
const maxFoundAt = 100

// proof is the result.
type proof struct {
	Plates        int            `json:"plates"`
	Reads         uint64         `json:"reads"`
	Rejected      uint64         `json:"rejected"`
	Places        []string       `json:"places"`
	BytesSearched int64          `json:"bytes_searched"`
	Found         int            `json:"found"`
	FoundBy       map[string]int `json:"found_by,omitempty"`
	FoundAt       []string       `json:"found_at,omitempty"`
	Left          []string       `json:"left,omitempty"`
	EraseP50      float64        `json:"erase_ms_p50"`
	EraseP99      float64        `json:"erase_ms_p99"`
}

// Run shows the plates and looks for them.
func (p proveErasure) Run(ctx context.Context, t *terminal) error {
	result, err := p.prove(ctx, t)
	if err != nil {
		fmt.Fprintln(t.errs, "secondlook: prove erasure:", err)
		return exitCode(2)
	}
	if p.JSON {
		err = json.NewEncoder(t.out).Encode(result)
	} else {
		err = result.print(t.out)
	}
	if err != nil {
		return fmt.Errorf("print the proof: %w", err)
	}
	if result.Found > 0 {
		return exitCode(1)
	}
	return nil
}

func (r proof) print(w io.Writer) error {
	fmt.Fprintf(w, "%d plates shown, %d read and matched with nothing, %d raised and rejected\n", r.Plates, r.Reads-r.Rejected, r.Rejected)
	for _, s := range r.Places {
		fmt.Fprintln(w, "searched:", s)
	}
	for _, s := range r.Left {
		fmt.Fprintln(w, "not searched:", s)
	}
	fmt.Fprintf(w, "%d bytes searched, %d found\n", r.BytesSearched, r.Found)
	for _, kind := range slices.Sorted(keysOf(r.FoundBy)) {
		fmt.Fprintf(w, "found: %s, %d times\n", kind, r.FoundBy[kind])
	}
	_, err := fmt.Fprintf(w, "overwritten after the match: %.3f ms (median), %.3f ms (99 of 100 are faster)\n", r.EraseP50, r.EraseP99)
	return err
}

func keysOf(m map[string]int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func (p proveErasure) prove(ctx context.Context, t *terminal) (result proof, err error) {
	if p.Plates < 1 {
		return result, errors.New("at least one plate must be shown")
	}
	if p.Hits < 0 || p.Hits > p.Plates {
		return result, errors.New("there cannot be more hits than plates")
	}
	root, err := os.MkdirTemp("", "secondlook-proof-")
	if err != nil {
		return result, fmt.Errorf("make a folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
	began := time.Now()
	s, err := p.start(ctx, t, root)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	needles, plates, err := s.show(ctx, p)
	if err != nil {
		return result, err
	}
	a, err := s.ask()
	if err != nil {
		return result, err
	}
	result = proof{Plates: plates, Reads: a.Reads, Rejected: a.Rejected, FoundBy: map[string]int{}}
	if a.Reads == 0 || a.NonHits+a.Rejected != a.Reads || (p.Hits > 0) != (a.Rejected > 0) {
		return result, fmt.Errorf("%d reads, %d of them non-hits, %d rejected: the pictures were not read as they should be", a.Reads, a.NonHits, a.Rejected)
	}
	slices.Sort(a.EraseMS)
	result.EraseP50, result.EraseP99 = quantile(a.EraseMS, 0.5), quantile(a.EraseMS, 0.99)
	// Nothing moves while it is looked at.
	if err := s.command.Process.Signal(syscall.SIGSTOP); err != nil {
		return result, fmt.Errorf("stop the program to look at it: %w", err)
	}
	return result, p.search(ctx, t, &result, needles, s.command.Process.Pid, root, began)
}

func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// search looks everywhere.
func (p proveErasure) search(ctx context.Context, t *terminal, r *proof, n *remains.Needles, pid int, root string, began time.Time) error {
	var all []remains.Searched
	add := func(s remains.Searched, err error) error {
		all = append(all, s)
		return err
	}
	own, err := paths.Default()
	if err != nil {
		return err
	}
	err = errors.Join(
		add(n.Folder(ctx, "the terminal's folders for data, cache, logs and temporary files", root, time.Time{}, "")),
		add(n.Folder(ctx, "the user's data folder, what was written since", own.Data, began, root)),
		add(n.Folder(ctx, "the user's cache folder, what was written since", own.Cache, began, root)),
		add(n.Folder(ctx, "the user's log folder, what was written since", own.Log, began, root)),
		add(n.Folder(ctx, "the machine's temporary folder, what was written since", os.TempDir(), began, root)),
		add(n.Swap(ctx, "the swap in use", pid)),
		add(n.Memory(ctx, "the memory of the running program", pid)),
	)
	if err != nil {
		return err
	}
	for _, s := range all {
		r.Places = append(r.Places, fmt.Sprintf("%s: %d bytes", s.Place, s.Bytes))
		r.BytesSearched += s.Bytes
		r.Found += len(s.Found)
		for _, f := range s.Found {
			r.FoundBy[f.Kind+" in "+s.Place]++
			if len(r.FoundAt) < maxFoundAt {
				r.FoundAt = append(r.FoundAt, strings.TrimSpace(fmt.Sprintf("%s: %#x %s", f.Kind, f.At, f.Part)))
			}
		}
		if s.Left != "" {
			r.Left = append(r.Left, s.Place+": "+s.Left)
		}
	}
	return nil
}

// subject is the program that sees the plates.
type subject struct {
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// start starts this program again, as the subject.
func (p proveErasure) start(ctx context.Context, t *terminal, root string) (*subject, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	temp := filepath.Join(root, "temp")
	if err := os.Mkdir(temp, 0o700); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	command := exec.CommandContext(ctx, self, "--data", root, "prove-subject", "--leak="+strings.Join(p.Leak, ","))
	command.Env = append(os.Environ(), "TMPDIR="+temp)
	command.Stderr = t.errs
	in, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the program again: %w", err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start the program again: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start the program again: %w", err)
	}
	return &subject{command, in, bufio.NewReader(out)}, nil
}

// emptyFrames is how many pictures of an empty road follow: the patrol goes on.
const emptyFrames = 6

// sceneCars is how many cars drive through one scene: it keeps the drawings of all,
// and lasts an hour at most.
const sceneCars = 250

// pictures are those that are shown, from one scene after the other. The last of
// them is the error of a scene that cannot be drawn, if there is one.
func (p proveErasure) pictures() iter.Seq2[scene.Picture, error] {
	return func(yield func(scene.Picture, error) bool) {
		for from := 0; from < p.Plates; from += sceneCars {
			pictures, err := scene.Pictures(p.Seed+int64(from)<<32, min(sceneCars, p.Plates-from))
			if err != nil {
				yield(scene.Picture{}, err)
				return
			}
			for _, picture := range pictures {
				if !yield(picture, nil) {
					return
				}
			}
		}
	}
}

// show sends the pictures, and lists where they are to be hits, and returns what
// must not be found of them, and how many there were.
func (s *subject) show(ctx context.Context, p proveErasure) (needles *remains.Needles, plates int, err error) {
	needles = remains.NewNeedles()
	began := time.Now()
	var bgr []byte
	var size image.Point
	for picture, err := range p.pictures() {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return nil, 0, err
		}
		if p.Within > 0 && time.Since(began) > p.Within {
			break
		}
		i := plates
		plates++
		size = picture.Image.Rect.Size()
		bgr = toBGR(picture.Image, bgr)
		for _, truth := range picture.Truth {
			if err := needles.AddText(string(truth.Text)); err != nil {
				return nil, 0, err
			}
			for _, packed := range hotlist.Packed(truth.Text) {
				if err := needles.Add("text as the index packs it", packed); err != nil {
					return nil, 0, err
				}
			}
			if err := addRows(needles, bgr, size.X, truth.Box); err != nil {
				return nil, 0, err
			}
			if i*p.Hits/p.Plates != (i+1)*p.Hits/p.Plates {
				if err := errors.Join(needles.AddText(ownerOf(truth.Text)), s.list(truth.Text)); err != nil {
					return nil, 0, err
				}
			}
		}
		if err := s.send(bgr, size); err != nil {
			return nil, 0, err
		}
	}
	if p.Hits > 0 {
		if err := s.list(nobody); err != nil {
			return nil, 0, err
		}
	}
	for i := range emptyFrames {
		for at := range bgr {
			bgr[at] = byte(70 + (at/3*31+i*7)%9)
		}
		if err := s.send(bgr, size); err != nil {
			return nil, 0, err
		}
	}
	return needles, plates, nil
}

// nobody is a plate that is never shown.
const nobody = "NOBODY99"

// ownerOf is an invented name for the suspended driver of a plate: what a list says of a
// person goes as its plate does.
func ownerOf(t plate.Text) string {
	b := []byte(t)
	slices.Reverse(b)
	return string(b) + " Exampleton"
}

// list has one plate, with its owner, on the list of those who are looked for.
func (s *subject) list(t plate.Text) error {
	text := "plate,category,driver,lenses\n" + string(t) + ",suspended-driver," + ownerOf(t) + ",yes\n"
	if err := s.send(nil, image.Pt(0, len(text))); err != nil {
		return err
	}
	if _, err := io.WriteString(s.in, text); err != nil {
		return fmt.Errorf("list a plate: %w", err)
	}
	return nil
}

// toBGR is a picture as cameras give it.
func toBGR(m *image.RGBA, out []byte) []byte {
	out = out[:0]
	for y := range m.Rect.Dy() {
		row := m.Pix[y*m.Stride : y*m.Stride+4*m.Rect.Dx()]
		for x := 0; x < len(row); x += 4 {
			out = append(out, row[x+2], row[x+1], row[x])
		}
	}
	return out
}

// rowPixels is how many pixels of a row of a plate are looked for.
const rowPixels = 16

// addRows adds rows of pixels from across a plate.
func addRows(n *remains.Needles, bgr []byte, width int, box image.Rectangle) error {
	for _, part := range []float64{0.35, 0.5, 0.65} {
		y := box.Min.Y + int(part*float64(box.Dy()))
		x := box.Min.X + (box.Dx()-rowPixels)/2
		if x < 0 || x+rowPixels > width || y < 0 || 3*(y*width+x+rowPixels) > len(bgr) {
			continue
		}
		row := bgr[3*(y*width+x):][:3*rowPixels]
		if slices.Max(row)-slices.Min(row) < 40 {
			continue // nothing stands there that could be told apart
		}
		if err := n.Add("pixels of a plate", row); err != nil {
			return err
		}
	}
	return nil
}

func (s *subject) send(bgr []byte, size image.Point) error {
	header := binary.LittleEndian.AppendUint32(nil, uint32(size.X))
	header = binary.LittleEndian.AppendUint32(header, uint32(size.Y))
	_, err := s.in.Write(header)
	if err == nil && len(bgr) > 0 {
		_, err = s.in.Write(bgr)
	}
	if err != nil {
		return fmt.Errorf("show a picture: %w", err)
	}
	return nil
}

// ask waits until all was looked at and erased, and returns the counts.
func (s *subject) ask() (a proofAnswer, err error) {
	if err := s.send(nil, image.Point{}); err != nil {
		return a, err
	}
	line, err := s.out.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &a)
	}
	if err != nil {
		return a, fmt.Errorf("the program did not answer: %w", err)
	}
	return a, nil
}

// stop ends the program.
func (s *subject) stop() error {
	s.in.Close()
	if err := s.command.Process.Signal(syscall.SIGCONT); err != nil {
		return fmt.Errorf("let the program go on: %w", err)
	}
	if err := s.command.Wait(); err != nil {
		return fmt.Errorf("the program that saw the plates: %w", err)
	}
	return nil
}
