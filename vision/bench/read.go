// Package bench measures this program: how well it reads plates in pictures whose
// truth is known ([Read]), how it keeps up with cameras, and what its redaction
// leaves.
package bench

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"secondlook/app/plate"
	"secondlook/vision/camera"
	"secondlook/vision/reading"
)

// ReadOptions say what [Read] measures.
type ReadOptions struct {
	// Folder holds the pictures and their truth.csv.
	Folder string
	// Region is assumed for plates that do not say who issued them; may be empty.
	Region plate.Jurisdiction
	// Crop says that each picture is a plate, cut out, and nothing else.
	Crop bool
	// Cores is how many pictures are read side by side, each on one core; 1 if 0.
	Cores int
	// JSON prints one JSON object instead of a table.
	JSON bool
	// Failures is a CSV file to be written, of the plates that were not read
	// right; none if empty. It holds plates.
	Failures string
	// Problems is where warnings go; os.Stderr if nil.
	Problems io.Writer
}

// ReadResult is what [Read] prints. Its JSON is a contract with those who measure.
type ReadResult struct {
	Pictures int `json:"pictures"`
	// Exact is the share of true plates, in per cent, whose text was read where
	// they are; Folded the same with O = 0 and I = 1; Candidates the share whose
	// folded text is among the candidates there.
	Exact      float64 `json:"exact"`
	Folded     float64 `json:"folded"`
	Candidates float64 `json:"candidates"`
	// FarPerPicture is how many plates a picture were read where no true one is.
	FarPerPicture float64 `json:"far_per_picture"`
	// MS50 and MS95 are the median and the 95th percentile of the time that a
	// picture took to be searched and read, in milliseconds of wall time; loading
	// it is left out.
	MS50 float64 `json:"ms_p50"`
	MS95 float64 `json:"ms_p95"`
	// Cores is how many pictures were read side by side.
	Cores int `json:"cores"`
}

// Read reads every picture that the folder's truth.csv names, compares, and writes
// the figures to out. It returns a [*TruthError] for a table that is wrong, and an
// error that names the first picture that is missing or damaged.
func Read(ctx context.Context, out io.Writer, o ReadOptions) error {
	o.Cores = max(1, o.Cores)
	if o.Problems == nil {
		o.Problems = os.Stderr
	}
	truths, err := loadTruth(o.Folder, o.Crop)
	if err != nil {
		return err
	}
	outcomes, err := readAll(ctx, truths, o)
	if err != nil {
		return err
	}
	if o.Failures != "" {
		if err := writeFailures(o.Failures, outcomes); err != nil {
			return err
		}
		fmt.Fprintf(o.Problems, "secondlook: %s holds the plates that were misread: keep it like the pictures, and delete it with them\n", o.Failures)
	}
	result := sum(outcomes)
	result.Cores = o.Cores
	if o.JSON {
		return json.NewEncoder(out).Encode(result)
	}
	return result.table(out)
}

// loadTruth reads the table of truths of a folder.
func loadTruth(folder string, crop bool) ([]truth, error) {
	f, err := os.Open(filepath.Join(folder, TruthFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s has no %s: a table with the columns file,x,y,w,h,plate, one row a plate, or file,plate for crops", folder, TruthFile)
	case err != nil:
		return nil, fmt.Errorf("open the truth: %w", err)
	}
	defer f.Close()
	return readTruth(bufio.NewReader(f), crop)
}

// outcome is a picture's truth and what was read in it.
type outcome struct {
	truth truth
	read  reading.Picture
}

// readAll reads the pictures, a goroutine for each core.
func readAll(ctx context.Context, truths []truth, o ReadOptions) ([]outcome, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	outcomes := make([]outcome, len(truths))
	var next atomic.Int64
	var readers sync.WaitGroup
	for range min(o.Cores, len(truths)) {
		readers.Go(func() {
			r, err := reading.NewLooker(o.Region, o.Crop)
			if err != nil {
				stop(fmt.Errorf("prepare the plate reader: %w", err))
				return
			}
			defer r.Close()
			for warm := false; ctx.Err() == nil; warm = true {
				i := int(next.Add(1)) - 1
				if i >= len(truths) {
					return
				}
				outcomes[i].truth = truths[i]
				if outcomes[i].read, err = readOne(r, truths[i], o.Folder, !warm); err != nil {
					stop(err)
				}
			}
		})
	}
	readers.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return outcomes, nil
}

// readOne reads one picture, twice if the networks have yet to take their memory.
func readOne(r *reading.Looker, t truth, folder string, cold bool) (reading.Picture, error) {
	path := filepath.Join(folder, t.file)
	picture, err := camera.Load(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return reading.Picture{}, &TruthError{Line: t.line, Column: "file", Reason: "there is no picture " + path}
	case err != nil:
		return reading.Picture{}, fmt.Errorf("%s: %w", path, err)
	}
	defer erase(&picture)
	frame := image.Rect(0, 0, picture.Cols(), picture.Rows())
	for _, p := range t.plates {
		if !p.box.Empty() && !p.box.Overlaps(frame) {
			return reading.Picture{}, &TruthError{Line: p.line, Reason: fmt.Sprintf("the plate lies outside the picture, which has %d × %d pixels", frame.Dx(), frame.Dy())}
		}
	}
	if cold {
		if _, err := r.Look(t.file, picture); err != nil {
			return reading.Picture{}, fmt.Errorf("%s: %w", path, err)
		}
	}
	read, err := r.Look(t.file, picture)
	if err != nil {
		return reading.Picture{}, fmt.Errorf("%s: %w", path, err)
	}
	return read, nil
}

// at returns the plates that were read where p is. A crop is all plate.
func (o outcome) at(p truePlate) []reading.Plate {
	if p.box.Empty() {
		return o.read.Plates
	}
	var there []reading.Plate
	for _, r := range o.read.Plates {
		if box(r).Overlaps(p.box) {
			there = append(there, r)
		}
	}
	return there
}

// far returns the plates that were read where the truth has none.
func (o outcome) far() []reading.Plate {
	var far []reading.Plate
	for _, r := range o.read.Plates {
		if !slices.ContainsFunc(o.truth.plates, func(p truePlate) bool { return p.box.Empty() || p.box.Overlaps(box(r)) }) {
			far = append(far, r)
		}
	}
	return far
}

func box(p reading.Plate) image.Rectangle {
	return image.Rect(p.Box[0], p.Box[1], p.Box[0]+p.Box[2], p.Box[1]+p.Box[3])
}

// fold makes the letters that several plate dies do not tell from digits equal to
// them. It is narrower than [plate.Fold]: measuring must not forgive a B for an 8.
var fold = strings.NewReplacer("O", "0", "I", "1").Replace

// judge says how a true plate was read.
func (o outcome) judge(p truePlate) (exact, folded, candidate bool) {
	want := fold(string(p.text))
	for _, r := range o.at(p) {
		exact = exact || r.Text == string(p.text)
		folded = folded || fold(r.Text) == want
		candidate = candidate || slices.ContainsFunc(r.Candidates, func(c reading.Candidate) bool { return fold(c.Text) == want })
	}
	return exact, folded, candidate || folded
}

// sum makes the figures.
func sum(outcomes []outcome) ReadResult {
	var plates, exact, folded, candidates, far int
	var ms []float64
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	for _, o := range outcomes {
		ms = append(ms, o.read.MS)
		far += len(o.far())
		for _, p := range o.truth.plates {
			e, f, c := o.judge(p)
			plates++
			count(&exact, e)
			count(&folded, f)
			count(&candidates, c)
		}
	}
	return ReadResult{
		Pictures:      len(outcomes),
		Exact:         share(exact, plates),
		Folded:        share(folded, plates),
		Candidates:    share(candidates, plates),
		FarPerPicture: round(float64(far)/float64(max(1, len(outcomes))), 4),
		MS50:          round(percentile(ms, 50), 1),
		MS95:          round(percentile(ms, 95), 1),
	}
}

// table prints the figures for people.
func (r ReadResult) table(out io.Writer) error {
	_, err := fmt.Fprintf(out, `pictures                   %8d
read exactly               %8.1f %%
read, O = 0 and I = 1      %8.1f %%
among the candidates       %8.1f %%
false plates a picture     %8.3f
time a picture, median     %8.1f ms
time a picture, 95th of 100%8.1f ms
cores                      %8d
`, r.Pictures, r.Exact, r.Folded, r.Candidates, r.FarPerPicture, r.MS50, r.MS95, r.Cores)
	return err
}

// writeFailures writes a row for each true plate that was not read, O = 0 and
// I = 1, with the surest reading at its place, and one with an empty truth for each
// plate that was read where none is.
func writeFailures(path string, outcomes []outcome) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the failures: %w", err)
	}
	defer f.Close()
	table := csv.NewWriter(f)
	table.Write([]string{"file", "truth", "read", "confidence", "candidates"}) // errors are kept for Error
	for _, o := range outcomes {
		for _, p := range o.truth.plates {
			if _, folded, _ := o.judge(p); folded {
				continue
			}
			best := reading.Plate{}
			if there := o.at(p); len(there) > 0 {
				best = there[0]
			}
			table.Write(failure(o.truth.file, string(p.text), best))
		}
		for _, r := range o.far() {
			table.Write(failure(o.truth.file, "", r))
		}
	}
	table.Flush()
	if err := errors.Join(table.Error(), f.Close()); err != nil {
		return fmt.Errorf("write the failures: %w", err)
	}
	return nil
}

func failure(file, truth string, r reading.Plate) []string {
	var candidates []string
	for _, c := range r.Candidates {
		candidates = append(candidates, c.Text+" "+strconv.FormatFloat(c.Confidence, 'f', 4, 64))
	}
	confidence := ""
	if r.Text != "" {
		confidence = strconv.FormatFloat(r.Confidence, 'f', 4, 64)
	}
	return []string{file, truth, r.Text, confidence, strings.Join(candidates, "; ")}
}
