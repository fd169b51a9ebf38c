// Package voice turns text into speech with eSpeak NG, which every distribution has,
// and which speaks English and French without a network. It runs as a program of its
// own: its licence (GPL 3) is not this program's, and what it holds in memory ends
// with it.
//
// The text goes to the program's standard input and the sound comes from its standard
// output: neither is ever an argument, which anybody on the machine could list, or a
// file.
package voice

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"secondlook/app/speech"
	"secondlook/assets/sounds"
)

// ErrNoVoice is returned where there is no synthesiser.
var ErrNoVoice = errors.New("no voice: eSpeak NG is not installed")

// program is eSpeak NG's.
const program = "espeak-ng"

// voices are eSpeak NG's, by language.
var voices = map[string]string{"en": "en-us", "fr": "fr"}

const (
	// pace is in words a minute; spelt plates need to be slower than prose.
	pace = "150"
	// longest is how much sound is taken, in bytes: two minutes.
	longest = 2 * 60 * 22050 * 2
	// patience is how long the synthesiser may take.
	patience = 20 * time.Second
)

// Ready returns the name and version of what speaks, or ErrNoVoice.
func Ready(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "--version").Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", ErrNoVoice
	}
	if err != nil {
		return "", fmt.Errorf("%w (it does not start)", ErrNoVoice)
	}
	name, _, _ := strings.Cut(strings.TrimSpace(string(out)), "  ")
	return name, nil
}

// Speak returns a text as sound: 16-bit samples of one channel, little end first, as
// many a second as [sounds.Rate]. The caller overwrites it when it was played. It
// returns ErrNoVoice where nothing speaks.
func Speak(ctx context.Context, s speech.Said) ([]byte, error) {
	name, ok := voices[s.Language]
	if !ok {
		name = voices["en"]
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	command := exec.CommandContext(ctx, program, "--stdin", "--stdout", "-b", "1", "-v", name, "-s", pace)
	command.Stdin = strings.NewReader(s.Text)
	var out bytes.Buffer
	command.Stdout = &limited{&out, longest}
	err := command.Run()
	defer clear(out.Bytes())
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, ErrNoVoice
	case err != nil:
		return nil, fmt.Errorf("speak: %w", err)
	}
	return samples(out.Bytes())
}

// limited takes so many bytes and no more.
type limited struct {
	to   io.Writer
	left int
}

func (l *limited) Write(b []byte) (int, error) {
	if len(b) > l.left {
		return 0, errors.New("too long")
	}
	l.left -= len(b)
	return l.to.Write(b)
}

// errNotWave is returned for what is not a sound of the kind that eSpeak NG makes.
var errNotWave = errors.New("speak: not one channel of 16-bit samples")

// samples takes the samples out of a WAV file, whose length nobody filled in since it
// was written to a pipe, and gives them the rate of the program's own sounds.
func samples(wave []byte) ([]byte, error) {
	if len(wave) < 12 || string(wave[:4]) != "RIFF" || string(wave[8:12]) != "WAVE" {
		return nil, errNotWave
	}
	rate := 0
	for rest := wave[12:]; len(rest) >= 8; {
		kind, size := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:8]))
		rest = rest[8:]
		size = min(size, int64(len(rest)))
		switch kind {
		case "fmt ":
			if size < 16 || binary.LittleEndian.Uint16(rest) != 1 || binary.LittleEndian.Uint16(rest[2:]) != 1 || binary.LittleEndian.Uint16(rest[14:]) != 16 {
				return nil, errNotWave
			}
			rate = int(binary.LittleEndian.Uint32(rest[4:]))
		case "data":
			if rate < 4000 || rate > 2*sounds.Rate {
				return nil, errNotWave
			}
			return resample(rest[:size], rate), nil
		}
		rest = rest[size:]
	}
	return nil, errNotWave
}

// resample gives samples of a rate the rate of the program's sounds, by straight lines
// between them: speech has little above what that keeps.
func resample(in []byte, rate int) []byte {
	n := len(in) / 2
	if n == 0 {
		return nil
	}
	at := func(i int) float64 { return float64(int16(binary.LittleEndian.Uint16(in[2*min(i, n-1):]))) }
	out := make([]byte, 2*(int64(n)*sounds.Rate/int64(rate)))
	for i := range len(out) / 2 {
		place := float64(i) * float64(rate) / sounds.Rate
		whole := int(place)
		v := at(whole) + (at(whole+1)-at(whole))*(place-float64(whole))
		binary.LittleEndian.PutUint16(out[2*i:], uint16(int16(v)))
	}
	return out
}
