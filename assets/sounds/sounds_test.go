package sounds

import (
	"encoding/binary"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// samples checks the header of a WAV file of 16-bit mono PCM and returns what
// follows it.
func samples(t *testing.T, file []byte) []int16 {
	t.Helper()
	require.Greater(t, len(file), 44)
	little := binary.LittleEndian
	require.Equal(t, "RIFF", string(file[0:4]))
	require.EqualValues(t, len(file)-8, little.Uint32(file[4:]), "bytes that follow")
	require.Equal(t, "WAVEfmt ", string(file[8:16]))
	require.EqualValues(t, 16, little.Uint32(file[16:]), "length of the format")
	require.EqualValues(t, 1, little.Uint16(file[20:]), "PCM")
	require.EqualValues(t, 1, little.Uint16(file[22:]), "channels")
	require.EqualValues(t, 44100, little.Uint32(file[24:]), "samples a second")
	require.EqualValues(t, 88200, little.Uint32(file[28:]), "bytes a second")
	require.EqualValues(t, 2, little.Uint16(file[32:]), "bytes a frame")
	require.EqualValues(t, 16, little.Uint16(file[34:]), "bits a sample")
	require.Equal(t, "data", string(file[36:40]))
	require.EqualValues(t, len(file)-44, little.Uint32(file[40:]), "bytes of samples")
	values := make([]int16, (len(file)-44)/2)
	for i := range values {
		values[i] = int16(little.Uint16(file[44+2*i:]))
	}
	return values
}

// The processors' arithmetic may differ in the last bit, a WAV file by one step.
func TestCommittedSoundsAreTheRenderedOnes(t *testing.T) {
	for _, name := range Names() {
		file, err := os.ReadFile(name + ".wav")
		require.NoError(t, err)
		committed, rendered := samples(t, file), samples(t, Render(name))
		require.Len(t, committed, len(rendered), "%s: run go generate ./assets", name)
		for i := range rendered {
			if difference := int(committed[i]) - int(rendered[i]); difference < -1 || difference > 1 {
				t.Fatalf("%s differs at sample %d: run go generate ./assets", name, i)
			}
		}
	}
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, file := range files {
		if name, isWAV := strings.CutSuffix(file.Name(), ".wav"); isWAV {
			require.Contains(t, Names(), name, "a file that nothing renders")
		}
	}
}

func TestSoundsAreShortAndClean(t *testing.T) {
	for _, name := range Names() {
		values := samples(t, Render(name))
		seconds := float64(len(values)) / Rate
		require.Less(t, seconds, 2.5, name)
		require.Greater(t, seconds, 0.1, name)

		var loudest, jump, sum float64
		for i, v := range values {
			loudest = max(loudest, math.Abs(float64(v)))
			sum += float64(v)
			if i > 0 {
				jump = max(jump, math.Abs(float64(v)-float64(values[i-1])))
			}
		}
		require.InDelta(t, melodies[name].peak*math.MaxInt16, loudest, 1, name)
		require.Zero(t, values[0], "%s begins with a click", name)
		require.Less(t, math.Abs(float64(values[len(values)-1])), 33.0, "%s ends with a click", name)
		require.Less(t, jump, loudest, "%s has a click", name)
		require.Less(t, math.Abs(sum/float64(len(values))), 30.0, "%s is off centre", name)
	}
}

func TestRequirement41_GraverIsLouderAndLonger(t *testing.T) {
	energy := func(name string) (sum float64) {
		for _, v := range samples(t, Render(name)) {
			sum += float64(v) * float64(v)
		}
		return sum
	}
	require.Greater(t, energy("alert-grave"), 2*energy("alert-high"))
	require.Greater(t, energy("alert-high"), 2*energy("alert-routine"))
	require.Greater(t, len(melodies["alert-grave"].notes), len(melodies["alert-high"].notes))
	require.Greater(t, len(melodies["alert-high"].notes), len(melodies["alert-routine"].notes))
}

func TestRequirement49_RecoveryIsLossTheOtherWayRound(t *testing.T) {
	lost, back := melodies["camera-lost"].notes, melodies["camera-back"].notes
	require.Len(t, back, len(lost))
	for i := range lost {
		require.Equal(t, lost[i].pitch, back[len(back)-1-i].pitch)
	}
	require.Greater(t, lost[0].pitch, lost[len(lost)-1].pitch, "loss falls")
}

func TestRenderUnknown(t *testing.T) {
	require.Nil(t, Render("no-such-sound"))
}
