package cruiser

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/patrol"
	"secondlook/app/plate"
	"secondlook/app/position"
)

// ErrBadSetting is returned by [Settings.Validate]; the error names the setting.
var ErrBadSetting = errors.New("is not set right")

// Settings are what an administrator sets on a terminal. They are kept sealed,
// since camera addresses may hold passwords.
type Settings struct {
	// Terminal names the terminal in records: "Car 4127".
	Terminal string
	// Service is the police service that the car belongs to.
	Service string
	// Authority says who authorised the car's deployment (FL 2d, 5b).
	Authority string
	// Region is assumed for plates that do not say who issued them; may be empty.
	Region  plate.Jurisdiction
	Cameras []patrol.CameraSetting
	// Position is the address of the receiver of positions, see
	// [position.ParseSource]; empty where the car has none.
	Position string
	// Language is "en" or "fr"; Palette "night", "day" or "auto".
	Language, Palette string
	// Sounds are which alerts are heard.
	Sounds Sounds
	// Bundle is the station's enrolment bundle, nil where there is none.
	Bundle []byte
	// Roster is the version of the station's roster that was applied last, 0 for none.
	// Nobody sets it: it follows the roster, and begins anew with another station.
	Roster int
}

// Validate reports the first setting that cannot work.
func (s Settings) Validate() error {
	if strings.TrimSpace(s.Terminal) == "" {
		return fmt.Errorf("terminal %w: name this car's terminal", ErrBadSetting)
	}
	seen := map[string]bool{}
	for i, c := range s.Cameras {
		switch {
		case strings.TrimSpace(c.Name) == "" || strings.TrimSpace(c.Source) == "":
			return fmt.Errorf("camera %d %w: it needs a name and a source", i+1, ErrBadSetting)
		case seen[c.Name]:
			return fmt.Errorf("camera %d %w: two cameras have the same name", i+1, ErrBadSetting)
		}
		seen[c.Name] = true
	}
	if s.Position != "" {
		if _, err := position.ParseSource(s.Position); err != nil {
			return fmt.Errorf("position %w: %w", ErrBadSetting, err)
		}
	}
	if len(s.Cameras) > 6 {
		return fmt.Errorf("cameras %w: six at most", ErrBadSetting)
	}
	return nil
}

// SettingsStore keeps settings, sealed. Package store satisfies it.
type SettingsStore interface {
	// Settings returns what was last put, the zero Settings at first.
	Settings(ctx context.Context) (Settings, error)
	// SetUpWith is [access.Keyring]'s SetUp that puts the settings too, with their own
	// event: both or neither.
	SetUpWith(ctx context.Context, first access.Person, secret string, e audit.Event, s Settings, change audit.Event) error
	// PutSettings replaces them.
	PutSettings(ctx context.Context, s Settings, e audit.Event) error
}
