// Package station is the station dock: an embedded NATS JetStream server that
// takes the cars' sealed records and distributes signed lists and shared entries.
//
// Start with [Serve], which runs a station on a data folder until its context
// ends. [Open] and [Folder.Enrol] make a terminal's bundle; [Dial] connects to a
// running station as its operator, for lists, records and status.
//
// The server holds no plain record, list or entry: cars seal records to the
// records key, whose private half only [Operator.OpenRecords] needs, and what is
// distributed is sealed with the fleet key.
package station

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"secondlook/platform/dock/protocol"
)

var (
	// ErrNoStation is returned for a folder in which no station was started yet.
	ErrNoStation = errors.New("no station here: start one with “serve” first")
	// ErrNotServing is returned where a running station is needed and none answers.
	ErrNotServing = errors.New("the station is not running: start it with “serve”")
	// ErrInUse is returned where another process serves from the same folder.
	ErrInUse = errors.New("another station serves from this folder")
	// ErrNoCar is returned for a car that is not enrolled.
	ErrNoCar = errors.New("no such car is enrolled")
	// ErrNoConsumer is returned for a records system that is not enrolled.
	ErrNoConsumer = errors.New("no such records system is enrolled")
)

// Names in the data folder. JetStream keeps its own folder beside them.
const (
	settingsFile = "station.json" // name and host names
	servingFile  = "serving.json" // address, while the station runs
	lockFile     = "lock"
	listLockFile = "lists.lock"
	carsFolder   = "cars" // one credential a car
	// consumersFolder has one credential a records system.
	consumersFolder = "consumers"
	keysFolder      = "keys"
	// RecordsKeyFile opens the records. Serving never reads it.
	RecordsKeyFile = "records.key"

	authorityFile    = "ca.pem"
	authorityKeyFile = "ca.key"
	serverFile       = "server.pem"
	operatorFile     = "operator.pem"
	systemFile       = "system.pem" // asks a cluster's servers to reload
	publishingFile   = "publishing.key"
	recordsFile      = "records.pub"
	fleetFile        = "fleet.key"
)

// Folder is a station's data folder: its keys, its cars, its store.
type Folder struct {
	dir      string
	settings settings
}

// settings are what an operator chose for the station.
type settings struct {
	Version int       `json:"version"`
	Name    string    `json:"name"`
	Hosts   []string  `json:"hosts"` // names and addresses in the server's certificate
	Made    time.Time `json:"made"`
}

// Open opens the folder of a station that was started before, else it returns
// [ErrNoStation].
func Open(dir string) (*Folder, error) {
	f := &Folder{dir: dir}
	raw, err := os.ReadFile(f.path(settingsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", dir, ErrNoStation)
	}
	if err != nil {
		return nil, fmt.Errorf("open station: %w", err)
	}
	if err := json.Unmarshal(raw, &f.settings); err != nil {
		return nil, fmt.Errorf("open station: %s: %w", settingsFile, err)
	}
	if f.settings.Version != 1 {
		return nil, fmt.Errorf("open station: %s has version %d, this program knows version 1", settingsFile, f.settings.Version)
	}
	return f, nil
}

// create makes a new station in an empty or missing folder: every key is made
// here and now, none is built in. The settings are written last, so that a folder
// with settings is whole.
func create(dir, name string, hosts []string, now time.Time) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make station: %w", err)
	}
	for _, part := range []string{keysFolder, RecordsKeyFile, "jetstream"} {
		if _, err := os.Stat(filepath.Join(dir, part)); err == nil {
			return nil, fmt.Errorf("make station: %s holds %s but no %s: name an empty folder, or restore the whole folder from its backup", dir, part, settingsFile)
		}
	}
	f := &Folder{dir: dir, settings: settings{Version: 1, Name: name, Hosts: hosts, Made: now.UTC()}}
	for _, sub := range []string{keysFolder, carsFolder} {
		if err := os.MkdirAll(f.path(sub), 0o700); err != nil {
			return nil, fmt.Errorf("make station: %w", err)
		}
	}
	if err := f.makeKeys(now); err != nil {
		return nil, fmt.Errorf("make station: %w", err)
	}
	if err := f.saveSettings(); err != nil {
		return nil, fmt.Errorf("make station: %w", err)
	}
	return f, nil
}

func (f *Folder) makeKeys(now time.Time) error {
	ca, err := newAuthority(f.settings.Name, now)
	if err != nil {
		return err
	}
	key, err := ca.keyPEM()
	if err != nil {
		return err
	}
	private, public, err := protocol.NewRecordsKey()
	if err != nil {
		return err
	}
	_, publishing, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	for _, file := range []struct {
		name string
		data []byte
	}{
		{f.key(authorityFile), certificatePEM(ca.certificate.Raw)},
		{f.key(authorityKeyFile), key},
		{f.key(publishingFile), pem.EncodeToMemory(&pem.Block{Type: "SECONDLOOK PUBLISHING KEY", Bytes: publishing.Seed()})},
		{f.key(fleetFile), pem.EncodeToMemory(&pem.Block{Type: "SECONDLOOK FLEET KEY", Bytes: protocol.NewFleetKeyBytes()})},
		{f.key(recordsFile), pem.EncodeToMemory(&pem.Block{Type: "SECONDLOOK RECORDS PUBLIC KEY", Bytes: public})},
		{f.path(RecordsKeyFile), private},
	} {
		if err := writeFile(file.name, file.data); err != nil {
			return err
		}
	}
	return f.issueOwn(ca, now)
}

// Name is the station's name.
func (f *Folder) Name() string { return f.settings.Name }

func (f *Folder) path(name string) string { return filepath.Join(f.dir, name) }

func (f *Folder) key(name string) string { return filepath.Join(f.dir, keysFolder, name) }

func (f *Folder) saveSettings() error { return writeJSON(f.path(settingsFile), f.settings) }

// keyBytes reads one key file's block.
func (f *Folder) keyBytes(name string) ([]byte, error) {
	raw, err := os.ReadFile(f.key(name))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("%s: %w", f.key(name), protocol.ErrKey)
	}
	return block.Bytes, nil
}

func (f *Folder) publishingKey() (ed25519.PrivateKey, error) {
	seed, err := f.keyBytes(publishingFile)
	if err != nil {
		return nil, err
	}
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("%s: %w", f.key(publishingFile), protocol.ErrKey)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

func (f *Folder) fleetKey() (*protocol.FleetKey, error) {
	raw, err := f.keyBytes(fleetFile)
	if err != nil {
		return nil, err
	}
	return protocol.NewFleetKey(raw)
}

func (f *Folder) authorityCertificate() (*x509.Certificate, error) {
	raw, err := f.keyBytes(authorityFile)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(raw)
}

// serving is what a running station tells the operator's commands.
type serving struct {
	Address string `json:"address"` // where it listens
	Dial    string `json:"dial"`    // where this machine reaches it: URLs, with commas between
	// Of a cluster only: where cars reach its servers, and their names.
	Cars    []string `json:"cars,omitempty"`
	Servers []string `json:"servers,omitempty"`
}

func (f *Folder) serving() (serving, error) {
	var s serving
	raw, err := os.ReadFile(f.path(servingFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, ErrNotServing
	}
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return s, fmt.Errorf("%s: %w", servingFile, err)
	}
	return s, nil
}

// Clustered reports whether the station works on a cluster whose accounts it keeps.
func (f *Folder) Clustered() bool {
	s, err := f.serving()
	return err == nil && len(s.Servers) > 0
}

func writeJSON(name string, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(name, append(raw, '\n'))
}

// writeFile replaces a file, readable by its owner only, whole or not at all:
// commands write while the station reads.
func writeFile(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".new-*") // made with mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already when all went well
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), name); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	// Some systems cannot sync a folder; the rename is then as lasting as they make it.
	dir.Sync()
	return dir.Close()
}

// lockPause is how long a command waits before it tries a lock again.
const lockPause = 50 * time.Millisecond

// lockLists waits until no other command changes the lists.
func (f *Folder) lockLists(ctx context.Context) (release func(), err error) {
	return f.lockFile(ctx, listLockFile)
}

// lockFile waits until no other command has the lock of a name.
func (f *Folder) lockFile(ctx context.Context, name string) (release func(), err error) {
	for {
		release, err := lock(f.path(name))
		if err == nil || !errors.Is(err, errLocked) {
			return release, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("another command is at work on this (%s): %w", name, ctx.Err())
		case <-time.After(lockPause):
		}
	}
}

var errLocked = errors.New("locked by another process")

func checkStationName(name string) error {
	if strings.TrimSpace(name) == "" || len(name) > 128 || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
		return errors.New("the station's name is 1 to 128 characters on one line")
	}
	return nil
}
