package bench

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// watchMemory samples the memory of the process while a run of a length goes on.
// The function that it returns ends that and tells the memory at the end and how
// much it grew since the first quarter of the run, in megabytes. Both are medians
// over a tenth of the run, because the garbage collector makes memory swing.
func watchMemory(run time.Duration) func() (end, growth float64) {
	every := max(run/200, 50*time.Millisecond)
	stop, samples := make(chan struct{}), make(chan []float64)
	go func() {
		var all []float64
		ticks := time.NewTicker(every)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				all = append(all, memory())
			case <-stop:
				samples <- append(all, memory())
				return
			}
		}
	}()
	return func() (float64, float64) {
		close(stop)
		all := <-samples
		tenth := max(1, len(all)/10)
		from := len(all) / 4
		warm := median(all[from:min(from+tenth, len(all))])
		end := median(all[len(all)-tenth:])
		return end, end - warm
	}
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// memory is the resident memory of the process in megabytes; 0 where there is no
// /proc. See proc(5): the second figure of statm, in pages.
func memory() float64 {
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		return 0
	}
	return pages * float64(os.Getpagesize()) / 1e6
}

// processorTime is the time that all cores together have spent on the process; 0
// where there is no /proc. See proc(5): user and system time in stat, in
// hundredths of a second, counted behind the name in brackets.
func processorTime() time.Duration {
	data, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(data), ") ")
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0
	}
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	if err1 != nil || err2 != nil {
		return 0
	}
	return time.Duration(user+system) * 10 * time.Millisecond
}
