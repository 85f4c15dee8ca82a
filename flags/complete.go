package flags

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"

	"getflags/internal/bom"
)

// CheckComplete returns an error unless the bytes themselves prove that data is
// complete. This matters if the server did not announce its length. Complete
// are a GIF up to its trailer, a PNG up to its IEND, a JPEG up to its EOI, a
// WebP of the size in its header, and a JSON object or array. Nothing may
// follow, except white space after JSON. Other formats, such as SVG, are
// refused, because a part of one may look complete.
//
// It is stricter than [Site.CheckImage] on purpose: pictures with extra bytes
// after their end are common, and harmless if their length was announced.
func CheckComplete(data []byte) error {
	kind := kindOf(data)
	var rest []byte
	var err error
	switch kind {
	case "GIF":
		rest, err = skipGIF(data)
	case "PNG":
		rest, err = skipPNG(data)
	case "JPEG":
		rest, err = skipJPEG(data)
	case "WebP":
		rest, err = skipWebP(data)
	default:
		return checkJSON(data)
	}
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("has %d bytes after its end", len(rest))
	}
	if err != nil {
		return fmt.Errorf("this %s %w", kind, err)
	}
	return nil
}

var errNoEnd = errors.New("has no end")

// checkJSON accepts metadata and catalogues. A part of a JSON object or array is
// never valid JSON (RFC 8259); only the white space after it may be missing.
func checkJSON(data []byte) error {
	text, err := bom.Skip(data)
	if err != nil {
		return err
	}
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 || text[0] != '{' && text[0] != '[' || !json.Valid(text) {
		return errors.New("want a complete GIF, PNG, JPEG, WebP, or JSON object or array")
	}
	return nil
}

// after returns the bytes after the first n, or none if there are no more.
func after(data []byte, n int) []byte { return data[min(n, len(data)):] }

// at returns the byte at i, or 0 beyond the end.
func at(data []byte, i int) byte {
	if i < len(data) {
		return data[i]
	}
	return 0
}

// skipGIF returns the bytes after a GIF (CompuServe's GIF89a, section 17 and
// following): a header, the screen and its colours, blocks, the trailer.
func skipGIF(data []byte) (rest []byte, err error) {
	rest = after(data, 13+colours(at(data, 10)))
	for len(rest) > 0 {
		switch rest[0] {
		case 0x3b: // the trailer
			return rest[1:], nil
		case 0x21: // an extension: its label, and blocks
			rest = skipSubBlocks(after(rest, 2))
		case 0x2c: // an image: its position, its colours, the size of its codes, and blocks
			rest = skipSubBlocks(after(rest, 11+colours(at(rest, 9))))
		default:
			return nil, fmt.Errorf("has a block of an unknown kind, %#02x", rest[0])
		}
	}
	return nil, errNoEnd
}

// colours returns the length in bytes of the colour table that packed describes.
func colours(packed byte) int {
	if packed&0x80 == 0 {
		return 0
	}
	return 3 << (1 + packed&7)
}

// skipSubBlocks returns the bytes after a GIF's data blocks. The last block is
// empty.
func skipSubBlocks(data []byte) []byte {
	for len(data) > 0 {
		size := int(data[0])
		data = after(data, 1+size)
		if size == 0 {
			break
		}
	}
	return data
}

// skipPNG returns the bytes after a PNG (ISO/IEC 15948, section 5): a signature
// and chunks, each with its checksum, up to IEND.
func skipPNG(data []byte) (rest []byte, err error) {
	for rest = data[8:]; len(rest) >= 12; {
		size := binary.BigEndian.Uint32(rest)
		if uint64(size)+12 > uint64(len(rest)) {
			break
		}
		chunk := rest[4 : 8+size]
		if crc32.ChecksumIEEE(chunk) != binary.BigEndian.Uint32(rest[8+size:]) {
			return nil, fmt.Errorf("is damaged: its chunk %.4q has a wrong checksum", chunk)
		}
		rest = rest[12+size:]
		if string(chunk[:4]) == "IEND" {
			return rest, nil
		}
	}
	return nil, errNoEnd
}

// skipJPEG returns the bytes after a JPEG (ITU-T T.81, annex B): segments up to
// EOI. Data follows the header of each scan; a 0xff in it is followed by 0 or
// by the number of a restart.
func skipJPEG(data []byte) (rest []byte, err error) {
	const eoi, sos = 0xd9, 0xda
	rest = data[2:]
	for len(rest) >= 2 {
		if rest[0] != 0xff {
			return nil, fmt.Errorf("has %#02x where a marker must begin: want 0xff", rest[0])
		}
		switch marker := rest[1]; {
		case marker == 0xff: // a fill byte
			rest = rest[1:]
		case marker == eoi:
			return rest[2:], nil
		default:
			length := int(at(rest, 2))<<8 | int(at(rest, 3))
			rest = after(rest, 2+length)
			if marker == sos {
				rest = skipScan(rest)
			}
		}
	}
	return nil, errNoEnd
}

// skipScan skips a scan's data, up to the next marker.
func skipScan(data []byte) []byte {
	for i := 0; i+1 < len(data); i++ {
		next := data[i+1]
		if data[i] == 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7) {
			return data[i:]
		}
	}
	return nil
}

// skipWebP returns the bytes after a WebP (RFC 9649, section 2.4). Its header
// holds its size.
func skipWebP(data []byte) ([]byte, error) {
	size := uint64(binary.LittleEndian.Uint32(data[4:]))
	if size+8 > uint64(len(data)) {
		return nil, errNoEnd
	}
	return data[8+size:], nil
}
