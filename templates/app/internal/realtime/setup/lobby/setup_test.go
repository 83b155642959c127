package realtime

import (
	"encoding/json"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub/hubtest"
)

// Who connects is in the lobby, and everybody there hears what one says.
func TestLobby(t *testing.T) {
	s := hubtest.New(t, setup)
	alice, bob := s.Connect(), s.Connect()
	alice.Say(`{"event":"lobby/message","data":{"text":"hi","from":"bob"}}`)
	for _, c := range []*hubtest.Client{alice, bob} {
		e := c.Expect("lobby/message")
		var m message
		if err := json.Unmarshal(e.Data, &m); err != nil || e.Topic != "lobby" || m.Text != "hi" || m.From == "bob" || m.From == "" {
			t.Errorf("topic %q, data %s, %v", e.Topic, e.Data, err)
		}
	}
}
