package access

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// RFC 6238, Appendix B: the rows of SHA-256, with the 32-byte secret of the
// reference implementation there. Our codes are the last six of its eight digits.
func TestRequirement37_CodesOfRFC6238(t *testing.T) {
	f := Factor{Secret: []byte("12345678901234567890123456789012")}
	for _, c := range []struct {
		seconds int64
		step    uint64
		code    string
	}{
		{59, 0x1, "46119246"},
		{1111111109, 0x23523EC, "68084774"},
		{1111111111, 0x23523ED, "67062674"},
		{1234567890, 0x273EF07, "91819424"},
		{2000000000, 0x3F940AA, "90698825"},
		{20000000000, 0x27BC86AA, "77737706"},
	} {
		at := time.Unix(c.seconds, 0)
		require.Equal(t, c.step, step(at))
		require.Equal(t, c.code, fmt.Sprintf("%08d", f.truncated(c.step)%100_000_000))
		require.Equal(t, c.code[2:], f.Code(at))
	}
}

func TestRequirement37_CodeHoldsOneStepEitherWay(t *testing.T) {
	f, _ := NewFactor()
	now := time.Date(2026, 11, 22, 21, 47, 10, 0, time.UTC)
	for _, c := range []struct {
		name string
		code string
		err  error
	}{
		{"this step", f.Code(now), nil},
		{"one before", f.Code(now.Add(-codeStep)), nil},
		{"one after", f.Code(now.Add(codeStep)), nil},
		{"two before", f.Code(now.Add(-2 * codeStep)), ErrBadCode},
		{"two after", f.Code(now.Add(2 * codeStep)), ErrBadCode},
		{"with a blank", f.Code(now)[:3] + " " + f.Code(now)[3:], nil},
		{"none", "  ", ErrCodeNeeded},
		{"too long", f.Code(now) + "0", ErrBadCode},
		{"too short", f.Code(now)[:5], ErrBadCode},
	} {
		_, err := f.Check(c.code, now)
		require.ErrorIs(t, err, c.err, c.name)
	}
	_, err := f.Check(f.Code(time.Unix(0, 0)), time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC))
	require.ErrorIs(t, err, ErrBadCode, "a clock before 1970 accepts none: step zero counts as used")
}

func TestRequirement37_CodeIsNeverAcceptedTwice(t *testing.T) {
	f, _ := NewFactor()
	now := time.Date(2026, 11, 22, 21, 47, 10, 0, time.UTC)
	first := f.Code(now)
	after, err := f.Check(first, now)
	require.NoError(t, err)
	for range 3 {
		_, err = after.Check(first, now)
		require.ErrorIs(t, err, ErrBadCode)
		now = now.Add(codeStep)
	}
	_, err = after.Check(f.Code(now.Add(-4*codeStep)), now.Add(-4*codeStep))
	require.ErrorIs(t, err, ErrBadCode, "nor an older one, with the clock set back")
	_, err = after.Check(f.Code(now), now)
	require.NoError(t, err, "the next one is")
}

func TestRecoveryCodeReplacesTheFactor(t *testing.T) {
	f, recovery := NewFactor()
	now := time.Date(2026, 11, 22, 21, 47, 10, 0, time.UTC)
	after, err := f.Check(strings.ToLower(strings.ReplaceAll(recovery, " ", "-")), now)
	require.NoError(t, err)
	require.False(t, after.Enrolled())
	_, err = Factor{Secret: f.Secret}.Check(recovery, now)
	require.ErrorIs(t, err, ErrBadCode)
	require.NotContains(t, string(f.Recovery), recovery)
}

func TestFactorURI(t *testing.T) {
	f := Factor{Secret: []byte("12345678901234567890123456789012")}
	u, err := url.Parse(f.URI("Car 4127", "20418"))
	require.NoError(t, err)
	require.Equal(t, "otpauth://totp", u.Scheme+"://"+u.Host)
	require.Equal(t, "/SecondLook Car 4127:20418", u.Path)
	require.NotContains(t, u.String(), "+")
	require.Equal(t, url.Values{"algorithm": {"SHA256"}, "digits": {"6"}, "period": {"30"}, "issuer": {"SecondLook Car 4127"},
		"secret": {"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA"}}, u.Query())
	require.Equal(t, u.Query().Get("secret"), strings.ReplaceAll(f.Text(), " ", ""))
}

func FuzzFactorCheck(f *testing.F) {
	f.Add("123456", int64(1_700_000_000))
	f.Add("", int64(-1))
	f.Add("१२३४५६", int64(1<<62))
	factor := Factor{Secret: []byte("12345678901234567890123456789012"), Used: 3}
	f.Fuzz(func(t *testing.T, code string, seconds int64) {
		now := time.Unix(seconds, 0)
		after, err := factor.Check(code, now)
		if err != nil {
			require.Equal(t, factor, after, "what is refused changes nothing")
			return
		}
		require.Greater(t, after.Used, factor.Used)
		require.Equal(t, plain(code), factor.code(after.Used))
		_, err = after.Check(code, now)
		require.ErrorIs(t, err, ErrBadCode)
	})
}
