package flags

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"getflags/downloader"
)

// A Job says where flags come from and what is kept of them.
type Job struct {
	Site Site
	// Names, unless nil, tells the countries' names; the site's metadata are
	// left alone then, and a country that Names lacks is saved under its code.
	Names Catalogue
	// Name is the template of the files' names; see [ParseNameTemplate].
	Name NameTemplate
	// NoMetadata leaves the metadata alone: one request per flag, which is
	// saved under its code.
	NoMetadata bool
	// SaveMetadata saves the metadata beside the image: Brazil.gif and
	// Brazil.json. Those of a name from Names hold the code and the name.
	SaveMetadata bool
	// Digest computes the images' SHA-256.
	Digest bool
	// Kept are flags that are in the store from earlier runs. None of them is
	// overwritten by another country's.
	Kept []Kept
	// Arrived, unless nil, is told of each flag in the order of completion,
	// once its files are in place, by [Download]'s loop. The result's File and
	// Note are not final yet.
	Arrived func(Result)
}

// Requests is how many requests each flag takes: one, or two where the site
// is to tell the country's name.
func (j Job) Requests() int {
	if j.NoMetadata || j.Names != nil || !j.Site.HasMetadata() {
		return 1
	}
	return 2
}

// A Kept is a flag that an earlier run has saved. Its file's name is its own
// as if it were of this run, too.
type Kept struct {
	Code    Code
	Country string // as the site named it, "" where it did not
	File    string // the image's name in the store
	SHA256  string // of the image, in hexadecimal
}

// keptBeside are the flags of earlier runs that this one does not get anew.
func (j Job) keptBeside(codes []Code) []Kept {
	return slices.DeleteFunc(slices.Clone(j.Kept), func(k Kept) bool { return slices.Contains(codes, k.Code) })
}

// A Status tells how the download of a flag ended, as in the book.
type Status int

const (
	OK       Status = iota // image and metadata are in place
	NotFound               // the site answered 404 for either
	Error                  // anything else; the result's Err says what
	Renamed                // a [Kept] flag whose name went to one that sorts before it
)

func (s Status) String() string {
	switch s {
	case OK:
		return "OK"
	case NotFound:
		return "not found"
	case Renamed:
		return "renamed"
	}
	return "error"
}

// A Result tells how the download of one flag ended.
type Result struct {
	Code    Code
	Status  Status
	Country string // the name the site gives, "" where none arrived
	Err     error  // for NotFound and Error, usually naming a URL
	Note    string // something about the file's name that the user should know

	URL    string // of the image, without a password
	File   string // the image's name in the store; "" where none was saved
	Size   int    // of the image, in bytes
	SHA256 string // of the image, in hexadecimal, if the job asked for it
	// Attempts is how often the request that took the most attempts was sent:
	// 1 if all went well at once, 0 if none was sent.
	Attempts int
	// Elapsed is the time from the flag's turn to its end.
	Elapsed time.Duration
}

// IsNotFound reports whether an error is a site's answer that it does not
// have what was asked for.
func IsNotFound(err error) bool {
	var status *downloader.StatusError
	return errors.As(err, &status) && status.Code == http.StatusNotFound
}
