package domain_test

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"getflags/cmd/blogdom/domain"
)

// zones are the zones of the servers below.
var zones = map[string]string{
	"dev": `$ORIGIN dev.
$TTL 60
@         SOA    ns hostmaster 1 3600 3600 3600 60
@         NS     ns
ns        A      192.0.2.53
with      A      192.0.2.1
six       AAAA   2001:db8::1
alias     CNAME  with
mail      MX     10 with
a.ent     TXT    "ent has no record of its own"
gone      CNAME  nowhere
nodata    CNAME  mail
old       DNAME  dev.
r3---sn-x A      192.0.2.3
_srv      TXT    "x"
` + manyAddresses(),
	"ws": `$ORIGIN ws.
$TTL 60
@  SOA  ns hostmaster 1 3600 3600 3600 60
@  NS   ns.dev.
*  A    192.0.2.9
`,
}

// manyAddresses are too long for UDP.
func manyAddresses() string {
	var b strings.Builder
	for i := range 200 {
		fmt.Fprintf(&b, "many  A  198.51.100.%d\n", i)
	}
	return b.String()
}

// askReal checks the answers of a real server to names in zones, except the names
// in but, which that server gets wrong.
func askReal(t *testing.T, server netip.AddrPort, but ...string) {
	p := domain.Prober{Server: server}
	for name, want := range map[string]string{
		"with.dev": "found", "six.dev": "found", "many.dev": "found", "alias.dev": "found", "with.old.dev": "found",
		"R3---sn-x.dev.": "found", "nobody.ws": "found", "a.b.ws": "found",
		"mail.dev": "exists", "ent.dev": "exists", "a.ent.dev": "exists", "gone.dev": "exists", "nodata.dev": "exists",
		"old.dev": "exists", "_srv.dev": "exists", "dev": "exists",
		"nobody.dev": "nothing", "nobody.old.dev": "nothing", "x.with.dev": "nothing",
	} {
		r := p.Probe(t.Context(), name)
		got := "nothing"
		switch {
		case r.Err != nil:
			got = r.Err.Error()
		case r.Found():
			got = "found"
		case r.Exists:
			got = "exists"
		}
		if got != want && !slices.Contains(but, name) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
		if name == "many.dev" && len(r.Addrs) != 200 {
			t.Errorf("%d addresses of 200", len(r.Addrs))
		}
	}
	if got := p.Wildcards(t.Context(), []string{"dev", "ws"}); len(got) != 1 || got[0] != "ws" {
		t.Errorf("wildcards %v, want ws", got)
	}
}

// TestRealServers asks NSD, which has the zones, and Unbound and dnsmasq, which
// ask NSD.
func TestRealServers(t *testing.T) {
	if testing.Short() {
		t.Skip("three servers: takes 2 s; make test-all runs it")
	}
	authority := startNSD(t)
	t.Run("NSD", func(t *testing.T) { askReal(t, authority) })
	t.Run("Unbound", func(t *testing.T) { askReal(t, startUnbound(t, authority)) })
	t.Run("dnsmasq", func(t *testing.T) {
		// Its cache keeps the alias that a DNAME made, but not the DNAME; and
		// sometimes it answers NODATA for a name that does not exist.
		askReal(t, startDnsmasq(t, authority), "nobody.old.dev", "nobody.dev")
	})
}

func startNSD(t *testing.T) netip.AddrPort {
	dir, at := t.TempDir(), freePort(t)
	config := fmt.Sprintf("server:\n ip-address: %s@%d\n username: \"\"\n chroot: \"\"\n zonesdir: %q\n pidfile: %q\n xfrdfile: %[4]q\n zonelistfile: %q\n server-count: 1\nremote-control:\n control-enable: no\n",
		at.Addr(), at.Port(), dir, "", filepath.Join(dir, "zones"))
	for zone, text := range zones {
		writeFile(t, filepath.Join(dir, zone), text)
		config += fmt.Sprintf("zone:\n name: %q\n zonefile: %q\n", zone, zone)
	}
	writeFile(t, filepath.Join(dir, "nsd.conf"), config)
	start(t, at, "nsd", "-d", "-c", filepath.Join(dir, "nsd.conf"))
	return at
}

func startUnbound(t *testing.T, authority netip.AddrPort) netip.AddrPort {
	dir, at := t.TempDir(), freePort(t)
	config := fmt.Sprintf("server:\n interface: %s\n port: %d\n username: \"\"\n chroot: \"\"\n directory: %q\n pidfile: \"\"\n use-syslog: no\n module-config: \"iterator\"\n do-not-query-localhost: no\n do-daemonize: no\nremote-control:\n control-enable: no\n",
		at.Addr(), at.Port(), dir)
	for zone := range zones {
		config += fmt.Sprintf("stub-zone:\n name: %q\n stub-addr: %s@%d\n", zone, authority.Addr(), authority.Port())
	}
	writeFile(t, filepath.Join(dir, "unbound.conf"), config)
	start(t, at, "unbound", "-d", "-c", filepath.Join(dir, "unbound.conf"))
	return at
}

func startDnsmasq(t *testing.T, authority netip.AddrPort) netip.AddrPort {
	at := freePort(t)
	start(t, at, "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file",
		"--user=", "--bind-interfaces", "--listen-address="+at.Addr().String(), fmt.Sprintf("--port=%d", at.Port()),
		fmt.Sprintf("--server=%s#%d", authority.Addr(), authority.Port()))
	return at
}

// start runs a server until the test ends, and waits until it answers.
func start(t *testing.T, at netip.AddrPort, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	for _, sbin := range []string{"/usr/sbin/", "/usr/local/sbin/"} {
		if err != nil {
			path, err = exec.LookPath(sbin + name)
		}
	}
	if err != nil {
		t.Skipf("no %s here to be asked", name)
	}
	server := exec.Command(path, args...)
	var log strings.Builder
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGTERM) // NSD has children of its own
		server.Wait()
		if t.Failed() {
			t.Logf("%s: %s", name, &log)
		}
	})
	p := domain.Prober{Server: at, Timeout: time.Second}
	for range 100 {
		if p.Probe(t.Context(), "with.dev").Found() {
			return
		}
		time.Sleep(50 * time.Millisecond) // it gives no other sign that it is ready
	}
	t.Fatalf("%s does not answer", name)
}

func freePort(t *testing.T) netip.AddrPort {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).AddrPort()
}

func writeFile(t *testing.T, name, text string) {
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
