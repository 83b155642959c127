package chat

import (
	"context"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// count tells everybody soon how many are here. It does not block. The more
// there are, the longer it waits: when thousands come at once, they are not told
// a thousand times.
func (r *Room) count() {
	if r.counting.Swap(true) {
		return
	}
	wait := 100*time.Millisecond + time.Duration(r.hub.Members(Topic))*time.Millisecond
	time.AfterFunc(min(wait, 5*time.Second), func() {
		r.counting.Store(false)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		// Should it get lost, the next one who comes or goes brings another.
		_ = r.hub.Publish(ctx, Topic, EventHere, Here{Count: r.hub.Members(Topic)}, realtime.Volatile(EventHere))
	})
}
