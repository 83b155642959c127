package backplane

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/backplane"
)

func TestRecordsArriveInOrderUnderCountingOffsets(t *testing.T) {
	log := Open()
	got := &tail{}
	if err := log.Tail(context.Background(), 0, got); err != nil {
		t.Fatal(err)
	}
	if got.epoch == "" || got.start != "0" {
		t.Fatalf("start: epoch %q offset %q, want a random epoch and offset 0", got.epoch, got.start)
	}
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := 0; j < 100; j++ {
				if err := log.Append(context.Background(), record("chat")); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	if len(got.offsets) != 800 {
		t.Fatalf("%d records, want 800", len(got.offsets))
	}
	for i, o := range got.offsets {
		if o != strconv.Itoa(i+1) {
			t.Fatalf("record %d has offset %s", i, o)
		}
	}
}

func TestVolatileRecordsTakeNoOffset(t *testing.T) {
	log := Open()
	got := &tail{}
	if err := log.Tail(context.Background(), 0, got); err != nil {
		t.Fatal(err)
	}
	volatile := record("chat")
	volatile.Volatile = true
	for _, r := range []struct {
		volatile bool
		want     string
	}{{false, "1"}, {true, ""}, {false, "2"}} {
		rec := record("chat")
		rec.Volatile = r.volatile
		if err := log.Append(context.Background(), rec); err != nil {
			t.Fatal(err)
		}
		if last := got.offsets[len(got.offsets)-1]; last != r.want {
			t.Fatalf("offset %q, want %q", last, r.want)
		}
	}
}

func TestClosedLogRefuses(t *testing.T) {
	log := Open()
	if err := log.Ready(); err != nil {
		t.Fatal(err)
	}
	log.Close()
	if err := log.Append(context.Background(), record("chat")); !errors.Is(err, backplane.ErrClosed) {
		t.Errorf("Append after Close: %v", err)
	}
	if err := log.Ready(); !errors.Is(err, backplane.ErrClosed) {
		t.Errorf("Ready after Close: %v", err)
	}
	if err := log.Tail(context.Background(), 0, &tail{}); !errors.Is(err, backplane.ErrClosed) {
		t.Errorf("Tail after Close: %v", err)
	}
}

func TestSecondTailIsRefused(t *testing.T) {
	log := Open()
	if err := log.Tail(context.Background(), 0, &tail{}); err != nil {
		t.Fatal(err)
	}
	if log.Tail(context.Background(), 0, &tail{}) == nil {
		t.Error("a second Tail was accepted: events would be delivered twice")
	}
}

func TestEpochsDiffer(t *testing.T) {
	a, b := &tail{}, &tail{}
	if err := errors.Join(
		Open().Tail(context.Background(), 0, a),
		Open().Tail(context.Background(), 0, b),
	); err != nil {
		t.Fatal(err)
	}
	if a.epoch == b.epoch {
		t.Errorf("two logs share the epoch %q", a.epoch)
	}
}

func record(topic string) backplane.Record {
	return backplane.Record{Topic: topic, Event: "chat/message", Data: []byte(`{"text":"hi"}`)}
}

// tail keeps what a log reports.
type tail struct {
	epoch, start string
	offsets      []string
}

func (t *tail) Start(epoch, offset string) { t.epoch, t.start = epoch, offset }

func (t *tail) Deliver(offset string, _ backplane.Record) { t.offsets = append(t.offsets, offset) }
