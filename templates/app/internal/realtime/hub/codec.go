package hub

import (
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"
)

// An Envelope is what one websocket message holds. An event has Event, and Ref
// if it asks for a reply; a reply has Ref, no Event, and Data or Error. What was
// published has Topic and Offset as well.
type Envelope struct {
	Event  string          `json:"event,omitempty"`
	Topic  string          `json:"topic,omitempty"`
	Offset string          `json:"offset,omitempty"`
	Ref    string          `json:"ref,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"`
	Error  *Error          `json:"error,omitempty"`
}

// A Codec turns envelopes into text messages and back. Its methods may be
// called concurrently.
type Codec interface {
	// Append appends the encoded envelope to b. The envelope's data is encoded
	// already.
	Append(b []byte, e *Envelope) ([]byte, error)

	// Decode sets e from a message. It must not keep p.
	Decode(p []byte, e *Envelope) error

	// Marshal and Unmarshal encode and decode what an envelope carries as data.
	Marshal(v any) ([]byte, error)
	Unmarshal(p []byte, v any) error
}

// JSON is the codec of the protocol realtime.v1: an envelope is a JSON object.
type JSON struct{}

// Append writes the envelope's fields one after the other: the data is not
// looked at again, however many receivers there are.
func (JSON) Append(b []byte, e *Envelope) ([]byte, error) {
	b = append(b, '{')
	b = appendField(b, "event", e.Event)
	b = appendField(b, "topic", e.Topic)
	b = appendField(b, "offset", e.Offset)
	b = appendField(b, "ref", e.Ref)
	if len(e.Data) > 0 {
		b = append(appendKey(b, "data"), e.Data...)
	}
	if e.Error != nil {
		p, err := json.Marshal(e.Error)
		if err != nil {
			return b, err
		}
		b = append(appendKey(b, "error"), p...)
	}
	return append(b, '}'), nil
}

func appendKey(b []byte, key string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, key...)
	return append(b, '"', ':')
}

func appendField(b []byte, key, value string) []byte {
	if value == "" {
		return b
	}
	b = appendKey(b, key)
	for i := 0; i < len(value); i++ {
		if c := value[i]; c < 0x20 || c >= utf8.RuneSelf || c == '"' || c == '\\' {
			quoted, err := json.Marshal(value)
			if err != nil { // a string can always be marshalled
				quoted = strconv.AppendQuoteToASCII(nil, value)
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, value...)
	return append(b, '"')
}

// Decode accepts unknown fields, so that a newer client can talk to an older
// server.
func (JSON) Decode(p []byte, e *Envelope) error {
	*e = Envelope{}
	if err := json.Unmarshal(p, e); err != nil {
		return err
	}
	if e.Event == "" && e.Ref == "" {
		return errors.New("neither an event nor a reply")
	}
	return nil
}

// Marshal is json.Marshal.
func (JSON) Marshal(v any) ([]byte, error) { return json.Marshal(v) }

// Unmarshal is json.Unmarshal.
func (JSON) Unmarshal(p []byte, v any) error { return json.Unmarshal(p, v) }
