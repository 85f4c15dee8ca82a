package bench

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// Peers returns the peers that are installed, and the names of those that are
// not. Each is told to read no file of settings, to take its list from a file,
// to keep m transfers going, and to trust whom this program does.
func Peers() (found []Program, missing []string) {
	trust := func(option string) []string {
		if name := os.Getenv("SSL_CERT_FILE"); name != "" {
			return []string{option, name}
		}
		return nil
	}
	peers := []Program{
		{Name: "curl", list: curlList, place: asNamed, args: func(m int, list string, _ []wanted) []string {
			return append([]string{"-q", "-fsSZ", "--parallel-immediate", "--parallel-max", strconv.Itoa(m)},
				append(trust("--cacert"), "-K", list)...)
		}},
		{Name: "wget2", list: plainList, place: asInURL, args: func(m int, list string, _ []wanted) []string {
			// It names files after their URLs, of which many end alike; so it
			// makes directories (which are there already) of the rest.
			return append([]string{"--no-config", "-q", "-x", "-nH", "--max-threads", strconv.Itoa(m)},
				append(trust("--ca-certificate"), "-i", list)...)
		}},
		{Name: "aria2c", list: ariaList, place: asNamed, args: func(m int, list string, _ []wanted) []string {
			return append([]string{"--no-conf", "-q", "-j", strconv.Itoa(m), "-x1", "-s1", "--file-allocation=none",
				"--allow-overwrite=true", "--auto-file-renaming=false", "--download-result=hide"},
				append(trust("--ca-certificate"), "-i", list)...)
		}},
	}
	for _, p := range peers {
		var err error
		if p.Path, err = exec.LookPath(p.Name); err != nil {
			missing = append(missing, p.Name)
			continue
		}
		found = append(found, p)
	}
	return found, missing
}

func asNamed(f wanted) string { return f.name }

// asInURL is the path of a URL, as a path below the directory.
func asInURL(f wanted) string {
	u, err := url.Parse(f.url)
	if err != nil {
		return f.name // the site's own URLs parse
	}
	place := strings.TrimPrefix(u.Path, "/")
	if u.RawQuery != "" {
		place += "?" + u.RawQuery
	}
	return place
}

func plainList(files []wanted) string {
	return eachFile(files, func(f wanted) string { return f.url + "\n" })
}

func curlList(files []wanted) string {
	return eachFile(files, func(f wanted) string { return fmt.Sprintf("url=%q\noutput=%q\n", f.url, f.name) })
}

func ariaList(files []wanted) string {
	return eachFile(files, func(f wanted) string { return f.url + "\n out=" + f.name + "\n" })
}

func eachFile(files []wanted, text func(wanted) string) string {
	var b strings.Builder
	for _, f := range files {
		b.WriteString(text(f))
	}
	return b.String()
}
