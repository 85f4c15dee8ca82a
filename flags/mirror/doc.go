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
// process is killed, image and metadata are of one version (store.go). That
// they were so on the site is made sure by asking again (country.go). The
// manifest is written last: after a kill it may be behind the files, and the
// next run, which trusts no file that it does not describe, catches up.
package mirror
