package forms

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"

	"secondlook/app/cruiser"
	"secondlook/app/policy"
	"secondlook/ui/theme"
	"secondlook/ui/widgets"
	"secondlook/ui/words"
)

// policyPart shows the policy pack in force and whose word it is, puts another in
// force, and says whose packs are taken (requirements rows 5 and 6).
type policyPart struct {
	s *settings

	state, keys *fyne.Container
	keyFile     *widgets.Field
	trust       *save

	pack, signature *widgets.Field
	check           *widgets.Button
	fault           *widgets.Banner
	checked         packFiles
	files, result   *fyne.Container // one of them is shown
	install         *save
	body            fyne.CanvasObject
}

// packFiles are a pack and its signature as they were read: what was looked at is
// what is installed, whatever becomes of the stick.
type packFiles struct{ text, signature []byte }

func newPolicyPart(s *settings) *policyPart {
	p := &policyPart{s: s, state: widgets.NewColumn(1.5), keys: widgets.NewColumn(1.5), fault: widgets.NewProblem(""), result: widgets.NewColumn(2),
		keyFile:   widgets.NewField(words.T("policy.keys.file"), words.T("policy.keys.hint")),
		pack:      widgets.NewField(words.T("policy.file"), words.T("policy.file.hint")),
		signature: widgets.NewField(words.T("policy.signature"), words.T("policy.signature.hint"))}
	p.fault.SetText("")
	p.result.Hide()
	p.trust = newReasoned(s, words.T("policy.keys.reason"), words.T("policy.keys.submit"), p.sendKey)
	p.install = newSave(s, words.T("policy.submit"), p.send)
	p.check = widgets.NewIconButton(widgets.Primary, "search", words.T("policy.check"), p.look)
	submits(p.look, p.pack, p.signature)
	submits(p.sendKey, p.keyFile)
	p.pack.OnChanged(func(path string) {
		p.forget()
		if path != "" {
			p.signature.SetText(path + policy.SignatureSuffix)
		}
	})
	p.signature.OnChanged(func(string) { p.forget() })
	p.files = widgets.NewGrid(columnWidth,
		widgets.NewColumn(2, widgets.NewCard(words.T("policy.inforce"), p.state),
			widgets.NewCard(words.T("policy.install"), widgets.NewColumn(2, pathField(s.nav, p.pack, ".toml"), pathField(s.nav, p.signature, ".sig"), p.fault, p.check))),
		widgets.NewCard(words.T("policy.keys"), widgets.NewColumn(2, p.keys, pathField(s.nav, p.keyFile, ".pub", ".pem"), p.trust.objects())))
	p.body = widgets.NewColumn(2, p.files, p.result)
	p.show()
	return p
}

// show reads what is in force.
func (p *policyPart) show() {
	work(p.s.nav, func(ctx context.Context) func() {
		state, err := p.s.c.PolicyState(ctx)
		return func() {
			p.state.RemoveAll()
			p.keys.RemoveAll()
			if err != nil {
				p.state.Add(widgets.NewProblem(words.Error(err)))
			} else {
				p.showState(state)
				p.showKeys(state)
			}
			p.s.page.Refresh()
		}
	})
}

func (p *policyPart) showState(s cruiser.PolicyState) {
	name := s.Pack.Name.In(words.Language())
	p.state.Add(marked("exact", words.T("policy.version", "Name", name, "Version", s.Pack.Version), theme.ColorOK))
	facts := []widgets.Fact{}
	if s.KeyID == "" {
		p.state.Add(widgets.NewSmall(words.T("policy.builtin")))
	} else {
		facts = append(facts, widgets.Fact{Label: words.T("policy.installed"), Value: words.Moment(s.Installed)},
			widgets.Fact{Label: words.T("policy.signedby"), Value: words.KeyID(s.KeyID)})
	}
	if s.Digest != "" {
		facts = append(facts, widgets.Fact{Label: words.T("policy.digest"), Value: shortDigest(s.Digest)})
	}
	p.state.Add(widgets.NewFacts(facts...))
	if s.Next != nil {
		p.state.Add(widgets.NewNotice(words.T("policy.next", "Name", s.Next.Name.In(words.Language()), "Version", s.Next.Version)))
	}
	if s.Fault != nil {
		p.state.Add(widgets.NewProblem(words.T("policy.lapses", "Why", words.Error(s.Fault))))
	}
	if s.Fixed {
		p.state.Add(widgets.NewBody(words.T("policy.fixed")))
		for _, b := range []*widgets.Button{p.check, p.install.submit, p.trust.submit} {
			b.Disable()
		}
	}
}

// shortDigest is as much of a digest as is compared by eye.
func shortDigest(digest string) string { return words.KeyID(digest[:min(16, len(digest))]) }

func (p *policyPart) showKeys(s cruiser.PolicyState) {
	for _, k := range s.Keys {
		row := []fyne.CanvasObject{marked("lock", "", theme.ColorMuted)}
		if k.Station {
			row = append(row, widgets.NewColumn(0, widgets.NewBody(words.KeyID(k.ID())), widgets.NewSmall(words.T("policy.keys.station"))))
		} else {
			row = append(row, widgets.NewColumn(0, widgets.NewBody(words.KeyID(k.ID())), widgets.NewSmall(words.T("policy.keys.since", "Moment", words.Moment(k.Installed)))),
				widgets.NewButton(widgets.Secondary, words.T("policy.keys.drop"), func() { p.drop(k.ID()) }))
		}
		p.keys.Add(widgets.NewFillRow(1.5, 1, row...))
	}
	if len(s.Keys) == 0 {
		p.keys.Add(widgets.NewBody(words.T("policy.keys.none")))
	}
}

// sendKey trusts the key of the file.
func (p *policyPart) sendKey() {
	if p.trust.submit.Disabled() || !p.trust.begin(form{needed(p.keyFile, "policy.keys.needed")}) {
		return
	}
	path, reason := value(p.keyFile), value(p.trust.reason)
	p.trust.proven(func() {
		work(p.s.nav, func(ctx context.Context) func() {
			pem, err := small(path, policy.MaxKey)
			var id string
			if err == nil {
				id, err = p.s.c.TrustPolicyKey(ctx, pem, reason)
			}
			return func() {
				switch {
				case errors.Is(err, errNoFile):
					p.keyFile.SetError(words.T("policy.unreadable"))
					p.trust.end(words.T("form.fix"))
				case err != nil:
					p.trust.end(words.Error(err))
				default:
					p.keyFile.SetText("")
					p.trust.end("")
					p.s.nav.Toast(words.T("policy.keys.done", "ID", words.KeyID(id)))
					p.show()
				}
			}
		})
	})
}

func (p *policyPart) drop(id string) {
	ask(p.s.nav, asked{title: words.T("policy.keys.drop"), why: words.T("policy.keys.drop.sure", "ID", words.KeyID(id)),
		reason: words.T("settings.reason"), needed: "settings.reason.needed", yes: words.T("policy.keys.drop"), no: words.T("action.cancel"),
		do: func(reason string) {
			prove(p.s.c, p.s.nav, func() {
				work(p.s.nav, func(ctx context.Context) func() {
					err := p.s.c.DropPolicyKey(ctx, id, reason)
					return func() {
						if err != nil {
							p.trust.problem.SetText(words.Error(err))
						} else {
							p.s.nav.Toast(words.T("policy.keys.dropped"))
						}
						p.show()
					}
				})
			}, func() {})
		}})
}

// forget takes the last look back: it was at other files.
func (p *policyPart) forget() {
	if p.checked.text == nil && !p.fault.Visible() {
		return
	}
	p.checked = packFiles{}
	p.fault.SetText("")
	p.result.Hide()
	p.files.Show()
	p.s.page.Refresh()
}

// look reads both files and shows what they would change, or what is wrong with them.
func (p *policyPart) look() {
	p.forget()
	ok := (form{needed(p.pack, "policy.file.needed"), needed(p.signature, "policy.signature.needed")}).ok(p.s.nav.Window())
	p.s.page.Refresh()
	if !ok || p.check.Disabled() {
		return
	}
	p.check.Disable()
	pack, signature := value(p.pack), value(p.signature)
	work(p.s.nav, func(ctx context.Context) func() {
		text, badPack := small(pack, policy.MaxPack)
		sealed, badSignature := small(signature, policy.MaxSignature)
		change, err := cruiser.PackChange{}, errors.Join(badPack, badSignature)
		if err == nil {
			change, err = p.s.c.CheckPack(ctx, text, sealed)
		}
		return func() {
			p.check.Enable()
			switch {
			case errors.Is(err, errNoFile):
				p.unread(badPack, badSignature)
			case err != nil:
				p.fault.SetText(packRefused(filepath.Base(pack), err) + " " + words.T("policy.stays"))
			default:
				p.checked = packFiles{text, sealed}
				p.showResult(change)
			}
			p.s.page.Refresh()
		}
	})
}

// unread marks the files that cannot be read.
func (p *policyPart) unread(pack, signature error) {
	for _, f := range []struct {
		field *widgets.Field
		err   error
	}{{p.pack, pack}, {p.signature, signature}} {
		if f.err != nil {
			f.field.SetError(words.T("policy.unreadable"))
		}
	}
}

// packRefused says why a pack is not taken, and where in the file.
func packRefused(file string, err error) string {
	if fault := (*policy.Fault)(nil); errors.As(err, &fault) {
		return words.PackFault(file, fault)
	}
	return words.Error(err)
}

func (p *policyPart) showResult(change cruiser.PackChange) {
	good := words.T("policy.good", "Name", change.After.Name.In(words.Language()), "Version", change.After.Version, "Key", words.KeyID(change.KeyID))
	other := widgets.NewIconButton(widgets.Secondary, "back", words.T("policy.other"), p.forget)
	p.result.Objects = []fyne.CanvasObject{widgets.NewCard(words.T("policy.changes"), widgets.NewColumn(2,
		marked("exact", good, theme.ColorOK), showChanges(change.Before, change.After))),
		widgets.NewCard("", widgets.NewColumn(2, p.install.objects(), other))}
	p.files.Hide()
	p.result.Show()
}

// send puts the pack in force that was looked at.
func (p *policyPart) send() {
	if p.checked.text == nil || !p.install.begin(form{}) {
		return
	}
	files, reason, name := p.checked, value(p.install.reason), filepath.Base(value(p.pack))
	p.install.proven(func() {
		work(p.s.nav, func(ctx context.Context) func() {
			_, err := p.s.c.InstallPack(ctx, files.text, files.signature, reason)
			return func() {
				if err != nil {
					p.install.end(packRefused(name, err))
					return
				}
				p.install.end("")
				p.pack.SetText("")
				p.signature.SetText("")
				p.forget()
				p.s.nav.Toast(words.T("policy.done"))
				p.show()
			}
		})
	})
}

// small reads a file that is not larger than most bytes, nor empty.
func small(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errNoFile // the cause names the path, and a path may name a person
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil || len(text) == 0 || int64(len(text)) > most {
		return nil, errNoFile
	}
	return text, nil
}
