package mirror

import (
	"sync"
)

// notes are what the user should know though nothing failed. Of each kind the
// first is kept: a file system that does not keep one file's time keeps none.
type notes struct {
	mu   sync.Mutex
	seen map[string]bool
	list []string
}

func (n *notes) add(kind, text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.seen[kind] {
		return
	}
	if n.seen == nil {
		n.seen = map[string]bool{}
	}
	n.seen[kind] = true
	n.list = append(n.list, text)
}

// take returns the notes since it was last asked.
func (n *notes) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := n.list
	n.list = nil
	return list
}
