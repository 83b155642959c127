package hub

// history keeps the newest events, for clients that come back. Hub.mu guards it.
type history struct {
	max    int
	ring   []kept // full once it has max elements; next is the oldest then
	next   int
	before string // offset of the event before the oldest one that is kept
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
	h.ring, h.next, h.before = nil, 0, offset
}

func (h *history) add(k kept) {
	switch {
	case h.max == 0:
		h.before = k.offset
	case len(h.ring) < h.max:
		h.ring = append(h.ring, k)
	default:
		h.before = h.ring[h.next].offset
		h.ring[h.next] = k
		h.next = (h.next + 1) % h.max
	}
}

// since returns the events after offset that wanted accepts, oldest first, and
// whether that is all of them: not if offset is unknown or has fallen out.
func (h *history) since(offset string, wanted func(*kept) bool) (events []*message, complete bool) {
	n := len(h.ring)
	first := -1 // how many of the kept ones the client knows
	if offset == h.before {
		first = 0
	}
	for i := n - 1; i >= 0 && first < 0; i-- {
		if h.ring[(h.next+i)%n].offset == offset {
			first = i + 1
		}
	}
	if first < 0 {
		return nil, false
	}
	for i := first; i < n; i++ {
		if k := &h.ring[(h.next+i)%n]; wanted(k) {
			events = append(events, k.msg)
		}
	}
	return events, true
}
