package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"slices"

	"secondlook/app/audit"
	"secondlook/app/hit"
)

// Raise keeps a new hit and its pictures under a key of their own; the read's
// evidence is not kept. It returns [ErrExists] for an id that is taken and
// [ErrBadID] for one that could carry something personal.
func (s *Store) Raise(ctx context.Context, h hit.Hit, p hit.Pictures, e audit.Event) error {
	if !validID(h.ID) {
		return wrap("raise hit", ErrBadID)
	}
	return s.record(ctx, "raise hit", delivery{Kind: raised, Event: e, Hit: &h, pictures: p}, func(t txn) error { return t.raise(h, p) })
}

func (t txn) raise(h hit.Hit, p hit.Pictures) error {
	if !validID(h.ID) {
		return ErrBadID
	}
	id := []byte(h.ID)
	if t.bucket(bucketHitKeys).Get(id) != nil {
		return ErrExists
	}
	key := randomBytes(keySize)
	defer clear(key)
	own, err := newAEAD(key)
	if err != nil {
		return err
	}
	if err := t.replace(bucketHitKeys, id, seal(t.cipher(bucketHitKeys), bucketHitKeys, id, key)); err != nil {
		return err
	}
	pictured, err := t.putPictures(own, id, p)
	if err != nil {
		return err
	}
	return t.putHit(own, h, pictured)
}

// keptHit is a hit as it is kept.
type keptHit struct {
	hit.Hit
	// Pictured is the nonce of the pictures that are the hit's, so that no earlier
	// ones of it can be put back in their place.
	Pictured []byte
}

// nonceOf is a sealed value's nonce.
func nonceOf(sealed []byte) []byte {
	const from, to = 1, 1 + 12
	if len(sealed) < to {
		return nil
	}
	return bytes.Clone(sealed[from:to])
}

// keptHit opens a hit and its own key. It returns [hit.ErrNotFound].
func (t txn) keptHit(id string) (h keptHit, own cipher.AEAD, err error) {
	own, err = t.hitKey(id)
	if err != nil {
		return h, nil, err
	}
	sealed := t.bucket(bucketHits).Get([]byte(id))
	return h, own, t.decode(own, bucketHits, []byte(id), sealed, &h)
}

// PutPictures replaces a hit's pictures. It returns [hit.ErrNotFound].
func (s *Store) PutPictures(ctx context.Context, id string, p hit.Pictures, e audit.Event) error {
	return s.record(ctx, "put pictures", delivery{Kind: pictured, Event: e, ID: id, pictures: p}, func(t txn) error { return t.picture(id, p) })
}

func (t txn) picture(id string, p hit.Pictures) error {
	h, own, err := t.keptHit(id)
	if err != nil {
		return err
	}
	pictured, err := t.putPictures(own, []byte(id), p)
	if err != nil {
		return err
	}
	return t.putHit(own, h.Hit, pictured)
}

// putPictures returns what the hit must say of them.
func (t txn) putPictures(own cipher.AEAD, id []byte, p hit.Pictures) (pictured []byte, err error) {
	plain := encodePictures(p)
	defer clear(plain)
	sealed := seal(own, bucketPictures, id, plain)
	return nonceOf(sealed), t.replace(bucketPictures, id, sealed)
}

// Update replaces a hit; its pictures stay. It returns [hit.ErrNotFound].
func (s *Store) Update(ctx context.Context, h hit.Hit, e audit.Event) error {
	return s.write(ctx, "update hit", e, func(t txn) error {
		before, own, err := t.keptHit(h.ID)
		if err != nil {
			return err
		}
		return t.putHit(own, h, before.Pictured)
	})
}

// Destroy destroys a hit's key, the hit and its pictures. It returns
// [hit.ErrNotFound].
func (s *Store) Destroy(ctx context.Context, id string, e audit.Event) error {
	return s.write(ctx, "destroy hit", e, func(t txn) error {
		// Whether the key still opens does not matter for destroying it.
		if !validID(id) || t.bucket(bucketHitKeys).Get([]byte(id)) == nil {
			return hit.ErrNotFound
		}
		if t.held(id) {
			return hit.ErrHeld
		}
		return t.destroyHit(id)
	})
}

// destroyHit removes a hit, its pictures and its key.
func (t txn) destroyHit(id string) error {
	for _, name := range []string{bucketHitKeys, bucketHits, bucketPictures} {
		if err := t.replace(name, []byte(id), nil); err != nil {
			return err
		}
	}
	return nil
}

// Hits returns every hit in the car, oldest first, without pictures.
func (s *Store) Hits(ctx context.Context) ([]hit.Hit, error) {
	var hits []hit.Hit
	err := s.read(ctx, "read hits", func(t txn) error {
		return t.eachAnchored(bucketHits, func(id, sealed []byte) error {
			own, err := t.hitKey(string(id))
			if err != nil {
				return err
			}
			var h keptHit
			if err := t.decode(own, bucketHits, id, sealed, &h); err != nil {
				return err
			}
			hits = append(hits, h.Hit)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(hits, func(a, b hit.Hit) int {
		return cmp.Or(a.RaisedAt.Compare(b.RaisedAt), cmp.Compare(a.ID, b.ID))
	})
	return hits, nil
}

// Pictures returns a hit's pictures. It returns [hit.ErrNotFound].
func (s *Store) Pictures(ctx context.Context, id string) (hit.Pictures, error) {
	var p hit.Pictures
	err := s.read(ctx, "read pictures", func(t txn) (err error) {
		p, err = t.pictures(id)
		return err
	})
	return p, err
}

// pictures opens a hit's pictures, once the hit says that they are its own.
func (t txn) pictures(id string) (hit.Pictures, error) {
	h, own, err := t.keptHit(id)
	if err != nil {
		return hit.Pictures{}, err
	}
	sealed := t.bucket(bucketPictures).Get([]byte(id))
	if !bytes.Equal(nonceOf(sealed), h.Pictured) {
		return hit.Pictures{}, damaged("a hit's pictures are not the newest")
	}
	plain, err := unseal(own, bucketPictures, []byte(id), sealed)
	if err != nil {
		return hit.Pictures{}, err
	}
	return decodePictures(plain)
}

// hitKey opens a hit's own key. It returns [hit.ErrNotFound].
func (t txn) hitKey(id string) (cipher.AEAD, error) {
	sealed := t.bucket(bucketHitKeys).Get([]byte(id))
	switch {
	case sealed != nil && validID(id):
	case t.bucket(bucketHits).Get([]byte(id)) != nil:
		return nil, damaged("a hit's key is missing")
	default:
		return nil, hit.ErrNotFound
	}
	key, err := unseal(t.cipher(bucketHitKeys), bucketHitKeys, []byte(id), sealed)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	if len(key) != keySize {
		return nil, fmt.Errorf("a hit's key: %w", ErrDamaged)
	}
	return newAEAD(key)
}

func (t txn) putHit(own cipher.AEAD, h hit.Hit, pictured []byte) error {
	h.Read.Evidence = nil // the pictures are kept beside the hit
	return t.putUnder(own, bucketHits, []byte(h.ID), keptHit{h, pictured})
}

// validID keeps everything but ids out of the file's clear keys.
func validID(id string) bool {
	if len(id) < 1 || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// encodePictures gives the length of the plate picture, the plate picture, and
// the context picture.
func encodePictures(p hit.Pictures) []byte {
	return appendPictures(make([]byte, 0, 4+len(p.Plate)+len(p.Context)), p)
}

func appendPictures(b []byte, p hit.Pictures) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(p.Plate)))
	b = append(b, p.Plate...)
	return append(b, p.Context...)
}

// decodePictures undoes encodePictures; the pictures share b's memory. An empty
// picture comes back as nil. It returns [ErrDamaged].
func decodePictures(b []byte) (hit.Pictures, error) {
	if len(b) < 4 || uint64(binary.BigEndian.Uint32(b)) > uint64(len(b)-4) {
		return hit.Pictures{}, fmt.Errorf("pictures: %w", ErrDamaged)
	}
	var p hit.Pictures
	end := 4 + int(binary.BigEndian.Uint32(b))
	if end > 4 {
		p.Plate = b[4:end:end]
	}
	if end < len(b) {
		p.Context = b[end:]
	}
	return p, nil
}
