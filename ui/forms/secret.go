package forms

import (
	"secondlook/app/access"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// secret asks for a new PIN or passphrase, twice.
type secret struct{ first, again *widgets.Field }

func newSecret(label, rule string) secret {
	return secret{widgets.NewSecretField(label, rule), widgets.NewSecretField(words.T("person.again"), "")}
}

// checks are the rules of a secret (see [access.CheckSecret]).
func (s secret) checks() form {
	return form{
		{s.first, func() string {
			if access.CheckSecret(s.first.Text()) != nil {
				return words.T("person.secret.weak")
			}
			return ""
		}},
		{s.again, func() string {
			if s.again.Text() != s.first.Text() {
				return words.T("person.again.differs")
			}
			return ""
		}},
	}
}

func (s secret) clear() {
	s.first.SetText("")
	s.again.SetText("")
}

// roleOptions are roles to choose from.
func roleOptions(roles ...access.Role) (options []widgets.Option) {
	for _, r := range roles {
		options = append(options, widgets.Option{Key: string(r), Text: words.Role(r)})
	}
	return options
}

// roles returns the roles that were chosen.
func roles(q *choice) (chosen []access.Role) {
	for _, k := range q.keys() {
		chosen = append(chosen, access.Role(k))
	}
	return chosen
}
