package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// What listens on near is found under far, at the other end of the link.
const (
	near = "10.213.77.1"
	far  = "10.213.77.2"
)

// A link is a slow one inside the machine. It delays and paces packets, and
// leaves TCP to the system: connections cost a round trip and start slowly, as
// they do over long distances.
type link struct {
	device *os.File
	delay  atomic.Int64 // each way, a time.Duration
	rate   float64      // bytes a second, each way
	up     chan packet
	down   chan packet
}

type packet struct {
	data []byte
	due  time.Time
}

// startLink makes a link with a rate of bits per second in each direction, and no
// delay yet, or says what it lacks for that: the rights of a superuser,
// /dev/net/tun, the command ip. It lasts as long as ctx.
func startLink(ctx context.Context, bits float64) (*link, error) {
	device, name, err := openDevice()
	if err != nil {
		return nil, fmt.Errorf("network device: %w", err)
	}
	for _, args := range [][]string{
		{"address", "add", near + "/24", "dev", name},
		{"link", "set", name, "txqueuelen", "5000", "up"},
	} {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			device.Close()
			return nil, fmt.Errorf("ip %v: %w: %s", args, err, out)
		}
	}
	const queue = 10_000 // packets: more than all windows hold
	l := &link{device: device, rate: bits / 8, up: make(chan packet, queue), down: make(chan packet, queue)}
	go l.read()
	go l.deliver(l.up)
	go l.deliver(l.down)
	context.AfterFunc(ctx, func() { device.Close() })
	return l, nil
}

// openDevice makes a device that hands the packets sent to it to this process.
func openDevice() (device *os.File, name string, err error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, "", err
	}
	request, err := unix.NewIfreq("flags%d")
	if err == nil {
		request.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, request)
	}
	if err != nil {
		unix.Close(fd)
		return nil, "", err
	}
	return os.NewFile(uintptr(fd), "tun"), request.Name(), nil
}

// read takes packets to far and turns them round: with the addresses swapped
// they are packets from far to near, and what answers them comes the same way.
// The checksums stay true, as they are sums.
func (l *link) read() {
	defer close(l.up)
	defer close(l.down)
	var upFree, downFree time.Time
	for {
		buffer := make([]byte, 2048)
		n, err := l.device.Read(buffer)
		if err != nil {
			return
		}
		data := buffer[:n]
		if n < 24 || data[0]>>4 != 4 {
			continue // no TCP over IPv4
		}
		swap(data[12:16], data[16:20])
		if fromServer(data) {
			l.down <- l.paced(data, &downFree)
		} else {
			l.up <- l.paced(data, &upFree)
		}
	}
}

func swap(a, b []byte) {
	for i := range a {
		a[i], b[i] = b[i], a[i]
	}
}

// listenNear listens on a port below those that the system gives to clients.
func listenNear() (l net.Listener, err error) {
	for port := 20_000; port < 20_100; port++ {
		if l, err = net.Listen("tcp", fmt.Sprintf("%s:%d", near, port)); err == nil {
			return l, nil
		}
	}
	return nil, err
}

// fromServer tells directions apart, by who has the lower port.
func fromServer(data []byte) bool {
	ports := data[4*int(data[0]&15):]
	source, destination := uint(ports[0])<<8|uint(ports[1]), uint(ports[2])<<8|uint(ports[3])
	return source < destination
}

// paced is a packet that is through when all before it are, and the delay is
// over.
func (l *link) paced(data []byte, free *time.Time) packet {
	now := time.Now()
	if free.Before(now) {
		*free = now
	}
	*free = free.Add(time.Duration(float64(len(data)) / l.rate * float64(time.Second)))
	return packet{data, free.Add(time.Duration(l.delay.Load()))}
}

// deliver hands packets to the system when they are due.
func (l *link) deliver(packets <-chan packet) {
	for p := range packets {
		<-time.After(time.Until(p.due))
		if _, err := l.device.Write(p.data); errors.Is(err, os.ErrClosed) {
			return
		}
	}
}
