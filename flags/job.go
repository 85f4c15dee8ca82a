package flags

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"getflags/downloader"
)

// A Job says where flags come from and what is saved.
type Job struct {
	Site Site
	// Names, unless nil, holds the countries' names. Then the site's metadata is
	// not requested, and a country missing from Names is saved under its code.
	Names Catalogue
	// Name is the template of the files' names; see [ParseNameTemplate].
	Name NameTemplate
	// NoMetadata requests no metadata: each flag takes one request and is saved
	// under its code.
	NoMetadata bool
	// SaveMetadata saves the metadata beside the image: Brazil.gif and
	// Brazil.json. With Names, the metadata holds the code and the name.
	SaveMetadata bool
	// Digest computes the images' SHA-256.
	Digest bool
	// Kept lists the flags that earlier runs left in the store. No other
	// country's flag overwrites them.
	Kept []Kept
	// Arrived, unless nil, is called for each flag once its files are in place,
	// in the order of completion and from [Download]'s loop. The result's File
	// and Note are not final yet.
	Arrived func(Result)
}

// Requests returns how many requests each flag takes: one, or two if the
// country's name comes from the site.
func (j Job) Requests() int {
	if j.NoMetadata || j.Names != nil || !j.Site.HasMetadata() {
		return 1
	}
	return 2
}

// A Kept is a flag that an earlier run saved. It claims its file's name as the
// flags of this run do.
type Kept struct {
	Code    Code
	Country string // the name from the site, or ""
	File    string // the image's name in the store
	SHA256  string // of the image, in hexadecimal
}

// keptBeside returns the flags of earlier runs that codes do not contain.
func (j Job) keptBeside(codes []Code) []Kept {
	return slices.DeleteFunc(slices.Clone(j.Kept), func(k Kept) bool { return slices.Contains(codes, k.Code) })
}

// A Status says how the download of a flag ended, as in the book.
type Status int

const (
	OK       Status = iota // image and metadata are in place
	NotFound               // the site answered 404 for image or metadata
	Error                  // any other failure; see the result's Err
	Renamed                // a [Kept] flag that lost its name to a code that sorts before it
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

// A Result says how the download of one flag ended.
type Result struct {
	Code    Code
	Status  Status
	Country string // the name from the site, or "" if none arrived
	Err     error  // for NotFound and Error, usually naming a URL
	Note    string // what the user should know about the file's name, or ""

	URL    string // of the image, without a password
	File   string // the image's name in the store, or "" if none was saved
	Size   int    // of the image, in bytes
	SHA256 string // of the image, in hexadecimal, if the job asked for it
	// Attempts is the largest number of attempts that one of the flag's requests
	// took: 1 if the first succeeded, 0 if no request was sent.
	Attempts int
	// Elapsed is the time from the flag's turn to its end.
	Elapsed time.Duration
}

// IsNotFound reports whether err is, or wraps, a site's answer 404.
func IsNotFound(err error) bool {
	var status *downloader.StatusError
	return errors.As(err, &status) && status.Code == http.StatusNotFound
}
