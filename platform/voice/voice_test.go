package voice

import (
	"bytes"
	"encoding/binary"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/speech"
	"secondlook/assets/sounds"
)

// loudest is the largest sample.
func loudest(pcm []byte) (most int) {
	for i := 0; i+1 < len(pcm); i += 2 {
		most = max(most, int(int16(binary.LittleEndian.Uint16(pcm[i:]))))
	}
	return most
}

func TestRequirement42_TheVoiceSpeaksBothLanguages(t *testing.T) {
	if _, err := exec.LookPath(program); err != nil {
		t.Skip("no eSpeak NG here; packaging/test installs it")
	}
	name, err := Ready(t.Context())
	require.NoError(t, err)
	require.Contains(t, name, "eSpeak NG")
	english, err := Speak(t.Context(), speech.Alert("en", "Stolen vehicle", "front-left", "", "CKLM804", false))
	require.NoError(t, err)
	french, err := Speak(t.Context(), speech.Alert("fr", "Véhicule volé", "front-left", "", "CKLM804", false))
	require.NoError(t, err)
	for _, pcm := range [][]byte{english, french} {
		require.Greater(t, loudest(pcm), 3000, "it is to be heard")
		seconds := float64(len(pcm)) / 2 / sounds.Rate
		require.Greater(t, seconds, 2.0)
		require.Less(t, seconds, 12.0, "an alert that is told in one breath or two")
	}
	require.NotEqual(t, english, french)
	same, err := Speak(t.Context(), speech.Said{Language: "fr", Text: "Stolen vehicle. Front left. Charlie Kilo Lima Mike, eight zero four."})
	require.NoError(t, err)
	require.NotEqual(t, english, same, "the same words, in another tongue")
}

func TestWithoutASynthesiserThereIsNoVoice(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Ready(t.Context())
	require.ErrorIs(t, err, ErrNoVoice)
	_, err = Speak(t.Context(), speech.Said{Language: "en", Text: "Anything"})
	require.ErrorIs(t, err, ErrNoVoice)
}

// wave is a WAV file of samples.
func wave(rate int, channels uint16, samples ...int16) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00")
	binary.Write(&b, binary.LittleEndian, channels)
	binary.Write(&b, binary.LittleEndian, uint32(rate))
	binary.Write(&b, binary.LittleEndian, uint32(2*rate))
	b.WriteString("\x02\x00\x10\x00LIST\x02\x00\x00\x00hidata\x00\xf0\xff\x7f")
	binary.Write(&b, binary.LittleEndian, samples)
	return b.Bytes()
}

func TestSamplesGetTheRateOfTheOtherSounds(t *testing.T) {
	pcm, err := samples(wave(22050, 1, 0, 100, -100))
	require.NoError(t, err)
	var got []int16
	for i := 0; i < len(pcm); i += 2 {
		got = append(got, int16(binary.LittleEndian.Uint16(pcm[i:])))
	}
	require.Equal(t, []int16{0, 50, 100, 0, -100, -100}, got)
	for _, bad := range [][]byte{nil, []byte("RIFF"), wave(22050, 2, 1), wave(1, 1, 1), []byte("RIFF\x00\x00\x00\x00WAVEfmt \xff\xff\xff\xff\x01")} {
		_, err := samples(bad)
		require.Error(t, err)
	}
}

func FuzzSamples(f *testing.F) {
	f.Add(wave(22050, 1, 1, 2, 3))
	f.Fuzz(func(t *testing.T, data []byte) {
		pcm, err := samples(data)
		require.LessOrEqual(t, len(pcm), 12*len(data)+16)
		require.False(t, err != nil && pcm != nil)
	})
}
