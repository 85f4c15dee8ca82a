package limit

import "time"

// The engine's constants, all in one place, with what each was measured by. Two
// cores, 388 files of 6 KB on average, Linux; "to curl" is the wall time as a
// ratio to curl's with as many requests at once.
const (
	// AtOnce is how many slots are open from the start. A server on the same
	// machine is kept busy by eight: with 4, 8 and all of them m = 16 took 1.16, 1.15
	// and 1.20 of curl's time, m = 100 0.87, 0.83 and 0.95, with 0.98, 0.92 and 1.08
	// of its CPU. That is also what slow start is worth.
	AtOnce = 8
	// Moment is how long nothing may have moved until all slots are opened. An
	// answer of a server that is near takes 0.1 ms, so in 2 ms a slow one is
	// recognised, and of 500 ms that is 0.4 %.
	Moment = 2 * time.Millisecond
	// LongMoment is Moment where this program does not get round to its work, as
	// under the race detector.
	LongMoment = 20 * Moment
	// Slow is an answer's time from which on more slots are of use in any case.
	Slow = 2 * Moment

	// RegainAfter is how long there has to be no shortage of descriptors until a
	// slot is given back, and then the next.
	RegainAfter = 100 * time.Millisecond
	// FirstLook, LaterLook and LastLook are how long it takes, at first and later,
	// until a descriptor is looked for again, and until that is given up: nobody
	// tells when one is free.
	FirstLook = 5 * time.Millisecond
	LaterLook = 200 * time.Millisecond
	LastLook  = time.Minute

	// FirstRead is how many bytes an answer is read with at first. Of the 388 files
	// 87 % come in one read of 16 KiB, header included, and 70 % in one of 8. With 8,
	// 16 and 32 KiB m = 100 took 1.04, 0.95 and 0.91 of curl's time in one series, and
	// in another 16 and 32 took 0.83 and 0.90, m = 16 1.15 and 1.24.
	FirstRead = 16 << 10
	// Believed is how much memory is set aside because an answer announces it.
	Believed = 1 << 20
	// LeastKept and MostKept bound the buffer pool: smaller buffers cost less to
	// make than to find, and larger ones than 1 MB in all are what a slow disk leaves
	// behind, not what the next files need.
	LeastKept = 512
	MostKept  = 1 << 20

	// Linger is how long a request goes on when it is called off. To cut it off at
	// once would cost the connection, and the server would take it for open until
	// it hears of that, by when it may have the next one in its place: more than the
	// cap at once, as the server sees it. A fast server answers first.
	Linger = 10 * time.Millisecond
	// Glance is how long a request may take until its context is watched, which
	// takes five allocations and, where the context ends before the next request, a
	// goroutine. Most answers of a server that is near have come by then; that a
	// request is called off is noticed so much later at most.
	Glance = 2 * time.Millisecond
	// IdleTimeout is how long a connection is kept for the next request. Servers
	// keep theirs for 5 s (Apache) to 75 s (nginx).
	IdleTimeout = 30 * time.Second
	// Far is how long a host may take to accept a connection until it is far away.
	// To one there are several over HTTP/2: one for PerConnection requests at once,
	// and MostConnections at most. Over a link of 52 ms and 100 Mbit/s m=5, 16 and
	// 100 take 0.99, 0.97 and 0.81 to curl where the server's TCP is Reno, and 1.01,
	// 0.99 and 0.79 where it is BBR, which finds each connection's pace anew; with
	// four at most m=100 takes 0.91. At 10 ms one or eight are level with curl at
	// m=5 and 16; at m=100 both take 0.71, as curl makes 100 handshakes.
	Far             = 5 * time.Millisecond
	PerConnection   = 2
	MostConnections = 8

	// Patience is how long a job waits for a writer that is at work until others
	// are woken. A file takes 20 to 50 µs to write on a fast disk.
	Patience = time.Millisecond
	// Overhead is what a file in the write queue costs beside its bytes, so that the
	// budget bounds memory for empty files too.
	Overhead = 512

	// FirstWait and MaxWait are the bounds of waits between attempts, from which
	// they are drawn with full jitter: the usual half second that doubles up to 30.
	FirstWait = time.Second / 2
	MaxWait   = 30 * time.Second
)
