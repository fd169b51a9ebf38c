package main

import (
	"fmt"
	"text/tabwriter"

	"secondlook/app/cruiser"
	"secondlook/app/training"
	"secondlook/assets"
	"secondlook/platform/print"
	"secondlook/platform/scenariofile"
	"secondlook/vision/scene"
)

// scenarioCommand looks after the scenarios of demo mode.
type scenarioCommand struct {
	List  scenarioList  `cmd:"" help:"Print the scenarios that are built in, and what each trains."`
	Check scenarioCheck `cmd:"" help:"Check a scenario file. Exit code 0: it can be played; 1: it cannot, with file, line and what to do."`
	Show  scenarioShow  `cmd:"" help:"Print the file of a scenario that is built in, to begin your own from."`
}

type scenarioList struct{}

func (scenarioList) Run(t *terminal) error {
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	for _, name := range assets.Scenarios() {
		s, err := scenariofile.BuiltIn(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%s\t%v\t%d alerts\t%s\n", name, s.Length, len(s.Hits), s.Summary.EN)
	}
	return w.Flush()
}

type scenarioCheck struct {
	File   string `arg:"" help:"The file, or the name of one that is built in." placeholder:"FILE"`
	Policy string `help:"The policy pack that it is to be played under: ${policies}." default:"ontario" placeholder:"NAME"`
}

func (c scenarioCheck) Run(t *terminal) error {
	s, err := scenariofile.Open(c.File)
	if err != nil {
		return err
	}
	pack, err := loadPack(c.Policy)
	if err != nil {
		return err
	}
	if err := s.CheckPolicy(pack); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	fmt.Fprintf(t.out, "%s: %d cameras, %d cars, scripted alerts: %d, in %v\n", s.Name.EN, len(s.Cameras), len(s.Cars), len(s.Hits), s.Length)
	return nil
}

type scenarioShow struct {
	Name string `arg:"" help:"Its name." placeholder:"NAME"`
}

func (c scenarioShow) Run(t *terminal) error {
	text, err := assets.Scenario(c.Name)
	if err != nil {
		return err
	}
	_, err = t.out.Write(text)
	return err
}

// newStage joins what demo mode plays on: the cameras, the library and the printing.
func newStage(player *scene.Player) (*cruiser.Stage, error) {
	library := map[string]*training.Scenario{}
	for _, name := range assets.Scenarios() {
		s, err := scenariofile.BuiltIn(name)
		if err != nil {
			return nil, err
		}
		library[name] = s
	}
	return &cruiser.Stage{Play: player.Play(), Cameras: player.Cameras, Library: library, Read: scenariofile.Open, Print: print.Printer{Training: true}.PrintDebrief}, nil
}
