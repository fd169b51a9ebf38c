package recognize

import (
	"strings"

	"secondlook/app/plate"
)

// legends are the words by which plates tell who issued them: names as they are
// printed, and slogans and addresses that no other jurisdiction prints. Counties,
// "In God We Trust" and the like, which several print, are left out.
var legends = map[plate.Jurisdiction]string{
	"CA-AB": "Alberta, Wild Rose Country",
	"CA-BC": "British Columbia, Beautiful British Columbia",
	"CA-MB": "Manitoba, Friendly Manitoba",
	"CA-NB": "New Brunswick, Nouveau-Brunswick, New Nouveau Brunswick, Be in this place",
	"CA-NL": "Newfoundland & Labrador, Newfoundland and Labrador, Newfoundland, Labrador",
	"CA-NS": "Nova Scotia, Canada's Ocean Playground",
	"CA-NT": "Northwest Territories, Territoires du Nord-Ouest, Explore Canada's Arctic",
	"CA-NU": "Nunavut",
	"CA-ON": "Ontario, Yours to discover, Tant à découvrir, A place to grow, Keep it beautiful",
	"CA-PE": "Prince Edward Island, Île-du-Prince-Édouard, Birthplace of Confederation, Berceau de la Confédération, The Island, Canada's Green Province",
	"CA-QC": "Québec, Je me souviens, La belle province",
	"CA-SK": "Saskatchewan, Land of Living Skies",
	"CA-YT": "Yukon, The Klondike",

	"US-AK": "Alaska, The Last Frontier",
	"US-AL": "Alabama, Heart of Dixie, Sweet Home Alabama, Stars fell on",
	"US-AR": "Arkansas, The Natural State",
	"US-AZ": "Arizona, Grand Canyon State",
	"US-CA": "California, dmv.ca.gov, The Golden State",
	"US-CO": "Colorado",
	"US-CT": "Connecticut, Constitution State",
	"US-DC": "Washington DC, District of Columbia, Taxation without representation, End taxation without representation, Celebrate & Discover",
	"US-DE": "Delaware, The First State",
	"US-FL": "Florida, MyFlorida.com, Sunshine State",
	"US-GA": "Georgia, Peach State, www.georgia.gov, georgia.gov",
	"US-HI": "Hawaii, Aloha State",
	"US-IA": "Iowa",
	"US-ID": "Idaho, Scenic Idaho, Famous Potatoes",
	"US-IL": "Illinois, Land of Lincoln",
	"US-IN": "Indiana, Hoosier State",
	"US-KS": "Kansas, To the stars",
	"US-KY": "Kentucky, Unbridled Spirit, Team Kentucky, Bluegrass State",
	"US-LA": "Louisiana, Sportsman's Paradise, Bayou State",
	"US-MA": "Massachusetts, The Spirit of America",
	"US-MD": "Maryland, www.maryland.gov, War of 1812",
	"US-ME": "Maine, Vacationland",
	"US-MI": "Michigan, Pure Michigan, Great Lakes, Great Lakes State, www.michigan.gov, michigan.org",
	"US-MN": "Minnesota, 10,000 lakes, Explore Minnesota.com, Explore Minnesota",
	"US-MO": "Missouri, Show-Me State",
	"US-MS": "Mississippi, The Hospitality State, Magnolia State",
	"US-MT": "Montana, Treasure State, Big Sky Country, Big Sky",
	"US-NC": "North Carolina, First in Flight, First in Freedom",
	"US-ND": "North Dakota, Peace Garden State, Discover the Spirit",
	"US-NE": "Nebraska, The Good Life, Cornhusker State",
	"US-NH": "New Hampshire, Live free or die",
	"US-NJ": "New Jersey, Garden State",
	"US-NM": "New Mexico, New Mexico USA, Land of Enchantment, Chile Capital of the World",
	"US-NV": "Nevada, Home Means Nevada, The Silver State",
	"US-NY": "New York, Empire State, The Empire State, Excelsior",
	"US-OH": "Ohio, Birthplace of Aviation, Beautiful Ohio, Buckeye State, The Heart of it All",
	"US-OK": "Oklahoma, Explore Oklahoma, TravelOK.com, Native America, Oklahoma is OK",
	"US-OR": "Oregon, Pacific Wonderland",
	"US-PA": "Pennsylvania, visitPA.com, www.state.pa.us, Keystone State",
	"US-RI": "Rhode Island, Ocean State",
	"US-SC": "South Carolina, While I breathe I hope, travel2SC.com, Smiling faces. Beautiful places.",
	"US-SD": "South Dakota, Great faces. Great places.",
	"US-TN": "Tennessee, The Volunteer State, TNvacation.com, Sounds good to me",
	"US-TX": "Texas, The Lone Star State, Lone Star State",
	"US-UT": "Utah, Life Elevated, Greatest snow on earth, Ski Utah",
	"US-VA": "Virginia, Virginia is for lovers",
	"US-VT": "Vermont, Green Mountain State, Green Mountains",
	"US-WA": "Washington, Evergreen State",
	"US-WI": "Wisconsin, America's Dairyland",
	"US-WV": "West Virginia, Wild Wonderful, Almost Heaven, Mountain State",
	"US-WY": "Wyoming, Forever West",

	"AR": "Argentina, República Argentina",
	"BR": "Brasil",
	"MX": "Mexico, Baja California, Baja Calif, Sonora, Chihuahua, Coahuila, Nuevo León, Tamaulipas, Frontera",
}

// legend is one text of the table.
type legend struct {
	jurisdiction plate.Jurisdiction
	text         string // folded
}

// legendTexts returns the texts of the table, folded.
func legendTexts() []legend {
	var all []legend
	for j, texts := range legends {
		for text := range strings.SplitSeq(texts, ", ") {
			if t := FoldLegend(text); len(t) >= shortestLegend {
				all = append(all, legend{j, t})
			}
		}
	}
	return all
}

// shortestLegend is the length of the shortest text that can be told from chance.
const shortestLegend = 4

// FoldLegend returns print as it is compared: its letters and digits, in capitals
// and without accents.
func FoldLegend(s string) string {
	return strings.Map(func(r rune) rune {
		if plain, ok := plainLetters[r]; ok {
			return plain
		}
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, s)
}

// plainLetters are the letters without their accents.
var plainLetters = func() map[rune]rune {
	plain := map[rune]rune{}
	for letter, accented := range map[rune]string{'A': "ÀÁÂÃàáâã", 'C': "Çç", 'E': "ÉÈÊéèê", 'I': "ÍÎíî", 'N': "Ññ", 'O': "ÓÔÕóôõ", 'U': "ÚÛúû"} {
		for _, r := range accented {
			plain[r] = letter
		}
	}
	return plain
}()
