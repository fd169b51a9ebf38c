// Package store keeps everything that lasts on a terminal, sealed: in one bbolt
// file, the entries of hotlists in files of a folder beside it, and the key of what
// is destroyed one day in a small file of its own. It satisfies the store interfaces
// of package app: [access.Keyring], [audit.Store], [hotlist.Store], [hit.Store],
// [hit.ReportStore], [entry.Store], [shift.Store], [draft.Store],
// [cruiser.SettingsStore], [cruiser.PolicyStore] and [cruiser.StandbyStore].
//
// Use [Open], then [Store.SetUp] on a new terminal or [Store.SignIn] on one that
// is set up; until then every method that needs a key returns [ErrLocked].
//
// # The bucket tree
//
//	meta                      in the clear, nothing personal
//	  format                  uint32: the format of this tree, see [Format]
//	  salt                    32 random bytes: the terminal's salt of slot ids
//	  epoch                   uint64: the epoch of the epochal buckets, see [epochal]
//	  rounds                  uint32: PBKDF2 rounds of slot ids and of new slots
//	  lockout                 when failed sign-ins lock a badge out
//	  sole                    slot id of the terminal's only administrator, if there
//	                          is only one: nobody else could release a lock-out
//	  recovery                the slot that the recovery code opens
//	slots                     one for each person
//	  <slot id>               rounds, salt, the file key sealed to the slot's public
//	                          key, and its private key wrapped by the secret (see slot)
//	attempts                  in the clear: must work while nobody is signed in
//	  <slot id>               failed sign-ins: counts and times only
//	people                    sealed under "people"
//	  <name of officer id>    the person, their second factor, the slot id and the
//	                          slot's public key
//	settings                  sealed under "settings"
//	  settings
//	  recovery                which recovery code there is, and its public key
//	  inbox                   the inbox's private key, and what of it was folded
//	  policy                  the installed policy pack, and the keys that may sign one
//	lists                     epochal, sealed under "lists"
//	  <name of list name>     the list without its entries, and the names and keys of
//	                          the files that have them (see pieceKind)
//	entries                   epochal, sealed under "entries"
//	  <name of entry id>      a manual entry
//	deployments               epochal, sealed under "deployments"
//	  <name of deployment id> a deployment
//	audit                     sealed under "audit"
//	  <sequence, uint64>      one link of the chain
//	audit-head                sealed under "audit"
//	  head                    sequence and hash of the newest link, digests of
//	                          other buckets (see anchored), the public audit key
//	  signer                  the private key that signs the chain
//	hit-keys                  epochal, sealed under "hit-keys"
//	  <hit id>                the hit's own random key
//	holds                     epochal, sealed under "holds"
//	  <name of hit id>        a legal hold
//	disclosures               epochal, sealed under "disclosures"
//	  <name of record id>     a disclosure
//	access-requests           epochal, sealed under "access-requests"
//	  <name of request id>    an individual's access request with its answer
//	breaches                  epochal, sealed under "breaches"
//	  <name of report id>     a report of a suspected breach
//	preservation-orders       epochal, sealed under "preservation-orders"
//	  <name of order id>      an order, with the key of what it keeps
//	preserved                 sealed under the order's own key
//	  <name of order id, uint64>  some non-hits
//	hits                      sealed under the hit's own key
//	  <hit id>                the hit
//	pictures                  sealed under the hit's own key
//	  <hit id>                both JPEGs
//	reports                   epochal, sealed under "reports"
//	  <name of report id>     a report of an entry that looks wrong
//	inbox                     sealed to the inbox's public key, see [watch]
//	  <number, uint64>        an act of a locked terminal, until it is folded
//	standby                   sealed under the machine's key and the epoch's place
//	  standby                 what a terminal needs that is restarted on patrol
//	standby-key               epochal, sealed under "standby-key"
//	  standby                 the machine's key, and the patrol's part of that
//	inbox-key                 epochal, sealed under "inbox-key"
//	  inbox                   the inbox's private key; a new one after each fold
//	drafts                    epochal, sealed under "drafts"
//	  <name of draft id>      what a person has written into a form and not sent
//	rekeying                  epochal, sealed under "rekeying"
//	  next                    the file key of a [Store.Rekey] that is not finished
//
// Integers are big-endian. A <name of …> is a keyed hash, so that no key of the
// file says anything about what lies behind it; hit ids are random by contract
// and sort by time.
//
// # Keys
//
// Each person has a P-256 key pair, and so has the recovery code. A random 256-bit file
// key is sealed to each public key (HPKE: DHKEM(P-256), HKDF-SHA256, AES-256-GCM), and a
// key that PBKDF2-HMAC-SHA256 makes of the PIN, passphrase or code wraps the private
// one. So [Store.Rekey] gives everybody another file key without their secrets; the
// public keys that it trusts are those of the sealed records. HKDF-SHA256 derives a key
// for each label above: from the file key, or from the epoch's key for an epochal
// bucket. A sealed value is one version byte and AES-256-GCM's output; its
// associated data names version, bucket and key, so that a value put elsewhere, say
// one audit record in another's place, does not open. The head's digests show where
// a value was taken away or an older one put back, and an older copy of the whole
// bbolt file does not fit the epoch file: only older copies of both together, or
// within one epoch, are a store like any other.
// Nonces are random: at 2^32 values a key (NIST SP 800-38D, 8.3) a million
// values a day last eleven years.
//
// Badges have little entropy, which is why slot ids are stretched with as many
// rounds as PINs.
//
// [Store.Lock] forgets the file key and all that it opens. A locked store has the
// public key of the inbox, to which it seals what it records, the key of the tags that
// show that it was this terminal, and the keys of the lists' files that are open to
// match. The inbox's private key is under the epoch's key. The standby record has the same
// for a terminal that is restarted while it patrols, see [Store.KeepStandby].
//
// # What erasing means here
//
// [Store.Destroy] deletes the hit's key, the hit and the pictures in one
// transaction. bbolt writes changed pages anew and keeps the old ones as free
// pages until it needs them: a copy of the file still has the sealed key. It was
// sealed under the epoch's key, though, and every act that destroys something turns
// the epoch and overwrites the key of the one before (see [epochal]). Lists, manual
// entries and whatever else can be dropped go the same way. Single entries of a list
// that were withdrawn match no more at once; their bytes go when the list is next
// written whole, once a day.
//
// What this rests on is that a fixed place of 4 KiB in the epoch file is overwritten
// where it stood. A file system that writes elsewhere (btrfs, ZFS, a snapshot) and
// the wear levelling of a solid-state disk may keep the old block, out of reach of
// any program; whoever reads it out of the chip, and has the file key, opens what was
// destroyed in the one turn that it stood for. Nothing on the terminal can prove that
// they cannot.
package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"secondlook/app/access"
	"secondlook/app/audit"
	"secondlook/app/cruiser"
	"secondlook/app/draft"
	"secondlook/app/entry"
	"secondlook/app/hit"
	"secondlook/app/hotlist"
	"secondlook/app/shift"
)

var (
	_ access.Keyring        = (*Store)(nil)
	_ audit.Store           = (*Store)(nil)
	_ hotlist.Store         = (*Store)(nil)
	_ hit.Store             = (*Store)(nil)
	_ hit.ReportStore       = (*Store)(nil)
	_ entry.Store           = (*Store)(nil)
	_ draft.Store           = (*Store)(nil)
	_ shift.Store           = (*Store)(nil)
	_ cruiser.SettingsStore = (*Store)(nil)
	_ cruiser.PolicyStore   = (*Store)(nil)
	_ cruiser.StandbyStore  = (*Store)(nil)
)

// Returned by [Open] and [Check].
var (
	// ErrInUse is returned while another process has the file open.
	ErrInUse = errors.New("SecondLook is running already on this terminal")
	// ErrDamaged is returned for a file or a value that is not as it was written.
	// The file is left as it is.
	ErrDamaged = errors.New("the store is damaged: keep the file as it is and ask your technician")
	// ErrNewer is returned for a file that a newer SecondLook wrote.
	ErrNewer = errors.New("the store was written by a newer SecondLook: update this terminal")
)

// Returned by the methods of [Store].
var (
	// ErrLocked is returned while nobody is signed in.
	ErrLocked = errors.New("the store is locked: sign in first")
	// ErrSetUp is returned by SetUp on a terminal that is set up.
	ErrSetUp = errors.New("this terminal is set up already")
	// ErrExists is returned when a hit is raised twice under one id.
	ErrExists = errors.New("a hit with this id exists already")
	// ErrBadID is returned for a hit id that is not 1 to 64 letters, digits, hyphens or underscores.
	ErrBadID = errors.New("a hit id is 1 to 64 letters, digits, hyphens or underscores")
)

// Format is the version of the bucket tree that this package writes.
const Format = 2

// unborn comes between a store's name and a random number in the name of the file
// that create makes.
const unborn = ".new-"

// lockWait is how long Open waits for another process to let go of the file.
const lockWait = 500 * time.Millisecond

// Options are what a store needs to know. The zero Options are fit for use.
type Options struct {
	// Terminal names the terminal in audit records that do not name it. Nil, or
	// a function that returns "", means the name in the settings. It must not
	// call the store.
	Terminal func() string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Rounds are the PBKDF2 rounds of a file that Open creates; 0 means
	// [DefaultRounds]. An existing file keeps its own.
	Rounds int
}

// Store is one open file. Its methods may be called from any goroutine.
type Store struct {
	path    string
	options Options

	// opening is held for writing while the file gives its place to another, and for
	// reading through every read transaction.
	opening sync.RWMutex
	db      *bolt.DB

	// signing lets one sign-in run at a time: guesses made side by side would
	// each see the failures from before the others.
	signing sync.Mutex

	mu   sync.RWMutex // guards keys and watch; held for reading through every transaction
	keys *keys        // nil while locked
	// watch is what a locked terminal records with, nil while nobody has signed in;
	// there is never one beside keys.
	watch *watch

	shelf  *shelf
	epochs *epochFile
	// batch is that of a [migration].
	batch int
}

// Open opens the store at path, or creates it where there is no file; the file is
// locked against other processes until Close. It returns [ErrInUse],
// [ErrDamaged] or [ErrNewer], and never replaces a file that is there.
func Open(path string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rounds == 0 {
		o.Rounds = DefaultRounds
	}
	if o.Rounds < 1 || o.Rounds > maxRounds {
		return nil, fmt.Errorf("open store: rounds must lie between 1 and %d", maxRounds)
	}
	s := &Store{path: path, options: o, shelf: newShelf(path), epochs: &epochFile{path: epochPath(path)}, batch: batchSize}
	if err := s.open(path); err != nil {
		return nil, fmt.Errorf("open store %s: %w", path, err)
	}
	return s, nil
}

func (s *Store) open(path string) error {
	if err := resume(path); err != nil {
		return err
	}
	_, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := absent(path); err != nil {
			return err
		}
		if err := create(path, s.options.Rounds); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return err
	}
	if err := inspect(path, nil); err != nil {
		return err
	}
	if err := s.openBolt(); err != nil {
		return err
	}
	// Not only where the file was made: who made it may have been killed before this.
	if err := errors.Join(sweepUnborn(path), settle(filepath.Dir(path)), s.plantLater(), s.eraseLeft()); err != nil {
		return errors.Join(err, s.db.Close())
	}
	return nil
}

func (s *Store) openBolt() error {
	return boltError(guard(func() (err error) {
		s.db, err = bolt.Open(s.path, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType})
		return err
	}))
}

// eraseLeft overwrites the epoch key that a crash left beside the one in force, and
// the files that a migration or a re-keying left.
func (s *Store) eraseLeft() error {
	return s.view(func(tx *bolt.Tx) error {
		current, err := epochOf(tx)
		if err != nil {
			return err
		}
		left, err := s.epochs.check(current)
		if err == nil && left > 0 {
			err = s.epochs.erase(left)
		}
		if format, e := formatOf(tx); err == nil && e == nil && format == Format {
			err = destroyFile(s.path + aside)
		}
		if b := tx.Bucket([]byte(bucketRekeying)); err == nil && b != nil {
			if key, _ := b.Cursor().First(); key == nil { // it is given up
				err = destroyFile(s.path + rekeying)
			}
		}
		return err
	})
}

// sweepUnborn removes files that create left when it was killed.
func sweepUnborn(path string) error {
	files, err := os.ReadDir(filepath.Dir(path))
	for _, f := range files {
		if strings.HasPrefix(f.Name(), filepath.Base(path)+unborn) {
			err = errors.Join(err, os.Remove(filepath.Join(filepath.Dir(path), f.Name())))
		}
	}
	return err
}

// settle makes the names of a folder durable, and its own as far up as may be: it
// may be as new as the store in it, and so may the one that it is in.
func settle(folder string) error {
	if err := syncFolder(folder); err != nil {
		return err
	}
	for up := filepath.Dir(folder); up != folder; folder, up = up, filepath.Dir(up) {
		if syncFolder(up) != nil { // somebody else's
			break
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// plantLater makes the buckets that an older file does not have. One of an earlier
// format that nobody has set up has nothing to migrate.
func (s *Store) plantLater() error {
	var missing [][]byte
	blank := false
	err := s.view(func(tx *bolt.Tx) error {
		for _, name := range laterBuckets {
			if tx.Bucket([]byte(name)) == nil {
				missing = append(missing, []byte(name))
			}
		}
		format, err := formatOf(tx)
		first, _ := tx.Bucket([]byte(bucketSlots)).Cursor().First()
		blank = format < Format && first == nil
		return err
	})
	if err != nil || len(missing) == 0 && !blank {
		return err
	}
	return s.update(func(tx *bolt.Tx) error {
		for _, name := range missing {
			if _, err := tx.CreateBucket(name); err != nil {
				return fmt.Errorf("make bucket %s: %w", name, err)
			}
		}
		if !blank {
			return nil
		}
		return tx.Bucket([]byte(bucketMeta)).Put(keyFormat, uint32Bytes(Format))
	})
}

// create makes a new file whole: under another name first, so that a crash
// leaves either no store or an empty one that opens.
func create(path string, rounds int) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(folder, filepath.Base(path)+unborn+"*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return err
	}
	db, err := bolt.Open(f.Name(), 0o600, &bolt.Options{Timeout: lockWait})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error { return plant(tx, rounds) })
	if err := errors.Join(err, db.Close()); err != nil {
		return err
	}
	// A link, unlike a rename, cannot replace what another process just made.
	switch err := os.Link(f.Name(), path); {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil && exists(path): // whoever made it has swept this one away
		return nil
	case err != nil: // a file system without links
		if err := os.Rename(f.Name(), path); err != nil {
			return err
		}
	}
	return nil
}

// plant makes the bucket tree of an empty store.
func plant(tx *bolt.Tx, rounds int) error {
	for _, name := range slices.Concat(buckets, laterBuckets) {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return fmt.Errorf("make bucket %s: %w", name, err)
		}
	}
	meta := tx.Bucket([]byte(bucketMeta))
	return errors.Join(
		meta.Put(keyFormat, uint32Bytes(Format)),
		meta.Put(keySalt, randomBytes(saltSize)),
		meta.Put(keyRounds, uint32Bytes(uint32(rounds))),
	)
}

// syncFolder makes a new name in a folder durable, where the system can.
func syncFolder(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) {
		return err
	}
	return nil
}

// Close forgets the keys and closes the file. It may be called twice.
func (s *Store) Close() error {
	s.SignOut()
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// SignOut forgets the keys; the file stays open for the next sign-in. It waits
// for methods that are running.
func (s *Store) SignOut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watch != nil {
		s.watch.forget()
		s.watch = nil
		s.shelf.forget()
	}
	if s.keys != nil {
		s.keys.forget()
		s.keys = nil
		s.shelf.forget()
	}
}
