// Package flags knows the flags of the world's countries: their codes, the sites
// that offer the pictures, the names of the countries, and the names of the
// files.
//
// Start with [Select], which turns a user's words into codes, with [ParseSite],
// and with [Download], which fetches flags from a site with a
// [getflags/downloader.Downloader]:
//
//	for result := range flags.Download(ctx, d, flags.Job{Site: site}, codes) {
//		fmt.Println(result.Code, result.Status)
//	}
//
// The counts and the selection of codes are those of the flag examples in
// Fluent Python, 2nd edition, chapters 20 and 21.
package flags
