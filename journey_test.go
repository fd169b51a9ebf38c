package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/assets"
	"secondlook/vision/scene"
)

// dockProcess is a real station process.
type dockProcess struct {
	t       *testing.T
	program string
	data    string
	address string
	process *exec.Cmd
}

// buildStation builds the station's program, without cgo as it ships.
func buildStation(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secondlook-station")
	build := exec.Command("go", "build", "-o", path, "./platform/station/cmd/secondlook-station")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

// serve starts the station; the first time on a free port, later on the same.
func (d *dockProcess) serve() {
	d.t.Helper()
	listen := d.address
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	d.process = exec.Command(d.program, "serve", "--data", d.data, "--listen", listen, "--host", "127.0.0.1")
	d.process.Stderr = os.Stderr
	out, err := d.process.StdoutPipe()
	require.NoError(d.t, err)
	require.NoError(d.t, d.process.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, address, ok := strings.Cut(lines.Text(), "serving on "); ok {
			d.address = strings.Fields(address)[0]
			go io.Copy(io.Discard, out)
			return
		}
	}
	d.t.Fatal("the station did not serve")
}

func (d *dockProcess) kill() {
	if d.process != nil {
		d.process.Process.Kill()
		d.process.Wait()
	}
}

// run runs one of the station's commands and returns what it printed.
func (d *dockProcess) run(args ...string) string {
	d.t.Helper()
	out, err := exec.Command(d.program, append(args, "--data", d.data)...).CombinedOutput()
	require.NoError(d.t, err, string(out))
	return string(out)
}

// The people of the journey. Their names, badges and plates must be found in no
// file of the terminal.
const (
	adminName, adminBadge           = "Marguerite Desrosiers", "20418731"
	supervisorName, supervisorBadge = "Theodora Abernathy", "30577102"
	pin                             = "river-stone-4127"
	firstPIN                        = "given-by-hand-77"
)

// TestJourneyShift plays a shift: from a terminal with nothing set up, through
// sign-in, patrol, alert, power cut, verdict, record check, notice, outcome, a
// rejected hit, a manual entry and its approval, to the sync that a killed
// station interrupts and a repeated one completes.
func TestJourneyShift(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "terminal")
	station := &dockProcess{t: t, program: buildStation(t), data: filepath.Join(dir, "station")}
	t.Cleanup(station.kill)
	station.serve()
	bundle := filepath.Join(dir, "car.bundle")
	station.run("enrol", "car-4127", "--out", bundle, "--address", station.address)

	pictures := filepath.Join(dir, "pictures")
	require.NoError(t, os.Mkdir(pictures, 0o700))
	require.NoError(t, scene.WritePictures(pictures, 7, 5))
	plates := truth(t, pictures)
	list := filepath.Join(dir, "cpic.csv")
	rows := "plate,category,agency,contact\n" + plates[1] + ",stolen-vehicle,Test Regional Police,416-555-0101\n" + plates[3] + ",expired-plate,,\n"
	require.NoError(t, os.WriteFile(list, []byte(rows), 0o600))

	p := start(t, data)
	p.sees("text", "Try the demo")
	p.shoot("first")
	p.setUp("Officer")

	p.click("Settings")
	p.mount(pictures)
	p.importList(list, "CPIC")
	p.shoot("hotlists")
	p.click("Station")
	p.fill("Enrolment bundle", bundle)
	p.fill("Reason for the change", "dock of the test")
	p.click("Enrol this terminal")
	p.sees("part", "Enrolled at")
	p.click("Back")

	p.click("People")
	p.enlist(supervisorName, supervisorBadge, "Supervisor")
	p.click("Back")

	// From here on officer and supervisor work by keyboard alone.
	p.hand = keyboardOnly
	p.sees("text", "Pre-shift checklist: Nothing stands against a patrol.")
	p.click("Open the checklist")
	p.sees("text", "Position: no receiver on this terminal: hits carry no place")
	p.shoot("checklist")
	p.click("Back")
	p.click("Start patrol")
	p.sees("text", "Stolen vehicle")
	p.kill() // the power fails while the alert waits

	p = start(t, data)
	p.hand = keyboardOnly
	p.sees("field", "Badge")
	p.shoot("sign-in")
	p.signIn(adminBadge)
	p.click("Stolen vehicle")
	p.sees("text", "On the list")
	p.sees("text", "then check the record") // not before there was time to compare
	p.answer("Correct read")
	p.click("I have taken note: the driver may not be the registered owner.")
	p.answer("Active")
	p.click("Show to the driver")
	p.sees("part", "Test Regional Police, 416-555-0101")
	p.shoot("driver")
	p.click("Back")
	p.answer("Given")
	p.answer("This entry looks wrong")
	p.sees("text", "Recovered already")
	p.shoot("report")
	p.answer("Recovered already")
	p.sees("text", "Quieted: 1")
	p.answer("Warned")
	p.sees("text", "1 record to sync")
	p.click("Hits")
	p.sees("part", "Finished")
	p.shoot("hit-log")
	p.click("Back")
	p.click("Lock")
	p.sees("text", "Unlock")
	p.shoot("lock")
	p.signIn(adminBadge)

	p.click("Start patrol")
	p.click("Expired plate")
	p.answer("Misread")
	p.sees("part", "Erased. Only")

	p.click("New entry")
	p.fill("Plate", manualPlate)
	p.click("Choose…")
	p.click("Amber Alert")
	p.fill("Reason", "Amber Alert 26-17")
	p.click("1 day")
	p.shoot("manual-entry")
	p.click("Propose")
	p.sees("text", "Waits for a supervisor")
	p.click("Back")
	p.click("Plate check")
	p.fill("Plate", plates[1])
	p.click("Choose…")
	p.click("Active and open criminal investigation")
	p.fill("Reason", "theft of 21 November")
	p.fill("File number", "26-118203")
	p.click("Search")
	p.sees("part", "Logged at")
	p.shoot("plate-check")
	p.click("Back")
	p.click("Stop patrol")
	p.click("Sign out")

	p.signInFirst(supervisorBadge)
	p.click("Approvals")
	p.shoot("approvals")
	p.click("Approve")
	p.sees("part", "Approved. It")
	p.click("Back")

	station.kill()
	p.click("End of shift")
	p.shoot("end-of-shift")
	p.click("End shift and sync")
	p.sees("part", "The station did not answer.")
	station.serve()
	p.click("Sync now")
	p.sees("part", "everything finished is at the station.")
	p.shoot("synced")
	p.click("Sign out")
	p.sees("field", "Badge")

	arrived := station.run("records", "list", "--json")
	require.Equal(t, 1, strings.Count(arrived, `"hit"`), arrived)
	opened := station.run("records", "open", "--key", filepath.Join(station.data, "records.key"))
	require.Contains(t, opened, plates[1])
	require.Contains(t, opened, adminName)
	reports := station.run("records", "reports", "--key", filepath.Join(station.data, "records.key"))
	require.Contains(t, reports, plates[1])
	require.Contains(t, reports, "Test Regional Police, 416-555-0101")
	require.Contains(t, reports, "recovered")
	records := filepath.Join(dir, "records.jsonl")
	require.NoError(t, os.WriteFile(records, []byte(opened), 0o600))
	var figures, errs bytes.Buffer
	day := time.Now().Format(time.DateOnly)
	require.Zero(t, run([]string{"report", "--from", day, "--to", day, "--records", records, "--csv", "-"}, &figures, &errs), errs.String())
	for _, figure := range []string{"total,deployments,,1", "total,notices-given,,1", "total,verdicts,misread,1", "total,outcomes,warned,1", "total,searches,,1", "total,syncs-failed,,1"} {
		require.Contains(t, figures.String(), figure+"\n")
	}
	requireNoTrace(t, []string{data, p.temp}, append(plates, manualPlate, adminName, adminBadge, supervisorName, supervisorBadge, "daily list"))
}

// TestJourneyDemo is the demo as a trainer starts it: no camera, no station, no
// set-up. By clicks alone it reaches a confirmed hit and the notice, then, by the
// trainer's console, a look-alike that must be rejected, and the debrief of it;
// nothing else of it stays.
func TestJourneyDemo(t *testing.T) {
	home := t.TempDir() // where debriefs are saved
	t.Setenv("HOME", home)
	data := t.TempDir()
	p := start(t, data, "demo")
	p.hand = pointerOnly
	p.sees("part", "TRAINING.")
	// On a busy machine the alert is open before anybody looks at the patrol.
	if p.shooting() && p.has("part", "fps") {
		time.Sleep(4 * time.Second) // until a car is in the picture
		p.shoot("patrol")
	}
	p.click("Stolen vehicle")
	p.sees("text", "then check the record")
	// The context picture comes as soon as nobody can be told in it.
	p.goes("part", "People and other plates")
	require.False(t, p.has("text", "No context picture"))
	p.shoot("alert")
	p.taps = 0
	p.answer("Correct read")
	require.Equal(t, 1, p.taps, "from the alert to the verdict")
	p.click("I have taken note: the driver may not be the registered owner.")
	p.shoot("record-check")
	p.answer("Active")
	p.sees("text", "Tell the driver:")
	p.shoot("notice")
	p.answer("Given")
	p.sees("part", "What came of it?")
	require.LessOrEqual(t, p.taps, 1+3, "from the verdict to the notice recorded")
	p.shoot("outcome")
	p.answer("Warned")

	// The street goes on; the trainer takes another one from the library.
	p.click("Trainer")
	p.below("Play this file")
	p.click("Letter O, digit 0")
	p.sees("part", "Letter O, digit 0 · at 0:00")
	p.click("Go on")
	p.sees("text", "look-alike")
	p.sees("text", "then check the record")
	p.goes("part", "People and other plates")
	p.shoot("look-alike")
	p.answer("Misread")
	p.sees("part", "Erased. Only")
	p.click("Trainer")
	p.click("Debrief")
	p.sees("text", "What there was to see")
	p.click("Print")
	p.click("Save")
	p.sees("part", "TRAINING-FORMATION-debrief-")
	require.Len(t, saved(t, home, "*", "TRAINING-FORMATION-debrief-*.pdf"), 1)

	p.process.Process.Signal(syscall.SIGTERM)
	require.NoError(t, p.process.Wait())
	require.Empty(t, saved(t, data, "cache", "demo-*"), "the demo's store is thrown away")
}

// TestJourneyTrainer is a lesson by the keyboard alone: the trainer plays a scenario
// of their own, has cars come and a camera fail, stops it and begins again; the
// trainee compares, asks the agency, tells the driver; the debrief is saved.
func TestJourneyTrainer(t *testing.T) {
	folder := t.TempDir()
	own := filepath.Join(folder, "own.toml")
	script, err := assets.Scenario("stolen-vehicle")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(own, bytes.Replace(script, []byte("A stolen vehicle"), []byte("Lesson of Monday"), 1), 0o600))
	p := start(t, t.TempDir(), "demo")
	p.hand = keyboardOnly
	p.sees("part", "TRAINING.")

	p.press("t", "text", "What comes next")
	p.shoot("trainer-console")
	p.fill("A scenario of your own", filepath.Join(folder, "nowhere.toml"))
	p.key("Return")
	p.sees("part", "open the scenario")
	p.fill("A scenario of your own", own)
	p.key("Return")
	p.sees("part", "Lesson of Monday · at 0:00")
	p.press("9", "text", "Front right back") // its picture is lost
	p.press("r", "text", "Front right off, 20 s")
	p.press("4", "part", "It comes as soon as the scenario goes on.")
	p.press("t", "text", "then check the record")
	p.press("p", "part", "PAUSED")
	p.key("p")
	p.goes("part", "PAUSED")
	p.click("Stolen vehicle") // whichever of the two is open
	p.sees("text", "On the list")
	p.sees("text", "then check the record")
	// What was just opened takes no verdict until it was there long enough to compare.
	for until := time.Now().Add(patience); !p.has("text", "Record check"); {
		require.True(t, time.Now().Before(until), "no verdict is taken: %s", p.question("texts"))
		time.Sleep(700 * time.Millisecond)
		if !p.has("text", "then check the record") {
			continue
		}
		p.key("1")
		for soon := time.Now().Add(5 * time.Second); time.Now().Before(soon) && !p.has("text", "Record check"); {
			time.Sleep(50 * time.Millisecond)
		}
	}
	p.press("a", "part", "The agency answers: the record is active.")
	p.key("0")
	p.press("1", "text", "Tell the driver:")
	p.press("1", "part", "What came of it?")
	p.press("4", "part", "Recorded.")
	p.press("t", "text", "What comes next")
	p.press("d", "text", "Training debrief")
	p.shoot("debrief")
	p.press("p", "field", "Folder")
	p.fill("Folder", filepath.Join(folder, "lessons"))
	p.key("Return")
	p.sees("part", "TRAINING-FORMATION-debrief-")
	require.Len(t, saved(t, folder, "lessons", "TRAINING-FORMATION-debrief-*.pdf"), 1)
}

// below turns the wheel until a text stands above the buttons at the foot.
func (p *program) below(text string) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		if p.has("text", text) {
			if _, y := p.where("text", text); y < 700 {
				break
			}
		}
		require.True(p.t, time.Now().Before(deadline), "%q does not come into view", text)
		p.xdo("mousemove", "--window", p.window, "640", "400", "click", "5")
	}
	time.Sleep(300 * time.Millisecond) // until the wheel stands
}

// press presses a key of the screen, which takes none while it just appeared, and
// waits for what it leads to.
func (p *program) press(key, kind, what string) {
	p.t.Helper()
	time.Sleep(700 * time.Millisecond)
	p.key(key)
	p.sees(kind, what)
}

// saved returns the files below a folder that a pattern fits.
func saved(t *testing.T, folder string, pattern ...string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(append([]string{folder}, pattern...)...))
	require.NoError(t, err)
	return files
}

// signIn signs in on the sign-in screen. Where the screen came up while the badge
// was typed, it says that the badge is missing: it is typed again, as a person would.
func (p *program) signIn(badge string) {
	p.t.Helper()
	p.signInWith(badge, pin)
}

func (p *program) signInWith(badge, secret string) {
	p.t.Helper()
	for range 3 {
		p.fill("Badge", badge)
		p.fill("PIN or passphrase", secret)
		if p.hand == pointerOnly {
			p.click("Sign in")
		} else {
			p.key("Return")
		}
		for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(50 * time.Millisecond) {
			if p.has("text", "badge "+badge) {
				return
			}
			if p.has("text", "Type your badge number.") {
				break
			}
		}
	}
	p.sees("text", "badge "+badge)
}

// setUp plays how a terminal begins: its first administrator, who may work as more
// than that, and who is signed in afterwards.
func (p *program) setUp(also ...string) {
	p.t.Helper()
	p.click("Set up this terminal")
	p.fill("Terminal name", "Car 4127")
	p.fill("Police service", "Test Regional Police")
	p.fill("Name", adminName)
	p.fill("Badge", adminBadge)
	p.fill("PIN or passphrase", pin)
	p.fill("The same again", pin)
	for _, role := range also {
		p.click(role)
	}
	p.shoot("set-up")
	p.click("Next: agreement and training")
	p.click("I accept this agreement and this undertaking.")
	p.fill("Day of the training", lastMonth())
	p.fill("Course", "ALPR for administrators")
	p.shoot("set-up-agreement")
	p.click("Set up and sign in")
	p.sees("text", "badge "+adminBadge)
}

// mount adds a folder of pictures as camera, in the settings.
func (p *program) mount(pictures string) {
	p.t.Helper()
	p.click("Cameras")
	p.fill("Name", "Front left")
	p.fill("Source", pictures)
	p.click("Add a camera")
	p.fill("Reason for the change", "camera mounted")
	p.shoot("settings")
	p.click("Save the change")
	p.sees("part", "Saved and")
}

// importList takes a list in, in the settings.
func (p *program) importList(file, name string) {
	p.t.Helper()
	p.click("Hotlists")
	p.fill("List file", file)
	p.fill("List name", name)
	p.fill("Reason for the change", "daily list")
	p.click("Import")
	p.sees("text", "Import report: "+name)
}

func lastMonth() string { return time.Now().AddDate(0, -1, 0).Format(time.DateOnly) }

// enlist has the administrator, who is on the screen of the people, register
// somebody and record their training.
func (p *program) enlist(name, badge, role string) {
	p.t.Helper()
	p.fill("Name", name)
	p.fill("Badge", badge)
	p.click(role)
	p.fill("First PIN or passphrase", firstPIN)
	p.fill("The same again", firstPIN)
	p.shoot("people")
	p.click("Register")
	p.sees("part", name+" is registered.")
	p.sees("text", name)
	p.clickFirst("Open") // who is not trained yet stands first
	p.sees("part", "Has a first PIN")
	p.fill("Day of the training", lastMonth())
	p.fill("Course", "ALPR basics")
	p.shoot("person")
	p.click("Record this training")
	p.sees("part", "The training is recorded.")
	p.click("Back")
	p.sees("text", "Register a person")
}

// signInFirst signs somebody in for the first time: a PIN of their own takes the
// place of the one that was handed to them, and they accept the agreement.
func (p *program) signInFirst(badge string) {
	p.t.Helper()
	p.signInWith(badge, firstPIN)
	p.fill("First PIN", firstPIN)
	p.fill("Your own PIN or passphrase", pin)
	p.fill("The same again", pin)
	p.shoot("own-pin")
	p.click("Use my own PIN")
	p.sees("text", "Agreement and undertaking of confidentiality")
	p.shoot("agreement")
	p.click("I accept this agreement and this undertaking.")
	p.click("Accept and go on")
}

// manualPlate is the plate of the journey's manual entry.
const manualPlate = "VQRT417"

// requireNoTrace fails if a file below the folders, or its name, holds one of the
// words, in ASCII or UTF-16 (requirements rows 3 and 34).
func requireNoTrace(t *testing.T, folders, words []string) {
	t.Helper()
	files := 0
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			files++
			content, err := os.ReadFile(path)
			for i, word := range words {
				wide := strings.Join(strings.Split(word, ""), "\x00")
				if strings.Contains(string(content), word) || strings.Contains(string(content), wide) || strings.Contains(path, word) {
					t.Errorf("word %d stands in %s", i, path)
				}
			}
			return err
		})
		require.NoError(t, err)
	}
	require.Positive(t, files)
}

// truth returns the plates of a folder of generated pictures, in order.
func truth(t *testing.T, dir string) []string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "truth.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var plates []string
	for _, row := range rows[1:] {
		plates = append(plates, row[5])
	}
	return plates
}
