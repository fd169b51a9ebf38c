package access_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/access"
	"secondlook/app/policy"
)

// What keeps somebody from operating the system, one after the other.
func TestRequirement23_Needs(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	pack := &policy.Pack{
		Agreement: policy.Agreement{Version: 3, Days: 365}, Training: policy.Training{Days: 730},
		Session: policy.Session{SecondFactor: []string{"supervisor"}},
	}
	ready := access.Person{
		Officer: access.Officer{Roles: []access.Role{access.Patrol}},
		Signed:  access.Signature{Version: 3, At: now.AddDate(0, 0, -364)},
		Trained: access.Training{On: now.AddDate(0, 0, -729), Course: "ALPR"},
	}
	require.Equal(t, access.NeedNothing, access.Needs(pack, ready, now))
	for _, c := range []struct {
		name   string
		change func(p *access.Person)
		need   access.Need
	}{
		{"never signed", func(p *access.Person) { p.Signed = access.Signature{} }, access.NeedAgreement},
		{"signed an older version", func(p *access.Person) { p.Signed.Version = 2 }, access.NeedAgreement},
		{"signed a year ago", func(p *access.Person) { p.Signed.At = now.AddDate(0, 0, -365) }, access.NeedAgreement},
		{"never trained", func(p *access.Person) { p.Trained = access.Training{} }, access.NeedTraining},
		{"training lapsed", func(p *access.Person) { p.Trained.On = now.AddDate(0, 0, -730) }, access.NeedTraining},
		{"a role with a second factor", func(p *access.Person) { p.Roles = append(p.Roles, access.Supervisor) }, access.NeedFactor},
		{"a second factor by the roster", func(p *access.Person) { p.FactorRequired = true }, access.NeedFactor},
		{"which is enrolled", func(p *access.Person) { p.FactorRequired, p.SecondFactor = true, now }, access.NeedNothing},
		{"a first secret", func(p *access.Person) { p.FirstSecret = true }, access.NeedSecret},
		{"all of it", func(p *access.Person) {
			*p = access.Person{Officer: access.Officer{Roles: []access.Role{access.Supervisor}}, FirstSecret: true}
		}, access.NeedSecret},
	} {
		p := ready
		c.change(&p)
		require.Equal(t, c.need, access.Needs(pack, p, now), c.name)
	}
}

func TestRequirement23_TrainingNeedsCourseAndDay(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	require.NoError(t, access.Training{On: now, Course: "ALPR"}.Validate(now))
	for _, bad := range []access.Training{{On: now, Course: " "}, {Course: "ALPR"}, {On: now.Add(time.Second), Course: "ALPR"}} {
		require.ErrorIs(t, bad.Validate(now), access.ErrBadTraining)
	}
}

func TestProofDoesNotPrint(t *testing.T) {
	p := access.Proof{Secret: "maple-7429", Code: "123456"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		require.Equal(t, "[proof]", fmt.Sprintf(verb, p))
	}
	who := access.Person{Officer: access.Officer{Name: "Ann Example", Badge: "4127"}}
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", who, who, who), "Ann")
}
