package chat

import (
	"context"
	"time"

	"github.com/wsgen/wsgen/templates/app/internal/realtime"
)

// countEvery is how often the room tells how many are here, at most: when a
// thousand come at once, they are not told a thousand times.
const countEvery = 100 * time.Millisecond

// count tells everybody soon how many are here. It does not block.
func (r *Room) count() {
	if r.counting.Swap(true) {
		return
	}
	time.AfterFunc(countEvery, func() {
		r.counting.Store(false)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		// Should it get lost, the next one who comes or goes brings another.
		_ = r.hub.Publish(ctx, Topic, EventHere, Here{Count: r.hub.Members(Topic)}, realtime.Volatile(EventHere))
	})
}
