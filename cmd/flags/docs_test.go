package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"getflags/cmd/internal/doctest"
)

// pagesOf is how many commands each page has at least that are run. The pages on
// the other programs are run where these are, and so have none here.
func pagesOf() map[string]int {
	return map[string]int{
		"README.md": 4, "docs/answers.md": 1, "docs/engine.md": 5, "docs/faults.md": 2,
		"docs/files.md": 4, "docs/measuring.md": 1, "docs/mirroring.md": 5, "docs/options.md": 3,
		"docs/scripts.md": 6, "docs/servers.md": 4, "docs/trace.md": 7,
		"CHANGELOG.md": 0, "CONTRIBUTING.md": 0, "SECURITY.md": 0, "docs/architecture.md": 0, "docs/mutants.md": 0,
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
