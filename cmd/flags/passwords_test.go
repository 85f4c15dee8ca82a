package main

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"getflags/flags/flagserver"
)

// password is what must not be seen anywhere.
const password = "S3CR3T"

// A password is never echoed: not by what refuses it, whatever form it has.
func TestPasswordInRefusal(t *testing.T) {
	t.Chdir(t.TempDir())
	sites := []string{
		"https://me:S3CR3T@host?x=1", "https://me:S3CR3T@host/#x", "https://me:S3CR3T@host:port", "https://me:S3CR3T@host:99999999",
		"https://me:S3CR3T@", "https://me:p/S3CR3T@host", "https://me:12/S3CR3T@host?x", "https://me:p?S3CR3T@host", "https://me:p#S3CR3T@host",
		"https://me:p%zzS3CR3T@host", "https://me:S3CR3T%@host", "https://me:p S3CR3T@host", "https://me:p\"S3CR3T@host", "https://me:p\x01S3CR3T\n@host",
		"https://me:p\\S3CR3T@host", "https://me:p@S3CR3T/x@host?x", "https://me:[S3CR3T@host", "https://me:S3CR3T@[::1", "https://me:S3CR3T@ho st",
		"ftp://me:S3CR3T@host", "htps://me:S3CR3T@host", "me:S3CR3T@host", "//me:S3CR3T@host", "https:/me:S3CR3T@host", ":S3CR3T@host",
		"https://me:S3CR3T@host/{c}", "https://me:S3CR3T@host/{cc}#x", "https://me:S3CR3T@ho st/{cc}", "https://me:{S3CR3T@host/{cc}", "me:S3CR3T@host/{cc}",
	}
	for _, site := range sites {
		for _, args := range [][]string{
			{"-s", site}, {"--server=" + site, "-v"}, {"mirror", "-o", "m", "-s", site}, {"bench", "-s", site}, {"bench", "--peers", "-s", site},
			{site}, {"mirror", "-o", "m", site}, {"-m", site}, {"--rate", site}, {"--name", site}, {"bench", "--plot", site},
			{"list", site}, {"serve", site}, {"serve", "--fault", site}, {"--=" + site}, {"---server=" + site},
		} {
			refusal(t, args...)
		}
	}
	// What is no URL of names may have a query.
	for _, names := range []string{"ftp://me:S3CR3T@host", "me:S3CR3T@host", "https://me:p/S3CR3T@host", "https://me:p%zzS3CR3T@host"} {
		refusal(t, "--names", names)
		refusal(t, "mirror", "-o", "m", "--names", names)
	}
	for _, header := range []string{"Authorization Bearer S3CR3T", "Authori zation: S3CR3T", "Authorization: S3CR3T\x01", "S3CR3T"} {
		refusal(t, "-H", header)
		refusal(t, "mirror", "--header="+header)
		refusal(t, "---header="+header)
	}
}

// refusal checks how a command line is refused.
func refusal(t *testing.T, args ...string) {
	t.Helper()
	var out, errs transcript
	code := inProcess(t.Context(), &out, &errs, args...)
	if code != 2 || out.String() != "" {
		t.Errorf("%q: exit code %d, want 2\n%s", args, code, &out)
	}
	if strings.Contains(errs.String(), password) {
		t.Errorf("%q says %s", args, &errs)
	}
}

// Nor by what becomes of a run with it: output, files, errors.
func TestPasswordInRun(t *testing.T) {
	server := httptest.NewServer(guarded(t))
	defer server.Close()
	base := strings.Replace(server.URL, "://", "://me:p%2F"+password+"@", 1)
	for _, args := range [][]string{
		{"BR", "ZZ", "-v"}, {"BR", "ZZ", "-v", "--stats"}, {"BR", "ZZ", "--json", "--stats", "--gallery"},
		{"BR", "ZZ", "--trace", "t.json"}, {"BR", "ZZ", "--trace", "t.html"}, {"BR", "CN", "--names", base + "/names.json"},
		{"mirror", "-o", "m", "BR", "ZZ", "--gallery", "--json", "--trace", "t.html"}, {"mirror", "-o", "m", "BR", "CN"},
		{"mirror", "-o", "m", "BR", "--names", base + "/names.json"}, {"mirror", "-o", "m", "BR", "--names", base + "/flags/no.json"},
		{"bench", "BR", "--runs", "1", "--warmup", "0", "-m", "1,2", "--json", "b.json", "--csv", "b.csv", "--markdown", "b.md", "--plot", "b.svg", "--trace", "t.html"},
		{"bench", "ZZ", "--runs", "1", "--warmup", "0", "-m", "1"},
	} {
		if code := noPassword(t, append(args, "-s", base+"/flags")...); code > 1 {
			t.Errorf("%q: exit code %d, want 0 or 1", args, code)
		}
	}
	for _, to := range []string{"found", "none", "bad", "ftp", "loop", "dead"} {
		site := base + "/" + to + "/{cc}.gif"
		for _, args := range [][]string{
			{"-v", "-s", site}, {"--json", "-s", site, "--trace", "t.json"}, {"-s", site, "--trace", "t.html"},
			{"mirror", "-o", "m", "-s", site}, {"bench", "--runs", "1", "-m", "1", "-s", site},
		} {
			if code := noPassword(t, append(args, "BR", "--retries", "0")...); code > 1 || (code == 0) != (to == "found") {
				t.Errorf("%q: exit code %d", args, code)
			}
		}
	}
	if _, err := exec.LookPath("curl"); err == nil {
		// In a process of its own, as it runs the program that it is.
		run := exec.CommandContext(t.Context(), "flags", "bench", "--peers", "BR", "--runs", "1", "--warmup", "0", "-m", "1", "--json", "b.json", "-s", base+"/flags")
		out, err := run.CombinedOutput()
		if err != nil {
			t.Errorf("bench --peers: %v\n%s", err, out)
		}
		withoutPassword(t, string(out), run.Args)
	}
}

// Nor that of a proxy.
func TestPasswordOfProxy(t *testing.T) {
	t.Chdir(t.TempDir())
	for proxy, scheme := range map[string]string{
		"http://me:S3CR3T@127.0.0.1:1": "https", "http://me:p%zzS3CR3T@127.0.0.1:1": "https", "http://me:p/S3CR3T@127.0.0.1:1": "http",
		"me:S3CR3T@127.0.0.1:1": "http", "me:S3CR3T@127.0.0.1:port": "http", "ftp://me:S3CR3T@127.0.0.1:1": "http", "socks5://me:S3CR3T@127.0.0.1:1": "http",
	} {
		// In a process of its own, as package http reads the environment once.
		run := exec.CommandContext(t.Context(), "flags", "-s", scheme+"://flags.invalid", "BR", "--retries", "0", "--trace", "t.json")
		run.Env = append(os.Environ(), scheme+"_proxy="+proxy)
		out, err := run.CombinedOutput()
		if err == nil {
			t.Errorf("%s: a flag came through a proxy that is none", proxy)
		}
		withoutPassword(t, string(out), run.Args)
	}
}

// guarded is a site that wants the password, and has redirects to places with
// it in their URLs.
func guarded(t *testing.T) http.Handler {
	site, err := flagserver.New(flagserver.Set(), flagserver.Local())
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, given, _ := r.BasicAuth(); user != "me" || given != "p/"+password {
			if !strings.HasPrefix(r.UserAgent(), "wget2") { // which waits to be asked for it
				t.Errorf("%s: asked without the password by %s", r.URL, r.UserAgent())
			}
			w.Header().Set("WWW-Authenticate", `Basic realm="flags"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		with := "http://me:p%2F" + password + "@" + r.Host
		switch to, _, _ := strings.Cut(r.URL.Path[1:], "/"); to {
		case "names.json":
			w.Write([]byte(`{"br": "Brazil"}`))
		case "found":
			http.Redirect(w, r, with+"/flags/br/br.gif", http.StatusFound)
		case "none":
			http.Redirect(w, r, with+"/flags/none", http.StatusFound)
		case "bad":
			w.Header().Set("Location", "http://me:p/"+password+"@"+r.Host)
			w.WriteHeader(http.StatusFound)
		case "ftp":
			w.Header().Set("Location", "ftp://me:"+password+"@"+r.Host)
			w.WriteHeader(http.StatusFound)
		case "loop":
			http.Redirect(w, r, with+r.URL.Path, http.StatusFound)
		case "dead":
			http.Redirect(w, r, "http://me:"+password+"@127.0.0.1:1/", http.StatusFound)
		default:
			site.ServeHTTP(w, r)
		}
	})
}

// noPassword runs the program in an empty directory and looks for the
// password in all that it says and leaves. It returns the exit code.
func noPassword(t *testing.T, args ...string) int {
	t.Helper()
	t.Chdir(t.TempDir())
	var out transcript
	code := inProcess(t.Context(), &out, &out, args...)
	withoutPassword(t, out.String(), args)
	return code
}

// withoutPassword looks for the password in what the program said, and in the
// current directory.
func withoutPassword(t *testing.T, said string, args []string) {
	t.Helper()
	if strings.Contains(said, password) {
		t.Errorf("%q says\n%s", args, said)
	}
	err := filepath.WalkDir(".", func(name string, _ fs.DirEntry, err error) error {
		data, _ := os.ReadFile(name)
		if i := strings.Index(string(data), password); i >= 0 || strings.Contains(name, password) {
			t.Errorf("%q leaves in %s: %q", args, name, data[max(0, i-80):min(len(data), i+20)])
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
