package layoutfile

import (
	"bytes"
	"testing"

	"secondlook/app/hotlist"
)

// BenchmarkImport reads synthetic lists from memory: rows into entries, checked,
// digested and handed over. What stands in its way is one look at a table of
// digests that no cache holds, a SHA-256 and one piece of memory a row; there is
// nothing else that grows with the list.
func BenchmarkImport(b *testing.B) {
	const rows = 200_000
	for _, id := range []string{"generic", "ncic", "ontario-mto", "texas-ncic", "illinois-leads"} {
		b.Run(id, func(b *testing.B) {
			l := layout(b, id)
			file, _ := synth(b, l, rows, 1)
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				report, err := hotlist.Import(bytes.NewReader(file), []hotlist.Layout{l}, options(), func(hotlist.Entry) error { return nil })
				if err != nil || report.Accepted < rows*99/100 {
					b.Fatal(err, report.Accepted)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
