package hub

import "time"

// A bucket is a token bucket. Only the goroutine that reads the connection uses it.
type bucket struct {
	tokens float64
	last   time.Time
}

// take reports whether one more message is within rate a second and burst at
// once. If either is 0 there is no limit.
func (b *bucket) take(now time.Time, rate float64, burst int) bool {
	if rate == 0 || burst == 0 {
		return true
	}
	if b.last.IsZero() {
		b.tokens = float64(burst)
	} else {
		b.tokens += now.Sub(b.last).Seconds() * rate
		if b.tokens > float64(burst) {
			b.tokens = float64(burst)
		}
	}
	b.last = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
