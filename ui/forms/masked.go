package forms

import (
	"net/url"
	"strings"
)

// mask stands for a password and for what may hold one.
const mask = "•••"

// masked is a camera's source without what may be secret: the password, user and
// query of an address. Devices, files and folders come back as they are.
func masked(source string) string {
	scheme, rest, ok := strings.Cut(source, "://")
	if !ok {
		return source
	}
	u, err := url.Parse(source)
	// A password with a slash in it ends the host where it begins.
	at := strings.LastIndexByte(rest, '@')
	if err != nil || u.Host == "" || at >= 0 && strings.ContainsAny(rest[:at], "/?#") {
		// Not to be taken apart: only what surely is no secret is shown.
		return scheme + "://" + mask
	}
	shown := u.Scheme + "://"
	if u.User != nil {
		shown += mask + "@"
	}
	shown += u.Host + u.EscapedPath()
	if u.RawQuery != "" {
		shown += "?" + mask
	}
	return shown
}
