package notice_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
	"secondlook/app/notice"
	"secondlook/app/policy"
	"secondlook/assets"
	"secondlook/platform/packfile"
)

func pack(t *testing.T, name string) *policy.Pack {
	t.Helper()
	text, err := assets.Policy(name)
	require.NoError(t, err)
	p, err := packfile.Decode(text)
	require.NoError(t, err)
	return p
}

var entry = hotlist.Entry{ID: "7", Plate: "CKLM804", Category: "stolen-vehicle", Agency: "Toronto Police", Contact: "416-555-0101",
	Reference: "24-118203", Make: "Honda", Note: "seen on King Street"}

func TestRequirement15_NoticeHasWhatADriverNeedsAndNothingOfTheCar(t *testing.T) {
	for _, name := range assets.Policies() {
		for _, language := range notice.Languages {
			p := pack(t, name)
			d := notice.ForDriver(p, entry, language)
			plain := d.Plain("Answers for the entry:")
			for _, needed := range []string{p.Notice.Authority.In(language), p.Notice.Purpose.In(language), p.Notice.Contact.Title.In(language),
				p.Notice.Contact.Address, p.Notice.Contact.Telephone, "Answers for the entry: Toronto Police, 416-555-0101."} {
				require.Contains(t, plain, needed)
			}
			require.Contains(t, plain, strings.SplitN(d.Complaint, ".", 2)[0], "how to complain")
			for _, secret := range []string{"CKLM804", "24-118203", "Honda", "King Street", "www.", "http", "{"} {
				require.NotContains(t, plain, secret)
			}
		}
	}
}

func TestRequirement15_WebAddressesAreLeftOutOfTheCode(t *testing.T) {
	for text, want := range map[string]string{
		"Call 416-326-3333, www.ipc.on.ca.":          "Call 416-326-3333.",
		"See https://example.ca/a?b=c, or call.":     "See, or call.",
		"Voir (www.exemple.ca/fr) ou téléphonez.":    "Voir () ou téléphonez.",
		"No address: the law of 2019, s. 28 (2) ca.": "No address: the law of 2019, s. 28 (2) ca.",
	} {
		got := strings.TrimSpace(notice.Driver{Complaint: text}.Plain(""))
		require.Equal(t, want, got)
	}
}
