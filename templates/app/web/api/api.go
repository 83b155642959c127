// Package web answers what is not the websocket. This application has no page:
// it tells programs where to connect.
package web

import (
	"encoding/json"
	"net/http"
)

// about is the answer to GET /.
type about struct {
	Service   string `json:"service"`
	Websocket string `json:"websocket"` // path of the websocket
	Protocol  string `json:"protocol"`  // what it speaks; see PROTOCOL.md
}

// Handler describes the service at / and answers 404 everywhere else.
func Handler() http.Handler {
	body, err := json.Marshal(about{Service: "wsgenapp", Websocket: "/wsgenroute", Protocol: "realtime.v1"})
	if err != nil {
		panic(err) // strings can be encoded
	}
	body = append(body, '\n')
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(body)
	})
}
