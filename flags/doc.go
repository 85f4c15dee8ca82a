// Package flags knows the flags of the world's countries: which codes there
// are, on which sites the pictures lie, what a country is called, and under
// what name its flag is saved.
//
// Start at [Select], which turns what a user asked for into codes, at
// [ParseSite], and at [Download], which fetches the flags of codes from a
// site with a [getflags/downloader.Downloader]:
//
//	for result := range flags.Download(ctx, d, flags.Job{Site: site}, codes) {
//		fmt.Println(result.Code, result.Status)
//	}
//
// The counts and the selection of codes are those of the flag examples in
// Fluent Python, 2nd edition, chapters 20 and 21.
package flags
