package options

import (
	"errors"
	"net/http"

	"github.com/urfave/cli/v2"

	"getflags/cmd/internal/command"
	"getflags/downloader"
	"getflags/flags"
)

// Site is where flags are downloaded from.
type Site struct{ server, names string }

// ServerFlag is --server, for commands that take no names.
func (o *Site) ServerFlag() cli.Flag {
	return &cli.StringFlag{Name: "server", Aliases: []string{"s"}, Value: "LOCAL", Destination: &o.server,
		Usage: "`SITE` to download from: LOCAL, REMOTE, DELAY, ERROR, another label that 'flags sites' tells of, a base URL, or a template such as https://example.com/w320/{cc}.png"}
}

// Flags are --server and --names.
func (o *Site) Flags() []cli.Flag {
	return append(under(siteHeading,
		&cli.StringFlag{Name: "names", Destination: &o.names, DefaultText: "the site's",
			Usage: "take the countries' names from the catalogue at `URL`"},
	), o.ServerFlag())
}

// Site is the site of --server, with the catalogue of --names if that is given.
func (o *Site) Site(c *cli.Context) (flags.Site, error) {
	site, err := flags.ParseSite(o.server)
	var none *flags.SiteError
	if errors.As(err, &none) {
		return site, command.Usagef("%w; %s", err, o.hint())
	}
	if err == nil && c.IsSet("names") {
		site.Names, err = flags.ParseNamesURL(o.names)
	}
	if err != nil {
		return flags.Site{}, command.Usagef("%w", err)
	}
	return site, checkProxy(site)
}

// hint says of a site that is none which one may be meant.
func (o *Site) hint() string {
	var labels []string
	for _, s := range flags.Sites() {
		labels = append(labels, s.Label)
	}
	if nearest := command.Nearest(o.server, labels); nearest != "" {
		return "did you mean " + nearest + "?"
	}
	return "'flags sites' prints all labels"
}

// checkProxy says what is wrong with the proxy that a site would be asked
// through, once for all flags.
func checkProxy(site flags.Site) error {
	find := downloader.ProxyFromEnvironment()
	for _, url := range []string{site.ImageURL("AD"), site.Names} {
		req, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			continue // that is not the proxy's fault, and told when it is sent
		}
		if _, err := find(req); err != nil {
			return err
		}
	}
	return nil
}
