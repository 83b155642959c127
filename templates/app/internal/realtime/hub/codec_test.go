package hub_test

import (
	"encoding/json"
	"testing"

	"github.com/wsgen/wsgen/templates/app/internal/realtime/hub"
)

func TestJSONEnvelope(t *testing.T) {
	for _, tt := range []struct {
		e    hub.Envelope
		want string
	}{
		{hub.Envelope{}, `{}`},
		{hub.Envelope{Event: "chat/message", Topic: "chat", Offset: "7", Data: []byte(`{"text":"<b>"}`)}, `{"event":"chat/message","topic":"chat","offset":"7","data":{"text":"<b>"}}`},
		{hub.Envelope{Ref: "1", Data: []byte(`null`)}, `{"ref":"1","data":null}`},
		{hub.Envelope{Ref: `a"\` + "\n", Error: &hub.Error{Code: "x", Message: "y"}}, `{"ref":"a\"\\\n","error":{"code":"x","message":"y"}}`},
		{hub.Envelope{Event: "chat/grüße"}, `{"event":"chat/grüße"}`},
	} {
		got, err := hub.JSON{}.Append(nil, &tt.e)
		if err != nil || string(got) != tt.want {
			t.Errorf("got %s, %v; want %s", got, err, tt.want)
		}
	}
}

// Whatever a client sends: decoding it does not panic, and what it holds can be
// encoded and decoded again.
func FuzzJSONDecode(f *testing.F) {
	for _, seed := range []string{
		`{"event":"chat/message","data":{"text":"hi"}}`, `{"ref":"1","error":{"code":"x","message":"y"}}`,
		`{"event":"a/b","ref":"\u0000"}`, `{"event":1}`, `[]`, `null`, ``, `{"event":"a/b","data":1}{"event":"c/d"}`, "{\"event\":\"\xff/b\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, p []byte) {
		var e hub.Envelope
		if (hub.JSON{}).Decode(p, &e) != nil {
			return
		}
		b, err := hub.JSON{}.Append(nil, &e)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(b) {
			t.Fatalf("%q was encoded as %q", p, b)
		}
		var again hub.Envelope
		if err := (hub.JSON{}).Decode(b, &again); err != nil {
			t.Fatalf("%q was encoded as %q: %v", p, b, err)
		}
		if again.Event != e.Event || again.Topic != e.Topic || again.Ref != e.Ref || again.Offset != e.Offset {
			t.Fatalf("%+v became %+v", e, again)
		}
	})
}
