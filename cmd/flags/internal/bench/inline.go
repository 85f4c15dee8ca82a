package bench

// Inline has up to m requests open, and writes a flag's files while the slot
// of its last request is held.
const Inline = "inline"

// inLine is what the inline modes have in common.
const inLine = "written in line"

func inline() kind {
	return kind{
		name:     Inline,
		usage:    "up to m requests at once, files written while a slot is held",
		inline:   true,
		settings: writtenInLine,
		fetch:    allAtOnce,
		ideal:    idealInLine,
	}
}

func writtenInLine(requests, _ []int) (all []Mode) {
	for _, m := range requests {
		all = append(all, Mode{Requests: m, Way: inLine})
	}
	return all
}

// idealInLine is that of the waits, unless the m slots cannot hold all waits
// for answers and for the disk in that time.
func idealInLine(w Work, m Mode) float64 {
	longest := w.waits(m.Requests)
	if w.WriteDelay == 0 {
		return longest
	}
	return max(longest+w.WriteDelay, w.inTurn()/float64(m.Requests))
}
