package charindex

// Index is an inverted index of all names. Make one with [New]; building
// takes some ten milliseconds, a search microseconds. It never changes.
type Index struct {
	sets map[string]Set
	// The words that a rule derives, one for each of 116,000 characters,
	// are not in sets: the rules are asked instead.
	ranges []entry
}

// New builds the index.
func New() *Index {
	x := &Index{sets: map[string]Set{}}
	for e := range entries() {
		if e.rule != nil {
			x.ranges = append(x.ranges, e)
		}
		for word := range nameWords(e.name) {
			x.add(word, e.span)
		}
	}
	return x
}

func (x *Index) add(word string, sp span) {
	set := x.sets[word]
	set.add(sp)
	x.sets[word] = set
}

// Search returns the characters whose names have all the words of query (see
// [Words]), in any order. A query without words finds nothing.
func (x *Index) Search(query string) Set {
	var found Set
	for i, word := range Words(query) {
		set := x.bearers(word)
		if i > 0 {
			set = found.and(set)
		}
		if found = set; len(found.spans) == 0 {
			break
		}
	}
	return found
}

// bearers returns the characters that have word in their names.
func (x *Index) bearers(word string) Set {
	set := x.sets[word]
	for _, e := range x.ranges {
		if sp, ok := e.bearer(word); ok {
			set = set.with(sp)
		}
	}
	return set
}

// Search answers one query as [Index.Search] does. It reads all names, which
// takes a millisecond or two, and needs no index.
func Search(query string) Set {
	var found Set
	words := Words(query)
	if len(words) == 0 {
		return found
	}
	for e := range entries() {
		if sp, ok := e.match(words); ok {
			found.add(sp)
		}
	}
	return found
}

// match returns what there is in e of characters that have all words in their
// names. In a range that is all of them, one, or none.
func (e entry) match(words []string) (span, bool) {
	own := ""
	for _, word := range words {
		switch {
		case hasWord(e.name, word), word == own:
		case e.rule == nil, own != "":
			return span{}, false // no name has two words of its own
		default:
			own = word
		}
	}
	if own == "" {
		return e.span, true
	}
	return e.bearer(own)
}

// bearer returns the one character of the range e in whose name word is not
// what all have in common.
func (e entry) bearer(word string) (span, bool) {
	c, ok := e.rule.parse(word)
	return span{c, c}, ok && e.lo <= c && c <= e.hi
}
