package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
	"getflags/cmd/internal/doctest"
)

// pagesOf is how many commands each page has at least that are run. The pages on
// the other programs are run where these are, and so have none here.
func pagesOf() map[string]int {
	return map[string]int{
		"README.md": 4, "docs/answers.md": 1, "docs/engine.md": 5, "docs/faults.md": 2,
		"docs/files.md": 4, "docs/measuring.md": 1, "docs/mirroring.md": 5, "docs/options.md": 3,
		"docs/scripts.md": 6, "docs/servers.md": 4, "docs/trace.md": 7,
		"CHANGELOG.md": 0, "CONTRIBUTING.md": 5, "SECURITY.md": 0, "docs/architecture.md": 0, "docs/mutants.md": 0,
		"docs/blogdom.md": elsewhere, "docs/mojifinder.md": elsewhere,
	}
}

const elsewhere = -1

// TestDocumentation runs the commands that the README and docs/ show.
func TestDocumentation(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	options := doctest.Options{Alone: true, Ports: []int{8000, 8001, 8002, 9401}, Env: goEnvironment(t, root)}
	least := pagesOf()
	for _, path := range allPages(t, root) {
		name, err := filepath.Rel(root, path)
		if err != nil {
			t.Fatal(err)
		}
		switch n, ok := least[filepath.ToSlash(name)]; {
		case !ok:
			t.Errorf("%s is in no table of pages", name)
		case n != elsewhere:
			doctest.Run(t, options, doctest.Page{Path: path, Least: n})
		}
		delete(least, filepath.ToSlash(name))
	}
	if len(least) > 0 {
		t.Errorf("pages that are gone: %v", least)
	}
}

func TestLinksOfDocumentation(t *testing.T) {
	doctest.Links(t, allPages(t, "../..")...)
}

func TestGoCodeInDocumentation(t *testing.T) {
	doctest.Excerpts(t, "../../downloader/*_test.go", allPages(t, "../..")...)
}

// TestOptionsOfDocumentation holds that a page in docs/ tells of each option that the
// help of a command lists.
func TestOptionsOfDocumentation(t *testing.T) {
	var pages strings.Builder
	for _, path := range allPages(t, "../../docs") {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		pages.Write(page)
	}
	option := regexp.MustCompile(`(?m)^ {3}(--[a-z][a-z_-]*)`)
	for _, c := range append([]*cli.Command{{}}, newApp().Commands...) {
		found := option.FindAllStringSubmatch(helpOf(t, c.Name), -1)
		if len(found) == 0 {
			t.Errorf("the help of flags %s lists no option", c.Name)
		}
		for _, name := range found {
			if !regexp.MustCompile(name[1] + `\b[^-]`).MatchString(pages.String()) {
				t.Errorf("no page tells of flags %s %s", c.Name, name[1])
			}
		}
	}
}

// helpOf returns the help of a command, or, for "", of the program.
func helpOf(t *testing.T, name string) string {
	var help strings.Builder
	app := newApp()
	app.Writer = &help
	if code := command.Run(t.Context(), app, append(strings.Fields(name), "--help")); code != 0 {
		t.Fatalf("flags %s --help: exit code %d", name, code)
	}
	return help.String()
}

func allPages(t *testing.T, root string) []string {
	var all []string
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, paths...)
	}
	return all
}

// goEnvironment lets commands build modules that use this one, FLAGS, from what
// this test was built from.
func goEnvironment(t *testing.T, root string) []string {
	env := []string{"FLAGS=" + root, "GOPROXY=off", "GOSUMDB=off", "GOFLAGS=-buildvcs=false"}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOTOOLCHAIN"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Logf("go env %s: %v", name, err)
			continue
		}
		env = append(env, name+"="+strings.TrimSpace(string(value)))
	}
	return env
}
