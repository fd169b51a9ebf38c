package position

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"secondlook/app/position"
)

// Sentences of a receiver in a car; the checksums are right.
const (
	driving   = "$GNRMC,142754.00,A,4339.19260,N,07922.99080,W,29.700,071.3,020326,,,A*68"
	void      = "$GPRMC,142755.00,V,,,,,,,020326,,,N*78"
	simulated = "$GPRMC,142756.00,A,4339.1926,N,07922.9908,W,29.7,71.3,020326,,,S*56"
	noSpeed   = "$GPRMC,142757.00,A,4339.1926,N,07922.9908,W,,71.3,020326,,,A*57"
	satellite = "$GPGSV,1,1,01,06,71,072,14*48"
)

func TestRequirement49_OnlyValidFixesOfNMEA(t *testing.T) {
	f, err := parseNMEA([]byte(driving))
	if err != nil {
		t.Fatal(err)
	}
	if d := f.KMH - 55.0; d < -0.1 || d > 0.1 {
		t.Errorf("29.7 knots are %.2f km/h", f.KMH)
	}
	if f.Degrees() != "43.65321, -79.38318" {
		t.Error("it is somewhere else")
	}
	for name, line := range map[string]string{"void": void, "simulated": simulated, "no speed": noSpeed, "satellites": satellite,
		"spoilt":   strings.Replace(driving, "4339", "4338", 1),
		"cut":      driving[:40],
		"no check": driving[:strings.IndexByte(driving, '*')],
		"empty":    "", "short": "$GPR"} {
		if _, err := parseNMEA([]byte(line)); !errors.Is(err, position.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), "43") {
			t.Errorf("%s: the error quotes the sentence", name)
		}
	}
}

func TestRequirement49_OnlyValidFixesOfGPSD(t *testing.T) {
	f, err := parseGPSD([]byte(`{"class":"TPV","device":"/dev/ttyACM0","mode":3,"time":"2026-03-02T14:27:54.000Z","lat":43.65321,"lon":-79.38318,"alt":76.2,"speed":15.28,"eps":0.4}`))
	if err != nil || f.KMH < 55 || f.KMH > 55.1 || f.Degrees() != "43.65321, -79.38318" {
		t.Errorf("%.2f km/h, %v", f.KMH, err)
	}
	for name, line := range map[string]string{
		"banner":    `{"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14}`,
		"no fix":    `{"class":"TPV","device":"/dev/ttyACM0","mode":1}`,
		"no speed":  `{"class":"TPV","mode":2,"lat":43.65321,"lon":-79.38318}`,
		"no place":  `{"class":"TPV","mode":2,"speed":0}`,
		"simulated": `{"class":"TPV","mode":3,"status":8,"lat":43.65321,"lon":-79.38318,"speed":15}`,
		"nowhere":   `{"class":"TPV","mode":3,"lat":143.65321,"lon":-79.38318,"speed":15}`,
		"no JSON":   `TPV`, "empty": ``,
	} {
		if _, err := parseGPSD([]byte(line)); !errors.Is(err, position.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// patient is long enough for a machine under any load.
const patient = time.Minute

// follow follows a source until it gave n fixes.
func follow(t *testing.T, r Receiver, source string, n int) []position.Fix {
	t.Helper()
	ctx, done := context.WithTimeout(t.Context(), patient)
	defer done()
	var fixes []position.Fix
	r.Follow(ctx, source, func(f position.Fix) {
		if fixes = append(fixes, f); len(fixes) == n {
			done()
		}
	})
	if len(fixes) < n {
		t.Fatalf("%d fixes of %d", len(fixes), n)
	}
	return fixes
}

// hurried does not wait before it opens a receiver again.
func hurried() Receiver {
	return Receiver{pause: func(context.Context, time.Duration) {}, Now: func() time.Time { return time.Unix(1_700_000_000, 0) }}
}

func TestRequirement49_GPSDIsFoundAgain(t *testing.T) {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	asked := make(chan string, 16)
	go func() {
		for { // two reports, then the line is cut
			conn, err := server.Accept()
			if err != nil {
				return
			}
			conn.Write([]byte(`{"class":"VERSION","release":"3.22"}` + "\r\n"))
			line, _ := bufio.NewReader(conn).ReadString('\n')
			select {
			case asked <- line:
			default:
			}
			conn.Write([]byte(`{"class":"TPV","mode":1}` + "\r\n" + `{"class":"TPV","mode":2,"lat":43.5,"lon":-79.5,"speed":2.5}` + "\r\n"))
			conn.Close()
		}
	}()
	fixes := follow(t, hurried(), "gpsd://"+server.Addr().String(), 3)
	if fixes[2].KMH != 9 || fixes[2].At.Unix() != 1_700_000_000 {
		t.Errorf("%.1f km/h at %v", fixes[2].KMH, fixes[2].At)
	}
	if got := <-asked; got != watch {
		t.Errorf("gpsd was asked %q", got)
	}
}

func TestRequirement49_AFileOfSentencesIsReadOverAndOver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "drive.nmea")
	if err := os.WriteFile(file, []byte(void+"\r\n"+driving+"\r\nnoise\r\n"+driving+"\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	follow(t, hurried(), file, 5)
}

func TestProbe(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct {
		source string
		want   error
	}{
		"fix":      {write("fix", driving+"\n"), nil},
		"no fix":   {write("void", void+"\n"), ErrNoFix},
		"nothing":  {filepath.Join(folder, "none"), os.ErrNotExist},
		"not even": {"receiver", position.ErrSource},
	} {
		ctx, done := context.WithTimeout(t.Context(), patient)
		tries := 0
		r := Receiver{pause: func(context.Context, time.Duration) {
			if tries++; tries == 3 {
				done()
			}
		}}
		if err := r.Probe(ctx, c.source); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		done()
	}
}

func TestRequirement48_DemoModeReportsTheScriptsSpeed(t *testing.T) {
	r, speeds := hurried(), []float64{-1, 0, 50, -1, 60}
	i := 0
	r.Script = func() (float64, bool) {
		kmh := speeds[i%len(speeds)]
		i++
		return kmh, kmh >= 0
	}
	fixes := follow(t, r, position.ScriptSource, 3)
	if fixes[0].KMH != 0 || fixes[1].KMH != 50 || fixes[2].KMH != 60 || fixes[0].Validate() != nil {
		t.Error("the script's speeds came out otherwise")
	}
}

func FuzzNMEA(f *testing.F) {
	for _, line := range []string{driving, void, simulated, noSpeed, satellite, "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C", `\s:r,c:1*00\$GPRMC`} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) { valid(t, line, parseNMEA) })
}

func FuzzGPSD(f *testing.F) {
	f.Add([]byte(`{"class":"TPV","mode":3,"lat":43.65321,"lon":-79.38318,"speed":15.28}`))
	f.Add([]byte(`{"class":"SKY","satellites":[{"PRN":6}]}`))
	f.Fuzz(func(t *testing.T, line []byte) { valid(t, line, parseGPSD) })
}

// valid asserts that what is read is a valid fix or [position.ErrInvalid].
func valid(t *testing.T, line []byte, parse func([]byte) (position.Fix, error)) {
	fix, err := parse(line)
	if err != nil && !errors.Is(err, position.ErrInvalid) {
		t.Errorf("%v", err)
	}
	if err == nil && fix.Validate() != nil {
		t.Error("an invalid fix was read")
	}
}
