// Package mirror keeps a directory an exact, verified copy of a flag site, run
// after run.
//
// Start at [Open], then [Mirror.Update], [Mirror.Prune] and [Mirror.Save]; a
// [Mirror] is the store that its own Update writes to:
//
//	m, err := mirror.Open("flags", mirror.Options{Site: site})
//	...
//	defer m.Close()
//	d := downloader.New(downloader.Options{})
//	defer d.Close()
//	for change := range m.Update(ctx, d, codes) {
//		fmt.Println(change.Code, change.Status)
//	}
//	err = m.Save()
//
// [Verify] checks a directory against its manifest, without a network.
//
// # The directory
//
// The layout is that of the site: br/br.gif and br/metadata.json. Beside them
// are [ManifestName], see [Manifest], and [SumsName], which sha256sum -c reads.
//
// A country's directory is replaced as a whole: the new one is made beside it,
// and both exchange names in one step, so that image and metadata are of one
// version at every moment, even if the process is killed
// (getflags/internal/wholefile). If the file system cannot exchange directories,
// or somebody else has put one into the country's, the files are replaced one
// after the other, each in one step. Asking the site again makes sure that they
// are of one version there (country.go).
//
// Space for the manifest is reserved before files are replaced, and it is written
// last (ledger.go): on a full disk it describes what is there; after a kill it
// may be older than the files, and the next run, which trusts no file that it does
// not describe, catches up. Nothing is synced: a loss of power may leave less,
// or older files, than the manifest says, which [Verify] and the next run find out.
//
// The directory's contents are untrusted input. Files are opened without waiting
// and without following links, must be regular, and are read in bounded memory.
// A new file keeps the mode of the one it replaces. Files that are not the
// mirror's stay.
package mirror
