// Package mirror keeps a directory an exact, verified copy of a flag site, run
// after run.
//
// Start at [Open], then [Mirror.Update], [Mirror.Prune] and [Mirror.Save]; a
// [Mirror] is the store of the downloader that Update is given:
//
//	m, err := mirror.Open("flags", mirror.Options{Site: site})
//	...
//	defer m.Close()
//	d := downloader.New(m, downloader.Options{})
//	defer d.Close()
//	for change := range m.Update(ctx, d, codes) {
//		fmt.Println(change.Code, change.Status)
//	}
//	err = m.Save()
//
// [Verify] holds a directory against its manifest, without a network.
//
// # The directory
//
// The layout is that of the site: br/br.gif and br/metadata.json. Beside them
// are [ManifestName], see [Manifest], and [SumsName], which sha256sum -c takes.
//
// A country's directory is replaced as a whole: the new one is made beside it
// and both change names in one step, so that at every moment, also if the
// process is killed, image and metadata are of one version (replace.go). Where
// that cannot be, as the file system does not exchange directories, or
// somebody else has put one into the country's, the files are replaced one
// after the other, each in one step. That they were of one version on the site
// is made sure by asking again (country.go).
//
// Room for the manifest is taken before files are replaced, and it is written
// last (ledger.go): on a full disk it tells of what is there; after a kill it
// may be behind the files, and the next run, which trusts no file that it does
// not describe, catches up. Nothing is synced: a loss of power may leave less,
// or older, than the manifest says, which [Verify] and the next run find out.
//
// What stands in the directory is input. Files are opened without waiting and
// without following links, have to be regular, and are read in bounded memory.
// What is replaced hands on its mode. What is not the mirror's stays.
package mirror
