package hub

// history keeps the newest events, for clients that come back. Hub.mu guards it.
type history struct {
	max      int // events
	maxBytes int // of their frames
	bytes    int
	ring     []kept // grows up to max
	oldest   int    // where in ring
	n        int    // how many are kept
	before   string // offset of the event before the oldest one that is kept
}

// kept is an event that can be sent again.
type kept struct {
	offset string
	topic  string
	except string
	msg    *message
}

// reset forgets all: what comes next follows offset.
func (h *history) reset(offset string) {
	h.ring, h.oldest, h.n, h.bytes, h.before = nil, 0, 0, 0, offset
}

func (h *history) add(k kept) {
	size := len(k.msg.frame)
	for h.n > 0 && (h.n == h.max || h.bytes+size > h.maxBytes) {
		h.forget()
	}
	if h.max == 0 || size > h.maxBytes {
		h.before = k.offset
		return
	}
	if h.n == len(h.ring) {
		h.grow()
	}
	*h.at(h.n) = k
	h.n++
	h.bytes += size
}

// at returns the place of the i-th oldest event.
func (h *history) at(i int) *kept { return &h.ring[(h.oldest+i)%len(h.ring)] }

// forget drops the oldest event.
func (h *history) forget() {
	k := h.at(0)
	h.before = k.offset
	h.bytes -= len(k.msg.frame)
	*k = kept{}
	h.oldest = (h.oldest + 1) % len(h.ring)
	h.n--
}

// grow makes room for more events.
func (h *history) grow() {
	size := 2*len(h.ring) + 16
	if size > h.max {
		size = h.max
	}
	ring := make([]kept, size)
	for i := 0; i < h.n; i++ {
		ring[i] = *h.at(i)
	}
	h.ring, h.oldest = ring, 0
}

// since returns the events after offset that wanted accepts, oldest first, and
// whether that is all of them: not if offset is unknown or has fallen out.
func (h *history) since(offset string, wanted func(*kept) bool) (events []*message, complete bool) {
	first := -1 // how many of the kept ones the client knows
	if offset == h.before {
		first = 0
	}
	for i := h.n - 1; i >= 0 && first < 0; i-- {
		if h.at(i).offset == offset {
			first = i + 1
		}
	}
	if first < 0 {
		return nil, false
	}
	for i := first; i < h.n; i++ {
		if k := h.at(i); wanted(k) {
			events = append(events, k.msg)
		}
	}
	return events, true
}
