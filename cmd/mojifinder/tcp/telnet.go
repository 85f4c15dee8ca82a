package tcp

import "bufio"

// Telnet's commands (RFC 854; RFC 1184 for those of line mode). Each comes
// behind iac.
const (
	iac       = 255 // "interpret as command"; twice, it is data
	will      = 251 // an option follows will, wont, do and dont
	dont      = 254
	sb        = 250 // a subnegotiation follows, up to iac and se
	se        = 240
	interrupt = 244 // Ctrl-C
	breakKey  = 243 // the break key
	abort     = 238
	suspend   = 237 // Ctrl-Z
	endOfFile = 236 // Ctrl-D
)

// telnet reads what a client types: telnet's commands are skipped. Nothing is
// negotiated, so that whatever options a client offers stay off, as is right
// for lines of text.
type telnet struct{ in *bufio.Reader }

// ReadByte returns the next byte of data. Its error is errControl where a
// command stands for a control character.
func (t telnet) ReadByte() (byte, error) {
	for {
		c, err := t.in.ReadByte()
		if err != nil || c != iac {
			return c, err
		}
		c, err = t.in.ReadByte()
		switch {
		case err != nil:
			return 0, err
		case c == iac:
			return c, nil
		case c == interrupt, c == breakKey, c == abort, c == suspend, c == endOfFile:
			return 0, errControl
		case c == sb:
			err = t.skipSubnegotiation()
		case will <= c && c <= dont:
			_, err = t.in.ReadByte()
		}
		if err != nil {
			return 0, err
		}
	}
}

// skipSubnegotiation reads up to iac and se, however far away; the time for a
// line bounds it.
func (t telnet) skipSubnegotiation() error {
	for last := byte(0); ; {
		c, err := t.in.ReadByte()
		switch {
		case err != nil:
			return err
		case last == iac && c == se:
			return nil
		case last == iac:
			c = 0 // the second of two is no first
		}
		last = c
	}
}
