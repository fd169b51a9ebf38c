// Package scenes brings SecondLook's own window into every state that people see, for
// the gallery, which makes pictures of them, and for the checks, which measure them. A
// scene plays on a terminal with a real store, signs people in and presses what they
// press; cameras, clock, printer and station are the scene's own.
//
// To add a screen, add a [Scene] to a list below, or a [Stage.Shoot] to a scene that
// comes by it: one terminal serves many pictures. Everything is pressed and filled in
// by its English text, whatever language is shown. Then look at the pictures:
//
//	go run ./ui/gallery -out /tmp/gallery -screen 'my-screen*'
//
// and run the checks of contrast, targets and texts:
//
//	go test ./ui/gallery/... -run Requirement51
package scenes

import (
	"fmt"
	"os"
	"slices"

	"fyne.io/fyne/v2"

	"secondlook/app/policy"
	"secondlook/ui/words"
)

// Scene is a way through some screens.
type Scene struct {
	// Name is unique.
	Name string
	// Setup is the terminal that it plays on.
	Setup Setup
	// Play goes the way and calls [Stage.Shoot] where there is something to see.
	Play func(*Stage)
}

// Setup is what a terminal is like before the scene begins.
type Setup struct {
	// Bare is a terminal that nobody has set up.
	Bare bool
	// Training is demo mode.
	Training bool
	// Voice is a terminal that can speak.
	Voice bool
	// Keys is a machine with a key store.
	Keys bool
	// Receiver is a car that knows its speed.
	Receiver bool
	// Line has the terminal stay connected to its station.
	Line bool
	// Cameras are the names of the cameras; none are two at the front.
	Cameras []string
	// Pack changes the policy in force.
	Pack func(*policy.Pack)
}

// Look is the language and the palette, as settings write them.
type Look struct{ Language, Palette string }

// Looks are the looks of which each screen must be right.
var Looks = []Look{{words.English, "night"}, {words.French, "day"}, {words.English, "day"}, {words.French, "night"}}

// Sizes are the windows that each screen must fit: a small terminal, the usual one, a
// large one, and a tablet held upright.
var Sizes = []fyne.Size{{Width: 1280, Height: 800}, {Width: 1024, Height: 600}, {Width: 1920, Height: 1080}, {Width: 800, Height: 1280}}

// All are the scenes.
func All() []Scene {
	return slices.Concat(patrolScenes, troubleScenes, trainingScenes, deskScenes, shiftScenes, officeScenes, peopleScenes, keyScenes)
}

// Shooter is called for each picture of a scene, at 1280 by 800. It may resize the
// window.
type Shooter func(s *Stage, name string) error

// Play plays a scene.
func Play(scene Scene, look Look, shoot Shooter) (err error) {
	folder, err := os.MkdirTemp("", "scene-")
	if err != nil {
		return fmt.Errorf("make a folder for a scene: %w", err)
	}
	defer os.RemoveAll(folder)
	s, err := newStage(folder, scene.Setup, look, shoot)
	if err != nil {
		return fmt.Errorf("scene %s: %w", scene.Name, err)
	}
	defer s.close()
	scene.Play(s)
	if s.err != nil {
		return fmt.Errorf("scene %s: %w", scene.Name, s.err)
	}
	return nil
}
