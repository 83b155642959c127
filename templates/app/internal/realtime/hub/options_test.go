package hub_test

import (
	"strings"
	"testing"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
)

// All that is wrong is reported at once.
func TestOptionsAreValidated(t *testing.T) {
	o := hub.DefaultOptions()
	o.Origins = []string{"*", "https://app.example.com"}
	o.DefaultTopic = "a b"
	o.MaxConns = -1
	o.Rate = -1
	o.QueueLen = 0
	o.PingEvery = 0
	err := o.Validate()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"Accept", "Log", `origin "*"`, "DefaultTopic", "MaxConns is -1", "Rate is -1", "QueueLen", "PingEvery"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not mention %s:\n%v", want, err)
		}
	}
}

func TestZeroIsNoLimit(t *testing.T) {
	o := hub.DefaultOptions()
	o.MaxMessage = 0
	if got := o.Transport().ReadLimit; got < 1<<30 {
		t.Errorf("read limit %d, want a very large one", got)
	}
}

// A peer that answers every ping is never taken for gone.
func TestPongWaitFollowsThePing(t *testing.T) {
	o := hub.DefaultOptions()
	o.PingEvery = time.Minute
	if got := o.Transport().PongWait; got < 2*time.Minute {
		t.Errorf("pong wait %v with a ping each minute", got)
	}
}
