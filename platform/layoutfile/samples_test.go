package layoutfile

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"secondlook/app/hotlist"
	"secondlook/assets"
)

// samples are files as the agencies' layouts have them, with made-up content. The
// first row of each is want; rows are how many there are.
var samples = map[string]struct {
	file string
	name string // of the file, where only that tells
	rows int
	want plain
}{
	"ncic": {"VEHEXTRT 20261122\n" +
		"V123456789EX001000020260509ZD0497    0N2027PC2019H0NDCIV4D0NG/BLK\n" +
		"R987654321EX002000020260110BNTR123   NK2026PC2015FORDF15PKBLK    \n" +
		"P123450000EX0010000        GHT5511   PQ\n", "", 3,
		plain{Plate: "ZD0497", Jurisdiction: "CA-ON", Category: "stolen-vehicle", Source: "NCIC", Agency: "EX0010000", Reference: "V123456789",
			Make: "HOND", Model: "CIV", Colour: "ONG/BLK", Year: 2019, Note: "since 2026-05-09"}},
	"michigan": {"HEADER\nM123456789EX001000020260403AHG5263   WI2027PC2003CHEVSUBLLBLK    MISSING PERSON NCIC\n", "", 1,
		plain{Plate: "AHG5263", Jurisdiction: "US-WI", Category: "missing-person", Source: "NCIC", Agency: "EX0010000", Reference: "M123456789",
			Make: "CHEV", Model: "SUB", Colour: "BLK", Year: 2003, Note: "since 2026-04-03; MISSING PERSON NCIC"}},
	"washington": {"HEADER\n21V0128839EX001000020261006BN0W111   WA2027PC\n", "", 1,
		plain{Plate: "BN0W111", Jurisdiction: "US-WA", Category: "stolen-vehicle", Source: "NCIC", Agency: "EX0010000", Reference: "V0128839", Note: "since 2026-10-06"}},
	"new-jersey": {"S                          ABC123    NJ      1985NIS SEN04BLUE\nE                          ABC124    NJ      2015FOR FOC04GREEN\n", "", 2,
		plain{Plate: "ABC123", Jurisdiction: "US-NJ", Category: "suspended-driver", Source: "NJ MVC", Make: "NIS", Model: "SEN", Colour: "BLUE", Year: 1985}},
	"california-sfr": {"DATE11/22/2026 09:00\n7ABC123 CA0120260627\nXYZ9999 CA0220260430\nTOTAL RECORD 0000002\n", "sfr.tbl", 2,
		plain{Plate: "7ABC123", Jurisdiction: "US-CA", Category: "felony-vehicle", Source: "CA DOJ", Note: "since 2026-06-27"}},
	"california-svs": {"DATE11/22/2026 09:00\n7ABC123 CA0120260627\nTOTAL RECORD 0000001\n", "county-svs-1.tbl", 1,
		plain{Plate: "7ABC123", Jurisdiction: "US-CA", Category: "stolen-vehicle", Source: "CA DOJ", Note: "since 2026-06-27"}},
	"california-slr": {"DATE11/22/2026 09:00\n7ABC123 CA0120260627\nTOTAL RECORD 0000001\n", "SLR.TBL", 1,
		plain{Plate: "7ABC123", Jurisdiction: "US-CA", Category: "stolen-plate", Source: "CA DOJ", Note: "since 2026-06-27"}},
	"new-york": {"NYS LPR\nKLM4321   ONPC RHONDWHI/WHI\nKLM4322   NYPC XFORDRED\n", "", 2,
		plain{Plate: "KLM4321", Jurisdiction: "CA-ON", Category: "stolen-vehicle", Source: "CPIC", Make: "HOND", Colour: "WHI/WHI"}},
	"texas-tcic": {"TW1026325915,17MFM5,TX,2009,F0RD,TK,PK,WHI\nTV1026325916,17MFM6,TX,,,,,\n", "", 2,
		plain{Plate: "17MFM5", Jurisdiction: "US-TX", Category: "wanted-person", Source: "TCIC", Reference: "TW1026325915", Make: "FORD", Model: "TK", Colour: "WHI", Year: 2009}},
	"texas-ncic": {"C165399977,0H0671200,20260124,GGX6728,0H,2027,2009,D0DG,CHA,4D,GRY\n", "", 1,
		plain{Plate: "GGX6728", Jurisdiction: "US-OH", Category: "supervised-release", Source: "NCIC", Agency: "0H0671200", Reference: "C165399977",
			Make: "DODG", Model: "CHA", Colour: "GRY", Year: 2009, Note: "since 2026-01-24"}},
	"minnesota": {"NIC,ORI,DATE,LIC\nR845996328,0N0671200,20261101,JFJ4764,MB,2027,TK,2013,CHEV,AVA,PK,CRM\n", "", 1,
		plain{Plate: "JFJ4764", Jurisdiction: "CA-MB", Category: "stolen-vehicle", Source: "CPIC", Agency: "0N0671200", Reference: "R845996328",
			Make: "CHEV", Model: "AVA", Colour: "CRM", Year: 2013, Note: "since 2026-11-01"}},
	"florida": {"TYPE;ORI;AGENCY;OCA;OAN;PCN;NCIC;DATE;FLAG;UPDATED;TAG;YEAR;STATE;LIT;FILE\n" +
		"STOLEN VEHICLE;FL0010000;EXAMPLE COUNTY SO;26-100;A1;;V12345;20261101;N;;Y83YPH;2027;FL;PC;11/22/2026 6:55:57 AM\n", "", 1,
		plain{Plate: "Y83YPH", Jurisdiction: "US-FL", Category: "stolen-vehicle", Source: "FCIC", Agency: "EXAMPLE COUNTY SO", Reference: "26-100",
			Note: "ORI FL0010000; OAN A1; NIC V12345; since 2026-11-01"}},
	"florida-dhsmv-licence": {"HEADER\nY83YPH,FL,EXPIRED DRIVER LICENSES - ,S000000000000,05/14/1978,M,W,68,75,2016,WHI,NISS,11/22/2026 6:55:57 AM\n", "", 1,
		plain{Plate: "Y83YPH", Jurisdiction: "US-FL", Category: "expired-licence", Source: "DHSMV", Make: "NISS", Colour: "WHI", Year: 2016}},
	"florida-dhsmv-tag": {"HEADER\nY83YPI,FL,Expired Tag WHI NISS,S000000000000\n", "", 1,
		plain{Plate: "Y83YPI", Jurisdiction: "US-FL", Category: "expired-plate", Source: "DHSMV", Note: "Expired Tag WHI NISS"}},
	"florida-dhsmv-sanctioned": {"HEADER\nY83YPJ,FL,SUSPENDED/REVOKED/CANCELLED LICENSE - ,S000000000000,F,W,68,75,2016,WHI,NISS,11/22/2026 6:55:57 AM\n", "", 1,
		plain{Plate: "Y83YPJ", Jurisdiction: "US-FL", Category: "suspended-driver", Source: "DHSMV", Make: "NISS", Colour: "WHI", Year: 2016}},
	"florida-dhsmv-offender": {"HEADER\nY83YPK,FL,SEXUAL OFFENDERS/PREDATORS,S000000000000,A,B,C,D,E,F,G,2016,WHI,NISS,11/22/2026 6:55:57 AM\n", "", 1,
		plain{Plate: "Y83YPK", Jurisdiction: "US-FL", Category: "sex-offender", Source: "DHSMV", Make: "NISS", Colour: "WHI", Year: 2016}},
	"iowa": {"BMAC272   ,2027,TK,ON,R004163992,CNVP,ON3251500\nBMAC273   ,9999,PC,NB,R004163993,WP,IA3251500\n", "", 2,
		plain{Plate: "BMAC272", Jurisdiction: "CA-ON", Category: "stolen-vehicle", Source: "CPIC", Agency: "ON3251500", Reference: "R004163992"}},
	"illinois-leads": {"660JEM  WIPCSTOLEN VYR/05 VMA/DODG VMO/MAG VST/4D VCO/RED     DOT/010326 LDS/V16A0661\n" +
		"661JEM  ILPCWANTED  DOE,JANE Q F W 19800101                                      LDS/W16A0662\n", "", 2,
		plain{Plate: "660JEM", Jurisdiction: "US-WI", Category: "stolen-vehicle", Source: "LEADS", Reference: "V16A0661", Make: "DODG", Model: "MAG", Colour: "RED",
			Year: 2005, Note: "style 4D; since 2026-01-03"}},
	"illinois-sos": {"15386VDE ILFMREVOKED DOT/032926 EXP/0727\n", "", 1,
		plain{Plate: "15386VDE", Jurisdiction: "US-IL", Category: "suspended-driver", Source: "IL SOS", Note: "since 2026-03-29; plate ends 0727"}},
	"ohio": {"SP2-1: more\n1 ABC123 MI 01/01/2027 04/11/2026 UHAU TL 2015 0NG/WHI M12345678 V987654321\n1 ABC124 0H 01/01/2027 04/11/2026 H0ND CIV 2015 RED 0H WARRANT SUPP\n", "", 2,
		plain{Plate: "ABC123", Jurisdiction: "US-MI", Category: "stolen-vehicle", Source: "LEADS", Make: "UHAU", Model: "TL", Colour: "ONG/WHI", Year: 2015,
			Note: "since 2026-04-11; M12345678 V987654321"}},
	"ohio-fixed": {"1 ABC124     0H 01/01/2027 04/11/2026 H0NDA                    CIV 2015 RED     0H STOLEN VEHICLE\n", "", 1,
		plain{Plate: "ABC124", Jurisdiction: "US-OH", Category: "stolen-vehicle", Source: "LEADS", Make: "HONDA", Model: "CIV", Colour: "RED", Year: 2015,
			Note: "since 2026-04-11; 0H STOLEN VEHICLE"}},
	"colorado": {"CCIC 11/22/2026\nABC123    COStolen/Car Jacking/Ca 2002 FORD FOC BLK\nABC124    COFelony Warrant\n", "", 2,
		plain{Plate: "ABC123", Jurisdiction: "US-CO", Category: "stolen-vehicle", Source: "CCIC", Note: "2002 FORD FOC BLK"}},
	"connecticut": {fmt.Sprintf("%-8s%-30s%-30s%-30s%-30s%-30s%4s%-30s%8s%2s\n", "ABC123", "Passenger", "Honda", "Civic", "4D", "Red", "2005", "Regular", "20260930", "EX"), "", 1,
		plain{Plate: "ABC123", Jurisdiction: "US-CT", Category: "expired-plate", Source: "CT DMV", Make: "Honda", Model: "Civic", Colour: "Red", Year: 2005,
			Note: "registration ended 2026-09-30"}},
	"genetec": {"Category;PlateState;PlateNumber;EffectiveDate;ExpiryDate\nStolen vehicle;QC;ABC 123;2026-01-01;2027-01-31\nScofflaw;QC;ABC124;;\n", "", 2,
		plain{Plate: "ABC123", Jurisdiction: "CA-QC", Category: "stolen-vehicle", Expires: time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)}},
	"genetec-fixed": {"Stolen vehicle      QCABC123    2026-01-012027-01-31\n", "", 1,
		plain{Plate: "ABC123", Jurisdiction: "CA-QC", Category: "stolen-vehicle", Expires: time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)}},
	"generic": {"plate,category,jurisdiction\nABC 123,stolen-plate,Ontario\n", "", 1,
		plain{Plate: "ABC123", Jurisdiction: "CA-ON", Category: "stolen-plate"}},
	"ontario-mto": {"NO_PLAQUE;ETAT;DATE_ETAT;COULEUR;NOM;NO_PERMIS;VERRES_CORRECTEURS\nCKLM 804;suspended;20260501;grise;DOE, JANE;D0000-00000-00000;oui\n", "", 1,
		plain{Plate: "CKLM804", Jurisdiction: "CA-ON", Category: "suspended-plate", Source: "MTO", Agency: "Ministry of Transportation", Colour: "grise", Note: "since 2026-05-01"}},
	"ontario-cpic": {"LICENCE_PLATE,PROVINCE,CPIC_CATEGORY,AGENCY_ORI,AGENCY_TELEPHONE,CASE_NO,ENTRY_DATE,EXPIRY_DATE,SURNAME\n" +
		"CKLM804,ON,WANTED,ON00000,416-555-0100,26-1,2026-11-01,2026-12-31,DOE\n", "", 1,
		plain{Plate: "CKLM804", Jurisdiction: "CA-ON", Category: "wanted-person", Source: "CPIC", Agency: "ON00000", Contact: "416-555-0100", Reference: "26-1",
			Note: "since 2026-11-01", Expires: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}},
}

func TestRequirement52_SamplesOfEveryLayout(t *testing.T) {
	for _, id := range assets.Layouts() {
		t.Run(id, func(t *testing.T) {
			s, ok := samples[id]
			require.True(t, ok, "the layout has no sample")
			o := options()
			o.FileName = s.name
			list, report, err := hotlist.Read(strings.NewReader(s.file), builtIn(t), o)
			require.NoError(t, err)
			require.Equal(t, id, report.Layout)
			require.Empty(t, report.Refused)
			require.Len(t, list.Entries, s.rows)
			require.Equal(t, s.want, shown(list.Entries)[0])
		})
	}
}

// What one layout's file says reaches a car by a delta as it does by the file.
func TestRequirement8_DeltasCarryTheEntriesOfEveryLayout(t *testing.T) {
	for _, l := range builtIn(t) {
		t.Run(l.ID, func(t *testing.T) {
			o := options()
			o.Format = l.ID
			list, _, err := hotlist.Read(strings.NewReader(samples[l.ID].file), []hotlist.Layout{l}, o)
			require.NoError(t, err)
			before, _ := synth(t, l, 1, 1)
			var delta bytes.Buffer
			found, err := hotlist.Compare(&delta, []hotlist.Layout{l}, hotlist.Version{File: before, Read: noon}, hotlist.Version{File: []byte(samples[l.ID].file), Read: noon})
			require.NoError(t, err)
			require.Equal(t, hotlist.Comparison{Added: len(list.Entries), Removed: 1, Source: list.Entries[0].Source, Contact: list.Entries[0].Contact}, found)
			var got []hotlist.Entry
			for e, err := range hotlist.ReadDelta(delta.Bytes(), o).Added {
				require.NoError(t, err)
				got = append(got, e)
			}
			require.Equal(t, list.Entries, got)
		})
	}
}

// The ministry's file names the owner of every plate; of suspended drivers alone the name
// is taken in, and whether the licence asks for corrective lenses.
func TestRequirement12_TheMinistrysListOfSuspendedDrivers(t *testing.T) {
	const file = "PLATE_NO,PLATE_STATUS,OWNER_NAME,OWNER_ADDRESS,DRIVER_LICENCE_NO,CORRECTIVE_LENSES\n" +
		"CKLM804,SUSPENDED-DRIVER,\"WINTERGROVE, ALPHONSE\",1 Example Street,W0000-00000-00000,X\n" +
		"CKLM805,SUSPENDED-DRIVER,,,,N\n" +
		"CKLM806,UNLICENSED-DRIVER,\"DOE, JANE\",2 Example Street,D0000-00000-00000,X\n" +
		"CKLM807,EXPIRED,\"DOE, JANE\",2 Example Street,D0000-00000-00000,Y\n"
	list, report, err := hotlist.Read(strings.NewReader(file), builtIn(t), options())
	require.NoError(t, err)
	require.Equal(t, "ontario-mto", report.Layout)
	require.Empty(t, report.Refused)
	var got []hotlist.Driver
	for _, e := range list.Entries {
		got = append(got, e.Driver)
	}
	require.Equal(t, []hotlist.Driver{{Name: "WINTERGROVE, ALPHONSE", Lenses: true}, {}, {}, {}}, got)
	for _, e := range shown(list.Entries) {
		require.NotContains(t, fmt.Sprintf("%+v", e), "Street")
	}
}

// What the layouts call personal is in no entry, and the report says so.
func TestRequirement52_PersonalDataStaysOutside(t *testing.T) {
	for _, id := range []string{"florida-dhsmv-licence", "florida-dhsmv-tag", "florida-dhsmv-sanctioned", "florida-dhsmv-offender", "illinois-leads", "ontario-mto", "ontario-cpic"} {
		list, report, err := hotlist.Read(strings.NewReader(samples[id].file), builtIn(t), options())
		require.NoError(t, err, id)
		personal := 0
		for _, d := range report.Dropped {
			if d.Personal {
				personal++
			}
		}
		require.NotZero(t, personal, id)
		for _, e := range shown(list.Entries) {
			for _, secret := range []string{"S000000000000", "05/14/1978", "DOE", "JANE", "19800101", "D0000-00000", "68", "75"} {
				require.NotContains(t, fmt.Sprintf("%+v", e), secret, id)
			}
		}
	}
	for _, l := range builtIn(t) {
		_, want := synth(t, l, 5, 1)
		require.NotContains(t, fmt.Sprintf("%+v", shown(want)), "withheld", l.ID)
	}
}

func TestCanadianRecordsOfTheFBI(t *testing.T) {
	list, _, err := hotlist.Read(strings.NewReader(samples["ncic"].file), builtIn(t), options())
	require.NoError(t, err)
	got := shown(list.Entries)
	require.Equal(t, "CPIC", got[1].Source)
	require.Equal(t, "stolen-vehicle", got[1].Category)
	require.Equal(t, "CA-NB", got[1].Jurisdiction, "the FBI's code of New Brunswick")
	require.Equal(t, "CA-QC", got[2].Jurisdiction)
	require.Empty(t, got[2].Note, "a blank date is none")
}

func TestAgenciesOwnCategoriesAreRefusedByAPack(t *testing.T) {
	o := options()
	o.Allowed = func(id string) bool { return id == "stolen-vehicle" }
	list, report, err := hotlist.Read(strings.NewReader(samples["genetec"].file), builtIn(t), o)
	require.NoError(t, err)
	require.Len(t, list.Entries, 1)
	require.Equal(t, []hotlist.Place{{Row: 3, Column: "Category"}}, report.Refused[hotlist.UnknownCategory].First)
}
