package sound

import (
	"os"
	"path/filepath"
	"strings"
)

// devicePresent tells whether ALSA has something to play on: a sound card, a
// sound server of this user, or a configuration that somebody wrote. Asking ALSA
// itself would print its own complaints to the terminal, and could be done only
// once in the process's life.
func devicePresent() bool {
	if os.Getenv("ALSA_CONFIG_PATH") != "" || os.Getenv("PULSE_SERVER") != "" {
		return true
	}
	home, _ := os.UserHomeDir()
	runtime := os.Getenv("XDG_RUNTIME_DIR")
	for _, pattern := range []string{
		"/dev/snd/pcmC*p",
		"/etc/asound.conf",
		filepath.Join(home, ".asoundrc"),
		filepath.Join(home, ".config/alsa/asoundrc"),
		filepath.Join(runtime, "pulse/native"),
		filepath.Join(runtime, "pipewire-0"),
	} {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return true
		}
	}
	return false
}

// reason shortens the library's error, which lists every device that it tried, to
// the first of them.
func reason(err error) string {
	first, _, _ := strings.Cut(err.Error(), ", ")
	return strings.TrimPrefix(first, "oto: ")
}
