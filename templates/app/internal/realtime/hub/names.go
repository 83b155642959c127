package hub

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names on the wire, in bytes.
const (
	maxEvent = 100
	maxTopic = 200
	maxRef   = 64
)

// Topics that nobody joins by name: everybody is in topicAll, and a user's
// connections are in the topic of userTopic.
const (
	topicAll   = "*"
	userPrefix = "user:"
)

func userTopic(uid string) string { return userPrefix + uid }

// reserved reports whether the event belongs to the protocol.
func reserved(event string) bool { return strings.HasPrefix(event, "rt/") }

// checkEvent reports what is wrong with the name of an event.
func checkEvent(event string) error {
	if len(event) > maxEvent {
		return fmt.Errorf("an event's name has at most %d bytes", maxEvent)
	}
	ns, name, ok := strings.Cut(event, "/")
	if !ok || ns == "" || name == "" {
		return errors.New(`an event is named namespace/name, such as "chat/message"`)
	}
	return checkText(event)
}

// checkTopic reports what is wrong with a topic that somebody wants to be in.
func checkTopic(topic string) error {
	switch {
	case topic == "" || len(topic) > maxTopic:
		return fmt.Errorf("a topic's name has 1 to %d bytes", maxTopic)
	case topic == topicAll:
		return errors.New("everybody is in this topic already")
	case strings.HasPrefix(topic, userPrefix):
		return errors.New("a user's topic cannot be joined")
	}
	return checkText(topic)
}

func checkText(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("not valid UTF-8")
	}
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return errors.New("spaces and control characters are not allowed")
		}
	}
	return nil
}
