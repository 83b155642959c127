package chat

import "time"

// The events of the chat, as they are named on the wire.
const (
	EventMessage = "chat/message"
	EventHistory = "chat/history"
	EventHere    = "chat/here"
)

// Say is the chat/message that a client sends.
type Say struct {
	Text string `json:"text"`
}

// Said is the reply to it.
type Said struct {
	ID string `json:"id"` // of the Message that everybody gets
}

// Message is the chat/message that everybody gets, the sender too.
type Message struct {
	ID   string    `json:"id"`
	Text string    `json:"text"`
	From string    `json:"from"` // the sender's user id
	Name string    `json:"name"` // what to call the sender
	Time time.Time `json:"time"`
}

// History is the reply to chat/history: the newest messages, oldest first.
type History struct {
	Messages []Message `json:"messages"`
}

// Here is the chat/here that everybody gets when somebody comes or goes.
type Here struct {
	Count int `json:"count"`
}
