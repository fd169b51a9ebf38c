package access

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRequirement54_RecoveryCodeIsReadAsItIsSaidAndTyped(t *testing.T) {
	seen := map[RecoveryCode]bool{}
	for range 200 {
		code := NewRecoveryCode()
		require.Regexp(t, `^([0-9A-HJKMNP-TV-Z]{5}-){6}[0-9A-HJKMNP-TV-Z]{5}$`, string(code))
		require.False(t, seen[code])
		seen[code] = true
		text := string(code)
		for _, typed := range []string{
			text, strings.ToLower(text), strings.ReplaceAll(text, "-", " "), strings.ReplaceAll(text, "-", ""), "  " + text + "\n",
			strings.ReplaceAll(strings.ReplaceAll(text, "0", "O"), "1", "l"), strings.ReplaceAll(text, "1", "i"),
		} {
			got, err := ParseRecoveryCode(typed)
			require.NoError(t, err)
			require.Equal(t, code, got)
		}
	}
	require.Equal(t, "[code]", fmt.Sprintf("%+v", NewRecoveryCode()))
}

// Every wrong character, every two neighbours that changed places and every two
// groups that did are told from a code that is right.
func TestRequirement54_MistypedRecoveryCodeSaysWhere(t *testing.T) {
	text := string(NewRecoveryCode())
	for i := range text {
		if text[i] == '-' {
			continue
		}
		for _, c := range []byte(recoveryAlphabet) {
			if c == text[i] {
				continue
			}
			_, err := ParseRecoveryCode(text[:i] + string(c) + text[i+1:])
			require.Equal(t, MistypedError{i/(recoveryGroup+1) + 1}, err)
			require.ErrorIs(t, err, ErrMistyped)
		}
		if i+1 < len(text) && text[i+1] != '-' && text[i] != text[i+1] {
			_, err := ParseRecoveryCode(text[:i] + string(text[i+1]) + string(text[i]) + text[i+2:])
			require.Equal(t, MistypedError{i/(recoveryGroup+1) + 1}, err)
		}
	}
	groups := strings.Split(text, "-")
	for i := range groups {
		for j := range i {
			other := slices.Clone(groups)
			other[i], other[j] = other[j], other[i]
			_, err := ParseRecoveryCode(strings.Join(other, "-"))
			require.ErrorIs(t, err, ErrMistyped)
		}
	}
	for _, typed := range []string{"", text[:len(text)-1], text + "7", strings.Join(groups[1:], "-")} {
		_, err := ParseRecoveryCode(typed)
		require.Equal(t, MistypedError{}, err)
	}
	_, err := ParseRecoveryCode("U" + text[1:])
	require.Equal(t, MistypedError{1}, err)
}

func FuzzParseRecoveryCode(f *testing.F) {
	f.Add(string(NewRecoveryCode()))
	f.Add("00000-1111")
	f.Add("Ünïcode-éé")
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := ParseRecoveryCode(typed)
		if err != nil {
			require.ErrorIs(t, err, ErrMistyped)
			return
		}
		again, err := ParseRecoveryCode(string(code))
		require.NoError(t, err)
		require.Equal(t, code, again)
	})
}
