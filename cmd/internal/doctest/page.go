package doctest

import (
	"fmt"
	"strings"
)

// A block is what stands between two fences.
type block struct {
	line   int    // of the opening fence, from 1
	indent string // before the fence, as in lists
	info   string
	lines  []string
}

// A command is one of a console or sh block.
type command struct {
	line int
	text string
	want []string // nil in sh blocks: what it prints is not told
}

// blocks returns the fenced blocks of a page. A block that does not say what it is
// is an error, and so is an indented one: nobody could tell whether to run it.
func blocks(page string) ([]block, error) {
	var all []block
	var open *block
	blank := true
	for i, line := range strings.Split(page, "\n") {
		text := strings.TrimLeft(line, " ")
		info, fence := strings.CutPrefix(text, "```")
		switch {
		case fence && open != nil:
			all, open = append(all, *open), nil
		case fence && info == "":
			return nil, fmt.Errorf("line %d: a block needs a word that says what it is, such as console or text", i+1)
		case fence:
			open = &block{line: i + 1, info: info, indent: line[:len(line)-len(text)]}
		case open != nil:
			open.lines = append(open.lines, strings.TrimPrefix(line, open.indent))
		case blank && strings.HasPrefix(line, "    "):
			return nil, fmt.Errorf("line %d: an indented block; write it between fences, which say what it is", i+1)
		}
		blank = line == ""
	}
	if open != nil {
		return nil, fmt.Errorf("line %d: the block has no end", open.line)
	}
	return all, nil
}

func (b block) language() string { return strings.Fields(b.info)[0] }

// says returns what stands behind a word of the info string, as NAME behind file=.
func (b block) says(word string) (string, bool) {
	for i, field := range strings.Fields(b.info) {
		if rest, ok := strings.CutPrefix(field, word); ok && i > 0 {
			return rest, true
		}
	}
	return "", false
}

// notRun returns why a block is never run.
func (b block) notRun() (why string, ok bool) {
	_, why, ok = strings.Cut(b.info, "no-run")
	return strings.TrimSpace(strings.TrimPrefix(why, ":")), ok
}

// check refuses words that mean nothing here: a typing error would have a block
// run in another way than its author thinks.
func (b block) check() error {
	why, notRun := b.notRun()
	if notRun && why == "" {
		return fmt.Errorf("line %d: no-run needs a reason: no-run: WHY", b.line)
	}
	if notRun || b.language() != "console" && b.language() != "sh" {
		return nil
	}
	for _, word := range strings.Fields(b.info)[1:] {
		switch name, _, _ := strings.Cut(word, ":"); name {
		case "long", "figures", "unordered", "needs":
		default:
			return fmt.Errorf("line %d: unknown word %q", b.line, word)
		}
	}
	return nil
}

// commands returns those of a block that is run. One that ends in a backslash goes
// on in the next line.
func (b block) commands() []command {
	var all []command
	console := b.language() == "console"
	goesOn := false
	for i, line := range b.lines {
		text, prompt := strings.CutPrefix(line, "$ ")
		last := len(all) - 1
		switch {
		case goesOn:
			all[last].text += "\n" + line
		case prompt, !console && line != "" && !strings.HasPrefix(line, "#"):
			all = append(all, command{line: b.line + 1 + i, text: text})
		case console && last >= 0:
			all[last].want = append(all[last].want, line)
			continue
		}
		goesOn = strings.HasSuffix(line, `\`)
	}
	return all
}
