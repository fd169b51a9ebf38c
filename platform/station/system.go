package station

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"secondlook/platform/dock/protocol"
)

// The servers' own system account: what a server is told and asked as itself.
const (
	reloadRequest = "$SYS.REQ.SERVER.%s.RELOAD" // with the server's id
	carsRequest   = "$SYS.REQ.ACCOUNT.PING.STATZ"
)

// systemRequests are what the system's credential may ask.
func systemRequests() []string { return []string{fmt.Sprintf(reloadRequest, "*"), carsRequest} }

// system connects to one server with the system's credential.
func (o *Operator) system(ctx context.Context, address string) (*nats.Conn, error) {
	ca, err := o.folder.authorityCertificate()
	if err != nil {
		return nil, err
	}
	pair, err := o.folder.pair(systemFile)
	if err != nil {
		return nil, err
	}
	return nats.Connect(address, nats.Name("SecondLook station"), nats.NoReconnect(), nats.IgnoreDiscoveredServers(),
		nats.Secure(protocol.ClientTLS(ca, pair)), nats.TLSHandshakeFirst(), nats.Timeout(timeLeft(ctx)))
}

// reload has the server at an address read its configuration again.
func (o *Operator) reload(ctx context.Context, address string) error {
	nc, err := o.system(ctx, "tls://"+address)
	if err != nil {
		return fmt.Errorf("have the server reload: %w", err)
	}
	defer nc.Close()
	// Twice: nats-server 2.15 meets a new account in the first reload, and gives it what
	// it imports in the next; a car could connect, and reach nothing.
	for range 2 {
		m, err := nc.RequestWithContext(ctx, fmt.Sprintf(reloadRequest, nc.ConnectedServerId()), nil)
		if err != nil {
			return fmt.Errorf("have the server reload: %w", err)
		}
		var answer server.ServerAPIResponse
		if err := json.Unmarshal(m.Data, &answer); err != nil {
			return fmt.Errorf("have the server reload: %w", err)
		}
		if answer.Error != nil {
			return fmt.Errorf("have the server reload: %w", errors.New(answer.Error.Description))
		}
	}
	return nil
}

// statsWait is how long the servers have to say who is connected.
const statsWait = 500 * time.Millisecond

// connected names the cars that are connected to any server of the cluster.
func (o *Operator) connected(ctx context.Context, at serving) ([]string, error) {
	nc, err := o.system(ctx, at.Dial)
	if err != nil {
		return nil, fmt.Errorf("ask who is connected: %w", err)
	}
	defer nc.Close()
	names, answered := []string{}, 0
	err = gather(ctx, nc, carsRequest, statsWait, func(m *nats.Msg) (enough bool) {
		var answer struct {
			Data server.AccountStatz `json:"data"`
		}
		if json.Unmarshal(m.Data, &answer) == nil {
			for _, account := range answer.Data.Accounts {
				car, ok := strings.CutPrefix(account.Account, carAccountPrefix)
				if ok && account.Conns > 0 && !slices.Contains(names, car) {
					names = append(names, car)
				}
			}
		}
		answered++
		return answered == len(at.Servers)
	})
	slices.Sort(names)
	return names, err
}
