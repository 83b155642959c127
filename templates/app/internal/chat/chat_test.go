package chat

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub/hubtest"
)

// open returns a room whose connections are fakes.
func open(t *testing.T, edit ...func(*hub.Options)) *hubtest.Server {
	t.Helper()
	room := NewRoom()
	s := hubtest.New(t, append(edit, room.Options)...)
	room.Register(s.Hub)
	return s
}

// next returns the next event but chat/here, which comes when it likes.
func next(c *hubtest.Client) hub.Envelope {
	for {
		if e := c.Next(); e.Event != EventHere {
			return e
		}
	}
}

func decode[T any](t *testing.T, e hub.Envelope) (v T) {
	t.Helper()
	if err := json.Unmarshal(e.Data, &v); err != nil {
		t.Fatalf("%s: %v", e.Data, err)
	}
	return v
}

func say(text string) string {
	data, _ := json.Marshal(Say{Text: text})
	return fmt.Sprintf(`{"event":"chat/message","ref":"1","data":%s}`, data)
}

func TestEverybodyHearsWhatIsSaid(t *testing.T) {
	s := open(t)
	alice, bob := s.Connect(), s.Connect()
	alice.Say(say("  hello <b>all</b>\n"))

	heard := decode[Message](t, next(bob))
	if heard.Text != "hello <b>all</b>" || heard.ID == "" || heard.Time.IsZero() {
		t.Errorf("bob hears %+v", heard)
	}
	if own := decode[Message](t, next(alice)); own != heard {
		t.Errorf("alice hears %+v, bob %+v", own, heard)
	}
	if reply := next(alice); reply.Ref != "1" || decode[Said](t, reply).ID != heard.ID {
		t.Errorf("alice is answered %s %s, want the id %s", reply.Ref, reply.Data, heard.ID)
	}
}

func TestWhatMayNotBeSaid(t *testing.T) {
	for _, tt := range []struct{ name, text, code string }{
		{"empty", "", "blank"},
		{"spaces", " \t\n\u00a0", "blank"},
		{"too long", strings.Repeat("ä", MaxText+1), "too_long"},
		{"as long as may be", strings.Repeat("ä", MaxText), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			alice := open(t).Connect()
			alice.Say(say(tt.text))
			e := next(alice)
			switch {
			case tt.code == "" && e.Event != EventMessage:
				t.Errorf("refused with %+v", e.Error)
			case tt.code != "" && (e.Error == nil || e.Error.Code != tt.code):
				t.Errorf("got %s %s %+v, want error %s", e.Event, e.Data, e.Error, tt.code)
			}
		})
	}
}

func TestHistoryIsTheLastTenOldestFirst(t *testing.T) {
	s := open(t)
	alice := s.Connect()
	for i := range 15 {
		alice.Say(say(fmt.Sprint("m", i)))
	}
	alice.Sync() // all of it has been published
	bob := s.Connect()
	bob.Say(`{"event":"chat/history","ref":"h"}`)

	var texts []string
	for _, m := range decode[History](t, next(bob)).Messages {
		texts = append(texts, m.Text)
	}
	if got, want := strings.Join(texts, " "), "m5 m6 m7 m8 m9 m10 m11 m12 m13 m14"; got != want {
		t.Errorf("history is %s, want %s", got, want)
	}
}

func TestHistoryOfAnEmptyRoom(t *testing.T) {
	alice := open(t).Connect()
	alice.Say(`{"event":"chat/history","ref":"h"}`)
	if got, want := string(next(alice).Data), `{"messages":[]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Whoever asks for the history gets the messages in the order in which they
// were heard, however many talk at once.
func TestHistoryHasTheOrderOfTheRoom(t *testing.T) {
	s := open(t)
	listener := s.Connect()
	for i := range HistoryLen {
		talker := s.Connect()
		go talker.Say(say(fmt.Sprint("m", i)))
	}
	var heard []Message
	for range HistoryLen {
		heard = append(heard, decode[Message](t, next(listener)))
	}
	listener.Say(`{"event":"chat/history","ref":"h"}`)
	kept := decode[History](t, next(listener)).Messages
	if fmt.Sprint(kept) != fmt.Sprint(heard) {
		t.Errorf("kept  %v\nheard %v", kept, heard)
	}
}

func TestEverybodyIsToldHowManyAreHere(t *testing.T) {
	s := open(t)
	alice := s.Connect()
	waitFor := func(count int) {
		t.Helper()
		for decode[Here](t, alice.Expect(EventHere)).Count != count {
		}
	}
	waitFor(1)
	bob := s.Connect()
	waitFor(2)
	bob.End(1000, "bye")
	waitFor(1)
}

func TestWhoSaidIt(t *testing.T) {
	user := func(o *hub.Options) {
		o.UserID = func(r *http.Request) (string, error) { return r.Header.Get("User"), nil }
	}
	s := open(t, user)
	alice := s.Connect(func(r *http.Request) { r.Header.Set("User", "alice") })
	guest := s.Connect()

	alice.Say(say("hi"))
	if m := decode[Message](t, next(alice)); m.From != "alice" || m.Name != "alice" {
		t.Errorf("alice is %q, called %q", m.From, m.Name)
	}
	next(guest)
	guest.Say(say("hi"))
	if m := decode[Message](t, next(guest)); m.From == "" || !strings.HasPrefix(m.Name, "guest ") {
		t.Errorf("a guest is %q, called %q", m.From, m.Name)
	}
}
