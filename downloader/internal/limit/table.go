package limit

import "time"

// The engine's constants, all in one place, with what each was measured by. Two
// cores, 388 files of 6 KB on average, Linux; "to curl" is the wall time as a
// ratio to curl's with as many requests at once.
const (
	// AtOnce is how many slots are open from the start. A server on the same
	// machine is kept busy by eight: with 16 and 100 from the start m=16 took
	// 1.0 and m=100 1.4 times as long, as each further connection costs 33 µs to
	// make and its goroutine memory never touched before (10 to 16 µs a page).
	AtOnce = 8
	// Moment is how long nothing may have moved until all slots are opened. One
	// answer of a fast server takes 0.1 ms, so in 2 ms a slow one is recognised;
	// a run at 50 ms of delay is 4 % longer for it, at 500 ms 0.4 %.
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

	// FirstRead is how many bytes an answer is read with at first. 97 of 100 flags
	// come in one read of 16 KiB, header included, and 79 in one of 8.
	FirstRead = 16 << 10
	// Believed is how much memory is set aside because an answer announces it.
	Believed = 1 << 20
	// LeastKept and MostKept bound the buffer pool: smaller buffers cost less to
	// make than to find, and no run of the 388 files needs more than 0.6 MB.
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
	// Far is how long it takes at least to connect to a host that is far away, and
	// PerConnection and MostConnections are how many requests there are to a
	// connection over HTTP/2 there, and how many connections at most.
	Far             = 5 * time.Millisecond
	PerConnection   = 4
	MostConnections = 4

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
