package sound

import (
	"bytes"
	"io"
	"sync"

	"secondlook/app/policy"
	"secondlook/assets"
)

// item is one thing to play: a sound of package assets by its name, or speech.
type item struct {
	name   string
	rank   int
	speech *speech
}

// speech is what is spoken, as samples. It may spell a plate: it is overwritten as
// soon as it was played or is not wanted any more.
type speech struct {
	mu      sync.Mutex
	samples []byte
	at      int
}

// Read implements [io.Reader].
func (s *speech) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := copy(b, s.samples[s.at:])
	s.at += n
	if n == 0 && len(b) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (s *speech) erase() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.samples)
	s.samples, s.at = nil, 0
}

// erase overwrites what an item says.
func (i item) erase() {
	if i.speech != nil {
		i.speech.erase()
	}
}

// reader is what the device reads.
func (i item) reader() io.Reader {
	if i.speech != nil {
		return i.speech
	}
	const header = 44 // bytes; the sounds' own tests see to it
	return bytes.NewReader(assets.Sound(i.name)[header:])
}

// mostSpeech is how many alerts of one tier wait to be spoken: an older one says what
// has been on the screen for long.
const mostSpeech = 2

// Speak speaks samples, as many a second as [sounds.Rate], for an alert of a tier: after
// its sound, and cut short by a graver one. Too many that wait are not spoken, the
// oldest first. The samples are the player's from then on, which overwrites them. It
// returns what [Player.Play] returns.
func (p *Player) Speak(t policy.Tier, samples []byte) error {
	return p.speak(item{rank: rank("alert-" + string(t)), speech: &speech{samples: samples}})
}

// ReadAloud speaks samples that somebody asked for, as soon as nothing else sounds;
// any alert cuts them short. What was read aloud before ends.
func (p *Player) ReadAloud(samples []byte) error {
	p.Hush()
	said := &speech{samples: samples}
	p.mu.Lock()
	p.aloud = said
	p.mu.Unlock()
	return p.speak(item{rank: aloud, speech: said})
}

// aloud is the rank of what was asked for: below every alert's.
const aloud = -1

func (p *Player) speak(i item) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		i.erase()
		return ErrClosed
	}
	same := func(o item) bool { return o.speech != nil && o.rank == i.rank }
	n := 0
	for _, o := range p.waiting {
		if same(o) {
			n++
		}
	}
	for k := 0; n >= mostSpeech && k < len(p.waiting); k++ {
		if same(p.waiting[k]) {
			p.waiting[k].erase()
			p.waiting = append(p.waiting[:k], p.waiting[k+1:]...)
			break
		}
	}
	p.add(i)
	return p.problem
}

// Hush ends what is read aloud: what was asked for, and no alert.
func (p *Player) Hush() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.aloud != nil {
		p.aloud.erase() // it ends with what the device has taken already
		p.aloud = nil
	}
}
